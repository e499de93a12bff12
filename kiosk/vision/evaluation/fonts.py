"""Fonts of this machine that can write Chinese group and file names."""

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
"""Comes with matplotlib."""


def families() -> list[str]:
    """Font families for a plot, in the order in which a character is looked for."""
    known = set(font_manager.get_font_names())
    return [PLAIN, *(name for name in CHINESE if name in known)]


def font_file() -> str:
    """The file of a font that writes Chinese, if there is one, else of the plain one."""
    return font_manager.findfont(families()[-1])
