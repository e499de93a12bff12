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
_COMMON_LEAD = range(0xB0, 0xD8)
"""First bytes of the 3,755 most common characters in GB 2312 (its level 1)."""
_SIGNS_LEAD = range(0xA1, 0xAA)
"""First bytes of GB 2312's punctuation, digits and other signs."""
_PLAUSIBLE = 0.9
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
    """Return whether bytes are GB18030 beyond doubt.

    Any bytes of a Western or Japanese file may happen to be valid: then they give rare characters.
    """
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return False
    pairs = [char.encode("gb18030") for char in text if ord(char) > 0x7F]
    usual = [pair for pair in pairs if len(pair) == 2 and _is_usual(pair)]
    hanzi = sum(pair[0] in _COMMON_LEAD for pair in usual)
    return hanzi > 0 and len(usual) >= _PLAUSIBLE * len(pairs) and not _between_letters(text)


def _is_usual(pair: bytes) -> bool:
    return pair[1] >= 0xA1 and (pair[0] in _COMMON_LEAD or pair[0] in _SIGNS_LEAD)


def _between_letters(text: str) -> bool:
    """Return whether most Chinese characters are single ones inside words of Latin letters.

    "é" and the letter after it can be the two bytes of a common character.
    """
    hanzi = [at for at, char in enumerate(text) if "\u4e00" <= char <= "\u9fff"]
    inside = [
        at
        for at in hanzi
        if any(
            char.isascii() and char.isalpha()
            for char in (text[at - 1 : at] + text[at + 1 : at + 2])
        )
        and not any("\u4e00" <= char <= "\u9fff" for char in text[at - 1 : at])
        and not any("\u4e00" <= char <= "\u9fff" for char in text[at + 1 : at + 2])
    ]
    return 2 * len(inside) > len(hanzi)


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
