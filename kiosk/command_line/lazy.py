"""Groups that import a command only when it runs: ``--help`` is fast and needs no extras."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import click

OWN = {"kiosk", "sync"}


@dataclass(frozen=True)
class Lazy:
    """Where a command is, its one-sentence help, and the extra that it needs."""

    module: str
    attribute: str
    help: str
    extra: str

    def load(self) -> click.Command:
        """Import the command.

        Raises:
            ModuleNotFoundError: its extra is not installed.
        """
        command: click.Command = getattr(importlib.import_module(self.module), self.attribute)
        return command


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def __init__(self, *arguments: Any, lazy: Mapping[str, Lazy], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.lazy = lazy
        for name, entry in lazy.items():
            # A placeholder: listing commands needs only their names and help.
            self.add_command(click.Command(name, help=entry.help))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the command.

        Raises:
            ClickException: its extra is not installed.
        """
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name)
        try:
            return self.lazy[cmd_name].load()
        except ModuleNotFoundError as error:
            raise _explained(error, self.lazy[cmd_name]) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands as click does, with the help of the table."""
        names = self.list_commands(ctx)
        width = formatter.width - 6 - max(map(len, names))
        rows = [(name, self.commands[name].get_short_help_str(width)) for name in names]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command.

        Raises:
            ClickException: it imports a package that is not installed.
        """
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as error:
            raise _explained(error, self.lazy[str(ctx.invoked_subcommand)]) from error


def _explained(error: ModuleNotFoundError, command: Lazy) -> Exception:
    """Return a hint to install the extra; a missing module of our own stays an error."""
    if error.name is None or error.name.partition(".")[0] in OWN:
        return error
    return click.ClickException(
        f"{error.name} is not installed. Run: pip install 'exam-kiosk[{command.extra}]'"
    )
