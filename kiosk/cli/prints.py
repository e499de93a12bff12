"""``kiosk print``: the printed set of a sitting, while the server is not running."""

from pathlib import Path

import click
from flask import Flask

from kiosk.bootstrap.prints import printed_set
from kiosk.bootstrap.setup import settings_of
from kiosk.command_line.common import data_option, report_errors
from kiosk.hall.prints import PrintedSet
from kiosk.hall.views.prints import PrintKind
from kiosk.printing.fonts import find_font
from kiosk.store.errors import StoreBusy
from kiosk.system import operator
from kiosk.web import texts
from kiosk.web.prints.making import make

RUNNING = "The server is running, and only one program may write. Use the page Print, or stop it."


@click.command(name="print")
@data_option
@click.argument("sitting")
@click.argument("document", type=click.Choice([kind.value for kind in PrintKind]))
@click.option("--room", "rooms", multiple=True, help="Only this room, by its id. Repeatable.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    required=True,
    help="The PDF; - for standard output, such as a pipe to `lp`.",
)
@report_errors
def print_document(
    data: Path, sitting: str, document: str, rooms: tuple[str, ...], out: Path
) -> None:
    """Write a document of a sitting's printed set as a PDF, while the server is not running.

    SITTING is the id of a sitting, which the staff page's address has. While the server runs, use
    the page Print. The file has names and portraits: delete it when it is printed.

    \b
    Example:
      kiosk print S1 desk_labels --out - | lp
    """
    find_font()  # without one, say so before anything is opened
    app = Flask("kiosk.web")
    texts.install(app, settings_of(data).timezone)
    try:
        with printed_set(data) as prints, app.test_request_context("/"):
            _require_rooms(prints, sitting, rooms)
            pdf = make(prints, sitting, PrintKind(document), operator(), rooms)
            lacking = prints.unprintable(sitting, rooms)
    except StoreBusy as error:
        raise click.ClickException(RUNNING) from error
    with click.open_file(str(out), "wb") as file:
        file.write(pdf)
    if lacking:
        names = ", ".join(lacking)
        click.echo(f"The font lacks a character of: {names}. Add it by hand at 〓.", err=True)


def _require_rooms(prints: PrintedSet, sitting: str, rooms: tuple[str, ...]) -> None:
    known = {room.id for room in prints.sitting(sitting).rooms}
    if strange := set(rooms) - known:
        raise click.ClickException(f"This sitting has no room {', '.join(sorted(strange))}.")
