"""Fonts of certificates: found once, and cut down to the characters that a batch needs.

Each PDF embeds its own few characters. To choose them from a font with all Chinese characters
takes a second, from one with PostScript outlines a third; a certificate must take less.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

from kiosk.printing.fonts import font_face
from kiosk.printing.fonts import lacking as lacking_in

TITLE_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc",
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
)
"""Where Debian installs a serif font with Chinese characters."""

_PRECISION = 1 / 1000
"""How far an outline may be from the original, as a part of its size."""


@dataclass(frozen=True)
class FontFiles:
    """Files of the fonts; ``*_face``: which one of a collection."""

    text: Path
    title: Path
    text_face: int = 0
    title_face: int = 0


def font_files(text: Path, title: Path | None = None) -> FontFiles:
    """Return the fonts; without a font for titles, a serif font if there is one, else ``text``."""
    found = [Path(name) for name in TITLE_FONTS if Path(name).is_file()]
    title = title or next(iter(found), text)
    return FontFiles(text, title, font_face(text), font_face(title))


def lacking(fonts: FontFiles, text: str) -> str:
    """Return the characters of a text that one of the fonts lacks."""
    return "".join(sorted({*lacking_in(fonts.text, text), *lacking_in(fonts.title, text)}))


def cut_down(fonts: FontFiles, texts: Iterable[str], folder: Path) -> FontFiles:
    """Write fonts with only the characters of some texts into a folder."""
    wanted = sorted({ord(character) for text in texts for character in text} | set(range(32, 127)))
    title = folder / "title.ttf"
    _cut(fonts.title, fonts.title_face, wanted, title)
    if (fonts.title, fonts.title_face) == (fonts.text, fonts.text_face):
        return FontFiles(title, title)
    text = folder / "text.ttf"
    _cut(fonts.text, fonts.text_face, wanted, text)
    return FontFiles(text, title)


def _cut(path: Path, face: int, wanted: Sequence[int], target: Path) -> None:
    options = subset.Options(
        font_number=face, layout_features=[], hinting=False, notdef_outline=True, recalc_bounds=True
    )
    with subset.load_font(str(path), options) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=wanted)
        cutter.subset(font)
        if "CFF " in font:
            _to_quadratic(font)
        font.save(target)


def _to_quadratic(font: TTFont) -> None:
    """Replace PostScript outlines by TrueType's, which are subset five times as fast."""
    glyphs, outlines = font.getGlyphSet(), {}
    most = font["head"].unitsPerEm * _PRECISION
    for name in font.getGlyphOrder():
        pen = TTGlyphPen(glyphs)
        glyphs[name].draw(Cu2QuPen(pen, most, reverse_direction=True))
        outlines[name] = pen.glyph()
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = font.getGlyphOrder(), outlines
    _describe(font)
    for table in ("CFF ", "VORG"):
        if table in font:
            del font[table]
    font.sfntVersion = "\x00\x01\x00\x00"


def _describe(font: TTFont) -> None:
    """Give the font the limits that TrueType outlines need; most are computed when it is saved."""
    maxp = font["maxp"]
    maxp.tableVersion = 0x00010000
    for name in (
        *("maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs"),
        *("maxInstructionDefs", "maxStackElements", "maxSizeOfInstructions"),
        *("maxComponentElements", "maxPoints", "maxContours", "maxCompositePoints"),
        *("maxCompositeContours", "maxComponentDepth"),
    ):
        setattr(maxp, name, 1 if name == "maxZones" else 0)
    post = font["post"]
    post.formatType, post.extraNames, post.mapping = 2.0, [], {}
    post.glyphOrder = font.getGlyphOrder()
