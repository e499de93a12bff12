"""``kiosk demo``."""

import signal
import threading

import click

from kiosk.command_line.common import PORT, report_errors
from kiosk.rehearsal.demo import Open, run_demo
from kiosk.rehearsal.environment import OTHERS, STAFF


@click.command()
@click.option(
    "--port", type=PORT, default=8080, show_default=True, help="Port of the centre's pages."
)
@click.option("--hq-port", type=PORT, default=8090, show_default=True, help="Port of headquarters.")
@click.option("--simulated", type=click.IntRange(0, 6), default=4, show_default=True)
@report_errors
def demo(port: int, hq_port: int, simulated: int) -> None:
    """Headquarters and a centre with demo content on this machine, until Ctrl-C.

    A sitting is already running with a few simulated candidates, and two seats are left for you;
    a second sitting waits to be unlocked. Everything is deleted when the demo ends.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run_demo((port, hq_port), simulated, lambda text: click.echo(f"- {text}"), _show, stop)


def _show(demo: Open) -> None:
    lines = [
        "",
        f"Candidates    {demo.centre_url}/",
        *(f"              {p.admission_no}  {p.identity_no}  {p.name}" for p in demo.visitors),
        "              Without a portrait: take one at the staff desk, or verify by hand.",
        f"Staff         {demo.centre_url}/staff/",
        f"              {STAFF} / {demo.access.password}",
        f"Headquarters  {demo.hq_url}/",
        f"              {STAFF} / {demo.access.password}",
        *(f"              {name} / {demo.access.password}" for name in OTHERS),
        "",
        "Unlock codes",
        *(f"              {code}  {title}" for title, code in demo.access.codes.items()),
        "Candidates of the sitting that is still locked",
        *(f"              {p.admission_no}  {p.identity_no}  {p.name}" for p in demo.shut),
        "",
        "Ctrl-C ends the demo and removes its data.",
    ]
    click.echo("\n".join(lines))
