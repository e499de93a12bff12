"""Options and helpers that the ``hq`` commands share."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from kiosk.exam.errors import ExamError
from kiosk.settings import default_data_dir
from kiosk.system import SystemClock, entropy, new_id, operator
from sync.hq.core.progress import ProgressCallback
from sync.hq.services import HqServices, open_headquarters

F = TypeVar("F", bound=Callable[..., Any])


def data_option(function: F) -> F:
    """Add ``--data DIR`` to a command."""
    option = click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        default=lambda: default_data_dir("exam-hq"),
        show_default="$STATE_DIRECTORY, else $XDG_DATA_HOME/exam-hq",
        help="Where headquarters stores settings, keys, database and objects.",
    )
    return option(function)


def json_option(function: F) -> F:
    """Add ``--json`` to a command, as the parameter ``as_json``."""
    option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
    return option(function)


@contextmanager
def opened(data: Path) -> Iterator[HqServices]:
    """Open the headquarters of a data directory with the real clock; close it at the end.

    Errors name times in the console's time zone, as they are typed.
    """
    hq = open_headquarters(data, SystemClock(), new_id, entropy)
    try:
        yield hq
    except ExamError as error:
        error.args = (error.sentence(ZoneInfo(hq.settings.console.timezone)),)
        raise
    finally:
        hq.close()


@contextmanager
def progress_bar(label: str) -> Iterator[ProgressCallback]:
    """Show progress on standard error if that is a terminal."""
    with click.progressbar(length=1, label=label, file=sys.stderr, hidden=_unseen()) as bar:

        def tell(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield tell


def _unseen() -> bool:
    return not sys.stderr.isatty()


def me() -> str:
    """Return the operating system's account, for the audit log."""
    return operator()


def echo_json(value: Any) -> None:
    """Print JSON with times in ISO 8601."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def moment(text: str, hq: HqServices) -> datetime:
    """Parse a time in ISO 8601, by default in the console's time zone, or ``now``.

    Raises:
        click.BadParameter: it is not a time.
    """
    if text == "now":
        return hq.clock.now().replace(microsecond=0)
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is not a time such as 2026-04-25T14:00") from error
    zone = ZoneInfo(hq.settings.console.timezone)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=zone)


def local(at: datetime, hq: HqServices) -> str:
    """Return a time in the console's time zone, as :func:`moment` reads it."""
    return f"{at.astimezone(ZoneInfo(hq.settings.console.timezone)):%Y-%m-%dT%H:%M}"
