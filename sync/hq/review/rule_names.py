"""Names of what is judged, in both languages, for pages and letters."""

from collections.abc import Mapping

from kiosk.exam.values import Text
from sync.hq.review import sources


def _named(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)


NAMES: Mapping[str, Text] = {
    "nobody": _named("画面中无人", "Nobody in view"),
    "several_people": _named("画面中有多人", "Several people in view"),
    "another_person": _named("疑似换人", "Another person"),
    "identity_in_doubt": _named("身份长时间存疑", "Identity in doubt for a long time"),
    "camera_lost": _named("无摄像头画面", "No camera picture"),
    "covered": _named("摄像头被遮挡", "Camera covered"),
    "face_covered": _named("面部被遮挡", "Face covered"),
    "frozen": _named("画面静止或非实时", "Picture frozen or not from a live camera"),
    "too_dark": _named("画面过暗", "Picture too dark"),
    "too_bright": _named("画面过亮", "Picture too bright"),
    "not_clear": _named("画面不清晰", "Picture not clear"),
    "turned_away": _named("转头或趴伏", "Turned away or lying down"),
    "out_of_frame": _named("偏离画面", "Out of frame"),
    "too_far": _named("距摄像头过远", "Too far from the camera"),
    "too_near": _named("距摄像头过近", "Too near to the camera"),
    "talking": _named("说话", "Talking"),
    "phone": _named("画面中有手机", "Phone in view"),
    "book": _named("画面中有书本或纸张", "Book or papers in view"),
    "laptop": _named("画面中有其他电脑", "Another computer in view"),
    "camera_changed": _named("考试中更换摄像头", "Another camera during the exam"),
    "camera_virtual": _named("虚拟摄像头", "Virtual camera"),
    "analysis_overran": _named("导致分析中断的画面", "Picture that blocked the analysis"),
    "hat": _named("帽子", "Hat"),
    "sunglasses": _named("墨镜", "Dark glasses"),
    "hair": _named("头发遮挡面部或耳部", "Hair over face or ears"),
    "mask": _named("口罩", "Mask"),
    "headphones": _named("耳机", "Headphones"),
    "help": _named("他人协助", "Help from another person"),
    "copying": _named("抄录或拍摄试题", "Copying or photographing questions"),
    "eating": _named("饮食", "Eating"),
    "lying_down": _named("趴伏", "Lying down"),
    "other": _named("其他情况", "Something else"),
    sources.PAGE_LEAVE: _named("离开答题页", "Left the answer page"),
    sources.IDENTITY_BY_STAFF: _named("人工判定身份", "Identity decided by staff"),
    sources.ADMITTED: _named("名单外考生经人工准入", "Not on the roster, admitted by hand"),
    sources.VOIDED: _named("考点已作废", "Voided at the centre"),
    sources.CHAIN_BROKEN: _named("事件日志被改动", "Event log altered"),
    sources.ANSWERS["unsealed"]: _named("部分答案缺少签名保护", "Answers without a seal"),
    sources.ANSWERS["altered"]: _named("答案在数据库中被改动", "Answers altered in the database"),
    sources.ANSWERS["forged"]: _named(
        "答案签名并非考点所签", "Seal of the answers not the centre's"
    ),
}


def rule_name(rule: str) -> Text:
    """Return the name of a rule; its id for one that a later version of a centre knows."""
    return NAMES.get(rule) or _named(rule, rule)
