"""Names and titles as people type and paste them: one stored form, one form to compare.

Stored are texts without invisible characters: no zero width, no bidirectional control, no
variation selector, single plain blanks. Characters are composed (NFC), and only those that differ
from others in nothing but width, or are radicals copied from a PDF, are replaced (as NFKC
does). Ideographs stay as they are, rare and compatibility ones, too: a name is what the identity
document shows. Characters without a common meaning (private use, unassigned) are refused by
:func:`require_plain`.
"""

import re
import unicodedata

from kiosk.exam.errors import TextUnusable
from kiosk.exam.typed_numbers import is_invisible

_COMPATIBILITY_IDEOGRAPHS = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")
"""NFC replaces them by unified ideographs, whose shape may be another."""

_FOLDED = re.compile("[\u2e80-\u2fdf\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff61-\uffdc]")
"""Radicals, which PDFs contain where a character is meant; letters and digits of another width."""

_WIDE = re.compile("[\uff01-\uff60\uffe0-\uffee]")
"""Full-width signs; between Chinese characters they are its punctuation."""

_DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・･᛫⸱ꞏ", "·"))
"""Dots between the parts of a name, as input methods write them."""

_HANZI = "\u2e80-\u2fdf\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇"
_CHINESE = re.compile(f"[\u3040-\u30ff{_HANZI}]")
_BLANKS_IN_NAME = re.compile(f"(?<=[{_HANZI}·]) (?=[{_HANZI}·])")
_BLANK_AT_DOT = re.compile(" ?· ?")
_POINT_IN_NAME = re.compile(f"(?<=[{_HANZI}])[.。．](?=[{_HANZI}])")

_LOST = "\ufffd"
"""Programs write it for a character that they could not read."""

_PLANES_OF_IDEOGRAPHS = range(0x20000, 0x3FFFE)
"""New ones are added every few years; Python may know an older Unicode."""


def plain_text(text: str) -> str:
    """Return a text on one line, in the form in which it is stored."""
    folded = _folded(_FOLDED, text)
    if not _CHINESE.search(folded):
        folded = _folded(_WIDE, folded)
    visible = "".join(map(_visible, folded))
    parts = _COMPATIBILITY_IDEOGRAPHS.split(visible)
    # Every second part is what the pattern matched.
    parts[::2] = [unicodedata.normalize("NFC", part) for part in parts[::2]]
    return " ".join("".join(parts).translate(_DOTS).split())


def plain_name(text: str) -> str:
    """Return a person's name in the form in which it is stored.

    As :func:`plain_text`, with one kind of dot between its parts, and without the blanks by which
    offices align short Chinese names.
    """
    dotted = _POINT_IN_NAME.sub("·", plain_text(text))
    return _BLANKS_IN_NAME.sub("", _BLANK_AT_DOT.sub("·", dotted)).strip("·")


def name_key(text: str) -> str:
    """Return the form in which names are compared: without blanks, dots and case."""
    folded = unicodedata.normalize("NFKC", plain_name(text)).casefold()
    seen = "".join(char for char in folded if char.isalnum() or unicodedata.combining(char))
    # Without what stood between them, characters can compose.
    return unicodedata.normalize("NFKC", seen)


def unusable_characters(text: str) -> str:
    """Return the characters that no form may contain: lost, private use, unassigned, surrogates."""
    return "".join(dict.fromkeys(filter(_is_unusable, text)))


def require_plain(text: str) -> str:
    """Return :func:`plain_text` of a text.

    Raises:
        TextUnusable: it contains characters without a common meaning.
    """
    _require_usable(text)
    return plain_text(text)


def require_name(text: str) -> str:
    """Return :func:`plain_name` of a name.

    Raises:
        TextUnusable: it contains characters without a common meaning.
    """
    _require_usable(text)
    return plain_name(text)


def spelled(characters: str) -> str:
    """Return characters by their code points, such as ``U+E000``, which every font can show."""
    return ", ".join(f"U+{ord(char):04X}" for char in characters)


def _folded(which: re.Pattern[str], text: str) -> str:
    return which.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def _require_usable(text: str) -> None:
    if found := unusable_characters(text):
        raise TextUnusable(characters=spelled(found[:5]))


def _visible(char: str) -> str:
    if char.isspace() or unicodedata.category(char) in ("Zs", "Zl", "Zp"):
        return " "
    return "" if is_invisible(char) else char


def _is_unusable(char: str) -> bool:
    if ord(char) in _PLANES_OF_IDEOGRAPHS and ord(char) & 0xFFFE != 0xFFFE:
        return False
    return char == _LOST or unicodedata.category(char) in ("Co", "Cn", "Cs")
