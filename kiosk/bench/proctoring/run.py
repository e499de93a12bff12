"""Runs all sequences, one after the other."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2

from kiosk.bench.proctoring.clips import clip_frames, clips_in, first_clear
from kiosk.bench.proctoring.honest import honest
from kiosk.bench.proctoring.people import people_in, sample_people, stand_ins
from kiosk.bench.proctoring.staged import staged
from kiosk.bench.proctoring.watching import Outcome, watch, watch_clip
from kiosk.vision.contact_sheet import contact_sheet
from kiosk.vision.workers.loading import Models

SHORT = 5.0
"""Minutes of honest behaviour below which only the most important staged scenes are run."""

BY_EACH = 2
"""Number of people who play each scene."""


@dataclass(frozen=True)
class Plan:
    """What to run.

    ``minutes``: of drawn honest behaviour. ``pictures``: folder for contact sheets.
    """

    minutes: float
    faces: Path | None = None
    clips: Path | None = None
    pictures: Path | None = None


def run(models: Models, plan: Plan, progress: Callable[[str], None]) -> list[Outcome]:
    """Run all sequences and return their outcomes; ``say`` receives each one's name."""
    cv2.setNumThreads(1)
    outcomes = []
    for number, outcome in enumerate(_outcomes(models, plan)):
        progress(f"{number + 1}: {outcome.name}")
        for name, frames in outcome.pictures if plan.pictures else ():
            _write(plan.pictures, name, contact_sheet(frames))
        outcomes.append(replace(outcome, pictures=()))
    return outcomes


def _outcomes(models: Models, plan: Plan) -> Iterator[Outcome]:
    people = sample_people(models.engine)
    if plan.faces is not None:
        people |= people_in(models.engine, plan.faces)
    short = plan.minutes < SHORT
    names, pairs = list(people), stand_ins(people, plan.faces)
    scripts = honest(names, plan.minutes, names) + staged(names, pairs, BY_EACH, short=short)
    for script in scripts:
        yield watch(models, script, people, plan.pictures is not None)
    if plan.clips is not None:
        yield from _clips(models, plan.clips)


def _clips(models: Models, folder: Path) -> Iterator[Outcome]:
    for clip in clips_in(folder):
        frames = list(clip_frames(clip))
        reference = first_clear(models.engine, frames)
        yield watch_clip(models, f"clip {clip.stem}", frames, reference)


def _write(folder: Path | None, name: str, sheet: bytes) -> None:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        safe = "".join(letter if letter.isalnum() else "-" for letter in name)
        (folder / f"{safe}.jpg").write_bytes(sheet)
