"""Who accepted the licence of a pack that may not be used commercially without one."""

import json
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from kiosk.vision.errors import LicenceNotAccepted
from kiosk.vision.files import write_whole
from kiosk.vision.packs import PackInfo

RECORD = "licences.json"


class Acceptance(BaseModel):
    """Who accepted which terms, and when (ISO 8601)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    licence: str
    who: str
    at: datetime


def accepted(info: PackInfo, weights: Path) -> Acceptance | None:
    """The acceptance of exactly these terms, if there is one."""
    found = _record(weights).get(info.id)
    return found if found and found.licence == info.licence else None


def accept(info: PackInfo, weights: Path, who: str, at: datetime) -> None:
    """Record that somebody accepted the pack's licence."""
    record = {**_record(weights), info.id: Acceptance(licence=info.licence, who=who, at=at)}
    plain = {pack: one.model_dump(mode="json") for pack, one in record.items()}
    text = json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True)
    write_whole(weights / RECORD, text.encode())


def require_licence(info: PackInfo, weights: Path) -> None:
    """Raise LicenceNotAccepted for a non-commercial pack whose terms nobody has accepted."""
    if not info.commercial and accepted(info, weights) is None:
        raise LicenceNotAccepted(pack=info.id, licence=info.licence)


def _record(weights: Path) -> dict[str, Acceptance]:
    path = weights / RECORD
    if not path.exists():
        return {}
    entries = json.loads(path.read_text(encoding="utf-8"))
    return {pack: Acceptance.model_validate(entry) for pack, entry in entries.items()}
