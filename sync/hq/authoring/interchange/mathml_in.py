r"""Presentation MathML to LaTeX: the subset that items use.

:func:`to_latex` returns None rather than a formula that differs: its result is converted back,
and both must show the same characters in the same structures.
"""

import re
from html import unescape

from kiosk.exam.items.formulas import mathml
from sync.hq.authoring.interchange import mathml_signs as signs
from sync.hq.authoring.interchange.mathml_shown import children, content, every, fence, text_of
from sync.hq.authoring.interchange.xml_in import Element, parse

_LONGEST = 100_000
_PREFIX = re.compile(r"(</?)[A-Za-z_][\w.-]*:")
_ATTRIBUTE = re.compile(r"""(\s)[A-Za-z_][\w.-]*:([\w.-]+\s*=\s*["'])""")
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#)\b)[A-Za-z][A-Za-z0-9]*;")
_GROUPS = ("math", "mrow", "mstyle", "mpadded", "mtd", "semantics")


class _Unknown(Exception):
    """An element that LaTeX here cannot express."""


def to_latex(xml: str) -> str | None:
    """Return a ``<math>`` element as LaTeX, or None if it cannot be converted exactly."""
    if len(xml) > _LONGEST:
        return None
    try:
        root = parse(_plain(xml).encode("utf-8", "surrogatepass"))
        latex = _annotated(root) or _checked(root)
    except (_Unknown, ValueError, IndexError):
        return None
    return latex


def _plain(xml: str) -> str:
    """Remove prefixes and HTML's entities, which a fragment does not declare."""
    text = _NAMED.sub(lambda found: unescape(found[0]), xml)
    return _ATTRIBUTE.sub(r"\1\2", _PREFIX.sub(r"\1", text))


def _annotated(root: Element) -> str:
    """Return the LaTeX that the formula has as an annotation, if it is usable."""
    for note in every(root, "annotation"):
        if "tex" in note.attributes.get("encoding", "").lower():
            latex = " ".join(text_of(note).split()).strip("$ ")
            if latex and "$" not in latex and mathml(latex) is not None:
                return latex
    return ""


def _checked(root: Element) -> str:
    latex = re.sub(r" {2,}", " ", _row(root)).strip()
    shown = mathml(latex) if latex and "$" not in latex else None
    if shown is None or content(parse(shown.encode())) != content(root):
        raise _Unknown
    return latex


def _latex(element: Element) -> str:
    name = element.name
    if name in _GROUPS:
        return _row(element)
    try:
        return _CONVERTERS[name](element)
    except KeyError:
        raise _Unknown from None


def _row(element: Element) -> str:
    """Convert the content of a group; a pair of brackets around a table is one matrix."""
    parts = children(element)
    if element.name == "semantics":
        parts = parts[:1]
    if len(parts) == 1 and parts[0].name in ("mrow", "mstyle"):
        return _row(parts[0])
    if len(parts) in (2, 3) and parts[1].name == "mtable" and parts[0].name == "mo":
        closed = text_of(parts[2]).strip() if len(parts) == 3 else ""
        return _matrix(parts[1], text_of(parts[0]).strip(), closed)
    return " ".join(filter(None, map(_latex, parts)))


def _group(element: Element) -> str:
    return f"{{{_latex(element)}}}"


def _identifier(element: Element) -> str:
    text = text_of(element).strip()
    if text in signs.FUNCTIONS:
        return f"\\{text}"
    style = element.attributes.get("mathvariant", "")
    if style in signs.VARIANTS:
        return f"{signs.VARIANTS[style]}{{{_word(text)}}}"
    if len(text) > 1 and text.isascii():
        return rf"\mathrm{{{_word(text)}}}"
    return _word(text)


def _word(text: str) -> str:
    if any("\u2e80" <= char <= "\uffef" for char in text):
        return rf"\text{{{_clean(text)}}}"
    return " ".join(map(_sign, text)) if not text.isascii() else _clean(text)


def _clean(text: str) -> str:
    if re.search(r"[\\{}$#&^_~]", text):
        raise _Unknown
    return text.replace("%", r"\%")


def _sign(char: str) -> str:
    found = signs.SIGNS.get(char)
    if found is not None:
        return found
    if char in "\\$#&^_~{}":
        raise _Unknown
    return char


def _number(element: Element) -> str:
    text = "".join(text_of(element).split())
    return _clean(text).replace(",", "{,}")


def _operator(element: Element) -> str:
    text = text_of(element).strip()
    if text in signs.FUNCTIONS:
        return f"\\{text}"
    if text in ("...", "…"):
        return r"\ldots"
    if len(text) > 1 and text.isalpha() and text.isascii():
        return rf"\mathrm{{{text}}}"
    return " ".join(filter(None, (signs.BRACES.get(char) or _sign(char) for char in text)))


