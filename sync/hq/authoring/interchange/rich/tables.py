"""Tables of HTML as tables of our markup."""

from collections.abc import Callable, Iterator

from kiosk.exam.items.markup import Table
from sync.hq.authoring.interchange.rich.dom import Element

MOST_CELLS = 5000
_GROUPS = ("thead", "tbody", "tfoot")


class Unwritable(Exception):
    """Our markup cannot hold the table; ``args`` says why."""


def rows(table: Element) -> list[Element]:
    """Return the rows of a table in the order in which browsers show them."""
    found: dict[str, list[Element]] = {name: [] for name in _GROUPS}
    for child in table.elements():
        if child.name in _GROUPS:
            found[child.name] += [row for row in child.elements() if row.name == "tr"]
        elif child.name == "tr":
            found["tbody"].append(child)
    return [row for group in found.values() for row in group]


def cells(row: Element) -> list[Element]:
    """Return the cells of a row."""
    return [cell for cell in row.elements() if cell.name in ("td", "th")]


def only_cell(table: Element) -> Element | None:
    """Return the cell of a table that has just one: a frame around its content."""
    found = [cell for row in rows(table) for cell in cells(row)]
    return found[0] if len(found) == 1 else None


def titles(table: Element) -> Iterator[Element]:
    """Yield what stands above the table: captions, and first rows of one cell over its width."""
    yield from (child for child in table.elements() if child.name == "caption")
    for row in _title_rows(table):
        yield from cells(row)


def read_table(table: Element, cell_text: Callable[[Element, bool], str]) -> Table | None:
    """Return a table, or None if it has no cells.

    ``cell_text`` converts a cell; its second argument says whether it is a heading of its row.

    Raises:
        Unwritable: it has merged cells, or too many.
    """
    above = _title_rows(table)
    lines = [row for row in rows(table) if cells(row) and row not in above]
    if sum(len(cells(row)) for row in lines) > MOST_CELLS:
        raise Unwritable("too many cells")
    if any(_merged(cell) for row in lines for cell in cells(row)):
        raise Unwritable("merged cells")
    if not lines:
        return None
    headed = len(lines) > 1 and _is_heading(table, lines[0])
    texts = [
        tuple(
            cell_text(cell, cell.name == "th" and not (headed and row is lines[0]))
            for cell in cells(row)
        )
        for row in lines
    ]
    width = max(map(len, texts))
    filled = [(*row, *("",) * (width - len(row))) for row in texts]
    return Table(filled[0], tuple(filled[1:])) if headed else Table((), tuple(filled))


def _title_rows(table: Element) -> list[Element]:
    """Return first rows whose only cell spans the width of the table."""
    lines = [row for row in rows(table) if cells(row)]
    width = max((sum(_span(cell, "colspan") for cell in cells(row)) for row in lines), default=0)
    found = []
    for row in lines:
        only = cells(row)
        if width < 2 or len(only) != 1 or _span(only[0], "colspan") < width:
            break
        if _span(only[0], "rowspan") > 1:
            break
        found.append(row)
    return found


def _is_heading(table: Element, row: Element) -> bool:
    head = any(row in child.children for child in table.elements() if child.name == "thead")
    return head or all(cell.name == "th" for cell in cells(row))


def _merged(cell: Element) -> bool:
    return _span(cell, "colspan") > 1 or _span(cell, "rowspan") > 1


def _span(cell: Element, name: str) -> int:
    text = cell.attributes.get(name, "1").strip()
    return int(text) if text.isdigit() and len(text) < 5 else 1
