"""``kiosk models``: face packs."""

import click

from kiosk.cli.common import says_errors
from kiosk.settings import default_data_dir
from kiosk.vision.dlib.pack import build as build_dlib
from kiosk.vision.packs import known_packs, read_pack


@click.group()
def models() -> None:
    """Face packs: list them, and build the embedded one."""


@models.command(name="list")
def list_packs() -> None:
    """Packs that this version knows, with their licences."""
    for info in known_packs():
        click.echo(f"{info.id}  {info.title}")
        click.echo(f"    licence {info.licence}; from {info.source}")


@models.command()
@click.argument("name", default="dlib")
@says_errors
def build(name: str) -> None:
    """Compile a pack's networks once, shared by the centres of this user.

    A centre also does this by itself when it starts; nothing is downloaded.
    """
    info = read_pack(name)
    folder = build_dlib(
        info,
        default_data_dir() / "models",
        lambda step, number, total: click.echo(f"  {number}/{total} {step}"),
    )
    click.echo(f"{info.id} is ready in {folder}")
