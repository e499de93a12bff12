"""No cell of a CSV file is run as a formula by a spreadsheet program."""

import pytest

from kiosk.webpages.csv_cells import safe_cell


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_texts_that_begin_like_formulas_get_an_apostrophe(sign: str) -> None:
    assert safe_cell(f"{sign}1+1") == f"'{sign}1+1"


def test_other_texts_stay() -> None:
    assert safe_cell("1=1") == "1=1"
    assert safe_cell("") == ""
