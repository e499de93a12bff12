"""A sitting that is over: some candidates sat it, their results have arrived."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from kiosk.exam.attempt.states import EndReason
from kiosk.exam.items.item import AnswerValue
from kiosk.settings import read_text, resource
from sync.hq.core.counted import AttemptKey
from sync.hq.core.roles import Grant, Role
from sync.hq.registration.roster_file import RosterEntry
from sync.wire.delivery import answer_log
from sync.wire.delivery.answer_log import AnswerLog, LoggedRevision, value_digest
from sync.wire.delivery.bundle import seal_bundle
from sync.wire.delivery.result import ResultBundle
from tests.centres import PASSWORD
from tests.hq.desk import BY, CODE, PROGRAMME, Desk

PEOPLE = {
    "99000119900101001X": "考生一",
    "990001199001010028": "考生二",
    "990001199001010036": "考生三",
}
EXAM = datetime(2026, 4, 26, tzinfo=UTC).date()
PUBLISHED, CERTIFIED = EXAM + timedelta(days=30), EXAM + timedelta(days=60)
FIRST, SECOND = "publisher1", "publisher2"

EDITION = f"""
[[editions]]
id = "99"
name = {{ zh = "第九十九期", en = "Edition 99" }}
registration_closes = 2026-04-01
material_closes = 2026-04-01
class_hours_until = 2026-04-10T23:30:00
exam = {EXAM}
results_published = {PUBLISHED}
certificates_issued = {CERTIFIED}
"""


def with_dates(desk: Desk) -> None:
    """Import the programme again, with an edition for this exam."""
    text = read_text(resource(f"config/programmes/{PROGRAMME}.toml"))
    newest = max(one.version for one in desk.hq.programmes.list() if one.id == PROGRAMME)
    head, tail = text.split("[[editions]]", 1)
    text = head.replace(f"version = {newest}", f"version = {newest + 1}", 1)
    desk.hq.programmes.take(f"{text}{EDITION}\n[[editions]]{tail}", BY)


def seat_people(desk: Desk) -> None:
    """Give all of them a seat."""
    entries = [RosterEntry(number, name) for number, name in PEOPLE.items()]
    desk.hq.registration.import_roster(desk.sitting, CODE, entries[1:], BY)


def publishers(desk: Desk) -> None:
    """Two accounts that may publish, made at the command line."""
    for name in (FIRST, SECOND):
        desk.hq.accounts.create(name, PASSWORD, BY, [Grant(Role.PUBLISHER)])


def right_answers(desk: Desk) -> dict[str, AnswerValue]:
    """The keys of all objective items of the paper."""
    drawn = desk.hq.papers.get(desk.sitting)
    answers: dict[str, AnswerValue] = {}
    for item in drawn.paper.items:
        key = drawn.schemes[item.id].key
        if item.type.objective:
            answers[item.id] = list(key) if item.type == "multiple_choice" else key[0]
    return answers


def key_of(number: int) -> AttemptKey:
    """The attempt of the candidate of that number, from 0."""
    return AttemptKey(CODE, f"ATTEMPT{number}")


def send(
    desk: Desk,
    number: int,
    answers: Mapping[str, AnswerValue],
    revision: int = 1,
    **changes: object,
) -> ResultBundle:
    """Let the result of a candidate arrive."""
    seat = desk.hq.registration.seats(desk.sitting)[number]
    bundle = desk.result(answers, revision).model_copy(
        update={
            "attempt_id": key_of(number).attempt_id,
            "candidate_id": seat.candidate_id,
            "admission_no": seat.admission_no,
            **changes,
        }
    )
    bundle = logged(desk, bundle)
    sealed = seal_bundle(bundle, desk.keys, desk.hq.public_keys)
    desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)
    return bundle


def logged(desk: Desk, bundle: ResultBundle) -> ResultBundle:
    """The same with the log of its answers, as a running centre seals it."""
    if not bundle.answers:
        return bundle
    revisions = tuple(
        LoggedRevision(
            seq=answer.seq,
            item_id=answer.item_id,
            value_digest=value_digest(answer.value),
            saved_at=answer.saved_at.isoformat(),
        )
        for answer in bundle.answers
    )
    head = answer_log.start(bundle.attempt_id)
    for revision in revisions:
        head = answer_log.link(head, revision)
    seal = answer_log.sign(bundle.attempt_id, 1, len(revisions), head, desk.keys)
    return bundle.model_copy(update={"answer_log": AnswerLog(seals=(seal,), revisions=revisions)})


def sat(desk: Desk) -> Sequence[AttemptKey]:
    """The first passes, the second fails, the third was absent; the sitting is over."""
    seat_people(desk)
    publishers(desk)
    send(desk, 0, right_answers(desk))
    send(desk, 1, dict(list(right_answers(desk).items())[:10]))
    timing = replace_start(desk)
    send(desk, 2, {}, end_reason=EndReason.ABSENT, timing=timing)
    over(desk)
    return [key_of(number) for number in range(3)]


def replace_start(desk: Desk) -> object:
    """Times of somebody who never came."""
    return desk.result({}).timing.model_copy(update={"started_at": None})


def over(desk: Desk) -> None:
    """Let the day of the exam pass."""
    desk.clock.pass_time(2 * 24 * 3600)


def on(desk: Desk, day: object) -> None:
    """Let it be noon of a day in China."""
    assert day is not None
    noon = datetime.fromisoformat(f"{day}T04:00:00+00:00")
    desk.clock.pass_time((noon - desk.clock.now()).total_seconds())
