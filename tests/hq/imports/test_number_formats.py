"""Numbers become the text that the sheet shows, or nothing: never a guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.datetime import WINDOWS_EPOCH

from sync.hq.imports.number_formats import is_date, shown_number, shown_text

SHOWN = [
    ("General", "0.30000000000000004", "0.3"),
    ("General", "-12.5", "-12.5"),
    ("0", "2.5", "3"),
    ("0.00", "1.005", "1.01"),
    ("0.00", "-0.001", "0.00"),
    ("000", "7", "007"),
    ("#,##0", "1234567", "1,234,567"),
    ("#,##0.00", "-1234.5", "-1,234.50"),
    ("#,##0,", "1234567", "1,235"),
    ("0%", "0.5", "50%"),
    ("0.0%", "0.1234", "12.3%"),
    ("0.00E+00", "12345", "1.23E+04"),
    ("0.00E+00", "0", "0.00E+00"),
    ("# ?/?", "0.5", "1/2"),
    ("# ??/??", "3.25", "3 1/4"),
    ("# ?/?", "2", "2"),
    ('0"吨"', "12", "12吨"),
    ('"约"0.0', "1.25", "约1.3"),
    ('"¥"#,##0.00', "1234.5", "¥1,234.50"),
    ("[$¥-804]#,##0.00", "5", "¥5.00"),
    ("[Red]0.0", "1", "1.0"),
    ("0.0;[Red](0.0)", "-1", "(1.0)"),
    ('0;-0;"零"', "0", "零"),
    ('[>100]"大"0;0', "101", "大101"),
    ("0.00_);(0.00)", "2", "2.00"),
    ('General"吨"', "1.5", "1.5吨"),
    ('yyyy"年"m"月"d"日"', "46137", "2026年4月25日"),
    ("yyyy-mm-dd", "46137", "2026-04-25"),
    ('m"月"d"日"', "46024", "1月2日"),
    ("yyyy/m/d h:mm", "46137.5625", "2026/4/25 13:30"),
    ("h:mm AM/PM", "0.5625", "1:30 PM"),
    ("[h]:mm", "1.5", "36:00"),
    ("mm:ss", "0.000694444444444444", "01:00"),
]


@pytest.mark.parametrize(("code", "digits", "shown"), SHOWN)
def test_a_number_is_the_text_that_the_sheet_shows(code: str, digits: str, shown: str) -> None:
    assert shown_number(code, digits, WINDOWS_EPOCH) == shown


@pytest.mark.parametrize(
    ("code", "digits"),
    [
        ("General", "123456789012.5"),  # the column's width decides
        ("[$-F800]dddd, mmmm dd, yyyy", "46137"),  # the computer's settings decide
        ("[DBNum1]General", "12"),
        ("000-0000", "5551234"),
        ("0.##", "1"),
        ("?/?", "1"),
        ("# ?/?", "3.14159"),
        ("yyyy-mm-dd", "60"),
        ("yyyy-mm-dd", "-1"),
        ("0 bytes", "5"),
        ("[<1]0.0", "5"),
    ],
)
def test_what_is_not_certain_is_not_guessed(code: str, digits: str) -> None:
    assert shown_number(code, digits, WINDOWS_EPOCH) is None


@pytest.mark.parametrize(
    ("code", "text", "shown"),
    [("@", "甲", "甲"), ('"题"@', "1", "题1"), ("0.00", "甲", "甲"), (";;;", "甲", None)],
)
def test_a_text_is_shown_in_its_format(code: str, text: str, shown: str | None) -> None:
    assert shown_text(code, text) == shown


@pytest.mark.parametrize(
    ("code", "date"), [("m/d", True), ("[h]:mm", True), ("0.00", False), ('0"d"', False)]
)
def test_formats_of_dates_are_known(code: str, date: bool) -> None:
    assert is_date(code) is date


@given(st.text(alphabet='0#?.,%E+-/;[]"@_*\\ymdhs吨GeneralAP', max_size=20), st.floats(-1e14, 1e14))
def test_no_format_fails(code: str, number: float) -> None:
    shown_number(code, repr(number), WINDOWS_EPOCH)
    shown_text(code, "甲")
