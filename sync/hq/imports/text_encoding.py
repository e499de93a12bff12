"""Text files in the encodings that offices use: recognised where that is safe, else asked about."""

import codecs
from collections.abc import Mapping
from types import MappingProxyType

from sync.hq.errors import BadImport
from sync.hq.problems import Problem

ENCODINGS: Mapping[str, str] = MappingProxyType(
    {
        "utf-8": "utf-8-sig",
        "gb18030": "gb18030",
        "utf-16": "utf-16",
        "utf-16-le": "utf-16-le",
        "utf-16-be": "utf-16-be",
        "big5": "big5hkscs",
        "shift_jis": "cp932",
        "euc-kr": "cp949",
        "windows-1252": "cp1252",
        "latin-1": "iso8859-1",
        "windows-1251": "cp1251",
    }
)
"""Names of the encodings that a person can choose, and Python's names for them."""

_ASKED = ("gb18030", "big5", "shift_jis", "euc-kr", "windows-1252", "windows-1251")
_FREQUENT = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能"
    "下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加"
    "量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与"
    "关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者"
    "最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少"
    "图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光"
    "门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采"
    "转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节"
    "话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际"
    "商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精"
    "值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住"
    "调满县局照参红细引听该铁价严答案项姓码碳排核配额考试错误李刘陈杨赵黄吴徐孙胡朱郭罗梁宋郑"
    "谢韩唐冯董曹袁邓傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶余潘杜戴夏钟汪田姜范姚谭廖邹熊陆郝孔崔康邱秦"
    "顾侯邵孟龙雷钱汤尹黎武乔贺赖龚伟芳娜秀敏静丽磊洋勇艳杰娟涛超兰霞刚桂英玉梅玲燕鹏辉斌飞波"
    "宇浩鑫俊婷雪慧佳欣怡琳晨轩博男女居份座"
)
"""Characters that make up most of any Chinese text, and the most frequent ones of names."""
_SIGNS = frozenset(
    "　、。·—～…‘’“”〈〉《》「」【】（），．：；！？￥％＋－×÷＝√°℃①②③④⑤⑥ⅠⅡⅢ→αβγμΩ≤≥≠±"
)
_LEAST = 0.25
"""Least share of frequent ones among the Chinese characters of a text."""
_MOST_RARE = 0.3
"""Largest share of characters beyond ASCII that are no Chinese of GB 2312 and no signs."""
_TITLE = 60
_LOOKED_AT = 1 << 16


def decoded(data: bytes, encoding: str = "") -> str:
    """Decode a text file; ``encoding`` is one of :data:`ENCODINGS`, or empty to recognise it.

    UTF-16 and UTF-8 are recognised, and GB18030 where most characters are common Chinese ones.

    Raises:
        BadImport: it has another encoding, or contains NUL.
    """
    text = _as(data, encoding) if encoding else _recognised(data)
    if (at := text.find("\0")) >= 0:
        raise BadImport([Problem("encoding", params={"at": at})])
    return text


def _as(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(ENCODINGS[encoding])
    except UnicodeDecodeError as error:
        raise BadImport([Problem("encoding", params={"at": error.start})]) from error
    return text.removeprefix("\ufeff")


def _recognised(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _as(data, "utf-16")
    if wide := _utf16(data):
        return _as(data, wide)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if _is_chinese(data):
            return data.decode("gb18030")
        raise BadImport([_asked(data, error.start)]) from error


def _utf16(data: bytes) -> str:
    """Return the name of UTF-16 without a mark: read the wrong way, it has no line ends."""
    start = data[:_LOOKED_AT]
    if len(data) % 2 or b"\0" not in start:
        return ""
    for name in ("utf-16-le", "utf-16-be"):
        text = start.decode(name, "replace")
        if "\n" in text and "\0" not in text and "\ufffd" not in text[:-1]:
            return name
    return ""


def _is_chinese(data: bytes) -> bool:
    """Return whether bytes are Chinese in GB18030 beyond doubt.

    Any bytes of a Western, Japanese or Korean file may happen to be valid, but give other
    characters than Chinese texts have.
    """
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return False
    beyond = [char for char in text if ord(char) > 0x7F]
    hanzi = [char for char in beyond if "\u4e00" <= char <= "\u9fff"]
    frequent = sum(char in _FREQUENT for char in hanzi)
    rare = sum(not _is_usual(char) for char in beyond)
    return frequent > 0 and frequent >= _LEAST * len(hanzi) and rare <= _MOST_RARE * len(beyond)


def _is_usual(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return "\u4e00" <= char <= "\u9fff" or char in _SIGNS


def _asked(data: bytes, at: int) -> Problem:
    """Return the question which encoding a file has, with its first unclear line in each."""
    start = data.rfind(b"\n", 0, at) + 1
    line = data[start:].partition(b"\n")[0][:_TITLE].rstrip(b"\r")
    shown = {
        name: line.decode(ENCODINGS[name], "replace").strip()
        for name in _ASKED
        if "\ufffd" not in line.decode(ENCODINGS[name], "replace")[:-1]
    }
    known = "; ".join(f"{name}: {text}" for name, text in shown.items())
    return Problem("encoding_unknown", params={"at": at, "known": known or ", ".join(_ASKED)})
