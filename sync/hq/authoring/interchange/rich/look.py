"""How a browser shows an element: emphasis, hidden text, line breaks. Inline styles included."""

import re
from dataclasses import dataclass, replace

from sync.hq.authoring.interchange.rich.dom import Element

_TAGS = {
    "b": "b", "strong": "b", "th": "", "h1": "b", "h2": "b", "h3": "b", "h4": "b", "h5": "b",
    "h6": "b", "i": "i", "em": "i", "cite": "i", "dfn": "i", "address": "i", "var": "i",
    "u": "u", "ins": "u", "s": "s", "strike": "s", "del": "s", "sub": "sub", "sup": "sup",
}  # fmt: skip
_HIDING = frozenset(("sr-only", "visually-hidden", "accesshide"))
"""Classes of text for screen readers only."""
_WHITE = re.compile(r"#f{3}|#f{6}|white|transparent|rgba?\(255,255,255(,1)?\)|rgba\(.*,0\)")
_DARK = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})|rgba?\((\d+),(\d+),(\d+)[,.\d]*\)")
_UNCOLOURED = ("black", "windowtext", "inherit", "initial", "unset", "currentcolor", "auto", "gray")
_BOLD = re.compile(r"bold|bolder|[6-9]00")
_NORMAL = re.compile(r"normal|lighter|[1-5]00")
_KEPT_BREAKS = ("pre", "pre-wrap", "pre-line", "break-spaces")


@dataclass(frozen=True)
class Look:
    """The look of text inside an element.

    ``literal``: TeX is not read in it. ``notes``: what our markup cannot show.
    """

    styles: tuple[str, ...] = ()
    breaks: bool = False
    literal: bool = False
    shaded: bool = False
    hidden: bool = False
    coloured: bool = False
    marked: bool = False


def inside(look: Look, element: Element) -> Look:
    """Return the look inside an element whose own place has a look."""
    css = _css(element.attributes.get("style", ""))
    styles = _styles(look.styles, element.name, css)
    background = css.get("background-color") or css.get("background", "")
    marked = bool(background) and not _WHITE.match(background) and "none" not in background
    colour = css.get("color") or element.attributes.get("color", "").lower()
    shaded = look.shaded or marked or bool(element.attributes.get("bgcolor"))
    return replace(
        look,
        styles=styles,
        breaks=_breaks(look, element, css),
        literal=look.literal or element.name in ("pre", "code", "samp", "kbd", "tt"),
        shaded=shaded,
        hidden=look.hidden or _hides(element, css, colour, shaded=shaded),
        coloured=_coloured(colour) if colour else look.coloured,
        marked=element.name == "mark" or marked or look.marked,
    )


def _styles(outer: tuple[str, ...], name: str, css: dict[str, str]) -> tuple[str, ...]:
    own = {_TAGS.get(name, "")}
    weight, slant = css.get("font-weight", ""), css.get("font-style", "")
    own |= {"b"} if _BOLD.fullmatch(weight) else set()
    own |= {"i"} if slant.startswith(("italic", "oblique")) else set()
    lines = css.get("text-decoration", "") + css.get("text-decoration-line", "")
    own |= {"u"} if "underline" in lines else set()
    own |= {"s"} if "line-through" in lines else set()
    own -= {"u", "s"} if "none" in lines else set()
    place = css.get("vertical-align", "")
    own |= {"super": {"sup"}, "sub": {"sub"}}.get(place, set())
    own -= {"sup", "sub"} if place == "baseline" else set()
    plain = ({"b"} if _NORMAL.fullmatch(weight) else set()) | (
        {"i"} if slant == "normal" else set()
    )
    return tuple(
        style
        for style in ("b", "i", "u", "s", "sub", "sup")
        if style in {*outer, *own} and style not in plain
    )


def _breaks(look: Look, element: Element, css: dict[str, str]) -> bool:
    space = css.get("white-space", "")
    if space:
        return space in _KEPT_BREAKS
    return look.breaks or element.name in ("pre", "listing", "xmp", "textarea")


def _hides(element: Element, css: dict[str, str], colour: str, *, shaded: bool) -> bool:
    return (
        "hidden" in element.attributes
        or css.get("display") == "none"
        or css.get("visibility") in ("hidden", "collapse")
        or bool(re.fullmatch(r"0(\.0+)?(px|pt|em|rem|%)?", css.get("font-size", "")))
        or bool(re.fullmatch(r"0(\.0+)?%?", css.get("opacity", "")))
        or (bool(_WHITE.fullmatch(colour)) and not shaded)
        or not _HIDING.isdisjoint(element.classes)
    )


def _coloured(colour: str) -> bool:
    """Return whether a colour is neither black nor grey nor nearly so."""
    if colour in _UNCOLOURED:
        return False
    found = _DARK.fullmatch(colour)
    if found is None:
        return not colour.startswith(("var(", "dark", "grey", "light"))
    if found[1]:
        width = len(found[1]) // 3
        digits = (found[1][at * width : (at + 1) * width] * (3 - width) for at in range(3))
        parts = [int(pair, 16) for pair in digits]
    else:
        parts = [int(found[at]) for at in (2, 3, 4)]
    return max(parts) - min(parts) > 40 and max(parts) > 80


def _css(source: str) -> dict[str, str]:
    """Return the declarations of a style attribute in lower case, without blanks in colours."""
    found = {}
    for declaration in source.lower().split(";"):
        name, _, value = declaration.partition(":")
        value = re.sub(r"\s*!important$", "", " ".join(value.split()))
        found[name.strip()] = re.sub(r"(?<=[(,]) | (?=[,)])", "", value)
    if bold := re.search(r"\bbold\b", found.get("font", "")):
        found.setdefault("font-weight", bold[0])
    return found
