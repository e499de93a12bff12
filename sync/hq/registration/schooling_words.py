"""Schooling as offices write it: 大学本科毕业, 研究生（硕士）, 全日制专科, 本科在读."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.exam.programme.eligibility import Schooling
from kiosk.exam.programme.synonyms import plain_word

_BETWEEN = re.compile(r"[/、,;+&()|\n]|以及|及(?!同等)|和|兼|(?<=学历)|(?<=学位)")
_MODES = (
    "普通高等教育", "普通全日制", "国家开放大学", "自学考试", "成人教育", "成人高考", "网络教育",
    "远程教育", "非全日制", "全日制", "开放大学", "中央党校", "在职", "函授", "自考", "成教",
    "成人", "电大", "网教", "夜大", "业余", "统招", "普通", "国外", "境外", "海外", "应届", "往届",
    "二年制", "两年制", "三年制", "四年制", "五年制", "full-time", "part-time",
)  # fmt: skip
_ENDINGS = (
    "文化程度", "毕业证书", "毕业证", "毕业生", "学位证", "已毕业", "学历", "毕业", "学位", "证书",
    "文凭", "文化", "或以上", "以上", "教育", "应届", "往届", "生", "degree", "diploma",
    "graduate", "education",
)  # fmt: skip
_STUDIES = "(?P<stage>[大研博])[一二三四五](?:年级)?|大学生|在读|在校生?|就读|studying"
_UNFINISHED = re.compile(
    f"(?P<studies>{_STUDIES})|(?:待|拟|即将|预计|暂未|还未)毕业|延毕|休学|肄业|结业|未毕业|没毕业|尚未毕业|辍学|退学|unfinished"
)
_EQUAL = re.compile("(?<!中专)[(/、,;]同等学[历力]")
"""高中（同等学历）: equal to that schooling, and not a schooling of its own."""
_OF_COLLEGES = re.compile(r"大学\s*[(/]\s*(?=大专|专科|高职)")
"""大学（专科） is a college diploma; 大学 alone is a bachelor's degree."""
_STAGES = {"大": "大学", "研": "研究生", "博": "博士"}
_BEFORE = {
    Schooling.DOCTOR: Schooling.MASTER,
    Schooling.MASTER: Schooling.BACHELOR,
    Schooling.DOUBLE_BACHELOR: Schooling.BACHELOR,
    Schooling.BACHELOR: Schooling.HIGH_SCHOOL,
    Schooling.COLLEGE: Schooling.HIGH_SCHOOL,
}
"""What somebody who has not finished that schooling has finished at least."""


@dataclass(frozen=True)
class SchoolingTyped:
    """The highest schooling that is finished.

    ``unfinished``: whether the text names another one that is not. ``studies``: whether the
    applicant is a student of it.
    """

    schooling: Schooling
    unfinished: bool = False
    studies: bool = False


def schooling_typed(text: str, names: Mapping[str, Schooling]) -> SchoolingTyped | None:
    """Return the schooling that a text names; None if a part of it is unknown.

    ``names``: the known words, as :meth:`Synonyms.schooling_names` gives them.
    """
    whole = names.get(plain_word(text))
    if whole is not None:
        return SchoolingTyped(whole)
    found: list[SchoolingTyped] = []
    shown = _OF_COLLEGES.sub("", unicodedata.normalize("NFKC", text))
    if _EQUAL.search(shown):
        return None
    for part in map(plain_word, _BETWEEN.split(shown)):
        mark = _UNFINISHED.search(part)
        studies = mark is not None and mark["studies"] is not None
        bare = _UNFINISHED.sub("", part) or _UNFINISHED.sub(_stage, part)
        named, rest = _named(bare, names)
        if named is not None:
            found.append(SchoolingTyped(named, mark is not None, studies))
        elif rest:
            return None
        elif mark is not None and found:  # as in 本科（在读）
            found[-1] = SchoolingTyped(found[-1].schooling, unfinished=True, studies=studies)
    if not found:
        return None
    return SchoolingTyped(
        max((_finished(one) for one in found), key=lambda schooling: schooling.rank),
        any(one.unfinished for one in found),
        any(one.studies for one in found),
    )


def _stage(found: re.Match[str]) -> str:
    if found[0] == "大学生":
        return "大学"
    return _STAGES[found["stage"]] if found["stage"] else ""


def _named(word: str, names: Mapping[str, Schooling]) -> tuple[Schooling | None, str]:
    """Return what a word without its modes and endings means, and what is left if unknown."""
    while word not in names:
        shorter = [word.removeprefix(mode) for mode in _MODES if word.startswith(mode)]
        shorter += [word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending)]
        if not shorter:
            break
        word = shorter[0]
    return names.get(word), word


def _finished(one: SchoolingTyped) -> Schooling:
    return _BEFORE.get(one.schooling, Schooling.NONE) if one.unfinished else one.schooling
