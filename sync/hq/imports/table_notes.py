"""Rows under a table that are no rows of it: notes, sums, who filled it in and when."""

import re
import unicodedata
from collections.abc import Collection, Mapping

_LABEL = re.compile(r"[^:\d]{1,20}\d{0,2}:.*|\*.*|※.*", re.DOTALL)
_SUM = re.compile(r"(合计|总计|小计|共计|总人数|总数|total|sum)(\d.*|\(.*|人.*|)")
_COUNT = re.compile(r"(总?共|合计)?\d+(人|名|位|条)(考生)?.*|共.{0,6}\d+(人|名|位|条).*")
_PEOPLE = re.compile(r"\d{1,4}(人|名|位)?")
_WORDS = re.compile(
    r"\(?以下(为)?(空白|无正文)\)?|(备?注|说明|附注|note|notes|remark|remarks)\d*[.、,;].*"
    r"|(填表|制表|填报|审核|复核|经办|负责|联系|报送|单位|领导)?(人|单位|日期|时间|盖章|公章|签字|签名|签章)"
    r"|\(?(单位|公章|盖章|签章)\)?|\(?单位\(?(盖章|公章)\)?|\d{4}年\d{1,2}月(\d{1,2}日)?|[-—=_~]+"
)


def note_in(
    texts: Collection[str], values: Mapping[str, str], needed: Collection[str]
) -> str | None:
    """Return the text of a row that is a note under the table; None if it is none.

    ``texts``: of its cells, in order. ``values``: by field. A row that has all that a row needs
    is never a note.
    """
    lacking = any(_has_label(values.get(field, "")) for field in needed)
    first = _plain(next(iter(texts), ""))
    if not lacking or not first:
        return None
    forms = (_LABEL, _SUM, _COUNT, _WORDS)
    return " ".join(texts) if any(form.fullmatch(first) for form in forms) else None


def _has_label(text: str) -> bool:
    """Return whether a needed cell is empty, or has a label with a colon, or a number of people."""
    plain = _plain(text)
    return not plain or ":" in plain or _PEOPLE.fullmatch(plain) is not None


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
