"""Results of some parts are published without a total; the total follows with the last part."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sync.hq.core.roles import Grant, Role
from sync.hq.release.act_rows import ActKind, Proposal
from sync.hq.release.checks import CheckCode
from sync.hq.release.letters import score_lines
from sync.hq.release.look_up import FoundResult
from sync.wire.delivery.result import HandAdmission
from tests.centres import PASSWORD
from tests.hq.desk import BY, NOW
from tests.hq.release.hall import FIRST, SECOND, publishers
from tests.hq.results.parts_office import (
    PERSON,
    SATURDAY,
    SKILLS,
    SUNDAY,
    TECHNIQUE,
    THEORY,
    Office,
    key_of,
    office_of_parts,
)

CHINA = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with office_of_parts(tmp_path) as found:
        publishers(found.desk)
        yield found


def published(office: Office, sitting: str) -> FoundResult:
    """What the person is told of a sitting once two people have released it."""
    release = office.desk.hq.release
    proposal = Proposal(sitting, SKILLS, ActKind.RELEASE)
    release.acts.confirm(release.acts.propose(proposal, FIRST).id, SECOND)
    return release.look_up.of_attempt(*key_of(sitting))


def test_both_days_are_released_one_after_another(office: Office) -> None:
    saturday, sunday = office.prepare(SATURDAY, THEORY), office.prepare(SUNDAY, TECHNIQUE)
    office.desk.clock.pass_time(timedelta(days=10).total_seconds())
    office.sat(saturday)
    office.sat(sunday)
    first = published(office, saturday)
    assert (first.published.status, first.published.total) == ("partial", None)
    assert score_lines(first, CHINA) == [
        "基础理论知识：50 分",
        "其余部分尚未考试，全部部分考完后合并计算总成绩。",
    ]
    second = published(office, sunday)
    assert (str(second.published.total), second.published.passed) == ("90.0", True)
    assert score_lines(second, CHINA) == [
        "基础理论知识：50 分（2026年5月2日考试成绩）",
        "应用技术知识：40 分",
        "总成绩：90.0 分（满分 100 分，合格标准 60 分），合格。",
    ]
    passed = office.desk.hq.release.publications.passed
    assert [one.key for one in passed(sunday, SKILLS)] == [key_of(sunday)]
    assert passed(saturday, SKILLS) == []


def test_the_check_list_counts_results_of_some_parts_apart(office: Office) -> None:
    saturday = office.prepare(SATURDAY, THEORY)
    office.desk.clock.pass_time(timedelta(days=10).total_seconds())
    office.sat(saturday)
    checks = office.desk.hq.release.acts.checks(saturday, SKILLS)
    counts = {check.code: check.count for check in checks}
    assert (counts[CheckCode.PARTIAL], counts[CheckCode.COMPLETE]) == (1, 0)


def test_a_part_that_is_void_later_calls_for_an_amendment(office: Office) -> None:
    saturday, sunday = office.prepare(SATURDAY, THEORY), office.prepare(SUNDAY, TECHNIQUE)
    office.desk.clock.pass_time(timedelta(days=10).total_seconds())
    office.sat(saturday)
    office.sat(sunday)
    published(office, sunday)
    office.sat(saturday, voided=True, revision=2)
    changed = office.desk.hq.release.publications.changed(sunday, SKILLS)
    assert changed == [key_of(sunday)]


def test_what_somebody_sat_as_a_guest_is_published_once_it_is_theirs(office: Office) -> None:
    saturday, desk = office.prepare(SATURDAY, THEORY), office.desk
    desk.clock.pass_time(timedelta(days=10).total_seconds())
    by_hand = HandAdmission(
        name="考生一", identity_no=PERSON, seat="9", reason="漏报", by="chief", at=NOW
    )
    office.sat(saturday, candidate_id="GUEST", admission_no="G1", admitted=by_hand)
    state = desk.hq.release.publications.state(saturday, SKILLS)
    assert (state.results, state.publishable) == (1, 0)
    desk.hq.accounts.create("clerk", PASSWORD, BY, [Grant(Role.REGISTRAR)])
    desk.hq.guests.accept(key_of(saturday), "漏报，已核对证件", "clerk")
    told = published(office, saturday)
    assert (told.name, told.published.status) == ("考生一", "partial")
