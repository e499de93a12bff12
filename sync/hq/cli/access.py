"""``hq token``: tokens of programs that use headquarters."""

from pathlib import Path

import click

from kiosk.command_line.common import report_errors
from sync.hq.accounts.tokens import SCOPES
from sync.hq.cli.common import data_option, echo_json, json_option, me, opened


@click.group()
def token() -> None:
    """Tokens for programs that pull results."""


@token.command(name="create")
@data_option
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(SCOPES),
    default=SCOPES[:1],
    show_default=True,
)
@report_errors
def token_create(data: Path, name: str, scopes: tuple[str, ...]) -> None:
    """Create a token and print it. It is shown only once; only its hash is stored."""
    with opened(data) as hq:
        click.echo(hq.tokens.create(name, scopes, me()))


@token.command(name="list")
@data_option
@json_option
@report_errors
def token_list(data: Path, as_json: bool) -> None:
    """List tokens with their ids, never their secrets."""
    with opened(data) as hq:
        found = hq.tokens.list()
    if as_json:
        echo_json([vars(entry) for entry in found])
        return
    for entry in found:
        state = "revoked" if entry.revoked_at else "valid"
        click.echo(f"{entry.id}  {entry.name}  {' '.join(entry.scopes)}  {state}")


@token.command(name="revoke")
@data_option
@click.argument("token_id")
@report_errors
def token_revoke(data: Path, token_id: str) -> None:
    """Revoke a token at once; `hq token list` shows its id."""
    with opened(data) as hq:
        hq.tokens.revoke(token_id, me())
    click.echo("Revoked.")
