"""Groups that import a command when it runs: ``--help`` of the others needs none of its modules."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import click

OWN = {"kiosk", "sync"}


@dataclass(frozen=True)
class Lazy:
    """Where a command is, its help in one sentence, and the extra that it needs."""

    module: str
    attribute: str
    help: str
    extra: str

    def load(self) -> click.Command:
        """Import the command. Raises: ModuleNotFoundError when its extra is not installed."""
        command: click.Command = getattr(importlib.import_module(self.module), self.attribute)
        return command


class LazyGroup(click.Group):
    """A group of commands that are imported when they are called."""

    def __init__(self, *arguments: Any, lazy: Mapping[str, Lazy], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.lazy = lazy
        for name, entry in lazy.items():
            self.add_command(click.Command(name, help=entry.help))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command itself. Raises: ClickException when its extra is not installed."""
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name)
        try:
            return self.lazy[cmd_name].load()
        except ModuleNotFoundError as error:
            raise _explained(error, self.lazy[cmd_name]) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands as click does, with the table's help."""
        names = self.list_commands(ctx)
        width = formatter.width - 6 - max(map(len, names))
        rows = [(name, self.commands[name].get_short_help_str(width)) for name in names]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command. Raises: ClickException when it imports what is not installed."""
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as error:
            raise _explained(error, self.lazy[str(ctx.invoked_subcommand)]) from error


def _explained(error: ModuleNotFoundError, command: Lazy) -> Exception:
    """A sentence for a module of another project; an own one that is missing is our mistake."""
    if error.name is None or error.name.partition(".")[0] in OWN:
        return error
    return click.ClickException(
        f"{error.name} is not installed. Run: pip install 'exam-kiosk[{command.extra}]'"
    )
