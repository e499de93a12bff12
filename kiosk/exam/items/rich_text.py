"""Essays: text with basic formatting, stored as a small, closed subset of HTML.

``p br b i u sub sup ul ol li`` without attributes, well nested, and ``&amp; &lt; &gt;``. Nothing
else is ever stored, so an essay never brings other markup into a page.
"""

import re

TAGS = ("p", "br", "b", "i", "u", "sub", "sup", "ul", "ol", "li")
BLOCKS = frozenset({"p", "br", "li", "ul", "ol"})
_TOKEN = re.compile(rf"<(/?)({'|'.join(TAGS)})>|&(?:amp|lt|gt);|[^<>&]+")
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
_WORDS = re.compile(
    r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]|[^\W_\u3400-\u9fff\uf900-\ufaff]+"
)


def check(text: str) -> None:
    """Check that a text stays within the subset above.

    Raises:
        ValueError: anything else in the text, or wrong nesting.
    """
    place, open_ = 0, list[str]()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise ValueError(f"not allowed here: {text[place : place + 20]!r}")
        if found[2] and found[2] != "br":
            _nest(open_, found[2], closing=bool(found[1]))
        place = found.end()
    if open_:
        raise ValueError(f"<{open_[-1]}> is not closed")


def _nest(open_: list[str], tag: str, *, closing: bool) -> None:
    if not closing:
        open_.append(tag)
    elif not open_ or open_.pop() != tag:
        raise ValueError(f"</{tag}> closes nothing")


def plain(text: str) -> str:
    """Return the essay without formatting, one line for each paragraph or list entry."""
    parts = []
    for found in _TOKEN.finditer(text):
        if found[2]:
            parts.append("\n" if found[2] in BLOCKS else "")
        else:
            parts.append(_ENTITIES.get(found[0], found[0]))
    return re.sub(r"\n{2,}", "\n", "".join(parts)).strip()


def count_words(text: str) -> int:
    """Count words as Chinese word processors do: each Han character, each run of other letters."""
    return len(_WORDS.findall(plain(text)))
