"""MathML becomes LaTeX that shows the same, or nothing."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, fromstring

import pytest

from kiosk.exam.items.formulas import mathml
from sync.hq.authoring.interchange.mathml_in import to_latex

CELLS = "<mtable><mtr><mtd><mi>x</mi></mtd><mtd><mi>y</mi></mtd></mtr></mtable>"
FORMULAS = [
    ("<mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup>", "E = m c^{2}"),
    (
        "<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mi>c</mi></mfrac>",
        r"\frac{a + b}{c}",
    ),
    ("<msqrt><mi>x</mi><mo>&#8722;</mo><mn>1</mn></msqrt>", r"\sqrt{x - 1}"),
    ("<mroot><mi>x</mi><mn>3</mn></mroot>", r"\sqrt[3]{x}"),
    ("<msub><mi>CO</mi><mn>2</mn></msub>", r"{\mathrm{CO}}_{2}"),
    ("<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>", "x_{1}^{2}"),
    (
        "<munderover><mo>&sum;</mo><mi>i</mi><mi>n</mi></munderover><mi>x</mi>",
        r"\sum_{i}^{n} x",
    ),
    ("<munder><mi>lim</mi><mi>n</mi></munder><mi>a</mi>", r"\lim_{n} a"),
    ("<mover><mi>x</mi><mo>&#xAF;</mo></mover>", r"\bar{x}"),
    (
        "<mover><mrow><mi>A</mi><mi>B</mi></mrow><mo>&#8594;</mo></mover>",
        r"\overrightarrow{A B}",
    ),
    ("<mover><mo>→</mo><mtext>heat</mtext></mover>", r"\overset{\text{heat}}{\to}"),
    ("<mi>sin</mi><mo>&#x2061;</mo><mi>θ</mi>", r"\sin \theta"),
    ("<mfenced><mi>a</mi><mi>b</mi></mfenced>", r"\left( a, b \right)"),
    (f"<mfenced open='[' close=']'>{CELLS}</mfenced>", r"\begin{bmatrix} x & y \end{bmatrix}"),
    (f"<mo>(</mo>{CELLS}<mo>)</mo>", r"\begin{pmatrix} x & y \end{pmatrix}"),
    (f"<mo>{{</mo>{CELLS}", r"\begin{cases} x & y \end{cases}"),
    (
        "<mtext>排放量</mtext><mo>=</mo><mi>AD</mi><mo>×</mo><mi>EF</mi>",
        r"\text{排放量} = \mathrm{AD} \times \mathrm{EF}",
    ),
    ('<mi mathvariant="double-struck">R</mi>', r"\mathbb{R}"),
    ("<mn>1,000.5</mn><mo>%</mo>", r"1{,}000.5 \%"),
    ("<mo>{</mo><mi>x</mi><mo>}</mo>", r"\{ x \}"),
    ("<mi>a</mi><mo>&lt;</mo><mi>b</mi>", "a < b"),
    ("<mn>25</mn><mo>°</mo><mi>C</mi>", "25 ° C"),
    ("<msup><mi>f</mi><mo>′</mo></msup>", "f'"),
    (
        "<mmultiscripts><mi>C</mi><mprescripts/><mn>6</mn><mn>14</mn></mmultiscripts>",
        "{}_{6}^{14}C",
    ),
    ("<mstyle><mpadded><mi>x</mi></mpadded><mspace/><mi>y</mi></mstyle>", r"x \; y"),
    (
        "<semantics><mi>q</mi><annotation encoding='application/x-tex'>q_{}</annotation>"
        "</semantics>",
        "q_{}",
    ),
]


@pytest.mark.parametrize(("source", "latex"), FORMULAS)
def test_common_formulas_become_latex(source: str, latex: str) -> None:
    assert to_latex(f"<math>{source}</math>") == latex.strip()


@pytest.mark.parametrize("latex", [latex for _, latex in FORMULAS])
def test_what_comes_out_goes_in_again_and_shows_the_same(latex: str) -> None:
    shown = mathml(latex)
    assert shown is not None
    again = to_latex(shown)
    assert again is not None
    assert skeleton(mathml(again)) == skeleton(shown)


def skeleton(shown: str | None) -> list[str]:
    """Texts and structures of a formula, without groups that show nothing."""
    assert shown is not None
    return list(_parts(fromstring(shown)))  # noqa: S314


def _parts(element: Element) -> Iterator[str]:
    name = element.tag.rpartition("}")[2]
    if name not in ("math", "mrow", "mstyle", "mi", "mo", "mn", "mspace"):
        yield name
    if element.text and element.text.strip():
        yield element.text.strip()
    for child in element:
        yield from _parts(child)


def test_prefixes_and_entities_of_html_are_understood() -> None:
    source = '<m:math><m:mi xlink:href="a">x</m:mi><m:mo>&InvisibleTimes;</m:mo></m:math>'
    assert to_latex(source) == "x"


@pytest.mark.parametrize(
    "source",
    [
        "<math><mphantom><mi>x</mi></mphantom></math>",
        "<math><menclose notation='box'><mi>x</mi></menclose></math>",
        "<math><mfrac linethickness='0'><mi>n</mi><mi>k</mi></mfrac></math>",
        "<math><mtext>a_b</mtext></math>",
        "<math><mo>$</mo></math>",
        "<math><mfrac><mi>x</mi></mfrac></math>",
        "<math><apply><plus/><ci>x</ci></apply></math>",
        "<math>" * 500,
        "<math><mi>x</mi>",
        "",
    ],
)
def test_what_cannot_be_converted_is_nothing(source: str) -> None:
    assert to_latex(source) is None
