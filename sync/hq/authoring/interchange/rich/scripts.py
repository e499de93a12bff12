"""Sub- and superscripts as the characters that Unicode has for them."""

import re

LOW = "0123456789+\\-=()aehijklmnoprstuvx"
HIGH = "0123456789+\\-=()in"
"""Characters that have a sub- or superscript, for a class in a pattern."""
AS_TAGS = "as-tags"
"""HTML class of scripts whose text in our markup has tags."""

_LOWERED = str.maketrans("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_RAISED = str.maketrans("0123456789+-=()in", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁱⁿ")
_SIGNS = {"sub": (re.compile(f"[{LOW}]+"), _LOWERED), "sup": (re.compile(f"[{HIGH}]+"), _RAISED)}


def script(name: str, text: str) -> str | None:
    """Return a text as sub- or superscript characters, or None if one of them has none."""
    known, table = _SIGNS[name]
    plain = text.replace("\u2212", "-").strip()
    return plain.translate(table) if known.fullmatch(plain) else None
