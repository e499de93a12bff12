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
"""What a disk says to a write; which file it was is not known then."""

PORT = click.IntRange(0, 65535)
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
    """Turn the product's own errors, and refusals of the system, into one line and exit code 1."""

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except ExamError as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            if error.filename is None and error.errno not in OF_DISKS:
                raise
            where = error.filename or "The disk"
            raise click.ClickException(f"{where}: {error.strerror}") from error

    return cast(F, wrapper)


def ask_password(password_file: Path | None, username: str) -> str:
    """A password from the first line of a file, or typed twice; never from the command line.

    Raises SettingsError when the file's first line is empty, or the file is not text.
    """
    if password_file is not None:
        return first_line(password_file, f"the password of {username}")
    typed: str = click.prompt(f"Password for {username}", hide_input=True, confirmation_prompt=True)
    return typed


def first_line(path: Path, what: str) -> str:
    """The first line of a file that holds a secret; raises SettingsError when it is empty."""
    line = read_text(path).partition("\n")[0].strip("\r\ufeff")
    if not line.strip():
        raise SetupRefused(reason=f"{path}: the first line is empty; it must be {what}.")
    return line
