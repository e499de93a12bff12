"""The skills programme is sat like the other: a senior paper of one trade, with essays (R1-R3)."""

from decimal import Decimal

from kiosk.exam.items.item import AnswerValue, ItemType
from kiosk.exam.papers.scoring import score_attempt
from kiosk.exam.programme.separate_parts import SeparateParts
from kiosk.hall.inputs import AnswerWrite
from sync.wire.delivery.bundle import open_bundle
from tests.centres import CENTRE
from tests.exam.programmes import bank, drawn, schemes, shipped
from tests.hall.conftest import Room

ESSAY = "<p>碳市场以<b>配额</b>约束总量。</p>"


def test_a_senior_candidate_sits_technique_and_essay_and_is_scored(room: Room) -> None:
    programme = shipped("carbon-skills").model_copy(update={"personal_form": None})
    items = bank(programme, each=64)
    paper = drawn(items, programme, "P1", b"seed", "trading", "senior")
    (one,) = room.begin(paper=(programme, paper))
    view = room.hall.attempts.view(one)
    assert view.subtitle == {"zh": "碳交易 · 高级", "en": "Trading · Senior"}
    assert view.duration_minutes == 120  # as the sitting says
    parts = [(section.part["zh"], section.first, section.last) for section in view.sections]
    assert parts == [
        ("应用技术知识", 1, 20),
        ("应用技术知识", 21, 35),
        ("应用技术知识", 36, 37),
        ("论述题", 38, 39),
    ]
    keys = schemes(items)
    answers: dict[str, AnswerValue] = {}
    for item in view.items:
        key = list(keys[item.id].key)
        written = ESSAY if item.type == ItemType.ESSAY else "配额"
        answers[item.id] = key if len(key) > 1 else key[0] if key else written
    writes = [AnswerWrite(n, item, value) for n, (item, value) in enumerate(answers.items(), 1)]
    room.hall.attempts.save(one, writes)
    room.clock.pass_time(1800)
    room.hall.ends.hand_in(one)
    room.hall.results.sweep()
    (file,) = (room.site.data / "outbox").iterdir()
    bundle, _ = open_bundle(file.read_bytes(), room.site.hq, room.site.centre.public, CENTRE)
    assert bundle.values == answers
    waiting = score_attempt(paper, keys, bundle.values, programme)
    assert (waiting.objective, waiting.total, len(waiting.pending)) == (Decimal(50), None, 4)
    marks = dict(zip(waiting.pending, map(Decimal, ("4", "3.5", "1.2", "1.2")), strict=True))
    sheet = score_attempt(paper, keys, bundle.values, programme, marks)
    assert (sheet.total, sheet.passed) == (Decimal("59.9"), False)


def test_one_part_is_sat_alone_where_the_programme_separates_them(room: Room) -> None:
    changed = {"personal_form": None, "separate_parts": SeparateParts()}
    programme = shipped("carbon-skills").model_copy(update=changed)
    items = bank(programme, each=64)
    paper = drawn(items, programme, "P1", b"seed", "trading", "junior", ("theory",))
    (one,) = room.begin(paper=(programme, paper))
    view = room.hall.attempts.view(one)
    assert view.subtitle["zh"] == "碳交易 · 初级 · 基础理论知识"
    assert {section.part["en"] for section in view.sections} == {"Basic theory"}
    assert len(view.items) == 45
