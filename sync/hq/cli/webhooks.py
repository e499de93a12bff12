"""``hq webhooks``: programs that headquarters calls when results change."""

from pathlib import Path

import click

from kiosk.command_line.common import report_errors
from sync.hq.accounts.tokens import Limits
from sync.hq.cli.common import data_option, echo_json, json_option, local, me, opened
from sync.hq.exchange.webhooks.registry import WebhookView


@click.group()
def webhooks() -> None:
    """Programs that headquarters calls when results change; `hq serve` delivers."""


@webhooks.command(name="add")
@data_option
@click.argument("name")
@click.argument("url")
@click.option("--programme", default="", help="Only this programme, by its id.")
@click.option("--branch", default="", help="Only this centre or branch, such as 北京/海淀.")
@report_errors
def webhooks_add(data: Path, name: str, url: str, programme: str, branch: str) -> None:
    """Add a receiver and print its id and signing secret, which is shown only once.

    URL begins with https://. Addresses of private networks are refused unless
    webhooks.allow_networks in hq.toml contains them. docs/pull.md says how to check signatures.
    """
    with opened(data) as hq:
        limits = Limits.typed(programme, branch)
        found, secret = hq.webhooks.add(name, url, me(), limits=limits)
    click.echo(f"{found}  {secret}")


@webhooks.command(name="list")
@data_option
@json_option
@report_errors
def webhooks_list(data: Path, as_json: bool) -> None:
    """List receivers: address, state, and how many messages wait."""
    with opened(data) as hq:
        found = hq.webhooks.list()
        if as_json:
            echo_json([{**vars(hook), "limits": vars(hook.limits)} for hook in found])
            return
        for hook in found:
            state = _state(hook)
            since = hook.paused_at or hook.failing_since
            when = f" since {local(since, hq)}" if since else ""
            click.echo(f"{hook.id}  {hook.name}  {hook.url}  {state}{when}  {hook.waiting} wait")


def _state(hook: WebhookView) -> str:
    if hook.paused_at is not None:
        return f"paused ({hook.paused_reason})"
    return "does not answer" if hook.failing_since is not None else "active"


@webhooks.command(name="log")
@data_option
@click.argument("webhook_id")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@json_option
@report_errors
def webhooks_log(data: Path, webhook_id: str, limit: int, as_json: bool) -> None:
    """Show tries to deliver to a receiver, newest first."""
    with opened(data) as hq:
        hq.webhooks.get(webhook_id)
        found = hq.webhooks.tries(webhook_id, limit=limit)
        if as_json:
            echo_json([vars(entry) for entry in found])
            return
        for entry in found:
            outcome = f"HTTP {entry.status}" if entry.status else entry.error
            at = local(entry.at, hq)
            click.echo(f"{at}  {entry.kind}  {entry.count}  {outcome}  {entry.milliseconds} ms")


@webhooks.command(name="test")
@data_option
@click.argument("webhook_id")
@report_errors
def webhooks_test(data: Path, webhook_id: str) -> None:
    """Send a test message, once; `hq webhooks log` shows what became of it."""
    with opened(data) as hq:
        hq.webhooks.send_test(webhook_id)
    click.echo("A running hq serve sends it now.")


@webhooks.command(name="pause")
@data_option
@click.argument("webhook_id")
@report_errors
def webhooks_pause(data: Path, webhook_id: str) -> None:
    """Pause a receiver; what happens meanwhile is sent when it is resumed."""
    with opened(data) as hq:
        hq.webhooks.pause(webhook_id, me())
    click.echo("Paused.")


@webhooks.command(name="resume")
@data_option
@click.argument("webhook_id")
@report_errors
def webhooks_resume(data: Path, webhook_id: str) -> None:
    """Resume a receiver, or try again at once."""
    with opened(data) as hq:
        hq.webhooks.resume(webhook_id, me())
    click.echo("Resumed.")


@webhooks.command(name="remove")
@data_option
@click.argument("webhook_id")
@click.option("--yes", is_flag=True, help="Do not ask.")
@report_errors
def webhooks_remove(data: Path, webhook_id: str, yes: bool) -> None:
    """Remove a receiver; what waits for it is not sent any more."""
    with opened(data) as hq:
        hook = hq.webhooks.get(webhook_id)
        if not yes:
            click.confirm(f"Remove {hook.name} ({hook.waiting} messages wait)?", abort=True)
        hq.webhooks.remove(webhook_id, me())
    click.echo("Removed.")
