"""Installed fonts that can write Chinese group and file names."""

from matplotlib import font_manager

CHINESE = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "SimHei",
    "PingFang SC",
)
PLAIN = "DejaVu Sans"
"""Included in matplotlib."""


def families() -> list[str]:
    """Return the font families of a plot, in the order in which a character is looked up."""
    known = set(font_manager.get_font_names())
    return [PLAIN, *(name for name in CHINESE if name in known)]


def font_file() -> str:
    """Return the file of a font with Chinese characters if there is one, else of the plain font."""
    return font_manager.findfont(families()[-1])
