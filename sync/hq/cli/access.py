"""``hq token``: tokens of programs that use headquarters."""

from pathlib import Path

import click

from kiosk.command_line.common import report_errors
from sync.hq.accounts.tokens import MOST_DAYS, USUAL_DAYS, Limits, TokenScope
from sync.hq.cli.common import data_option, echo_json, json_option, local, me, opened


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
    type=click.Choice([scope.value for scope in TokenScope]),
    default=(TokenScope.RESULTS.value, TokenScope.ATTEMPTS.value),
    show_default=True,
    help="What it may read; may be repeated. personal:read adds names to the others.",
)
@click.option(
    "--days",
    type=click.IntRange(1, MOST_DAYS),
    default=USUAL_DAYS,
    show_default=True,
    help="How long it is valid.",
)
@click.option("--programme", default="", help="Only this programme, by its id.")
@click.option("--branch", default="", help="Only this centre or branch, such as 北京/海淀.")
@report_errors
def token_create(
    data: Path, name: str, scopes: tuple[str, ...], days: int, programme: str, branch: str
) -> None:
    """Create a token and print it. It is shown only once; only its hash is stored."""
    limits = Limits.typed(programme, branch)
    with opened(data) as hq:
        click.echo(hq.tokens.create(name, scopes, me(), days=days, limits=limits))


@token.command(name="list")
@data_option
@json_option
@report_errors
def token_list(data: Path, as_json: bool) -> None:
    """List tokens with their ids, limits and last use, never their secrets."""
    with opened(data) as hq:
        found, now = hq.tokens.list(), hq.clock.now()
        if as_json:
            echo_json([{**vars(entry), "limits": vars(entry.limits)} for entry in found])
            return
        for entry in found:
            until = f"until {local(entry.expires_at, hq)}" if entry.expires_at else "without an end"
            used = local(entry.last_used_at, hq) if entry.last_used_at else "never used"
            limits = [f"{name}={value}" for name, value in vars(entry.limits).items() if value]
            words = (
                *(entry.id, entry.name, " ".join(entry.scopes), *limits),
                *(entry.state(now), until, used),
            )
            click.echo("  ".join(words))


@token.command(name="revoke")
@data_option
@click.argument("token_id")
@report_errors
def token_revoke(data: Path, token_id: str) -> None:
    """Revoke a token at once; `hq token list` shows its id."""
    with opened(data) as hq:
        hq.tokens.revoke(token_id, me())
    click.echo("Revoked.")
