"""Signs of MathML and their LaTeX."""

from collections.abc import Iterator

_GREEK = (
    "alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι"
    " kappa κ lambda λ mu μ nu ν xi ξ pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ"
    " upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π"
    " Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω"
)
_OTHERS = (
    "times × div ÷ pm ± mp ∓ cdot ⋅ cdot · ast ∗ leq ≤ geq ≥ neq ≠ approx ≈ equiv ≡ sim ∼ cong ≅"
    " propto ∝ ll ≪ gg ≫ in ∈ notin ∉ ni ∋ subset ⊂ supset ⊃ subseteq ⊆ supseteq ⊇ cup ∪ cap ∩"
    " emptyset ∅ forall ∀ exists ∃ neg ¬ land ∧ lor ∨ oplus ⊕ otimes ⊗ perp ⊥ parallel ∥ mid ∣"
    " angle ∠ triangle △ partial ∂ nabla ∇ infty ∞ sum ∑ prod ∏ int ∫ iint ∬ iiint ∭ oint ∮"
    " to → leftarrow ← leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔ mapsto ↦"
    " uparrow ↑ downarrow ↓ rightleftharpoons ⇌ ldots … cdots ⋯ vdots ⋮ ddots ⋱ circ ∘ bullet •"
    " star ⋆ hbar ℏ ell ℓ Re ℜ Im ℑ aleph ℵ therefore ∴ because ∵ langle ⟨ rangle ⟩ lfloor ⌊"
    " rfloor ⌋ lceil ⌈ rceil ⌉ | ‖ setminus ∖ prime ′"
)


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    words = text.split()
    yield from ((sign, f"\\{name}") for name, sign in zip(words[::2], words[1::2], strict=True))


_BLANK = "\u2061\u2062\u2063\u2064\u200b\u2060\ufeff"
"""Characters that show nothing: applied functions, invisible times."""

SIGNS = {
    **dict(_pairs(_GREEK)),
    **dict(_pairs(_OTHERS)),
    **dict.fromkeys(_BLANK, ""),
    "−": "-",
    "–": "-",
    "∕": "/",
    "\u00a0": r"\;",
    "\u2009": r"\,",
    "%": r"\%",
}
BRACES = {"{": r"\{", "}": r"\}"}
"""Signs that LaTeX escapes where they are operators."""

FENCES = {
    "(": "(", ")": ")", "[": "[", "]": "]", "|": "|", "{": r"\{", "}": r"\}", "‖": r"\|",
    "⟨": r"\langle", "⟩": r"\rangle", "⌊": r"\lfloor", "⌋": r"\rfloor", "⌈": r"\lceil",
    "⌉": r"\rceil",
}  # fmt: skip
MATRICES = {
    ("", ""): "matrix",
    ("(", ")"): "pmatrix",
    ("[", "]"): "bmatrix",
    ("|", "|"): "vmatrix",
    ("{", ""): "cases",
}
_FUNCTION_NAMES = (
    "sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth log ln lg exp lim limsup"
    " liminf max min sup inf det gcd deg dim ker arg hom"
)
FUNCTIONS = frozenset(_FUNCTION_NAMES.split())
LIMITS = frozenset({*"∑∏∫∬∭∮⋃⋂", "lim", "max", "min", "sup", "inf"})
"""What has its limits below and above."""

VARIANTS = {
    "normal": r"\mathrm",
    "bold": r"\mathbf",
    "double-struck": r"\mathbb",
    "script": r"\mathcal",
    "fraktur": r"\mathfrak",
}
ACCENTS = {
    "¯": r"\bar", "‾": r"\bar", "―": r"\bar", "_": r"\bar", "\u0305": r"\bar", "\u0304": r"\bar",
    "^": r"\hat", "ˆ": r"\hat", "\u0302": r"\hat", "~": r"\tilde", "˜": r"\tilde",
    "→": r"\vec", "⃗": r"\vec", "˙": r"\dot", ".": r"\dot", "¨": r"\ddot", "⏞": r"\overbrace",
    "\u2212": r"\bar",
}  # fmt: skip
UNDER = {"_": r"\underline", "\u0332": r"\underline", "⏟": r"\underbrace", "‾": r"\underline",
         "―": r"\underline"}  # fmt: skip
LONG = {
    r"\bar": r"\overline",
    r"\hat": r"\widehat",
    r"\tilde": r"\widetilde",
    r"\vec": r"\overrightarrow",
}
"""Accents over more than one sign."""

_ALIKE = {
    "−": "-", "–": "-", "‐": "-", "∗": "*", "·": "⋅", "′": "'", "∕": "/", "∣": "|", "∥": "‖",
    "ǁ": "‖", "ϕ": "φ", "ϵ": "ε", "∘": "°", "…": "...", "⋯": "...", "µ": "μ", "〈": "⟨", "〉": "⟩",
    "△": "△", "∶": ":", "→": "→", "⟶": "→",
}  # fmt: skip
_LINES = dict.fromkeys("¯‾―_\u0305\u0304\u0332ˉ─\u2015", "¯") | dict.fromkeys("^ˆ\u0302", "^")
_MARKS = _LINES | dict.fromkeys("~˜\u0303∼", "~") | {"⃗": "→", "\u0307": "˙", "\u0308": "¨"}


def alike(text: str) -> Iterator[str]:
    """Yield a text's visible characters; those that look alike come out the same."""
    for char in text:
        if not char.isspace() and char not in _BLANK:
            plain = _ALIKE.get(char, char)
            yield from (_MARKS.get(part, part) for part in plain)
