"""The form of an announcement: fields of a request as a draft, and a draft as fields."""

from collections.abc import Mapping, Sequence

from flask import request

from sync.hq.announcements.drafts import Draft, Target, split_codes
from sync.hq.announcements.listing import AnnouncementRow
from sync.hq.core.role_errors import RoleMissing
from sync.hq.core.roles import NAMES, Role
from sync.hq.web.console import covered

FIELDS = ("title", "text", "candidate_text", "urgent", "target", "branch", "codes", "sitting")
LONGEST_CODES = 20_000
"""Characters of the field with chosen centres: some thousand codes."""


def given() -> Mapping[str, str]:
    """Return the fields of the form as they were typed."""
    found = {name: request.form.get(name, "").replace("\0", "") for name in FIELDS}
    return {**found, "replaces": request.form.get("replaces", "")[:32]}


def draft() -> Draft:
    """Return the draft that the form has.

    Raises:
        RoleMissing: its sitting is not the account's.
    """
    fields = given()
    sitting = fields["sitting"]
    if sitting and sitting not in {known.id for known in covered.sittings()}:
        raise RoleMissing(role=NAMES[Role.REGISTRAR])
    target = fields["target"]
    return Draft(
        title=fields["title"],
        text=fields["text"],
        candidate_text=fields["candidate_text"],
        urgent=fields["urgent"] == "yes",
        target=Target(target) if target in set(Target) else Target.ALL,
        branch=fields["branch"][:200] if target == Target.BRANCH else "",
        codes=split_codes(fields["codes"][:LONGEST_CODES]) if target == Target.CHOSEN else (),
        sitting_id=sitting or None,
        replaces=fields["replaces"] or None,
    )


def filled(old: AnnouncementRow, codes: Sequence[str]) -> Mapping[str, str]:
    """Return the fields of a form that replaces an announcement."""
    return {
        "title": old.title,
        "text": old.text,
        "candidate_text": old.candidate_text,
        "urgent": "yes" if old.urgent else "",
        "target": old.target,
        "branch": old.branch,
        "codes": " ".join(codes) if old.target == Target.CHOSEN else "",
        "sitting": old.sitting_id or "",
        "replaces": old.id,
    }


def branches() -> Sequence[str]:
    """Return the provinces and cities of the centres that the account is responsible for."""
    found: set[str] = set()
    for centre in covered.centres():
        parts = centre.branch.split("/") if centre.branch else []
        found |= {"/".join(parts[:depth]) for depth in range(1, len(parts) + 1)}
    return sorted(found)
