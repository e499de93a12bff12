"""The ``kiosk`` command: set up a centre, run it, and rehearse a sitting."""

import click

from kiosk import __version__
from kiosk.command_line.lazy import Lazy, LazyGroup


def _here(module: str, attribute: str, text: str, extra: str = "centre") -> Lazy:
    return Lazy(f"kiosk.cli.{module}", attribute, text, extra)


COMMANDS = {
    "init": _here(
        "centre", "init", "Set up a new centre: settings, keys, and the first staff account."
    ),
    "enrol": _here(
        "centre", "accept", "Install HQ's certificate for this centre and trust HQ's keys."
    ),
    "keys": _here(
        "centre",
        "keys",
        "The centre's keys for signing and decryption.",
    ),
    "staff": _here(
        "staff", "staff", "Accounts of the centre's staff, while the server is not running."
    ),
    "export": _here(
        "stick",
        "export",
        "Write waiting results, event logs and pictures to a USB stick, for `hq import`.",
    ),
    "pictures": _here(
        "pictures",
        "pictures",
        "Pictures of a candidate for headquarters' review, while the server is not running.",
    ),
    "print": _here(
        "prints",
        "print_document",
        "Write a document of a sitting's printed set as a PDF, while the server is not running.",
    ),
    "import": _here(
        "stick",
        "import_path",
        "Import an exam package (NAME.exam), or a USB stick from headquarters.",
    ),
    "serve": _here(
        "centre",
        "serve",
        "Run the centre: candidates' pages, staff pages, camera analysis and sync.",
    ),
    "tls": _here(
        "centre_tls", "tls", "HTTPS by Caddy, so that browsers allow the pages to use cameras."
    ),
    "check": _here(
        "keep",
        "check",
        "Check settings, keys, database, event logs, packages, pictures, disk, fonts and backups.",
    ),
    "backup": _here(
        "keep",
        "backup",
        "Write a sealed backup to TARGET, a new file or a folder; also while the server runs.",
    ),
    "restore": _here(
        "keep",
        "restore",
        "Restore a backup (a file, or the newest of a folder), while the server is not running.",
    ),
    "rescue": _here(
        "keep",
        "rescue",
        "Recover the readable answers of a damaged database, while the server is not running.",
    ),
    "retention": _here(
        "retention",
        "retention",
        "Show what is stored of past sittings, until when, and what its deletion waits for.",
    ),
    "models": _here(
        "models",
        "models",
        "Face packs: list, install and verify them, and build the embedded one.",
        "vision",
    ),
    "rehearse": _here(
        "rehearse",
        "rehearse",
        "Rehearse a sitting with simulated candidates, as a centre does before exam day.",
        "rehearsal",
    ),
    "mock-exam": _here(
        "mock_exam",
        "mock_exam",
        "A mock exam on this centre's terminals, while the real server is not running.",
    ),
    "demo": _here(
        "demo",
        "demo",
        "Headquarters and a centre with demo content on this machine, until Ctrl-C.",
        "rehearsal",
    ),
    "bench": _here(
        "bench",
        "bench",
        "Measure this machine: figures to compare, taken in one run.",
        "rehearsal",
    ),
}


@click.group(cls=LazyGroup, lazy=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="exam-kiosk")
def main() -> None:
    """Run an exam centre on one machine, with or without a network to headquarters.

    A new centre: `kiosk init` makes its keys, settings and first account; HQ answers its
    request with a certificate for `kiosk enrol`; `kiosk serve` starts the server.
    """
