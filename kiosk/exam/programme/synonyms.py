"""Words of offices for schooling and identity documents, and what a programme adds to them.

``SCHOOLING`` and ``DOCUMENTS`` hold for every programme. A programme file adds its own words, or
gives a word another meaning, in ``[synonyms]``.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Annotated, Self, TypeVar

from pydantic import Field, StringConstraints, model_validator

from kiosk.exam.identity.documents import DocumentKind
from kiosk.exam.programme.eligibility import Schooling
from kiosk.exam.values import Table

Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Words = dict[str, tuple[Word, ...]]
V = TypeVar("V", bound=str)

SCHOOLING: Mapping[Schooling, tuple[str, ...]] = MappingProxyType(
    {
        Schooling.NONE: (
            "无", "没有", "小学", "初中", "初级中学", "初中及以下", "高中以下", "文盲",
            "no schooling", "primary school", "junior high", "junior high school", "middle school",
        ),
        Schooling.HIGH_SCHOOL: (
            "高中", "普高", "普通高中", "高级中学", "综合高中", "high school", "senior high",
            "senior high school", "upper secondary",
        ),
        Schooling.SECONDARY_VOCATIONAL: (
            "中专", "普通中专", "成人中专", "职业中专", "中等专科", "中等专业学校", "中等专业教育",
            "中专及同等学历", "中专同等学历", "同等学历", "中职", "中等职业", "中等职业教育",
            "中等职业学校", "中等职业技术学校", "职业技术学校", "职校", "职高", "职业高中",
            "职业中学", "职中", "技校", "技工", "技工学校", "中技", "中级技工学校", "中师",
            "中等师范", "职专", "secondary vocational", "vocational", "vocational school",
            "vocational high school", "technical school", "technical secondary school",
        ),
        Schooling.COLLEGE: (
            "大专", "专科", "大学专科", "高专", "高职", "高职高专", "高职专科", "高等职业",
            "高等职业教育", "高等职业学校", "高职院校", "高等职业院校", "高等专科", "职业专科",
            "大专班",
            "college", "junior college", "college diploma", "associate", "associate degree",
            "higher vocational",
        ),
        Schooling.BACHELOR: (
            "本科", "大学本科", "大本", "大学", "学士", "本科学士", "职业本科", "高职本科",
            "专升本", "专接本", "专本连读", "一本", "二本", "三本", "bachelor", "bachelor's",
            "bachelor degree", "bachelor's degree", "undergraduate degree", "university",
        ),
        Schooling.DOUBLE_BACHELOR: (
            "双学士", "双学位", "双本科", "双学士学位", "本科双学位", "第二学士学位",
            "double bachelor", "double degree", "second bachelor's degree",
        ),
        Schooling.MASTER: (
            "硕士", "硕士研究生", "研究生", "硕研", "专业硕士", "学术硕士", "工程硕士", "专硕",
            "学硕", "master", "master's", "master degree", "master's degree", "postgraduate",
            "mba", "mpa", "emba",
        ),
        Schooling.DOCTOR: (
            "博士", "博士研究生", "博研", "博士后", "doctor", "doctorate", "doctoral degree",
            "phd", "ph.d.",
        ),
    }
)  # fmt: skip
"""The first word of each is how sheets of this product call it."""

DOCUMENTS: Mapping[DocumentKind, tuple[str, ...]] = MappingProxyType(
    {
        DocumentKind.RESIDENT: (
            "居民身份证", "身份证", "二代身份证", "第二代身份证", "第二代居民身份证", "二代证",
            "中国居民身份证", "中华人民共和国居民身份证", "临时身份证", "临时居民身份证",
            "大陆身份证", "内地身份证", "大陆居民身份证", "内地居民身份证", "中国大陆居民身份证",
            "identity card", "id card", "resident identity card",
        ),
        DocumentKind.HK_MACAO_PERMIT: (
            "港澳居民来往内地通行证", "港澳来往内地通行证", "港澳居民往来内地通行证", "港澳通行证",
            "回乡证", "回鄉證", "港澳居民來往內地通行證", "香港居民来往内地通行证",
            "澳门居民来往内地通行证", "mainland travel permit",
            "mainland travel permit for hong kong and macao residents", "home return permit",
        ),
        DocumentKind.TAIWAN_PERMIT: (
            "台湾居民来往大陆通行证", "台湾来往大陆通行证", "台湾居民往来大陆通行证", "台湾通行证",
            "台胞证", "台胞通行证", "臺胞證", "臺灣居民來往大陸通行證", "taiwan permit",
            "mainland travel permit for taiwan residents",
        ),
        DocumentKind.RESIDENCE_PERMIT: (
            "港澳台居民居住证", "港澳居民居住证", "台湾居民居住证", "residence permit",
            "residence permit for hong kong, macao and taiwan residents",
        ),
        DocumentKind.FOREIGNER_CARD: (
            "外国人永久居留身份证", "外国人永久居留证", "永久居留身份证", "外国人居留证",
            "外国人居留许可", "permanent resident id card", "foreign permanent resident id card",
            "foreign permanent resident identity card",
        ),
        DocumentKind.PASSPORT: (
            "护照", "護照", "中国护照", "中华人民共和国护照", "普通护照", "因私护照", "因公护照",
            "外国护照", "外籍护照", "passport",
        ),
        DocumentKind.MILITARY: (
            "军官证", "军人证", "士兵证", "士官证", "军士证", "义务兵证", "文职干部证",
            "文职人员证", "警官证", "人民警察证", "武警警官证", "武警士兵证", "officer card",
            "military id", "military identity card",
        ),
        DocumentKind.OTHER: ("其他", "其它", "其他证件", "其它证件", "other document"),
    }
)  # fmt: skip


class Synonyms(Table):
    """A programme's own words: for each value the words that sheets use for it.

    ``materials`` and ``levels`` are by the id of the material or level.
    """

    schooling: dict[Schooling, tuple[Word, ...]] = Field(default={})
    documents: dict[DocumentKind, tuple[Word, ...]] = Field(default={})
    materials: Words = Field(default={})
    levels: Words = Field(default={})

    @model_validator(mode="after")
    def _each_word_once(self) -> Self:
        for what in type(self).model_fields:
            meanings: dict[str, str] = {}
            for value, words in getattr(self, what).items():
                for word in words:
                    if not plain_word(word):
                        raise ValueError(f"{what}: a word of {value} has no visible character")
                    other = meanings.setdefault(plain_word(word), value)
                    if other != value:
                        raise ValueError(f"{what}: {word} is under {other} and under {value}")
        return self

    def schooling_names(self) -> dict[str, Schooling]:
        """Return what each known word for schooling means."""
        return _names(Schooling, SCHOOLING) | _names((), self.schooling)

    def document_names(self) -> dict[str, DocumentKind]:
        """Return what each known word for an identity document means."""
        return _names(DocumentKind, DOCUMENTS) | _names((), self.documents)


def plain_word(text: str) -> str:
    """Normalise a word, however an input method or a copied cell spells it."""
    shown = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return "".join(
        sign
        for sign in shown
        if unicodedata.category(sign) not in ("Cf", "Cc", "Zs") and sign != "_"
    )


def _names(own: Iterable[V], words: Mapping[V, tuple[str, ...]]) -> dict[str, V]:
    """Return each value's meaning: by the value itself, and by its words."""
    names = {plain_word(value): value for value in own}
    return names | {plain_word(word): value for value, known in words.items() for word in known}
