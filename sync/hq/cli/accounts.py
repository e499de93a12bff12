"""``hq accounts``: people who may use the console."""

from datetime import timedelta
from pathlib import Path

import click

from kiosk.command_line.common import ask_password, report_errors
from sync.hq.accounts.validity import MOST_DAYS
from sync.hq.cli.common import F, data_option, echo_json, json_option, me, opened
from sync.hq.core.roles import PURPOSES, Grant, Role, clean_branch

password_option = click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read the password from this file's first line.",
)

ROLE = click.Choice([role.value for role in Role])


def limits(function: F) -> F:
    """Add ``--programme`` and ``--branch`` to a command."""
    programme = click.option("--programme", default="", help="Only for this programme's id.")
    branch = click.option(
        "--branch",
        default="",
        help="Only for centres below it, such as 北京/海淀 or 北京/海淀/BJ01.",
    )
    return programme(branch(function))


@click.group()
def accounts() -> None:
    """People who may use the console. Every action here is in the audit log."""


@accounts.command()
@data_option
@click.argument("username")
@click.option("--role", "roles", multiple=True, type=ROLE, help="What it is for; repeatable.")
@limits
@password_option
@report_errors
def create(
    data: Path,
    username: str,
    roles: tuple[str, ...],
    programme: str,
    branch: str,
    password_file: Path | None,
) -> None:
    """Create an account; the password is asked for, or read from a file.

    Without a role it can sign in and change its password, nothing else.
    """
    password = ask_password(password_file, username)
    limit = (programme, clean_branch(branch))
    with opened(data) as hq:
        hq.accounts.create(username, password, me(), [Grant(Role(role), *limit) for role in roles])
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
        echo_json([{**vars(one), "grants": [vars(each) for each in one.grants]} for one in found])
        return
    for account in found:
        state = "closed" if account.closed_at else "locked" if account.locked_at else "open"
        words = [account.username, state]
        words += [f"[{_words(grant)}]" for grant in account.grants]
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
@click.argument("role", type=ROLE)
@limits
@report_errors
def grant(data: Path, username: str, role: str, programme: str, branch: str) -> None:
    """Give an account a role; `hq accounts roles` says what each one may do.

    Roles that one person must not have together are refused: who registers candidates does not
    decide appeals, and who marks does not see names.
    """
    with opened(data) as hq:
        given = Grant(Role(role), programme, clean_branch(branch))
        hq.grants.give(username, given, me())
    click.echo(f"{username} is {_words(given)}.")


@accounts.command()
@data_option
@click.argument("username")
@click.argument("role", type=ROLE)
@limits
@report_errors
def withdraw(data: Path, username: str, role: str, programme: str, branch: str) -> None:
    """Withdraw a role from an account at once; name the limits that it was given with."""
    with opened(data) as hq:
        withdrawn = Grant(Role(role), programme, clean_branch(branch))
        hq.grants.withdraw(username, withdrawn, me())
    click.echo(f"{username} is no longer {_words(withdrawn)}.")


@accounts.command()
@data_option
@click.argument("username", required=False)
@json_option
@report_errors
def roles(data: Path, username: str | None, as_json: bool) -> None:
    """Show who has which roles, of one account or all, and what each role is for."""
    with opened(data) as hq:
        found = hq.grants.list(username)
    if as_json:
        echo_json([{**vars(view), "grant": vars(view.grant)} for view in found])
        return
    for view in found:
        day = view.granted_at.date().isoformat()
        click.echo(f"{view.username}  {_words(view.grant)}  by {view.granted_by}, {day}")
    if username is None:
        click.echo("\nWhat each role is for:")
        for role, text in PURPOSES.items():
            click.echo(f"  {role.value:<14}{text.text}")


def _words(grant: Grant) -> str:
    limits = [grant.programme_id and f"programme {grant.programme_id}"]
    limits += [grant.branch and f"branch {grant.branch}"]
    return ", ".join([grant.role.value, *filter(None, limits)])


@accounts.command()
@data_option
@click.argument("username")
@click.argument("days", type=click.IntRange(0, MOST_DAYS))
@report_errors
def expire(data: Path, username: str, days: int) -> None:
    """Let a supervisor's account sign in for DAYS days more, then not.

    An account that gets this role has 30 days; 0 removes the end once it has the role no more.
    """
    with opened(data) as hq:
        until = hq.clock.now() + timedelta(days=days) if days else None
        hq.account_admin.set_validity(username, until, me())
    end = f"until {until:%Y-%m-%d %H:%M} UTC" if until else "without an end"
    click.echo(f"{username} can sign in {end}.")


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
