"""``hq accounts``: people who may use the console."""

from pathlib import Path

import click

from kiosk.command_line.common import ask_password, report_errors
from sync.hq.cli.common import data_option, echo_json, json_option, me, opened

password_option = click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read the password from this file's first line.",
)


@click.group()
def accounts() -> None:
    """People who may use the console. Every action here is in the audit log."""


@accounts.command()
@data_option
@click.argument("username")
@click.option("--administrator", is_flag=True, help="May manage accounts in the console.")
@password_option
@report_errors
def create(data: Path, username: str, administrator: bool, password_file: Path | None) -> None:
    """Create an account; the password is asked for, or read from a file."""
    password = ask_password(password_file, username)
    with opened(data) as hq:
        hq.accounts.create(username, password, me(), administrator=administrator)
    click.echo(f"Account {username} is ready.")


@accounts.command(name="list")
@data_option
@json_option
@report_errors
def list_accounts(data: Path, as_json: bool) -> None:
    """List accounts with their state and who has managed them."""
    with opened(data) as hq:
        found = hq.account_admin.list()
    if as_json:
        echo_json([vars(account) for account in found])
        return
    for account in found:
        state = "closed" if account.closed_at else "locked" if account.locked_at else "open"
        words = [account.username, state]
        words += ["administrator"] if account.administrator else []
        words += ["second factor"] if account.has_factor else []
        words += [f"managed by {', '.join(account.hands)}"] if account.hands else []
        click.echo("  ".join(words))


@accounts.command()
@data_option
@click.argument("username")
@password_option
@report_errors
def password(data: Path, username: str, password_file: Path | None) -> None:
    """Set a new password for an account; end its sessions.

    Afterwards nobody counts as managing the account.
    """
    typed = ask_password(password_file, username)
    with opened(data) as hq:
        hq.account_admin.reset_password(username, typed, me())
    click.echo(f"{username} has a new password.")


@accounts.command()
@data_option
@click.argument("username")
@click.option("--off", is_flag=True, help="May no longer manage accounts.")
@report_errors
def administrator(data: Path, username: str, off: bool) -> None:
    """Allow or forbid an account to manage accounts in the console."""
    with opened(data) as hq:
        hq.account_admin.set_administrator(username, me(), administrator=not off)
    click.echo(f"{username} {'does not manage' if off else 'manages'} accounts.")


@accounts.command()
@data_option
@click.argument("username")
@report_errors
def lock(data: Path, username: str) -> None:
    """Lock an account until it is unlocked; end its sessions."""
    with opened(data) as hq:
        hq.account_admin.lock(username, me())
    click.echo(f"{username} is locked.")


@accounts.command()
@data_option
@click.argument("username")
@report_errors
def unlock(data: Path, username: str) -> None:
    """Unlock an account, also after wrong passwords."""
    with opened(data) as hq:
        hq.account_admin.unlock(username, me())
    click.echo(f"{username} can sign in again.")


@accounts.command()
@data_option
@click.argument("username")
@click.confirmation_option(prompt="The account will be closed permanently. Close it?")
@report_errors
def close(data: Path, username: str) -> None:
    """Close an account permanently; the name stays in the audit log."""
    with opened(data) as hq:
        hq.account_admin.close(username, me())
    click.echo(f"{username} is closed.")


@accounts.command(name="sign-out")
@data_option
@click.argument("username")
@report_errors
def sign_out(data: Path, username: str) -> None:
    """End all sessions of a person."""
    with opened(data) as hq:
        hq.account_admin.end_sessions(username, me())
    click.echo(f"{username} is signed out everywhere.")


@accounts.command(name="remove-factor")
@data_option
@click.argument("username")
@report_errors
def remove_factor(data: Path, username: str) -> None:
    """Remove a second factor, after a telephone was lost."""
    with opened(data) as hq:
        hq.account_admin.remove_factor(username, me())
    click.echo(f"{username} signs in with the password alone until a second factor is set up.")
