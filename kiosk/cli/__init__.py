"""The ``kiosk`` command: set up a centre, run it, and rehearse a sitting."""

import click

from kiosk import __version__
from kiosk.cli.bench import bench
from kiosk.cli.bench_proctoring import proctoring
from kiosk.cli.centre import accept, init, keys, serve
from kiosk.cli.centre_tls import tls
from kiosk.cli.demo import demo
from kiosk.cli.keep import backup, check, rescue, restore
from kiosk.cli.models import models
from kiosk.cli.rehearse import rehearse
from kiosk.cli.retention import retention
from kiosk.cli.staff import staff
from kiosk.cli.stick import export, import_path


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="exam-kiosk")
def main() -> None:
    """Run an exam centre on one machine, with or without a network to headquarters.

    A new centre: `kiosk init` makes its keys, settings and first account; HQ answers its
    request with a certificate for `kiosk enrol`; `kiosk serve` starts the server.
    """


for command in (
    *(init, accept, keys, staff, export, import_path, serve, tls),
    *(models, rehearse, demo, bench, check, backup, restore, rescue, retention),
):
    main.add_command(command)
bench.add_command(proctoring)
