"""Papers of a sitting at the console: drawn by a job, discarded, opened by those who may."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template, request
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from kiosk.exam.errors import PaperImpossible
from kiosk.exam.items.item import Item
from kiosk.exam.papers.paper import FormItem, make_form
from kiosk.webpages.languages import LANGUAGES, language
from sync.hq.core.progress import ProgressCallback
from sync.hq.packages.papers import LABELS
from sync.hq.planning.paper_names import editions_of, paper_names
from sync.hq.web.console import covered, guard
from sync.hq.web.console.rights import PEOPLE
from sync.hq.web.console.shared import staff_pages
from sync.hq.web.console.sitting_jobs import to_job
from sync.hq.web.console.sittings import back
from sync.hq.web.replies import headquarters, small_number
from sync.wire.packages.contents import FormRule

sitting_papers = staff_pages("sitting_papers")


@sitting_papers.post("/sittings/<sitting_id>/papers")
def draw(sitting_id: str) -> BaseResponse:
    """Start a job that draws the papers, or discard what was drawn, of all papers or of one."""
    hq, by = headquarters(), guard.who()
    if request.form.get("discard") == "yes":
        hq.papers.discard(sitting_id, by, request.form.get("paper") or None)
        return back(sitting_id)
    hq.sittings.get(sitting_id)
    count = max(1, min(request.form.get("count", 1, type=small_number), len(LABELS)))

    def work(progress: ProgressCallback) -> Mapping[str, Any]:
        try:
            drawn = hq.papers.draw(sitting_id, count, by, progress)
        except PaperImpossible as error:
            return {"shortages": [vars(one) for one in error.shortages]}
        return {"drawn": len(drawn)}

    return to_job(sitting_id, hq.jobs.begin("draw", by, work))


@sitting_papers.get("/sittings/<sitting_id>/papers/<paper_id>/<label>")
def preview(sitting_id: str, paper_id: str, label: str) -> str:
    """Show a paper as candidates will see it, with a watermark."""
    hq, people = headquarters(), covered.candidates(sitting_id, guard.scope(*PEOPLE))
    kept = hq.paper_views.open(sitting_id, paper_id, label, guard.who())
    form_rule = request.args.get("candidate", "")
    rule = FormRule(seed=kept.form_seed)
    form = make_form(kept.paper, rule.seed_for(form_rule or "preview"))
    view = hq.sittings.get(sitting_id)
    paper, editions = view.paper(paper_id), editions_of(hq.programmes, [view])
    wish = request.args.get("texts", "")
    items = {item.id: item.in_language(wish) for item in kept.paper.items}
    rows = [(place, items[place.item_id]) for place in form.items]
    return render_template(
        "sittings/paper.html",
        sitting=view,
        kept=kept,
        name=paper_names(view, editions)[paper_id],
        examination=editions[paper.edition].examination(paper.trade, paper.level),
        sections={item: section for section in kept.paper.sections for item in section.items},
        rows=rows,
        numbers=_numbers_by_stimulus(rows),
        seats=[
            seat
            for seat in hq.registration.seats(sitting_id)
            if seat.paper == paper_id and seat.candidate_id in people
        ],
        chosen=form_rule,
        texts=wish if wish in LANGUAGES else "",
        truths=_truths(wish if wish in LANGUAGES else language()),
        languages=_counted(kept.paper.items),
    )


@sitting_papers.post("/sittings/<sitting_id>/view")
def agree_to_view(sitting_id: str) -> BaseResponse:
    """Agree to reading the papers of a two-person sitting for an hour."""
    headquarters().paper_views.agree(sitting_id, guard.who())
    return back(sitting_id)


def _truths(in_language: str) -> tuple[str, str]:
    with force_locale(in_language):
        return _("true"), _("false")


def _counted(items: Sequence[Item]) -> Mapping[str, int]:
    """Return the languages in which some items have texts, and how many of them lack these."""
    have = Counter[str](other.language for item in items for other in item.translations)
    return {name: len(items) - have[name] for name in LANGUAGES if have[name]}


def _numbers_by_stimulus(rows: Sequence[tuple[FormItem, Item]]) -> dict[str, list[int]]:
    """Return the numbers of the items that share each stimulus."""
    numbers: dict[str, list[int]] = {}
    for number, (_place, item) in enumerate(rows, start=1):
        if item.stimulus:
            numbers.setdefault(item.stimulus, []).append(number)
    return numbers
