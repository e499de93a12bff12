"""Problems of a file on the command line."""

from collections.abc import Sequence

import click

from sync.hq.problems import Problem

MOST = 100
"""No more lines than this: after so many problems somebody opens the file anyway."""


def say_problems(problems: Sequence[Problem]) -> None:
    """Name each on standard error: ``!`` for what leaves something out, ``-`` for the others."""
    for problem in problems[:MOST]:
        click.echo(f"{'!' if problem.grave else '-'} {problem}", err=True)
    if len(problems) > MOST:
        click.echo(f"… and {len(problems) - MOST} more", err=True)
