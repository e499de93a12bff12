"""Chemical formulas of TeX's mhchem become plain LaTeX, or are named."""

import pytest

from kiosk.exam.items.formulas import mathml, shows_as_meant
from sync.hq.authoring.chemistry import converted
from sync.hq.authoring.entry import read_entry
from tests.hq.items import PROGRAMME


@pytest.mark.parametrize(
    ("written", "latex"),
    [
        ("CO2", r"\text{CO}_{2}"),
        ("CO2 + C -> 2 CO", r"\text{CO}_{2} + \text{C} \rightarrow 2\, \text{CO}"),
        ("2H2 + O2 -> 2H2O", r"2\,\text{H}_{2} + \text{O}_{2} \rightarrow 2\,\text{H}_{2}\text{O}"),
        ("SO4^2-", r"\text{SO}_{4}^{2-}"),
        ("Fe^{3+}", r"\text{Fe}^{3+}"),
        ("Na+", r"\text{Na}^{+}"),
        ("Ca(OH)2(aq)", r"\text{Ca}(\text{OH})_{2}\,\text{(aq)}"),
        ("[Cu(NH3)4]^2+", r"[\text{Cu}(\text{NH}_{3})_{4}]^{2+}"),
        ("N2 + 3H2 <=> 2NH3",
         r"\text{N}_{2} + 3\,\text{H}_{2} \rightleftharpoons 2\,\text{NH}_{3}"),
        ("CaCO3 -> CaO + CO2 ^",
         r"\text{CaCO}_{3} \rightarrow \text{CaO} + \text{CO}_{2} \uparrow"),
        ("e-", r"\text{e}^{-}"),
    ],
)  # fmt: skip
def test_simple_formulas_are_plain_latex(written: str, latex: str) -> None:
    assert converted(rf"若 $\ce{{{written}}}$ 则") == f"若 ${latex}$ 则"
    assert shows_as_meant(latex)


@pytest.mark.parametrize(
    "written", ["A ->[heat] B", "^{14}C", "Xx2", "R-OH", "", "(", "(OH", "CuSO4.5H2O"]
)
def test_other_formulas_stay_and_are_not_valid(written: str) -> None:
    text = rf"$\ce{{{written}}}$"
    assert converted(text) == text
    assert not shows_as_meant(text.strip("$"))


@pytest.mark.parametrize(
    "latex",
    [r"\notacommand{x}", r"\ce{CO2}", r"\SI{5}{m}", r"\text{50\%}", r"\text{a\b}",
     r"\begin{dcases}a\end{dcases}", r"\begin{aligned}a&=b\end{aligned}"],
)  # fmt: skip
def test_a_command_that_candidates_would_see_is_not_valid(latex: str) -> None:
    assert not shows_as_meant(latex)
    # An item that is stored already is shown as before.
    assert mathml(latex) is not None


@pytest.mark.parametrize(
    "latex",
    [r"\backslash", r"A \setminus B", r"\%\$\{\}", r"\begin{cases}a\\b\end{cases}",
     r"\begin{align*}a&=b\end{align*}", r"\left\{x\right.", r"\operatorname{lcm}(a, b)",
     r"\xrightarrow{heat}", r"a \\ b"],
)  # fmt: skip
def test_commands_that_are_shown_as_signs_are_valid(latex: str) -> None:
    assert shows_as_meant(latex)


def test_items_take_the_plain_formula_and_name_the_others() -> None:
    values = {"id": "q", "type": "true_false", "subject": "theory", "domain": "policy"}
    good = {**values, "stem": r"$\ce{CO2}$ 是气体", "key": ["true"]}
    entry, problems = read_entry(good, PROGRAMME)
    assert entry is not None
    assert (entry.item.stem, problems) == (r"$\text{CO}_{2}$ 是气体", [])
    _, problems = read_entry({**good, "stem": r"$\ce{^{14}C}$ 是气体"}, PROGRAMME)
    assert [problem.code for problem in problems] == ["formula_bad"]
    _, problems = read_entry({**good, "stem": r"\ce{CO2} 是气体"}, PROGRAMME)
    assert [problem.code for problem in problems] == ["leftover"]
