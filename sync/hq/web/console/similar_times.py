"""When two candidates saved their answers, as a plot: on the diagonal, both saved at once."""

from collections.abc import Sequence

from flask_babel import gettext as _
from markupsafe import Markup

from sync.hq.similarity.side_by_side import Line, Match
from sync.hq.web.plots.axes import frame, plain
from sync.hq.web.plots.canvas import Canvas, Words


def times_plot(lines: Sequence[Line]) -> Markup | None:
    """Draw a point for each question that both saved; identical errors stand out."""
    timed = [
        (line, line.saved[0], line.saved[1])
        for line in lines
        if line.saved[0] is not None and line.saved[1] is not None
    ]
    if not timed:
        return None
    begin = min(moment for _line, *saved in timed for moment in saved)
    points = [
        (line, (first - begin).total_seconds() / 60, (second - begin).total_seconds() / 60)
        for line, first, second in timed
    ]
    last = max(1.0, *(minutes for _line, *at in points for minutes in at))
    canvas = Canvas(460, 420, _words())
    area = frame(canvas, (0, last), (0, last))
    canvas.line(area.x.start, area.y.start, area.x.at(last), area.y.at(last), "plot-guide")
    for line, x, y in sorted(points, key=lambda point: point[0].match is Match.SAME_WRONG):
        css = "plot-point plot-flagged" if line.match is Match.SAME_WRONG else "plot-point"
        radius = 5 if line.match is Match.SAME_WRONG else 3.5
        hint = f"{line.item.id}: {plain(round(x, 1))}, {plain(round(y, 1))}"
        canvas.circle(area.x.at(x), area.y.at(y), radius, css, hint)
    return canvas.markup()


def _words() -> Words:
    return Words(
        title=_("When the answers were saved"),
        description=_("On the diagonal both saved the same question at the same moment."),
        x=_("first candidate, minutes"),
        y=_("second candidate, minutes"),
    )
