"""Pictures of documents, which offices pack beside the portraits: 张三身份证正面.jpg."""

import re
import unicodedata
from pathlib import PurePosixPath

_LABEL = r"(?!件?号|\s*[-_:+(]*\s*[a-z]{0,2}\d)"
"""身份证号110101… says whose portrait it is, and not what it shows."""
_PAPER = re.compile(
    rf"(?:身份证|护照|通行证|居住证){_LABEL}|国徽"
    "|(?:学历|毕业|学位|学生|技能|职称|等级|结业|合格|工作|社保|户口|从业)[证卡本簿]|社保|户口"
    "|(?:资格证|证书|(?:报名|审核|登记|申请|信息|推荐|汇总)表)(?![用上的]*照)"
    "|证明|合同|执照|承诺书|协议|简历|签名|签字|手写|成绩单|合影|合照|集体照|缴费|发票|回执|二维码"
    "|(?<![a-z])(?:id ?card|diploma|resume|signature|sign|certificate)(?![a-z])"
)
_PORTRAITS = re.compile("照片|头像|证件照|photo|portrait")


def shows_a_paper(path: str) -> bool:
    """Return whether the name of a file, or of its folder, says that it shows a document."""
    place = PurePosixPath(unicodedata.normalize("NFKC", path).casefold())
    if _PAPER.search(place.name):
        return True
    folder = place.parent.name.replace("身份证照片", "身份证")
    return _PAPER.search(folder) is not None and _PORTRAITS.search(folder) is None
