"""A headquarters with one of everything, made by its services: what the rows are copied from."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from kiosk.bench.hq.content import bundle, sat
from kiosk.bench.hq.sites import NOWHERE, write_settings
from kiosk.exam.identity.identity_number import check_character
from kiosk.rehearsal.environment import CENTRE, PROGRAMME, STAFF, set_up
from kiosk.rehearsal.people import make_people
from kiosk.system import SystemClock, entropy, new_id
from sync.hq.accounts.tokens import TokenScope
from sync.hq.marking.marking import Given
from sync.hq.marking.settings import PlanSettings
from sync.hq.marking.views import Assignment
from sync.hq.registration.candidate_file import read_candidates
from sync.hq.rulings.challenges import ChallengeSource, NewChallenge
from sync.hq.services import HqServices, open_headquarters
from sync.wire.sealing.keys import KeyPair

PEOPLE = 30
MARKER, LEADER = "marker1", "adjudicator"
BY = "benchmark"
PAPER = "1"
_COLUMNS = "姓名,证件号码,学历,相关专业,相关工作年限,培训学时,已交材料"
_DIGITS = "99000119590101001"
"""Of an identity number that belongs to no person."""


@dataclass(frozen=True)
class First:
    """An open headquarters, and the names by which pages are asked for.

    ``passwords``: of the accounts that look at pages; ``token``: of the pull API, with all scopes.
    """

    hq: HqServices
    sitting: str
    plan: str
    items: Mapping[str, str]
    webhook: str
    passwords: Mapping[str, str]
    token: str


def make_first(folder: Path, database: str | None = None, blobs: str | None = None) -> First:
    """Set up a headquarters in a folder; the URLs name storage instead of SQLite and files.

    Attempts, an application, an open marking plan with a mark, statistics, a challenge and a
    webhook are made as people make them. The caller closes it.
    """
    write_settings(folder / "hq", database, blobs)
    access = set_up(folder, NOWHERE, {"benchmark": make_people(PEOPLE)}, 60)
    hq = open_headquarters(folder / "hq", SystemClock(), new_id, entropy)
    done = sat(hq)
    keys = KeyPair.load(folder / "centre" / "keys")
    for number in range(PEOPLE):
        made = bundle(done, number, keys, hq.public_keys)
        hq.intake.accept("result", CENTRE, made.id, made.data)
    programme = hq.programmes.get(PROGRAMME)
    applicant = f"考生零,{_DIGITS}{check_character(_DIGITS)},本科,是,6,36,报名审核表"
    table = f"{_COLUMNS}\n{applicant}\n".encode()
    found, problems = read_candidates(table, programme, hq.clock.now().date())
    hq.applications.take(done.sitting_id, found, problems, BY)
    plan = _mark_one(hq, done.sitting_id)
    hq.statistics.compute(done.sitting_id, PAPER, STAFF)
    item = done.items[0].id
    challenge = NewChallenge(PROGRAMME, item, done.sitting_id, ChallengeSource.STAFF, "B 也对。")
    hq.challenges.enter(challenge, STAFF)
    hq.scan_viewers.allow(STAFF, BY)
    hook, _secret = hq.webhooks.add("benchmark", "https://receiver.example/", STAFF)
    return First(
        hq=hq,
        sitting=done.sitting_id,
        plan=plan,
        items={"first": item},
        webhook=hook,
        passwords=dict.fromkeys((STAFF, MARKER, LEADER), access.password),
        token=hq.tokens.create(BY, tuple(scope.value for scope in TokenScope), BY),
    )


def _mark_one(hq: HqServices, sitting: str) -> str:
    """Open the marking of the paper, let its marker mark one answer and hold another."""
    services = hq.marking
    settings = PlanSettings(double_percent=0, control_percent=0)
    plan = services.plans.open(sitting, PAPER, settings, LEADER)
    services.worklist.refresh(plan)
    services.markers.assign(Assignment(plan, "", MARKER), LEADER)
    held = services.allocation.next(plan, "", MARKER, ())
    if held is None:
        raise AssertionError("there is nothing to mark")
    item = next(each for each in services.plans.items(plan) if each.item_id == held.item_id)
    services.marks.give(held.lease, Given([Decimal(0) for _ in item.criteria]), MARKER)
    return plan
