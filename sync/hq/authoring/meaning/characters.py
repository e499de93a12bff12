"""Characters that nobody sees: control, zero-width and direction characters."""

import re
import unicodedata

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1d\x1f\x7f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_NEEDED = frozenset("\u200c\u200d\u200e\u200f\u2066\u2067\u2068\u2069\u061c")
"""Joiners and direction marks, which some scripts and signs cannot do without."""
_BARE = re.compile("[\x00-\u024f\u2000-\u206f\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]*")
"""Latin and Chinese texts: they need none of these."""
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_ODD_BLANK = re.compile(r"[^\S ]| {2,}")


def visible(text: str) -> str:
    """Return a text with plain line ends and without invisible characters."""
    # Word writes a hyphen at which no line may end as U+001E.
    text = _LINE_ENDS.sub("\n", text).replace("\x1e", "-")
    if not _INVISIBLE.search(text):
        return text
    bare = _BARE.fullmatch(text)
    return _INVISIBLE.sub(lambda m: m[0] if m[0] in _NEEDED and not bare else "", text)


def hidden(text: str) -> bool:
    """Return whether :func:`visible` removes something from a text."""
    return bool(_INVISIBLE.search(text)) and len(visible(text)) < len(_LINE_ENDS.sub("\n", text))


def odd_in_id(name: str) -> bool:
    """Return whether an id has characters by which two ids could look the same."""
    name = name.strip()
    return bool(_ODD_BLANK.search(name)) or any(
        unicodedata.category(character) in ("Cc", "Cf") for character in name
    )


def private(text: str) -> str | None:
    """Return the first character that only a certain font has, such as a sign of Wingdings."""
    found = _PRIVATE.search(text)
    return found[0] if found else None
