"""Texts of the readiness report."""

from datetime import datetime

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from kiosk.exam.readiness import Finding
from kiosk.web.pages import local_datetime
from kiosk.web.texts import localised

READINESS: dict[str, LazyString] = {
    "package_ok": _l("The package is valid until %(until)s."),
    "package_over": _l("The package was valid until %(until)s. Ask headquarters for a new one."),
    "package_window": _l("The sitting is outside the validity period of the package."),
    "package_revoked": _l(
        "Headquarters has revoked this exam package: %(reason)s. Ask for a new one."
    ),
    "terminals": _l("%(candidates)s candidates, %(terminals)s terminals registered."),
    "terminals_failed": _l("Terminals whose device check failed: %(names)s"),
    "portraits": _l("Portraits checked: %(done)s of %(total)s"),
    "portraits_missing": _l("Without a portrait: %(names)s. Take one at the staff desk."),
    "portraits_unusable": _l("Portraits without one clear face: %(names)s. Take new ones."),
    "lookalikes": _l("Pairs of candidates who look alike: %(count)s. Compare them in the room."),
    "doubles": _l("The same identity number or seat: %(names)s. Ask headquarters."),
    "clashes": _l(
        "Another sitting gives away the same seat at the same time: %(names)s. Move them, or ask"
        " headquarters."
    ),
    "off_roster": _l(
        "No longer on the roster, but signed in before: %(names)s. Their attempts were ended."
    ),
    "unattended": _l(
        "Rooms without an invigilator: %(names)s. Assign one on the Accounts page; the chief"
        " invigilator can act there, too."
    ),
    "room": _l("%(name)s: %(candidates)s candidates, %(terminals)s terminals assigned to seats."),
    "paper": _l("%(title)s: %(candidates)s candidates, %(minutes)s minutes."),
    "no_font": _l(
        "This server has no font with Chinese characters, so nothing can be printed. Ask"
        " whoever maintains it to run: apt-get install fonts-noto-cjk"
    ),
    "unprintable": _l(
        "The font lacks a character of these names: %(names)s. It is printed as 〓; add it by hand."
    ),
    "disk": _l(
        "%(free)s MB free, enough for %(time)s of this exam. Storing every"
        " picture needs %(wanted)s MB."
    ),
    "clock": _l("The clock differs from headquarters by %(seconds)s seconds."),
    "backup": _l("The latest backup is %(hours)s hours old."),
    "backup_none": _l(
        "There is no backup. The chief invigilator can make one on the Backup"
        " page. Set backup.to for regular backups."
    ),
    "clock_unknown": _l("The clock has not been compared with headquarters yet."),
}
"""Sentences of the readiness report, by finding."""

LEVELS: dict[str, LazyString] = {
    "ok": _l("in order"),
    "wait": _l("not known yet"),
    "warn": _l("please check"),
    "bad": _l("cannot start"),
}
"""Severity of a finding."""


MOST_HOURS = 999
"""Longest time that the disk forecast reports, in hours: about 40 days."""
DAYS_FROM_HOURS = 72


def lasting(hours: float) -> str:
    """Format how long the disk lasts, in hours or days."""
    if hours >= MOST_HOURS:
        return str(_l("more than 40 days"))
    if hours >= DAYS_FROM_HOURS:
        return str(_l("%(n)s days", n=round(hours / 24)))
    return str(_l("%(n)s hours", n=round(hours, 1)))


def sentence(finding: Finding) -> str:
    """Return a finding as a sentence, with times in the centre's time zone."""
    params = {
        name: local_datetime(value) if isinstance(value, datetime) else localised(value)
        for name, value in finding.params.items()
    }
    hours = finding.params.get("hours")
    if finding.what == "disk" and isinstance(hours, float | int):
        params["time"] = lasting(hours)
    return str(READINESS[finding.what]) % params
