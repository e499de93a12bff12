"""Fonts with Chinese characters: where Debian installs them, and what they lack."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from kiosk.printing.errors import NoFont

FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
)
"""Paths at which Debian installs fonts with Chinese characters."""

_CHINESE_MAINLAND = "SC"
_INVISIBLE = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})


def installed_font() -> Path | None:
    """Return the first of :data:`FONTS` that exists, or None."""
    return next((Path(name) for name in FONTS if Path(name).is_file()), None)


def find_font() -> Path:
    """Return the first of :data:`FONTS` that exists.

    Raises:
        NoFont: none does.
    """
    found = installed_font()
    if found is None:
        raise NoFont
    return found


def font_face(font: Path) -> int:
    """Return the index of the mainland Chinese font in a collection, or 0."""
    from fontTools.ttLib import TTCollection  # a server needs it only when somebody prints

    if font.suffix.lower() != ".ttc":
        return 0
    with TTCollection(font, lazy=True) as faces:
        for number, face in enumerate(faces.fonts):
            if _CHINESE_MAINLAND in str(face["name"].getDebugName(1)).split():
                return number
    return 0


def lacking(font: Path, texts: Iterable[str]) -> str:
    """Return the visible characters of some texts that a font lacks."""
    wanted = {char for text in texts for char in text}
    known = _characters(font)
    return "".join(sorted(char for char in wanted if ord(char) not in known and is_visible(char)))


def is_printable(text: str) -> bool:
    """Whether the installed font has all characters of a text; True without any font."""
    font = installed_font()
    return font is None or not lacking(font, [text])


def is_visible(char: str) -> bool:
    """Whether a character leaves a mark on paper."""
    return unicodedata.category(char) not in _INVISIBLE


@lru_cache(maxsize=4)
def _characters(font: Path) -> frozenset[int]:
    from fontTools.ttLib import TTFont  # a server needs it only when somebody prints

    with TTFont(font, fontNumber=font_face(font), lazy=True) as found:
        return frozenset(found.getBestCmap())
