"""What the readiness report says, in the language of the reader."""

from datetime import datetime

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from kiosk.exam.readiness import Finding
from kiosk.web.pages import local_datetime

READINESS: dict[str, LazyString] = {
    "package_ok": _l("The package is valid until %(until)s."),
    "package_over": _l("The package was valid until %(until)s. Ask headquarters for a new one."),
    "package_window": _l("The sitting lies outside the time for which the package is valid."),
    "package_revoked": _l(
        "Headquarters has revoked this exam package: %(reason)s. Ask for a new one."
    ),
    "terminals": _l("%(candidates)s candidates, %(terminals)s terminals have reported."),
    "terminals_failed": _l("Terminals whose device check failed: %(names)s"),
    "portraits": _l("Portraits looked at: %(done)s of %(total)s"),
    "portraits_missing": _l("Without a portrait: %(names)s. Take one at the staff desk."),
    "portraits_unusable": _l("Portraits without one clear face: %(names)s. Take new ones."),
    "lookalikes": _l("Pairs of candidates who look alike: %(count)s. Compare them in the room."),
    "doubles": _l("The same identity number or seat: %(names)s. Ask headquarters."),
    "disk": _l(
        "%(free)s MB are free, room for %(hours)s hours of this exam;"
        " %(wanted)s MB are enough for every picture."
    ),
    "clock": _l("The clock differs from headquarters' by %(seconds)s seconds."),
    "backup": _l("The newest backup is %(hours)s hours old."),
    "backup_none": _l(
        "There is no backup. The chief invigilator makes one on the page Backup; set backup.to for"
        " regular ones."
    ),
    "clock_unknown": _l("The clock has not been compared with headquarters' yet."),
}
"""What the readiness report says, by finding."""

LEVELS: dict[str, LazyString] = {
    "ok": _l("in order"),
    "wait": _l("not known yet"),
    "warn": _l("please look"),
    "bad": _l("cannot go on"),
}
"""How grave a finding is."""


def sentence(finding: Finding) -> str:
    """What a finding says, times as the clock on the wall shows them."""
    params = {
        name: local_datetime(value) if isinstance(value, datetime) else value
        for name, value in finding.params.items()
    }
    return str(READINESS[finding.what]) % params
