"""``kiosk staff``: accounts of the centre's staff, while the server is not running."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from kiosk.bootstrap.setup import settings_of
from kiosk.command_line.common import ask_password, data_option, report_errors
from kiosk.hall.accounts.staff_accounts import StaffAccounts
from kiosk.hall.rights import CHIEF, INVIGILATOR, ROLES
from kiosk.store.errors import StoreBusy
from kiosk.store.sqlite.database import Store
from kiosk.system import SystemClock, operator

PASSWORD_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
RUNNING = (
    "The server is running, and only one program may write. Use the page Accounts "
    "(/staff/accounts), or stop the server and repeat this."
)
password_option = click.option(
    "--password-file",
    type=PASSWORD_FILE,
    help="Read the password from the first line of this file instead of asking.",
)


@contextmanager
def _opened(data: Path) -> Iterator[StaffAccounts]:
    settings_of(data)
    try:
        store = Store(data)
    except StoreBusy as error:
        raise click.ClickException(RUNNING) from error
    try:
        yield StaffAccounts(store, SystemClock())
    finally:
        store.close()


@click.group()
def staff() -> None:
    """Accounts of the centre's staff, while the server is not running.

    While it runs, a chief invigilator uses the page Accounts. What is done here is recorded under
    the account of the operating system.
    """


@staff.command(name="list")
@data_option
@report_errors
def list_accounts(data: Path) -> None:
    """List all accounts with role, rooms and lock."""
    with _opened(data) as accounts:
        for account in accounts.list():
            rooms = f"rooms {', '.join(account.rooms)}" if account.rooms else ""
            state = f"locked since {account.locked_at.isoformat()}" if account.locked_at else ""
            parts = (account.username, account.role, rooms, state)
            click.echo("  ".join(part for part in parts if part))


@staff.command()
@data_option
@click.argument("username")
@click.option("--role", type=click.Choice(ROLES), default=INVIGILATOR, show_default=True)
@password_option
@report_errors
def add(data: Path, username: str, role: str, password_file: Path | None) -> None:
    """Create an account."""
    with _opened(data) as accounts:
        accounts.add(username, ask_password(password_file, username), role, operator())
    click.echo(f"Account {username} is ready ({role}).")


@staff.command()
@data_option
@click.argument("username")
@password_option
@report_errors
def passwd(data: Path, username: str, password_file: Path | None) -> None:
    """Set a new password for an account; end its sessions."""
    with _opened(data) as accounts:
        accounts.set_password(username, ask_password(password_file, username), operator())
    click.echo(f"{username} has a new password.")


@staff.command()
@data_option
@click.argument("username")
@click.argument("role", type=click.Choice(ROLES))
@report_errors
def role(data: Path, username: str, role: str) -> None:
    """Change the role of an account; end its sessions."""
    with _opened(data) as accounts:
        accounts.set_role(username, role, operator())
    click.echo(f"{username} is {role} now.")


@staff.command()
@data_option
@click.argument("username")
@click.argument("room", nargs=-1)
@report_errors
def rooms(data: Path, username: str, room: tuple[str, ...]) -> None:
    """Assign an invigilator to rooms, by their ids; without any, to all rooms."""
    with _opened(data) as accounts:
        accounts.set_rooms(username, set(room), operator())
    where = ", ".join(sorted(set(room))) or "all rooms"
    click.echo(f"{username} is assigned to: {where}.")


@staff.command()
@data_option
@click.argument("username")
@report_errors
def lock(data: Path, username: str) -> None:
    """Lock an account; end its sessions. The last chief invigilator cannot be locked."""
    with _opened(data) as accounts:
        accounts.lock(username, operator())
    click.echo(f"{username} is locked.")


@staff.command()
@data_option
@click.argument("username")
@report_errors
def unlock(data: Path, username: str) -> None:
    """Unlock an account, also after wrong passwords."""
    with _opened(data) as accounts:
        accounts.unlock(username, operator())
    click.echo(f"{username} can sign in again.")


@staff.command()
@data_option
@click.argument("username", default="chief")
@password_option
@report_errors
def reset(data: Path, username: str, password_file: Path | None) -> None:
    """Restore access for a chief invigilator who is locked out or has lost the password.

    Sets a new password, unlocks the account, clears wrong entries, makes it a chief's.
    """
    with _opened(data) as accounts:
        accounts.reset(username, ask_password(password_file, username), operator())
        accounts.set_role(username, CHIEF, operator())
    click.echo(f"{username} can sign in as {CHIEF} with the new password.")


@staff.command()
@data_option
@report_errors
def clear(data: Path) -> None:
    """Clear all wrong entries of staff and candidates, so that nobody has to wait."""
    with _opened(data) as accounts:
        click.echo(f"{accounts.clear_all_waits(operator())} counts of wrong entries were cleared.")
