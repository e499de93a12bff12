"""Cells of CSV files, safe to open in a spreadsheet program."""

BOM = "\ufeff"
"""Begins a CSV file: without it Excel reads Chinese in the system's encoding."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First characters of cells that spreadsheets run as formulas, full-width ones included."""


def safe_cell(text: str) -> str:
    """Return a text, after an apostrophe if a spreadsheet would run it as a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
