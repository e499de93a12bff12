"""Statistics of items at the console, over the sittings that used them; without personal data."""

from flask import Response, render_template, url_for

from sync.hq.errors import NotFound
from sync.hq.statistics import figure_tables
from sync.hq.web import statistics_plots as plots
from sync.hq.web.console import guard
from sync.hq.web.console.figure_files import (
    FORMATS,
    PAGE,
    figure_file,
    names_of_figures,
    page_number,
    shown_table,
)
from sync.hq.web.console.rights import ITEM_STATISTICS
from sync.hq.web.console.shared import staff_pages
from sync.hq.web.replies import headquarters
from sync.hq.web.statistics_names import FLAGS, REASONS, TITLES, flag_name, number

item_statistics = staff_pages("item_statistics")


@item_statistics.get("/item-statistics/<programme_id>")
def flagged(programme_id: str) -> str:
    """Show the items of a programme with flags in the latest sitting that used them."""
    guard.require(*ITEM_STATISTICS, programme=programme_id)
    hq, page = headquarters(), page_number()
    found = hq.item_history.flagged(programme_id)
    return render_template(
        "statistics/flagged.html",
        programme=hq.programmes.get(programme_id),
        uses=found[(page - 1) * PAGE : page * PAGE],
        count=len(found),
        page=page,
        pages=-(-len(found) // PAGE),
        flag_name=flag_name,
        flags=FLAGS,
        reasons=REASONS,
        number=number,
    )


@item_statistics.get("/item-statistics/<programme_id>/<path:item_id>")
def item(programme_id: str, item_id: str) -> str:
    """Show an item's figures over the sittings, and its options in the latest ones."""
    guard.require(*ITEM_STATISTICS, programme=programme_id)
    hq = headquarters()
    uses, names = hq.item_history.of(programme_id, item_id), names_of_figures()
    latest = [use for use in uses if use.starts_at == uses[-1].starts_at]
    options = [(use, figure_tables.options({}, [use.row])) for use in latest]
    return render_template(
        "statistics/item.html",
        programme=hq.programmes.get(programme_id),
        kept=hq.bank.get(programme_id, item_id),
        uses=uses,
        flags=sorted({flag for use in latest for flag in use.row.flags}),
        reasons=REASONS,
        flag_name=flag_name,
        item_files=lambda name: [
            (kind.upper(), _file_address(programme_id, item_id, name, kind)) for kind in FORMATS
        ],
        lines=[
            (TITLES["difficulty"], plots.difficulty_line(uses)),
            (TITLES["discrimination"], plots.discrimination_line(uses)),
        ],
        history=shown_table(
            figure_tables.chosen(figure_tables.history(uses), figure_tables.SHORT_HISTORY), names
        ),
        options=[
            (use, plots.option_bars(use.row), shown_table(table, names))
            for use, table in options
            if table.rows
        ],
    )


@item_statistics.get("/item-figures/<programme_id>/<name>.<kind>/<path:item_id>")
def item_file(programme_id: str, name: str, kind: str, item_id: str) -> Response:
    """Return the history or the options of an item as CSV, XLSX or JSON."""
    guard.require(*ITEM_STATISTICS, programme=programme_id)
    uses = headquarters().item_history.of(programme_id, item_id)
    if name not in ("history", "options") or kind not in FORMATS or not uses:
        raise NotFound(what="table")
    rows = [use.row for use in uses if use.starts_at == uses[-1].starts_at]
    table = figure_tables.history(uses) if name == "history" else figure_tables.options({}, rows)
    return figure_file(table, kind, f"{name}-{item_id}")


def _file_address(programme_id: str, item_id: str, name: str, kind: str) -> str:
    return url_for(
        "item_statistics.item_file",
        programme_id=programme_id,
        item_id=item_id,
        name=name,
        kind=kind,
    )
