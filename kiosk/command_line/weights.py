"""The options for the folder of installed packs: ``--weights`` and, for a centre, ``--data``."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from kiosk.settings import default_data_dir
from kiosk.vision.packs.manifest import default_weights, weights_below

F = TypeVar("F", bound=Callable[..., Any])
FOLDER = click.Path(file_okay=False, path_type=Path)
DATA = f"{__name__}.data"


def weights_option(function: F) -> F:
    """Add ``--data DIR``, whose packs are used, and ``--weights DIR`` to a command."""
    data = click.option(
        "--data",
        type=FOLDER,
        default=default_data_dir,
        expose_value=False,
        callback=_remember,
        is_eager=True,
        show_default="$STATE_DIRECTORY, else $XDG_DATA_HOME/exam-kiosk",
        help="The data directory of the centre whose packs these are.",
    )
    return data(_weights(function, "models in the data directory"))


def hq_weights_option(function: F) -> F:
    """Add ``--weights DIR`` to a command of headquarters, which has its own ``--data``.

    Packs in headquarters' data directory come first, then those that `kiosk models` has
    installed.
    """
    return _weights(function, "models in the data directory, else the centre's of this user")


def _weights(function: F, default: str) -> F:
    return click.option(
        "--weights",
        type=FOLDER,
        callback=_found,
        show_default=default,
        help="Folder of the installed packs.",
    )(function)


def _remember(context: click.Context, _option: click.Parameter, data: Path) -> None:
    context.meta[DATA] = data


def _found(context: click.Context, _option: click.Parameter, weights: Path | None) -> Path:
    if weights is not None:
        return weights
    if DATA in context.meta:
        return weights_below(context.meta[DATA])
    below = weights_below(context.params["data"])
    return below if below.exists() else default_weights()
