"""The form of a sitting: when it starts, and which papers are ticked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from kiosk.exam.programme.programme import Programme
from kiosk.exam.typed_texts import plain_text
from kiosk.exam.values import Named, Text
from sync.hq.errors import NotATime
from sync.hq.planning.paper_list import every_paper
from sync.hq.sittings import NewPaper, NewSitting
from sync.hq.web.replies import small_number

Form = MultiDict[str, str]


@dataclass(frozen=True)
class LevelChoice:
    """A level that can be ticked for each trade. ``id``: empty where there are none.

    ``parts``: those that can be sat alone; empty where all are sat together.
    """

    id: str
    name: Text | None
    minutes: int
    parts: Sequence[Named]


@dataclass(frozen=True)
class PaperChoice:
    """What can be ticked of a programme. ``trades``: ids and names; one without, if it has none."""

    programme: Programme
    trades: Sequence[tuple[str, Text]]
    levels: Sequence[LevelChoice]


def paper_choices(programmes: Sequence[Programme]) -> Sequence[PaperChoice]:
    """Return what can be ticked, by programme."""
    return [
        PaperChoice(
            programme,
            [(trade.id, trade.name) for trade in programme.trades] or [("", programme.title)],
            [
                LevelChoice(
                    one.level or "",
                    next((level.name for level in programme.levels if level.id == one.level), None),
                    one.duration_minutes,
                    one.parts if programme.separate_parts and len(one.parts) > 1 else (),
                )
                for one in programme.examinations
            ],
        )
        for programme in programmes
    ]


def start_of(form: Form, zone: ZoneInfo) -> datetime:
    """Return the start that a form states, in the console's time zone.

    Raises:
        NotATime: it has none.
    """
    try:
        return datetime.fromisoformat(form.get("starts_at", "")).replace(tzinfo=zone)
    except ValueError as error:
        raise NotATime from error


def sitting_of(form: Form, programmes: Sequence[Programme], zone: ZoneInfo) -> NewSitting:
    """Return the sitting that a form describes.

    Raises:
        NotATime: it has no start.
    """
    starts_at = start_of(form, zone)
    return NewSitting(
        title=plain_text(form.get("title", ""))[:200] or starts_at.date().isoformat(),
        starts_at=starts_at,
        papers=papers_of(form, programmes),
        release=form.get("release") or None,
    )


def papers_of(form: Form, programmes: Sequence[Programme]) -> Sequence[NewPaper]:
    """Return the ticked papers: ``paper`` has PROGRAMME|TRADE|LEVEL, ``all`` a whole programme.

    ``parts|PROGRAMME|LEVEL``: the ticked parts; none ticked: all.
    """
    papers = []
    for programme in programmes:
        ticked = set(form.getlist("paper")) | {
            _value(paper) for paper in every_paper(programme) if programme.id in form.getlist("all")
        }
        papers += [
            replace(paper, duration_minutes=_minutes(form, paper), parts=_parts(form, paper))
            for paper in every_paper(programme)
            if _value(paper) in ticked
        ]
    return papers


def _value(paper: NewPaper) -> str:
    return f"{paper.programme_id}|{paper.trade or ''}|{paper.level or ''}"


def _minutes(form: Form, paper: NewPaper) -> int | None:
    """Return the minutes that are stated for a level; None for the programme's."""
    given = form.get(f"minutes|{paper.programme_id}|{paper.level or ''}", None, type=small_number)
    return given if given and 1 <= given <= 600 else None


def _parts(form: Form, paper: NewPaper) -> tuple[str, ...]:
    return tuple(form.getlist(f"parts|{paper.programme_id}|{paper.level or ''}"))
