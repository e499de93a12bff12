"""Texts as pages show them: one conversion for both products."""

from kiosk.exam.items.markup import Span
from kiosk.exam.items.shown import ShownTable, shown


def test_runs_keep_their_styles_and_formulas_become_mathml() -> None:
    plain, lowered, formula = shown("CO<sub>2</sub>$x^2$")
    assert (plain, lowered) == (Span("text", "CO"), Span("text", "2", styles=("sub",)))
    assert isinstance(formula, Span)
    assert (formula.kind, formula.text[:5]) == ("formula", "<math")


def test_a_formula_that_cannot_be_converted_is_shown_as_written() -> None:
    assert shown(r"<b>$\left($</b>") == (Span("text", r"\left(", styles=("b",)),)


def test_a_table_comes_between_the_lines_around_it() -> None:
    before, table, after = shown("表 1\n| 气体 | 值 |\n| --- | --- |\n| CO<sub>2</sub> | $1$ |\n续")
    assert (before, after) == (Span("text", "表 1"), Span("text", "续"))
    assert isinstance(table, ShownTable)
    assert table.headings == ((Span("text", "气体"),), (Span("text", "值"),))
    ((gas, value),) = table.rows
    assert gas == (Span("text", "CO"), Span("text", "2", styles=("sub",)))
    assert value[0].kind == "formula"


def test_a_table_without_headings_has_none() -> None:
    (table,) = shown("| --- | --- |\n| 1 | 2 |")
    assert isinstance(table, ShownTable)
    assert (table.headings, len(table.rows)) == ((), 1)
