"""Where an item gives its own key away."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from statistics import mean

from kiosk.exam.items.item import Item, ItemType, MarkScheme
from kiosk.exam.items.markup import all_spans

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}
_LETTERS = r"[A-Z](?:[ 、,;/&.]*[A-Z])*"
_FILLED = re.compile(
    rf"[(\[【〔](?P<before> *)(?P<letters>{_LETTERS})(?P<after> *)[)\]】〕]|"
    rf"(?<!_)_{{2,}} *(?P<on_line>{_LETTERS}) *_{{2,}}"
)
_EMPTY = re.compile(r"[(\[【〔] *[)\]】〕]|_{2,}(?! *[A-Z] *_)")
_LABELLED = re.compile(
    r"(?:图|表|式|公式|方案|选项|线|点|曲线|组|区|部分|附录|级|类|型|材料|资料|情形|阶段|标号|编号|"
    r"标记|字母|产品|工厂|企业|公司|项目|甲|乙|丙|"
    r"(?i:figure|fig\.|table|group|plan|option|type|class|grade|part|case|step|point|line|label"
    r"(?:l?ed)?|vitamin|appendix)) *$"
)
_SINGLE = re.compile(r"[(\[【〔] *([A-Z]) *[)\]】〕]")
_END = re.compile(r"[\s。.?!:;,]*")

_VERDICT = "√|✓|✔|×|✗|✘|对|错|正确|错误|true|false|T|F|是|否"
_JUDGED = re.compile(
    r"[(\[【〔](?: *(?:√|✓|✔|×|✗|✘|对|错|正确|错误|(?i:true|false)) *|"
    r" +[TFYN是否] +|(?<=[\s。.?!;][(\[【〔])[TFYN])[)\]】〕]"
)
"""A verdict in brackets. A bare letter after a word may be a unit: 法拉(F)."""
_ANSWER = re.compile(
    rf"(?:答案[ :是为】\])]*|(?:故|应)选[ :]*|"
    rf"\b(?i:(?:answer|ans|key)\.? *(?:[:=]|is\b))) *[(\[【]? *(?P<given>{_LETTERS}) *[)\]】。.]*$|"
    rf"(?:答案 *[:】\]]|(?i:\banswer *:)) *:?(?P<verdict>(?i:{_VERDICT})) *[)\]】。.]*$",
    re.MULTILINE,
)
_MARKED = re.compile(
    r"\S\s*[(\[【〔]\s*(?:√|✓|✔|正确答案|正确|对|答案|correct(?: answer)?|right(?: answer)?|key)\s*"
    r"[)\]】〕]$|\S\s*[√✓✔☑]$|^[✓✔☑*]\s+\S|^[✓✔☑]",
    re.IGNORECASE,
)

_BLANKS = re.compile(" {2,}")
_BEFORE = 20
_LOOKED_AT = 100
"""Most filled blanks that are looked at: a stem has a few."""

_LONGER = 1.6
_LONG = 12
"""A key gives itself away from this width on (a Chinese character has two columns)."""


def key_in_stem(item: Item, scheme: MarkScheme) -> Iterator[str]:
    """Yield where the stem shows the key: in a filled blank, at the end, after "answer:"."""
    if not scheme.key:
        return
    stem = _BLANKS.sub(" ", _plain(item.stem))
    if (found := _ANSWER.search(stem)) and _names_answer(found, item):
        yield found[0]
        return
    if item.type is ItemType.TRUE_FALSE:
        yield from _judged(stem)
    else:
        yield from _filled(stem, scheme.key)


def marked_options(item: Item, scheme: MarkScheme) -> Sequence[str]:
    """Return the key, if just its options carry a mark such as √ or "(correct)"."""
    marked = [option.id for option in item.options if _MARKED.search(_plain(option.text))]
    return marked if marked and sorted(marked) == sorted(scheme.key) else ()


def key_is_longest(item: Item, scheme: MarkScheme) -> bool:
    """Return whether the key is so much longer than the other options that it can be guessed."""
    widths = {option.id: _width(option.text) for option in item.options}
    key = [widths.pop(name) for name in scheme.key if name in widths]
    if len(key) != 1 or not widths:
        return False
    return (
        key[0] >= _LONG
        and key[0] > max(widths.values())
        and key[0] > _LONGER * mean(widths.values())
    )


def _plain(text: str) -> str:
    shown = (span.text if span.kind == "text" else "\ufffc" for span in all_spans(text))
    return "".join(shown).translate(_WIDE)


def _width(text: str) -> int:
    return sum(2 if character > "\u2e7f" else 1 for character in _plain(text))


def _names_answer(found: re.Match[str], item: Item) -> bool:
    if item.type is ItemType.TRUE_FALSE:
        return bool(found["verdict"]) or found["given"] in ("T", "F")
    return bool(found["given"]) and set(re.findall("[A-Z]", found["given"])) <= set(item.option_ids)


def _judged(stem: str) -> Iterator[str]:
    for found in _JUDGED.finditer(stem):
        if _END.fullmatch(stem, found.end()):
            yield found[0]
            return


def _filled(stem: str, key: Sequence[str]) -> Iterator[str]:
    labelled = bool(set(_SINGLE.findall(stem)) - set(key) or _EMPTY.search(stem))
    for found in islice(_FILLED.finditer(stem), _LOOKED_AT):
        letters = re.findall("[A-Z]", found["letters"] or found["on_line"])
        if sorted(letters) == sorted(key) and _gives_away(stem, found, len(letters), labelled):
            yield found[0]
            return


def _gives_away(stem: str, found: re.Match[str], count: int, labelled: bool) -> bool:
    """Return whether a blank is filled with the key.

    ``labelled``: whether the stem has a blank that is empty, or other letters in brackets.
    """
    before = stem[max(0, found.start() - _BEFORE) : found.start()]
    if re.search(r"[A-Za-z0-9]$", before):
        return False  # P(A), a function of A
    if count > 1 or found["on_line"]:
        return True
    if found["before"] and found["after"]:
        return True
    if _LABELLED.search(before):
        return False
    if _END.fullmatch(stem, found.end()):
        return True
    return bool(before.strip()) and not labelled
