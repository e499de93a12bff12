"""Output of a file's problems on the command line."""

from collections import Counter
from collections.abc import Sequence

import click

from sync.hq.cli.common import echo_json
from sync.hq.cli.fields import field_name, field_value
from sync.hq.problems import Problem
from sync.hq.registration.planning import Planned

MOST = 100
"""Most lines printed; with more problems the file needs to be opened anyway."""


def as_values(problems: Sequence[Problem]) -> list[dict[str, object]]:
    """Return problems for JSON, with their English sentences."""
    return [{"text": str(problem), **vars(problem)} for problem in problems]


def print_planned(planned: Sequence[Planned]) -> None:
    """Print what each row of a file would change, field by field."""
    for one in planned[:MOST]:
        for name, before, after in one.fields:
            change = f"{field_value(before)} → {field_value(after)}"
            click.echo(f"row {one.row}  {one.name}  {field_name(name)}: {change}")
        for column in one.empty:
            click.echo(f"row {one.row}  {one.name}  {column}: empty; --clear {column} clears it")
    states = Counter(one.state for one in planned)
    click.echo(", ".join(f"{count} {state}" for state, count in sorted(states.items())))


def print_problems(problems: Sequence[Problem]) -> None:
    """Print problems to standard error, errors first: ``!`` for them, ``-`` for notes."""
    for problem in sorted(problems, key=lambda problem: not problem.is_error)[:MOST]:
        click.echo(f"{'!' if problem.is_error else '-'} {problem}", err=True)
    if len(problems) > MOST:
        click.echo(f"… and {len(problems) - MOST} more", err=True)


def not_stored(planned: Sequence[Planned], problems: Sequence[Problem], as_json: bool) -> int:
    """Print what a file would change, and its problems; return the exit code."""
    found = [*problems, *(problem for one in planned for problem in one.problems)]
    sound = sum(one.state != "left_out" for one in planned)
    if as_json:
        rows = [
            {"row": one.row, "name": one.name, "state": one.state, "fields": one.fields,
             "known_as": one.known_as, "empty": one.empty}
            for one in planned
        ]  # fmt: skip
        values = as_values(found)
        echo_json({"stored": False, "sound": sound, "problems": values, "rows": rows})
    else:
        print_problems(found[len(problems) :])
        print_planned(planned)
        click.echo(f"{sound} rows are valid. Nothing was stored.")
    return int(any(problem.is_error for problem in found))
