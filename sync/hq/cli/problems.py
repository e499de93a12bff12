"""Output of a file's problems on the command line."""

from collections.abc import Sequence

import click

from sync.hq.problems import Problem

MOST = 100
"""Most lines printed; with more problems the file needs to be opened anyway."""


def print_problems(problems: Sequence[Problem]) -> None:
    """Print problems to standard error: ``!`` if something is left out, ``-`` otherwise."""
    for problem in problems[:MOST]:
        click.echo(f"{'!' if problem.is_error else '-'} {problem}", err=True)
    if len(problems) > MOST:
        click.echo(f"… and {len(problems) - MOST} more", err=True)
