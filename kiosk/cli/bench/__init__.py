"""``kiosk bench``: performance figures of this machine."""

import click

from kiosk.command_line.lazy import Lazy, LazyGroup


def _here(module: str, attribute: str, text: str) -> Lazy:
    return Lazy(f"kiosk.cli.bench.{module}", attribute, text, "rehearsal")


COMMANDS = {
    "vision": _here(
        "figures", "vision", "What camera frames cost, and whether they delay an answer."
    ),
    "frames": _here(
        "figures", "frames", "Whether an overloaded or a hostile hall wrongs honest candidates."
    ),
    "memory": _here(
        "figures",
        "memory",
        "Whether memory stays flat: a hall of 60 terminals, watched for a while.",
    ),
    "answers": _here(
        "figures", "answers", "How fast a candidate continues after a reload or a network cut."
    ),
    "comeback": _here(
        "figures",
        "comeback",
        "How long a room takes to answer again after a mains cut, with no click of staff.",
    ),
    "growth": _here(
        "figures", "growth", "What a save costs after one terminal has filled the database."
    ),
    "desk": _here("figures", "desk", "How long headquarters takes to prepare an exam."),
    "lists": _here(
        "headquarters",
        "lists",
        "How long the first page of every list of headquarters takes at its size.",
    ),
    "certificates": _here(
        "headquarters",
        "certificates",
        "How long a batch of certificates takes: approved, typeset, signed, sealed and stored.",
    ),
    "board": _here(
        "board", "board", "What the board of a full room costs while everybody answers."
    ),
    "prints": _here(
        "prints",
        "prints",
        "How long the desk labels of a sitting take, each with a portrait of its own.",
    ),
    "liveness": _here(
        "liveness",
        "liveness",
        "Whether head turns tell people from pictures: simulated, no ISO/IEC 30107-3 evaluation.",
    ),
    "proctoring": _here(
        "proctoring",
        "proctoring",
        "What the camera's rules notice, what they miss, and what they invent.",
    ),
}


@click.group(cls=LazyGroup, lazy=COMMANDS)
def bench() -> None:
    """Measure this machine: figures to compare, taken in one run."""
