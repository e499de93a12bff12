"""Random samples at the console, and the trail of each sampled candidate (R23)."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from kiosk.webpages.csv_cells import safe_cell
from sync.hq.errors import NotFound
from sync.hq.sittings import SittingView
from sync.hq.supervision.samples import MOST, Drawn
from sync.hq.supervision.trails import Act
from sync.hq.web import trail_names
from sync.hq.web.console import covered, guard
from sync.hq.web.console.shared import download, staff_pages
from sync.hq.web.console.targets import may
from sync.hq.web.replies import headquarters, small_number

samples = staff_pages("samples")
USUAL_SIZE = 10
FORMS = {"csv": "text/csv", "json": "application/json"}
COLUMNS = ("admission_no", "candidate_id", "centre", "at", "stage", "kind", "text", "who", "detail")


@samples.get("/samples")
def overview() -> str | BaseResponse:
    """Draw a sample of a sitting's candidates; without a seed a new one is used and shown."""
    sitting, size, seed = _wanted()
    if sitting and not seed:
        seed = headquarters().samples.new_seed()
        return redirect(url_for("samples.overview", sitting=sitting.id, size=size, seed=seed))
    return render_template(
        "samples/sample.html",
        sittings=covered.sittings(),
        sitting=sitting,
        size=size,
        seed=seed,
        most=MOST,
        drawn=_drawn(sitting, size, seed, "page") if sitting else None,
    )


@samples.get("/samples/sample.<form>")
def file(form: str) -> Response:
    """Send the trails of a sample as CSV or JSON."""
    sitting, size, seed = _wanted()
    if sitting is None or form not in FORMS:
        abort(404)
    rows = [
        row
        for person in _drawn(sitting, size, seed, form)
        for row in _rows(person, headquarters().trails.of(sitting.id, person.candidate_id))
    ]
    document = {"sitting": sitting.id, "size": size, "seed": seed, "acts": rows}
    data = _csv(rows) if form == "csv" else json.dumps(document, ensure_ascii=False, indent=1)
    encoding = "utf-8-sig" if form == "csv" else "utf-8"
    return download(data.encode(encoding), f"sample-{seed}.{form}", FORMS[form])


@samples.get("/sittings/<sitting_id>/trail/<candidate_id>")
def trail(sitting_id: str, candidate_id: str) -> str:
    """Show everything about a candidate in a sitting, act by act."""
    hq = headquarters()
    return render_template(
        "samples/trail.html",
        sitting=hq.sittings.get(sitting_id),
        person=hq.people.get(candidate_id),
        acts=hq.trails.of(sitting_id, candidate_id),
        names=trail_names,
        link=_link,
    )


def _wanted() -> tuple[SittingView | None, int, str]:
    """Return what the address asks for.

    Raises:
        NotFound: the sitting is not the account's.
    """
    args = request.args
    chosen = args.get("sitting", "")
    known = {sitting.id: sitting for sitting in covered.sittings()}
    if chosen and chosen not in known:
        raise NotFound(what="sitting")
    size = args.get("size", USUAL_SIZE, type=small_number)
    return known.get(chosen), size, args.get("seed", "").strip()[:100]


def _drawn(sitting: SittingView, size: int, seed: str, form: str) -> Sequence[Drawn]:
    people = covered.candidates(sitting.id)
    return headquarters().samples.draw(sitting.id, size, seed, people, guard.who(), form)


def _rows(person: Drawn, acts: Sequence[Act]) -> list[Mapping[str, str]]:
    return [
        {
            "admission_no": person.admission_no,
            "candidate_id": person.candidate_id,
            "centre": person.centre_code,
            "at": act.at.isoformat(),
            "stage": act.stage.value,
            "kind": act.kind,
            "text": trail_names.act_name(act),
            "who": act.who,
            "detail": act.detail,
        }
        for act in acts
    ]


def _csv(rows: Sequence[Mapping[str, str]]) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    writer.writerows([safe_cell(row[name]) for name in COLUMNS] for row in rows)
    return buffer.getvalue()


def _link(act: Act) -> str:
    """Return the address of the page about an act; empty where the reader may not open it."""
    values: dict[str, Any] = dict(act.names)
    return url_for(act.page, **values) if act.page and may(act.page) else ""
