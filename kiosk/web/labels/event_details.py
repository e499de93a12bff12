"""Names of what an event says of itself, and its values in words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import format_datetime, gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from kiosk.exam.event_groups import EventGroup
from kiosk.web.labels.inspections import FINDINGS
from kiosk.web.labels.prints import PRINTS
from kiosk.web.labels.retention import CLASSES
from kiosk.web.labels.terms import BREAK_OBJECTIONS, DEVICES, END_REASONS, MISCONDUCT, PAUSES, RULES

GROUPS: dict[EventGroup, LazyString] = {
    EventGroup.SITTING: _l("Package and sitting"),
    EventGroup.CHECK_IN: _l("Check-in"),
    EventGroup.TERMINALS: _l("Terminals and devices"),
    EventGroup.ATTEMPT: _l("Exams and time"),
    EventGroup.ANSWERS: _l("Answers"),
    EventGroup.PAGE: _l("Answer page"),
    EventGroup.CAMERA: _l("Camera and incidents"),
    EventGroup.MISCONDUCT: _l("Misconduct"),
    EventGroup.MACHINE: _l("Server, backup, USB stick"),
}

NAMES: dict[str, LazyString] = {
    "reason": _l("reason"),
    "why": _l("reason"),
    "note": _l("note"),
    "writing": _l("still answering"),
    "waiting": _l("present, not started"),
    "not_here": _l("absent"),
    "undecided": _l("undecided"),
    "nearly_empty": _l("hardly any answers"),
    "unsealed": _l("not sealed"),
    "unverified": _l("without identity check"),
    "incidents": _l("open incidents"),
    "seconds": _l("seconds"),
    "version": _l("version"),
    "package_id": _l("package"),
    "digest": _l("digest"),
    "incident": _l("incident"),
    "number": _l("number"),
    "count": _l("number"),
    "cause": _l("cause"),
    "ends_at": _l("new end"),
    "answers": _l("answers"),
    "source": _l("source"),
    "score": _l("similarity"),
    "live": _l("live"),
    "turns": _l("head turns"),
    "band": _l("band"),
    "pack": _l("face pack"),
    "advice": _l("advice"),
    "outcome": _l("outcome"),
    "finding": _l("finding"),
    "room": _l("room"),
    "former_room": _l("former room"),
    "seat": _l("seat"),
    "former_seat": _l("former seat"),
    "paper": _l("paper"),
    "former_paper": _l("former paper"),
    "terminal": _l("terminal"),
    "terminals": _l("terminals"),
    "remote": _l("address"),
    "camera": _l("camera"),
    "devices": _l("devices"),
    "measured": _l("measured"),
    "threshold": _l("threshold"),
    "frame_interval_ms": _l("interval of pictures (ms)"),
    "since": _l("since"),
    "until": _l("until"),
    "folder": _l("folder"),
    "file": _l("file"),
    "error": _l("error"),
    "epoch": _l("epoch"),
    "data": _l("data"),
    "receipt": _l("receipt"),
    "receipt_sha256": _l("digest of the receipt"),
    "part": _l("part"),
    "rule": _l("rule"),
    "programme": _l("programme"),
    "consent_face": _l("agreed to face recognition"),
    "lookalikes": _l("portraits that look alike"),
    "changed": _l("changed"),
    "admission_no": _l("admission number"),
    "answers_through": _l("answers saved up to no."),
    "answers_head": _l("digest of the answers"),
    "how": _l("how"),
    "state": _l("state"),
    "kind": _l("kind"),
    "document": _l("document"),
    "rooms": _l("rooms"),
    "misconduct": _l("kind"),
    "happened_at": _l("happened at"),
    "facts": _l("facts"),
    "evidence": _l("evidence"),
    "taken": _l("taken from the candidate"),
    "record": _l("digest of the record"),
    "statement": _l("the candidate's own view"),
    "signature": _l("digest of the signature"),
    "witness": _l("second member of staff"),
    "escort": _l("escort"),
    "objections": _l("beyond the rules"),
    "identity_checked": _l("identity checked"),
    "language": _l("language"),
}
"""Others are shown by their key: nothing is left out because nobody named it."""

LANGUAGES = {"zh": _l("Chinese"), "en": _l("English")}

_VALUES: dict[str, Mapping[str, LazyString]] = {
    "cause": END_REASONS,
    "reason": {**END_REASONS, **PAUSES},
    "finding": FINDINGS,
    "misconduct": MISCONDUCT,
    "objections": BREAK_OBJECTIONS,
    "devices": DEVICES,
    "rule": RULES,
    "data": CLASSES,
    "language": LANGUAGES,
    "document": {kind.value: text.title for kind, text in PRINTS.items()},
}

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")


def detail_name(key: str) -> str:
    """Return what a key of an event's data means."""
    return str(NAMES.get(key, key))


def detail_value(key: str, value: Any) -> str:
    """Return a value in words: names of codes, local times, yes and no."""
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    if isinstance(value, list):
        return str(gettext(", ")).join(detail_value(key, part) for part in value)
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if _MOMENT.fullmatch(value):
        moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
        return str(format_datetime(moment, "yyyy-MM-dd HH:mm:ss"))
    return str(_VALUES.get(key, {}).get(value, value))
