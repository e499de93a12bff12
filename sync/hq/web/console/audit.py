"""The audit log at the console: page by page, by person, kind and day; verified on request."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import render_template, request

from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import EventFilter
from sync.hq.web.console.shared import staff_pages
from sync.hq.web.replies import headquarters, small_number

audit = staff_pages("audit")
PAGE = 100
LAST = (1 << 31) - 1
"""The largest number that the column holds."""
YEARS = range(2000, 2200)


@audit.get("/audit-log")
def overview() -> str:
    """Show events, newest first; with `verify=1` also whether any was altered."""
    log, chosen = headquarters().audit_log, _filter()
    before = request.args.get("before", LAST, type=small_number)
    events = log.listed(chosen, max(0, min(before, LAST)), PAGE + 1)
    return render_template(
        "audit_log.html",
        events=events[:PAGE],
        more=len(events) > PAGE,
        count=log.matching(chosen),
        chosen=chosen,
        given={name: request.args.get(name, "") for name in ("who", "kind", "since", "until")},
        kinds=sorted(AuditKind),
        names=headquarters().accounts.names(),
        head=log.head(),
        verified=log.verify() if request.args.get("verify") == "1" else None,
    )


def _filter() -> EventFilter:
    args, kind = request.args, request.args.get("kind", "")
    since, until = _day(args.get("since", "")), _day(args.get("until", ""))
    return EventFilter(
        who=args.get("who", "").strip()[:100].replace("\x00", ""),
        kind=kind if kind in set(AuditKind) else "",
        since=since,
        until=until + timedelta(days=1) if until else None,
    )


def _day(text: str) -> datetime | None:
    """Return the start of a day in the console's time zone; None for anything else."""
    zone = ZoneInfo(headquarters().settings.console.timezone)
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None
    if day.year not in YEARS:
        return None
    return datetime.combine(day, time.min, zone)
