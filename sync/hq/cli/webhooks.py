"""``hq webhooks``: programs that headquarters calls when results or certificates change."""

from pathlib import Path

import click

from kiosk.command_line.common import report_errors
from sync.hq.accounts.tokens import Limits
from sync.hq.cli.common import data_option, echo_json, json_option, local, me, opened
from sync.hq.exchange.webhooks.registry import WebhookView
from sync.hq.exchange.webhooks.secrets import MOST_HOURS, USUAL_HOURS


@click.group()
def webhooks() -> None:
    """Programs that headquarters calls when results or certificates change.

    `hq serve` delivers.
    """


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


@webhooks.command(name="new-secret")
@data_option
@click.argument("webhook_id")
@click.option(
    "--hours",
    type=click.IntRange(0, MOST_HOURS),
    default=USUAL_HOURS,
    show_default=True,
    help="How long the former secret still signs besides; 0 ends it at once.",
)
@click.option("--yes", is_flag=True, help="Do not ask, where the former secret ends at once.")
@report_errors
def webhooks_new_secret(data: Path, webhook_id: str, hours: int, yes: bool) -> None:
    """Replace the signing secret and print the new one, which is shown only once.

    Until the hours are over each message has a signature by the new and one by the former secret,
    so nothing is lost while the receiver's people enter the new one. With --hours 0, for a secret
    that became known to others, the receiver refuses messages until then; they are sent again.
    """
    with opened(data) as hq:
        hook = hq.webhooks.get(webhook_id)
        if hours == 0 and not yes:
            click.confirm(f"Let the former secret of {hook.name} end at once?", abort=True)
        click.echo(hq.webhook_secrets.change(webhook_id, me(), hours))


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
