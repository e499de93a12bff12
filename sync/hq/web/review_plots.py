"""Plots of the review: a measured value on its scale, and an attempt from its start to its end."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from markupsafe import Markup

from sync.hq.review.attempt_facts import AttemptFacts
from sync.hq.review.incident_list import IncidentView
from sync.hq.web.plots.axes import Scale, plain, x_axis
from sync.hq.web.plots.canvas import Canvas, Words, shortened

_LANE, _LEFT = 30.0, 150.0

Lane = tuple[str, list[tuple[datetime, datetime | None, str]]]
"""A kind of thing, and when each began and ended, with its colour."""


def scale(incident: IncidentView) -> Markup | None:
    """Draw the measured value against its threshold; None where there are no two numbers."""
    measured, threshold = incident.measured, incident.threshold
    if measured is None or threshold is None:
        return None
    words = Words(
        _("Measured %(measured)s, threshold %(threshold)s", measured=plain(measured),
          threshold=plain(threshold))
    )  # fmt: skip
    canvas = Canvas(360, 66, words)
    low, high = min(0.0, measured, threshold), max(measured, threshold, 0.0) * 1.25 or 1.0
    line = Scale(low, high, 12, 348)
    canvas.line(12, 34, 348, 34, "plot-axis")
    canvas.line(line.at(threshold), 18, line.at(threshold), 46, "plot-mark")
    canvas.circle(line.at(measured), 34, 6, "plot-point")
    canvas.text(line.at(threshold), 60, _("threshold %(value)s", value=plain(threshold)),
                "plot-tick", "middle")  # fmt: skip
    canvas.text(line.at(measured), 14, plain(measured), "plot-label", "middle")
    return canvas.markup()


def timeline(facts: AttemptFacts, incidents: Sequence[IncidentView]) -> Markup:
    """Draw what happened over the minutes of an attempt, a lane for each kind of thing."""
    start = facts.started_at or facts.ended_at
    moments = [facts.ended_at, *(one.ended_at or one.started_at for one in incidents)]
    last = max(_minutes(start, moment) for moment in moments)
    lanes: list[Lane] = [
        (_("Answers saved"), [(save.at, None, "plot-key") for save in facts.saves]),
        (_("Incidents"), [(one.started_at, one.ended_at, "plot-flagged") for one in incidents]),
        (_("Page leaves"), [(_at(row["started_at"]), _maybe(row.get("ended_at")), "plot-flagged")
                            for row in facts.page_leaves]),
        (_("Time credits"), [(_at(row["at"]), None, "plot-bar") for row in facts.credits]),
        (_("Room disturbed"), [(at, None, "plot-bar") for at, _kind in facts.disturbances]),
    ]  # fmt: skip
    shown = [lane for lane in lanes if lane[1]]
    bottom = _LANE * max(len(shown), 1) + 10
    words = Words(_("The attempt minute by minute"), x=_("minutes since the start"))
    canvas = Canvas(720, bottom + 48, words)
    across = Scale(min(0.0, *_starts(shown, start)), max(last, 1.0), _LEFT, 708)
    for number, (name, marks) in enumerate(shown):
        top = 8 + _LANE * number
        canvas.text(_LEFT - 8, top + 15, shortened(name, _LEFT - 16), "plot-label", "end")
        canvas.line(_LEFT, top + 11, 708, top + 11, "plot-grid")
        for began, ended, css in marks:
            left = across.at(_minutes(start, began))
            right = across.at(_minutes(start, ended)) if ended else left
            canvas.rect(left - 1, top, max(right - left, 2.5), 22, css, f"{began:%H:%M:%S}")
    x_axis(canvas, across, bottom)
    return canvas.markup()


def _starts(lanes: Sequence[Lane], start: datetime) -> list[float]:
    """Return when the first thing of each lane happened; check-in comes before the start."""
    first = [min(began for began, _ended, _css in marks) for _name, marks in lanes]
    return [max(_minutes(start, moment), -60.0) for moment in first] or [0.0]


def _minutes(start: datetime, moment: datetime) -> float:
    return (moment - start).total_seconds() / 60


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _maybe(text: str | None) -> datetime | None:
    return _at(text) if text else None
