"""``hq accounts``: people who may use the console."""

from pathlib import Path

import click

from kiosk.command_line.common import ask_password, says_errors
from sync.hq.cli.common import data_option, echo_json, json_option, me, opened

password_option = click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Take the password from this file's first line.",
)


@click.group()
def accounts() -> None:
    """People who may use the console. Every act here is in the audit log."""


@accounts.command()
@data_option
@click.argument("username")
@click.option("--administrator", is_flag=True, help="May manage accounts in the console.")
@password_option
@says_errors
def create(data: Path, username: str, administrator: bool, password_file: Path | None) -> None:
    """Add an account; the password is asked for, or read from a file."""
    password = ask_password(password_file, username)
    with opened(data) as hq:
        hq.accounts.create(username, password, me(), administrator=administrator)
    click.echo(f"Account {username} is ready.")


@accounts.command(name="list")
@data_option
@json_option
@says_errors
def list_accounts(data: Path, as_json: bool) -> None:
    """Accounts with their state, and in whose hands each has been."""
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
        words += [f"in the hands of {', '.join(account.hands)}"] if account.hands else []
        click.echo("  ".join(words))


@accounts.command()
@data_option
@click.argument("username")
@password_option
@says_errors
def password(data: Path, username: str, password_file: Path | None) -> None:
    """Give an account another password; its sessions end.

    Nobody who had the account in hand counts as having it any more.
    """
    typed = ask_password(password_file, username)
    with opened(data) as hq:
        hq.account_admin.reset_password(username, typed, me())
    click.echo(f"{username} has a new password.")


@accounts.command()
@data_option
@click.argument("username")
@click.option("--off", is_flag=True, help="May not manage accounts any more.")
@says_errors
def administrator(data: Path, username: str, off: bool) -> None:
    """Let an account manage accounts in the console."""
    with opened(data) as hq:
        hq.account_admin.set_administrator(username, me(), administrator=not off)
    click.echo(f"{username} {'does not manage' if off else 'manages'} accounts.")


@accounts.command()
@data_option
@click.argument("username")
@says_errors
def lock(data: Path, username: str) -> None:
    """Keep an account out until it is unlocked; its sessions end."""
    with opened(data) as hq:
        hq.account_admin.lock(username, me())
    click.echo(f"{username} is locked.")


@accounts.command()
@data_option
@click.argument("username")
@says_errors
def unlock(data: Path, username: str) -> None:
    """Let an account in again, also after wrong passwords."""
    with opened(data) as hq:
        hq.account_admin.unlock(username, me())
    click.echo(f"{username} may sign in.")


@accounts.command()
@data_option
@click.argument("username")
@click.confirmation_option(prompt="The account is closed for good. Close it?")
@says_errors
def close(data: Path, username: str) -> None:
    """End an account for good; the name stays with what it did."""
    with opened(data) as hq:
        hq.account_admin.close(username, me())
    click.echo(f"{username} is closed.")


@accounts.command(name="sign-out")
@data_option
@click.argument("username")
@says_errors
def sign_out(data: Path, username: str) -> None:
    """End all sessions of a person."""
    with opened(data) as hq:
        hq.account_admin.end_sessions(username, me())
    click.echo(f"{username} is signed out everywhere.")


@accounts.command(name="remove-factor")
@data_option
@click.argument("username")
@says_errors
def remove_factor(data: Path, username: str) -> None:
    """Take a second factor away, after a telephone was lost."""
    with opened(data) as hq:
        hq.account_admin.remove_factor(username, me())
    click.echo(f"{username} signs in with the password alone until a second factor is set up.")
