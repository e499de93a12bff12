"""``kiosk mock-exam``."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from kiosk.bootstrap.centre import serving
from kiosk.bootstrap.mock_exam import CHIEF, SECOND, OpenMock, open_mock_exam
from kiosk.bootstrap.setup import settings_of
from kiosk.command_line.common import PORT, data_option, report_errors
from kiosk.exam.mock_exam import MockExamRefused
from kiosk.exam.ports import Clock
from kiosk.settings import Settings
from kiosk.system import SystemClock, keep_heaps_few
from kiosk.web.mock_exam import USUAL_MINUTES


@click.command(name="mock-exam")
@data_option
@click.option("--candidates", type=click.IntRange(1, 200), default=20, show_default=True)
@click.option(
    "--minutes",
    type=click.IntRange(1, 240),
    default=USUAL_MINUTES,
    show_default=True,
    help="Time for the paper.",
)
@click.option("--host", help="Address to listen on, instead of the one in the settings.")
@click.option("--port", type=PORT, help="Port to listen on; 0 chooses a free one.")
@report_errors
def mock_exam(
    data: Path, candidates: int, minutes: int, host: str | None, port: int | None
) -> None:
    """A mock exam on this centre's terminals, while the real server is not running.

    The terminals use their usual address. Nothing of it is stored in the centre's data, and
    everything is deleted when it ends: on Ctrl-C, and in any case some time before the next real
    sitting.
    """
    keep_heaps_few()
    clock = SystemClock()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    with (
        _in_local_time(settings_of(data)),
        open_mock_exam(data, candidates, minutes, clock) as opened,
    ):
        server = opened.settings.server
        where = (host or server.host, server.port if port is None else port)
        with serving(opened.running, *where, mock=opened.mock) as url:
            _show(opened, url)
            until_over(opened, clock, stop)
    click.echo("The mock exam is over and its data is deleted. Start the real server again:")
    click.echo("  systemctl start exam-kiosk     (or: kiosk serve)")
    if opened.running.broken.is_set() or opened.running.serving_ended.is_set():
        raise click.ClickException("The mock exam ended unexpectedly.")


@contextmanager
def _in_local_time(settings: Settings) -> Iterator[None]:
    """Report a refusal with the times of the centre, as its staff know them."""
    try:
        yield
    except MockExamRefused as error:
        raise click.ClickException(error.sentence(ZoneInfo(settings.timezone))) from error


def _show(opened: OpenMock, url: str) -> None:
    ends_at = opened.mock.ends_at.astimezone(ZoneInfo(opened.settings.timezone))
    click.echo("模拟考试 MOCK EXAM. Nothing of it is kept; real exams cannot run meanwhile.")
    click.echo(f"Candidates:   {url}/  (at the terminals: their usual address)")
    click.echo(f"Staff:        {url}/staff/")
    click.echo(f"              {CHIEF} / {opened.password}")
    click.echo(f"              {SECOND} / {opened.password}")
    click.echo(f"Numbers:      {url}/staff/mock-exam  (sign in first; print the page)")
    click.echo(f"Unlock code:  {opened.mock.unlock_code}")
    click.echo(f"Ends:         {ends_at:%Y-%m-%d %H:%M} at the latest, or on Ctrl-C")


def until_over(opened: OpenMock, clock: Clock, stop: threading.Event) -> None:
    """Wait until somebody stops the mock exam, it fails, or it has to make room for a sitting."""
    running = opened.running
    began, length = clock.monotonic(), (opened.mock.ends_at - clock.now()).total_seconds()
    while not stop.wait(0.2):
        if running.broken.is_set() or running.serving_ended.is_set():
            return
        # Both clocks: the wall clock may be set while it runs, in either direction.
        if clock.now() >= opened.mock.ends_at or clock.monotonic() - began >= length:
            click.echo("A real sitting is near, or the longest time is over.")
            return
