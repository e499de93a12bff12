"""Formulas become MathML, and nothing in them becomes anything else."""

import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.items.formulas import mathml


def test_symbols_are_characters() -> None:
    assert "<mo>×</mo>" in (mathml(r"2 \times 3") or "")
    assert "<mo>&lt;</mo>" in (mathml("a < b") or "")


def test_what_is_no_latex_is_no_formula() -> None:
    assert mathml("x_1_2") is None


@pytest.mark.parametrize(
    "latex",
    [
        r"\genfrac",
        r"\genfrac{",
        r"\left",
        r"\begin{matrix}",
        r"\begin{array}",
        r"\substack",
        r"\above",
        r"\hspace",
        "{" * 2000,
        "{" * 1000 + "}" * 1000,
        "^" * 500,
        r"\sqrt" * 400,
        r"\frac" * 400,
        r"\left(" * 300 + r"\right)" * 300,
        "x" * 100_000,
    ],
    ids=lambda latex: latex[:12],
)
def test_a_formula_that_trips_the_converter_is_answered_at_once(latex: str) -> None:
    shown = mathml(latex)
    assert shown is None or ElementTree.fromstring(shown) is not None


@pytest.mark.parametrize(
    "latex",
    [
        r"\text{<script>alert(1)</script>}",
        r"\text{<img src=x onerror=alert(1)>}",
        r"\text{&lt;script&gt;}",
        "<script>",
    ],
)
def test_no_tag_gets_out_of_a_formula(latex: str) -> None:
    shown = mathml(latex)
    assert shown is not None
    assert "<script" not in shown
    assert "<img" not in shown


@pytest.mark.parametrize(
    "latex",
    [
        r"\href{javascript:alert(1)}{x}",
        r"\frac{\href{https://example.org}{a}}{b}",
        r"\style{position:fixed}{x}",
    ],
)
def test_no_formula_leads_out_of_the_page(latex: str) -> None:
    assert mathml(latex) is None


@given(st.text(alphabet="ab<>&;{}_^\\ \"'=/xtlg", max_size=30))
def test_every_formula_is_well_formed_and_all_of_it_is_mathematics(latex: str) -> None:
    shown = mathml(latex)
    if shown is None:
        return
    for element in ElementTree.fromstring(shown).iter():
        assert element.tag.startswith("{http://www.w3.org/1998/Math/MathML}m")
