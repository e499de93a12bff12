"""Rows of what follows an exam: incidents, cases, bans, challenges, rulings, statistics."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from kiosk.bench.hq.scale.copies import add, copy, every_row, first_row
from kiosk.bench.hq.scale.first import BY
from kiosk.bench.hq.scale.shape import EXAM, Shape, identity_no, name
from kiosk.exam.papers.rulings import RulingKind
from kiosk.rehearsal.environment import PROGRAMME
from sync.hq.persistence.challenge_tables import item_challenges
from sync.hq.persistence.database import Database
from sync.hq.persistence.result_tables import item_rulings
from sync.hq.persistence.review_tables import (
    bans,
    case_acts,
    review_attempts,
    review_cases,
    review_incidents,
)
from sync.hq.persistence.statistics_tables import statistics_items, statistics_runs
from sync.hq.review.case_states import CaseState, CaseStep
from sync.hq.review.sources import Source
from sync.hq.review.states import IncidentState, Outcome

_RULES = ("nobody", "several_people", "phone", "talking", "covered")
_STATES = tuple(IncidentState)
_CASES, _CHALLENGES = 20, 50
"""One case, and one challenge, for this number of attempts."""


def fill(database: Database, shape: Shape) -> None:
    """Insert them."""
    _incidents(database, shape)
    _cases(database, shape)
    _rulings(database, shape)
    _statistics(database, shape)


def _incidents(database: Database, shape: Shape) -> None:
    """As many as attempts: two of each that has some, and two of sources beside the camera."""
    read = (
        {
            **_attempt(shape, number),
            "bundle_id": shape.bundle(number),
            "results_cursor": shape.cursor(number),
        }
        for number in shape.numbers
    )
    add(database, review_attempts, read)
    add(database, review_incidents, (_incident(shape, number) for number in shape.numbers))


def _attempt(shape: Shape, number: int) -> Mapping[str, Any]:
    return {"centre_code": shape.centre(number), "attempt_id": shape.attempt(number)}


def _incident(shape: Shape, number: int) -> Mapping[str, Any]:
    state = _STATES[number % 7] if number % 7 < len(_STATES) else IncidentState.OPEN
    return {
        **shape.of_attempt(number),
        "number": number,
        "incident_id": f"I{number}",
        "source": Source.RULE.value,
        "rule": _RULES[number % len(_RULES)],
        "programme_id": PROGRAMME,
        "room": shape.room(number),
        "started_at": shape.at(number),
        "ended_at": shape.at(number) + timedelta(seconds=9),
        "measured": 9.0,
        "threshold": 5.0,
        "severity": 1 + number % 4,
        "note": "",
        "reported_by": "",
        "evidence": [],
        "state": state.value,
        "outcome": Outcome.NO_BREACH.value if state is IncidentState.SETTLED else None,
        "reason": "",
        "first_judge": "",
        "changed_at": shape.at(number),
    }


def _cases(database: Database, shape: Shape) -> None:
    states, numbers = tuple(CaseState), shape.some(_CASES)
    rows = (
        {
            **shape.of_attempt(number),
            "id": f"CASE{number:06}",
            "number": number,
            "programme_id": PROGRAMME,
            "origin": "incidents",
            "state": states[number % len(states)].value,
            "reason": "",
            "opened_by": BY,
            "opened_at": shape.at(number),
            "changed_at": shape.at(number),
        }
        for number in numbers
    )
    add(database, review_cases, rows)
    acts = (
        {
            "case_id": f"CASE{number:06}",
            "number": 1,
            "step": CaseStep.OPENED.value,
            "by": BY,
            "at": shape.at(number),
            "named": {"incidents": [number]},
        }
        for number in numbers
    )
    add(database, case_acts, acts)
    banned = (
        {
            "id": f"BAN{number:06}",
            "case_id": f"CASE{number:06}",
            "candidate_id": shape.candidate(number),
            "name": name(number),
            "identity_no": identity_no(number),
            "programme_id": PROGRAMME,
            "starts_at": EXAM,
            "until": EXAM + timedelta(days=3 * 365),
        }
        for number in numbers
    )
    add(database, bans, banned)


def _rulings(database: Database, shape: Shape) -> None:
    challenge = first_row(database, item_challenges)
    numbers = range(10, 10 + len(shape.some(_CHALLENGES)))
    copy(database, item_challenges, challenge, numbers, lambda n: {"id": n})
    proposed = (
        {
            "id": f"RULING{number:05}",
            "programme_id": PROGRAMME,
            "item_id": challenge["item_id"],
            "sitting_id": shape.sitting(number),
            "kind": RulingKind.ALSO_ACCEPT.value,
            "key": ["B"],
            "reason": "B",
            "proposed_by": BY,
            "proposed_at": shape.at(number),
        }
        for number in numbers
    )
    add(database, item_rulings, proposed)


def _statistics(database: Database, shape: Shape) -> None:
    run = first_row(database, statistics_runs)
    copy(
        database, statistics_runs, run, range(shape.sittings),
        lambda n: {**shape.paper(n), "id": f"T{n:05}", "number": shape.cursor(n)},
    )  # fmt: skip
    rows = every_row(database, statistics_items)
    items = ({**row, "run_id": f"T{number:05}"} for number in range(shape.sittings) for row in rows)
    add(database, statistics_items, items)
