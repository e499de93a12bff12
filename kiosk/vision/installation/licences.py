"""Acceptance of licences that forbid commercial use: by whom and when."""

from datetime import datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, TypeAdapter, ValidationError

from kiosk.vision.errors import LicenceNotAccepted, PackUnusable
from kiosk.vision.packs.manifest import PackInfo
from kiosk.vision.packs.weights import alone, write_whole

FILE = "licences.json"


class Acceptance(BaseModel):
    """Who accepted which licence text, and when."""

    licence: str
    who: str
    at: AwareDatetime


_RECORDS = TypeAdapter(dict[str, Acceptance])


def licence_accepted(info: PackInfo, weights: Path) -> Acceptance | None:
    """Return the record of an acceptance of the licence in its present wording, or None."""
    record = _records(info, weights).get(info.id)
    # A licence that has changed since must be accepted again.
    return record if record and record.licence == info.licence else None


def accept_licence(info: PackInfo, weights: Path, who: str, at: datetime) -> None:
    """Record in ``weights/licences.json`` that ``who`` accepts; an earlier record remains."""
    with alone(info, weights):
        if licence_accepted(info, weights):
            return
        record = Acceptance(licence=info.licence, who=who, at=at)
        records = {**_records(info, weights), info.id: record}
        write_whole(weights / FILE, _RECORDS.dump_json(records, indent=1))


def require_licence(info: PackInfo, weights: Path) -> None:
    """Check that the pack may be used.

    Raises:
        LicenceNotAccepted: commercial use is forbidden and the licence is not accepted yet.
    """
    if not info.commercial and licence_accepted(info, weights) is None:
        raise LicenceNotAccepted(pack=info.id, licence=info.licence)


def _records(info: PackInfo, weights: Path) -> dict[str, Acceptance]:
    path = weights / FILE
    try:
        return _RECORDS.validate_json(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValidationError as error:
        problem = f"{path} is damaged; move it away and accept the licences again"
        raise PackUnusable(problem, pack=info.id) from error
