"""An office whose programme lets parts be sat in different sittings, and one person who does."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.exam.items.item import AnswerValue
from kiosk.settings import read_text, read_toml, resource
from sync.hq.authoring.interchange.toml import read_document
from sync.hq.core.counted import AttemptKey
from sync.hq.results.listing import ResultView
from sync.hq.sittings import NewPaper, NewSitting
from sync.wire.delivery.bundle import seal_bundle
from sync.wire.delivery.result import ResultBundle
from tests.hq.desk import BY, CODE, NOW, Desk, open_desk
from tests.hq.release.hall import logged

SKILLS, TRADE, LEVEL = "carbon-skills", "trading", "junior"
PERSON = "99000119900101001X"
DAY = timedelta(days=1)
SATURDAY, SUNDAY = NOW + 7 * DAY, NOW + 8 * DAY
THEORY, TECHNIQUE = ("theory",), ("technique",)
SEPARATE = '\n[separate_parts]\ncounting = "latest"\nvalid_months = 24\n'


def programme(further: str = SEPARATE) -> str:
    """The programme, with that table, as its newest version."""
    text = read_text(resource(f"config/programmes/{SKILLS}.toml"))
    head, tail = re.sub(r"(?m)^version = .*", "version = 99", text, count=1).split(
        "\n[calendar]", 1
    )
    return f"{head}\n{further}\n[calendar]{tail}"


@dataclass
class Office:
    """An HQ that has the programme and its items."""

    desk: Desk

    def plan(self, starts_at: datetime, parts: tuple[str, ...], minutes: int | None = 60) -> str:
        """A sitting of these parts; returns its id."""
        paper = NewPaper(SKILLS, TRADE, LEVEL, minutes, parts)
        return self.desk.hq.sittings.create(NewSitting("4月", starts_at, [paper]), BY).id

    def prepare(self, starts_at: datetime, parts: tuple[str, ...]) -> str:
        """The same, drawn and packed, with a seat for the person."""
        sitting, hq = self.plan(starts_at, parts), self.desk.hq
        self.desk.seat(sitting, PERSON)
        hq.packages.build(sitting, CODE, BY)
        return sitting

    def answers(self, sitting: str) -> dict[str, AnswerValue]:
        """All objective items right."""
        drawn = self.desk.hq.papers.get(sitting)
        found: dict[str, AnswerValue] = {}
        for item in drawn.paper.items:
            key = drawn.schemes[item.id].key
            if item.type.objective:
                found[item.id] = list(key) if item.type == "multiple_choice" else key[0]
        return found

    def sat(
        self, sitting: str, answers: dict[str, AnswerValue] | None = None, **changes: object
    ) -> None:
        """Let the person's result of a sitting arrive."""
        desk = self.desk
        desk.sitting = sitting
        given = self.answers(sitting) if answers is None else answers
        bundle: ResultBundle = desk.result(given).model_copy(
            update={"attempt_id": _attempt(sitting), **changes}
        )
        sealed = seal_bundle(logged(desk, bundle), desk.keys, desk.hq.public_keys)
        desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)

    def result(self, sitting: str) -> ResultView:
        """The person's result of a sitting."""
        return self.desk.hq.results.get(key_of(sitting))


def _attempt(sitting: str) -> str:
    return f"A-{sitting}"[:60]


def key_of(sitting: str) -> AttemptKey:
    """The person's attempt in a sitting."""
    return AttemptKey(CODE, _attempt(sitting))


@contextmanager
def office_of_parts(folder: Path) -> Iterator[Office]:
    """The office, with the programme and its items."""
    desk = open_desk(folder, package=False)
    taken = desk.hq.programmes.take(programme(), BY)
    items = read_document(read_toml(resource(f"config/items/{SKILLS}.toml")))[1]
    desk.hq.item_import.store(desk.hq.item_import.preview(taken, items), BY)
    yield Office(desk)
    desk.hq.close()
