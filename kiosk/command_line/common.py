"""What the commands share: the data directory, clean errors, passwords that leave no trace."""

import errno
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from kiosk.exam.errors import ExamError
from kiosk.settings import SetupRefused, default_data_dir, read_text

OF_DISKS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO}
"""Errors of a disk on writing, which do not name the file."""

PORT = click.IntRange(0, 65535)
F = TypeVar("F", bound=Callable[..., Any])


def data_option(function: F) -> F:
    """Add ``--data DIR`` to a command."""
    return click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        default=default_data_dir,
        show_default="$STATE_DIRECTORY, else $XDG_DATA_HOME/exam-kiosk",
        help="Where the centre stores its settings, keys, database and pictures.",
    )(function)


def report_errors(function: F) -> F:
    """Turn the product's errors and those of the operating system into exit code 1."""

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except ExamError as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            # An OSError without a file is a mistake in the program, and needs its traceback.
            if error.filename is None and error.errno not in OF_DISKS:
                raise
            where = error.filename or "The disk"
            raise click.ClickException(f"{where}: {error.strerror}") from error

    return cast(F, wrapper)


def ask_password(password_file: Path | None, username: str) -> str:
    """Read a password from a file's first line, or prompt for it twice.

    Never from the command line, which other users can see.

    Raises:
        SettingsError: the file's first line is empty, or the file is not text.
    """
    if password_file is not None:
        return first_line(password_file, f"the password of {username}")
    typed: str = click.prompt(f"Password for {username}", hide_input=True, confirmation_prompt=True)
    return typed


def first_line(path: Path, what: str) -> str:
    """Return the first line of a file that contains a secret.

    Raises:
        SettingsError: the line is empty, or the file is not text.
    """
    line = read_text(path).partition("\n")[0].strip("\r\ufeff")
    if not line.strip():
        raise SetupRefused(reason=f"{path}: the first line is empty; it must be {what}.")
    return line
