"""What the commands share: the data directory, clean errors, passwords that leave no trace."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from kiosk.exam.errors import ExamError
from kiosk.settings import default_data_dir

F = TypeVar("F", bound=Callable[..., Any])


def data_option(function: F) -> F:
    """Add ``--data DIR`` to a command."""
    return click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        default=default_data_dir,
        show_default="$STATE_DIRECTORY, else $XDG_DATA_HOME/exam-kiosk",
        help="Where the centre keeps its settings, keys, database and pictures.",
    )(function)


def says_errors(function: F) -> F:
    """Turn the product's own errors into one line on standard error and exit code 1."""

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except ExamError as error:
            raise click.ClickException(str(error)) from error

    return cast(F, wrapper)


def ask_password(password_file: Path | None, username: str) -> str:
    """A password from the first line of a file, or typed twice; never from the command line."""
    if password_file is not None:
        return password_file.read_text(encoding="utf-8").splitlines()[0]
    typed: str = click.prompt(f"Password for {username}", hide_input=True, confirmation_prompt=True)
    return typed
