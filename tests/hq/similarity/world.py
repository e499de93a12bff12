"""A sitting of thirty at one centre whose answers are known: two of them share most of theirs."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np
from numpy.random import Generator

from kiosk.exam.items.item import AnswerValue, Item, ItemType, MarkScheme
from kiosk.exam.papers.paper import Form, Paper, make_form
from kiosk.system import entropy, new_id
from sync.hq.centres.rooms import Room
from sync.hq.registration.roster_file import RosterEntry
from sync.hq.registration.seat_rows import SeatView
from sync.hq.services import open_headquarters
from sync.hq.settings import StorageSettings
from sync.hq.sittings import NewPaper, NewSitting
from sync.wire.chain import GENESIS
from sync.wire.delivery.bundle import seal_bundle
from sync.wire.delivery.result import BundleAnswer, PackageRef, ResultBundle, Timing
from tests.centres import ManualClock, temporary_folder
from tests.hq.applicants import number
from tests.hq.desk import BY, CODE, NOW, PROGRAMME, QUICK, Desk, open_desk
from tests.hq.storage import copied, original

PEOPLE, PER_ROW = 30, 6
SOURCE, COPIER = 7, 8
"""Numbers of two neighbours: the second has three quarters of the first's answers."""

WRITERS = 1, 20
"""Two who sit apart, and write the same answer to a question."""

PASSAGE = (
    "企业应当先划定组织边界和运营边界，再按排放源逐一收集活动数据，"
    "选用经核查的排放因子，最后汇总并说明不确定度；"
    "数据缺失时采用保守估计，并在报告里写明理由、来源与复核人员。"
)


@dataclass(frozen=True)
class Exam:
    """The sitting that everybody sat."""

    sitting: str
    paper: Paper
    seats: tuple[SeatView, ...]
    days: int


@dataclass(frozen=True)
class Examined:
    """A headquarters that has the results of an exam."""

    desk: Desk
    exam: Exam


def open_exam(folder: Path) -> Examined:
    """Open a headquarters that has the results of the exam; the caller closes it."""
    made, stored, exam = _make_once()
    settings = QUICK.model_copy(update={"storage": copied(stored)})
    shutil.copytree(made.data / "hq", folder / "hq")
    clock = ManualClock(NOW)
    hq = open_headquarters(folder / "hq", clock, new_id, entropy, settings)
    return Examined(Desk(hq, folder, clock, made.keys, made.sitting), exam)


@cache
def _make_once() -> tuple[Desk, StorageSettings, Exam]:
    """Make what :func:`open_exam` copies: thirty results take a while."""
    storage = original()
    desk = open_desk(temporary_folder(), QUICK, storage)
    exam = hold_exam(desk)
    desk.hq.close()
    return desk, storage, exam


def hold_exam(desk: Desk, people: int = PEOPLE, *, days: int = 2, copying: bool = True) -> Exam:
    """Hold a sitting in some days, and send in its results."""
    hq = desk.hq
    begin = NOW + timedelta(days=days)
    new = NewSitting("雷同卷场次", begin, [NewPaper(PROGRAMME)])
    sitting = hq.sittings.create(new, BY).id
    hq.rooms.set(CODE, Room("1", "一号考场", 40, PER_ROW), BY)
    roster = [
        RosterEntry(number(200 + n), f"考生{n}", f"2026S{n:04}", f"{n:02}")
        for n in range(1, people + 1)
    ]
    hq.registration.import_roster(sitting, CODE, roster, BY)
    hq.packages.build(sitting, CODE, BY)
    kept = hq.papers.of_sitting(sitting)[0]
    seats = tuple(sorted(hq.registration.seats(sitting), key=lambda seat: seat.seat))
    exam = Exam(sitting, kept.paper, seats, days)
    for bundle in _bundles(desk, exam, kept.schemes, begin, copying):
        sealed = seal_bundle(bundle, desk.keys, hq.public_keys)
        hq.intake.accept("result", CODE, sealed.id, sealed.data)
    return exam


def _bundles(
    desk: Desk, exam: Exam, schemes: Mapping[str, MarkScheme], begin: datetime, copying: bool
) -> list[ResultBundle]:
    random = np.random.default_rng(3)
    # The paper is drawn at random; whoever copies from a weak source is found in any.
    able = [-0.6 if n == SOURCE else random.normal(0.4, 0.8) for n in range(len(exam.seats))]
    values = [_values(exam.paper, schemes, each, random) for each in able]
    forms = [make_form(exam.paper, bytes([n]) * 16) for n in range(len(exam.seats))]
    times = [_times(form, begin, random) for form in forms]
    if copying:
        for item in exam.paper.items[::4] + exam.paper.items[1::4] + exam.paper.items[2::4]:
            values[COPIER][item.id] = values[SOURCE][item.id]
            times[COPIER][item.id] = times[SOURCE][item.id] + timedelta(seconds=12)
        written = next(item for item in exam.paper.items if not item.type.objective)
        for writer in WRITERS:
            values[writer][written.id] = PASSAGE
    return [
        _bundle(desk, exam, seat, form, given, at, n)
        for n, (seat, form, given, at) in enumerate(
            zip(exam.seats, forms, values, times, strict=True)
        )
    ]


def _values(
    paper: Paper, schemes: Mapping[str, MarkScheme], able: float, random: Generator
) -> dict[str, AnswerValue]:
    return {item.id: _value(item, schemes[item.id], able, random) for item in paper.items}


def _value(item: Item, scheme: MarkScheme, able: float, random: Generator) -> AnswerValue:
    if not item.type.objective:
        words = random.permutation(
            list("碳排放核查边界数据因子报告监测计划能源强度配额清缴履约")
        ).tolist()
        return "".join(words)
    if random.random() < 1 / (1 + np.exp(-able)):
        key = [option for option in item.option_ids if option in scheme.key]
        return key if item.type is ItemType.MULTIPLE_CHOICE else key[0]
    others = [option for option in item.option_ids if option not in scheme.key]
    if item.type is ItemType.MULTIPLE_CHOICE:
        picked = [option for option in item.option_ids if random.random() < 0.6]
        return picked or [item.option_ids[0]]
    return str(random.choice(others))


def _times(form: Form, begin: datetime, random: Generator) -> dict[str, datetime]:
    at, saved = begin, {}
    for item in form.items:
        at += timedelta(seconds=float(random.lognormal(3.4, 0.5)))
        saved[item.item_id] = at
    return saved


def _bundle(
    desk: Desk,
    exam: Exam,
    seat: SeatView,
    form: Form,
    values: dict[str, AnswerValue],
    saved: dict[str, datetime],
    number: int,
) -> ResultBundle:
    package = desk.hq.packages.newest(exam.sitting, CODE)
    answers = tuple(
        BundleAnswer(
            item_id=item, seq=seq, value=value, saved_at=saved[item], revisions=1,
            revisions_digest=GENESIS,
        )
        for seq, (item, value) in enumerate(sorted(values.items()), start=1)
    )  # fmt: skip
    begin = min(saved.values())
    return desk.result({}).model_copy(
        update={
            "attempt_id": f"S{number}" if exam.days == 2 else f"D{exam.days}S{number}",
            "candidate_id": seat.candidate_id,
            "admission_no": seat.admission_no,
            "sitting_id": exam.sitting,
            "package": PackageRef(id=package.id, version=package.version),
            "form": form,
            "answers": answers,
            "timing": Timing(started_at=begin, ended_at=begin + timedelta(hours=2)),
        }
    )
