"""The lists of the console and of the pull API, and who asks for their first pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPMethod

from kiosk.bench.hq.scale import exam, similar
from kiosk.bench.hq.scale.first import LEADER, MARKER, PAPER
from kiosk.bench.hq.scale.shape import Shape, name
from kiosk.rehearsal.environment import PROGRAMME, STAFF

PULL = ""
"""In place of an account: the pull API's token."""


@dataclass(frozen=True)
class Page:
    """A list's first page: its name in the report, its address and who asks for it."""

    name: str
    address: str
    who: str = STAFF
    method: HTTPMethod = HTTPMethod.GET


def pages(shape: Shape) -> Sequence[Page]:
    """Return every list."""
    return [*_before(shape), *_results(shape), *_after(shape), *_office(shape), *_pull(shape)]


def _before(shape: Shape) -> Sequence[Page]:
    here = f"/sittings/{shape.first.sitting}"
    return [
        Page("overview", "/"),
        Page("sittings", "/sittings"),
        Page("sitting", here),
        Page("centres", "/centres"),
        Page("candidates", f"{here}/candidates"),
        Page("candidates to decide", f"{here}/candidates?state=open"),
        Page("changes of a sitting", f"{here}/changes"),
        Page("personal data", f"{here}/forms"),
        Page("scans", f"{here}/material"),
        Page("rooms of a sitting", f"{here}/rooms"),
        Page("item bank", "/items"),
        Page("items", f"/items/{PROGRAMME}"),
        Page("item imports", f"/item-imports/of/{PROGRAMME}"),
    ]


def _results(shape: Shape) -> Sequence[Page]:
    return [
        Page("results", "/results"),
        Page("results, next page", f"/results?before={shape.cursor(shape.attempts // 2)}"),
        Page("results, rare status", f"/results?status={exam.RAREST}"),
        Page("results, usual status", "/results?status=complete"),
        Page("results, by name", f"/results?text={name(shape.attempts // 2)}"),
        Page("results, by number", f"/results?text={shape.admission(1)}"),
        Page("results, by nothing found", "/results?text=nobody"),
        Page("results, of a centre", f"/results?centre={shape.centre(1)}"),
        Page("results, of a programme", f"/results?programme={PROGRAMME}"),
        Page("results, of a sitting", f"/results?sitting={shape.first.sitting}"),
        Page(
            "results, all filters",
            f"/results?sitting={shape.first.sitting}&programme={PROGRAMME}"
            f"&centre={shape.centre(1)}&status=complete",
        ),
        Page("result", f"/results/{shape.centre(1)}/{shape.attempt(1)}"),
    ]


def _after(shape: Shape) -> Sequence[Page]:
    sitting, plan = shape.first.sitting, f"/marking/plans/{shape.first.plan}"
    return [
        Page("incidents", "/review"),
        Page("incidents, all", "/review?state="),
        Page("incidents, of a sitting", f"/review?sitting={sitting}&state=settled"),
        Page("incidents, of a room", f"/review?centre={shape.centre(1)}&room=1"),
        Page("incidents, of a rule", "/review?rule=phone"),
        Page("incidents, urgent", "/review?severity=4"),
        Page("cases", "/cases"),
        Page("cases, of a sitting", f"/cases?sitting={sitting}"),
        Page("bans", "/bans"),
        Page("keys", "/rulings"),
        Page("challenges", "/challenges"),
        Page("marking plans", "/marking/plans", LEADER),
        Page("marking plan", plan, LEADER),
        Page("answers", f"{plan}/answers", LEADER),
        Page("answers, final", f"{plan}/answers?stage=final", LEADER),
        Page("markers", f"{plan}/markers", LEADER),
        Page("controls", f"{plan}/controls", LEADER),
        Page("own marking", "/marking", MARKER),
        Page("next answer", f"/marking/{shape.first.plan}/next", MARKER, HTTPMethod.POST),
        Page("similar answers", "/similarity"),
        Page("similar answers, a run", f"/similarity/runs/{similar.RUN}"),
        Page("statistics", "/statistics"),
        Page("statistics of a paper", f"/statistics/{sitting}/{PAPER}"),
        Page("statistics of items", f"/statistics/{sitting}/{PAPER}/items"),
        Page("statistics of a bank", f"/item-statistics/{PROGRAMME}"),
    ]


def _office(shape: Shape) -> Sequence[Page]:
    sitting = shape.first.sitting
    return [
        Page("releases", "/releases"),
        Page("release, check list", f"/sittings/{sitting}/release/{PROGRAMME}"),
        Page("recounts", "/recounts"),
        Page("certificates", "/certificates"),
        Page("certificates, by name", f"/certificates?words={name(shape.attempts // 2)}"),
        Page("certificates, of a sitting", f"/certificates?sitting={sitting}"),
        Page(
            "certificates, check list",
            f"/certificates/issue?sitting={sitting}&programme={PROGRAMME}",
        ),
        Page("accounts", "/accounts"),
        Page("audit log", "/audit-log"),
        Page("audit log, of a person", f"/audit-log?who={STAFF}"),
        Page("audit log, of a kind", "/audit-log?kind=token_created"),
        Page("audit log, of a day", "/audit-log?since=2026-04-25&until=2026-04-25"),
        Page("tokens", "/tokens"),
        Page("webhooks", "/webhooks"),
        Page("deliveries", f"/webhooks/{shape.first.webhook}"),
    ]


def _pull(shape: Shape) -> Sequence[Page]:
    lists = ("results", "published", "attempts", "incidents", "evidence", "sittings")
    of_centre = f"?centre={shape.centre(1)}"
    return [
        *(Page(f"pull {name}", f"/api/v1/{name}", PULL) for name in lists),
        *(
            Page(f"pull {name}, of a centre", f"/api/v1/{name}{of_centre}", PULL)
            for name in ("results", "published", "attempts", "incidents", "evidence")
        ),
        Page("pull results, rare status", f"/api/v1/results?status={exam.RAREST}", PULL),
        Page("pull results, latest", "/api/v1/results?since=2100-01-01T00:00:00Z", PULL),
    ]
