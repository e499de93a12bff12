"""The figures of many sequences: misses, times until noticed, and false incidents, by rule."""

from collections.abc import Iterable
from statistics import median
from typing import Any

from kiosk.bench.proctoring.watching import Notice, Outcome
from kiosk.exam.proctoring.rules import CAMERA_RULES, RuleId

Report = dict[str, Any]


def summary(outcomes: list[Outcome]) -> Report:
    """Return the figures as one document."""
    honest = [outcome for outcome in outcomes if outcome.honest]
    wrong = [notice for one in honest for notice in _false(one)]
    minutes = sum(one.seconds for one in honest) / 60
    return {
        "honest_minutes": round(minutes, 1),
        "staged_minutes": round(sum(one.seconds for one in outcomes) / 60 - minutes, 1),
        "false_incidents": len(wrong),
        "false_incidents_per_minute": round(len(wrong) / minutes, 3) if minutes else None,
        "urgent_false_incidents": sum(notice.urgent for one in outcomes for notice in _false(one)),
        "false_advice": sum(len(_advice(one)) for one in honest),
        "rules": {
            rule: row for rule in CAMERA_RULES if any((row := by_rule(outcomes, rule)).values())
        },
        "behaviours": _behaviours(honest),
        "sequences": [_sequence(one) for one in outcomes],
    }


def by_rule(outcomes: list[Outcome], rule: RuleId) -> Report:
    """Return one rule's staged scenes, misses, seconds until noticed, false incidents and advice.

    ``false_beside``: incidents of this rule in other staged scenes.
    """
    noticed = [
        one.after
        for outcome in outcomes
        if not outcome.optional
        for one in outcome.expected
        if one.expect.rule == rule
    ]
    times = [after for after in noticed if after is not None]
    return {
        "staged": len(noticed),
        "missed": len(noticed) - len(times),
        "median_s": median(times) if times else None,
        "worst_s": max(times, default=None),
        "false": _count(outcomes, rule, honest=True),
        "false_beside": _count(outcomes, rule, honest=False),
        "advice": sum(n.event.rule == rule for one in outcomes for n in _advice(one)),
    }


def _count(outcomes: list[Outcome], rule: RuleId, honest: bool) -> int:
    return sum(
        notice.event.rule == rule
        for outcome in outcomes
        if outcome.honest is honest
        for notice in _false(outcome)
    )


def _false(outcome: Outcome) -> list[Notice]:
    return [n for n in outcome.notices if n.incident and not n.right]


def _advice(outcome: Outcome) -> list[Notice]:
    return [n for n in outcome.notices if not n.incident and not n.right]


def _behaviours(honest: list[Outcome]) -> Report:
    """Return minutes and false incidents of each behaviour, over all people."""
    found: Report = {}
    for one in honest:
        row = found.setdefault(one.name.split(" · ")[0], {"minutes": 0.0, "false": 0, "advice": 0})
        row["minutes"] = round(row["minutes"] + one.seconds / 60, 2)
        row["false"] += len(_false(one))
        row["advice"] += len(_advice(one))
    return found


def _sequence(one: Outcome) -> Report:
    said = [
        {"rule": n.event.rule, "at": n.event.at, "right": n.right, "follow_up": n.event.follow_up}
        for n in one.notices
    ]
    noticed = {str(n.expect.rule): n.after for n in one.expected}
    match = None if one.match is None else round(one.match, 2)
    return {
        "name": one.name, "honest": one.honest, "optional": one.optional, "noticed_s": noticed,
        "said": said, "match": match,
    }  # fmt: skip


def text(report: Report) -> str:
    """Return the figures as readable text."""
    lines = [
        f"honest {report['honest_minutes']} min: {report['false_incidents']} false incidents, "
        f"{report['false_incidents_per_minute']} a minute, {report['false_advice']} times advice",
        f"urgent false incidents, staged scenes included: {report['urgent_false_incidents']}",
        "",
        *_table("rule", report["rules"]),
        "",
        *_table("behaviour", report["behaviours"]),
        "",
        *_not_noticed(report["sequences"]),
    ]
    return "\n".join(lines)


def _table(head: str, rows: dict[str, Report]) -> Iterable[str]:
    columns = list(next(iter(rows.values()), {}))
    width = max(map(len, (head, *rows)))
    yield head.ljust(width) + "".join(f"{name:>{len(name) + 2}}" for name in columns)
    for name, row in rows.items():
        cells = "".join(f"{_shown(row[key]):>{len(key) + 2}}" for key in columns)
        yield name.ljust(width) + cells


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


def _not_noticed(sequences: list[Report]) -> Iterable[str]:
    for sequence in sequences:
        wrong = [
            f"{said['rule']} at {said['at']:.0f} s"
            for said in sequence["said"]
            if not said["right"] and said["follow_up"] != "advice"
        ]
        if wrong:
            yield f"false   {sequence['name']}: {', '.join(wrong)}"
        for rule, after in sequence["noticed_s"].items():
            if after is None:
                word = "unsaid" if sequence["optional"] else "missed"
                yield f"{word}  {sequence['name']}: {rule}"