def _words(element: Element) -> str:
    text = re.sub(r"\s+", " ", text_of(element))
    return rf"\text{{{_clean(text)}}}" if text.strip() else r"\;"


def _space(element: Element) -> str:  # noqa: ARG001 - one width fits all
    return r"\;"


def _fraction(element: Element) -> str:
    above, below = children(element)
    if element.attributes.get("linethickness", "").startswith("0"):
        raise _Unknown
    return rf"\frac{_group(above)}{_group(below)}"


def _root(element: Element) -> str:
    return rf"\sqrt{{{_row(element)}}}"


def _nth_root(element: Element) -> str:
    base, index = children(element)
    return rf"\sqrt[{_latex(index)}]{_group(base)}"


def _base(element: Element) -> str:
    """Return the base of scripts; braces keep it together."""
    latex = _latex(element)
    simple = element.name in ("mi", "mn", "mo") and not latex.startswith(r"\math")
    return latex if simple and latex else f"{{{latex}}}"


def _scripts(element: Element) -> str:
    base, *scripts = children(element)
    marks = {"msub": "_", "munder": "_", "msup": "^", "mover": "^"}.get(element.name, "_^")
    if len(scripts) != len(marks):
        raise _Unknown
    primes = text_of(scripts[0]).strip() if marks == "^" else ""
    if primes and set(primes) <= set("'′″‴"):
        count = sum({"″": 2, "‴": 3}.get(char, 1) for char in primes)
        return _base(base) + "'" * count
    pairs = zip(marks, scripts, strict=True)
    return _base(base) + "".join(f"{mark}{_group(script)}" for mark, script in pairs)


def _over_or_under(element: Element) -> str:
    """Convert what is written above or below: an accent, the limits of a sum, or a note."""
    base, mark, *more = children(element)
    over = element.name == "mover"
    accent = (signs.ACCENTS if over else signs.UNDER).get(text_of(mark).strip())
    if accent and not more and mark.name == "mo":
        long = len(text_of(base).strip()) > 1
        return f"{signs.LONG.get(accent, accent) if long else accent}{_group(base)}"
    if text_of(base).strip() in signs.LIMITS:
        return _scripts(element)
    if more:
        raise _Unknown
    return rf"\{'overset' if over else 'underset'}{_group(mark)}{_group(base)}"


def _prescripts(element: Element) -> str:
    """Convert scripts on both sides, as of isotopes."""
    base, *rest = children(element)
    names = [part.name for part in rest]
    at = names.index("mprescripts") if "mprescripts" in names else len(rest)
    before, after = rest[at + 1 :], rest[:at]
    if len(before) % 2 or len(after) % 2 or max(len(before), len(after)) > 2:
        raise _Unknown
    return f"{{}}{_pair(before)}" * bool(before) + _base(base) + _pair(after)


def _pair(scripts: list[Element]) -> str:
    pairs = zip("_^", scripts, strict=False)
    return "".join(f"{mark}{_group(part)}" for mark, part in pairs if part.name != "none")


def _fenced(element: Element) -> str:
    opened, closed, between = fence(element)
    parts = children(element)
    if len(parts) == 1 and parts[0].name == "mtable":
        return _matrix(parts[0], opened, closed)
    inner = _latex(parts[0]) if parts else ""
    for number, part in enumerate(parts[1:]):
        sign = between[min(number, len(between) - 1)] if between else ""
        inner += f"{sign} {_latex(part)}"
    return f"{_bracket('left', opened)} {inner} {_bracket('right', closed)}"


def _bracket(side: str, sign: str) -> str:
    if sign and sign not in signs.FENCES:
        raise _Unknown
    return f"\\{side}{signs.FENCES.get(sign, '.')}"


def _matrix(table: Element, opened: str, closed: str) -> str:
    rows = []
    for row in children(table):
        if row.name != "mtr":
            raise _Unknown
        rows.append(" & ".join(map(_row, children(row))))
    body = r" \\ ".join(rows)
    name = signs.MATRICES.get((opened, closed))
    if name:
        return rf"\begin{{{name}}} {body} \end{{{name}}}"
    inner = rf"\begin{{matrix}} {body} \end{{matrix}}"
    return f"{_bracket('left', opened)} {inner} {_bracket('right', closed)}"


def _table(element: Element) -> str:
    return _matrix(element, "", "")


_CONVERTERS = {
    "mi": _identifier,
    "mn": _number,
    "mo": _operator,
    "mtext": _words,
    "ms": _words,
    "mspace": _space,
    "mfrac": _fraction,
    "msqrt": _root,
    "mroot": _nth_root,
    "msub": _scripts,
    "msup": _scripts,
    "msubsup": _scripts,
    "munder": _over_or_under,
    "mover": _over_or_under,
    "munderover": _over_or_under,
    "mmultiscripts": _prescripts,
    "mfenced": _fenced,
    "mtable": _table,
}
