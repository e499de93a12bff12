"""What is known about one attempt, for the person who has to judge it.

The event log, when answers were saved, page leaves, pauses and credits, what happened to others in
the room at the same minute, and where the pictures are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from kiosk.exam.event_kinds import DISTURBANCE_BEGAN, DISTURBANCE_OVER
from kiosk.exam.programme.programme import Programme, load_programme
from kiosk.exam.programme.retention import shortest
from sync.hq.centres.registry import Centres
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.counted import AttemptKey
from sync.hq.core.roles import Role
from sync.hq.errors import NotFound
from sync.hq.persistence import tables
from sync.hq.persistence.review_tables import review_incidents
from sync.hq.persistence.sync_tables import event_logs
from sync.hq.review.cases import attempt_of
from sync.hq.review.handed_pictures import arrived
from sync.hq.review.incident_list import IncidentView
from sync.hq.review.persons import person_of
from sync.hq.review.steps import require_there
from sync.wire.delivery.bundle import open_bundle
from sync.wire.delivery.evidence import open_evidence
from sync.wire.errors import WireError

AROUND = timedelta(minutes=1)
"""How near in time an incident of another seat counts as being at the same minute."""
MOST_MATES, MOST_PARTS = 200, 40


@dataclass(frozen=True)
class Save:
    """One revision of an answer."""

    at: datetime
    item_id: str


@dataclass(frozen=True)
class Pictures:
    """Where the pictures are. ``here``: those that arrived, by digest; ``missing``: how many not.

    ``leave``: whether the programme lets pictures leave the centre. ``consent``: whether the
    candidate agreed to face recognition. ``centre_until``: when the centre deletes them.
    """

    here: Sequence[str]
    missing: int
    leave: bool
    consent: bool
    centre_until: datetime


@dataclass(frozen=True)
class AttemptFacts:
    """All of it. ``all_saves``: whether ``saves`` has every revision, or only each last one.

    ``notes``: what the candidate wrote on the notes pad; no marker sees it.
    """

    key: AttemptKey
    sitting_id: str
    candidate_id: str
    admission_no: str
    name: str
    room: str
    seat: str
    status: str
    programme: Programme | None
    started_at: datetime | None
    ended_at: datetime
    end_reason: str
    extra_minutes: int
    credits: Sequence[Mapping[str, Any]]
    page_leaves: Sequence[Mapping[str, Any]]
    events: Sequence[Mapping[str, Any]]
    saves: Sequence[Save]
    all_saves: bool
    notes: str
    pictures: Pictures
    device_check: Mapping[str, Any]
    disturbances: Sequence[tuple[datetime, str]]


class Attempts:
    """Collects the facts of attempts, and opens their pictures."""

    def __init__(self, context: HqContext, centres: Centres) -> None:
        self._context = context
        self._centres = centres

    def facts(self, key: AttemptKey) -> AttemptFacts:
        """Return what is known of an attempt.

        Raises:
            NotFound: there is no result of it.
        """
        with self._context.database.read() as connection:
            result = attempt_of(connection, key)
            bundle = _bundle(connection, result["bundle_id"])
            programme = _programme(connection, result)
            until = _kept_until(connection, result)
            here = list(arrived(connection, key, bundle["document"]))
            disturbed = _disturbances(connection, result)
            name = person_of(connection, result).name
            seat = _seat(connection, result) or (bundle["document"].get("admitted") or {}).get(
                "seat", ""
            )
        document = bundle["document"]
        saves, whole = self._saves(key, bundle)
        timing = document["timing"]
        return AttemptFacts(
            key=key,
            **{n: result[n] for n in ("sitting_id", "candidate_id", "admission_no", "room",
                                      "status", "end_reason", "ended_at")},
            name=name,
            seat=seat,
            programme=programme,
            started_at=_time(timing["started_at"]) if timing["started_at"] else None,
            extra_minutes=timing.get("extra_minutes", 0),
            credits=timing.get("credits", ()),
            page_leaves=document["conduct"].get("page_leaves", ()),
            events=document["chain"]["events"],
            saves=saves,
            all_saves=whole,
            notes=(document.get("notes") or {}).get("text", ""),
            pictures=Pictures(
                here,
                len(document.get("evidence", ())) - len(here),
                programme is not None and programme.privacy.pictures_to_headquarters,
                bool((document.get("check_in") or {}).get("consent_face")),
                until,
            ),
            device_check=document.get("device_check") or {},
            disturbances=disturbed,
        )  # fmt: skip

    def mates(self, incident: IncidentView) -> Sequence[IncidentView]:
        """Return incidents of other seats in the room at the same minute: it may be the room."""
        table = review_incidents
        ends = incident.ended_at or incident.started_at
        query = (
            select(table)
            .where(
                table.c.centre_code == incident.centre_code,
                table.c.sitting_id == incident.sitting_id,
                table.c.room == incident.room,
                table.c.attempt_id != incident.attempt_id,
                table.c.started_at >= incident.started_at - AROUND,
                table.c.started_at <= ends + AROUND,
            )
            .order_by(table.c.started_at, table.c.number)
            .limit(MOST_MATES)
        )
        with self._context.database.read() as connection:
            return [IncidentView.of_row(row) for row in connection.execute(query).mappings()]

    def picture(self, key: AttemptKey, sha256: str, by: str, roles: Sequence[Role]) -> bytes:
        """Return a picture of an attempt as JPEG, and record who saw it.

        Raises:
            NotFound: it is none of this attempt's, or it is not here.
            RoleMissing: the account may not see this attempt.
            WireError: it is damaged, or the centre's keys were revoked.
        """
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            result = attempt_of(connection, key)
            require_there(connection, result, by, *roles)
            document = _bundle(connection, result["bundle_id"])["document"]
            name = arrived(connection, key, document).get(sha256)
            if name is None:
                raise NotFound(what="picture")
            named = {"centre": key.centre_code, "attempt": key.attempt_id, "picture": sha256}
            record(connection, now, AuditKind.EVIDENCE_VIEWED, by, **named)
        data, hq = self._context.blobs.get(name), self._context.keys
        return self._centres.open(
            key.centre_code, lambda keys: open_evidence(data, hq, keys, key.centre_code)[1]
        )

    def _saves(self, key: AttemptKey, bundle: RowMapping) -> tuple[Sequence[Save], bool]:
        """Return every revision, from the sealed bytes; each last one where they do not open."""
        data, hq = self._context.blobs.get(bundle["object"]), self._context.keys
        try:
            opened, _ = self._centres.open(
                key.centre_code, lambda keys: open_bundle(data, hq, keys, key.centre_code)
            )
        except (WireError, NotFound):
            opened = None
        if opened is not None and opened.answer_log is not None:
            revisions = opened.answer_log.revisions
            return [
                Save(_time(revision.saved_at), revision.item_id) for revision in revisions
            ], True
        answers = bundle["document"]["answers"]
        last = [Save(_time(answer["saved_at"]), answer["item_id"]) for answer in answers]
        return sorted(last, key=lambda save: save.at), False


def _bundle(connection: Connection, bundle_id: str) -> RowMapping:
    bundles = tables.bundles
    query = select(bundles.c.document, bundles.c.object).where(bundles.c.id == bundle_id)
    return connection.execute(query).mappings().one()


def _seat(connection: Connection, result: RowMapping) -> str:
    seats = tables.seats
    query = select(seats.c.seat).where(
        seats.c.sitting_id == result["sitting_id"],
        seats.c.candidate_id == result["candidate_id"],
    )
    return connection.execute(query).scalar() or ""


def _programme(connection: Connection, result: RowMapping) -> Programme | None:
    programmes = tables.programmes
    query = select(programmes.c.document).where(
        programmes.c.id == result["programme_id"],
        programmes.c.version == result["programme_version"],
    )
    document = connection.execute(query).scalar()
    return None if document is None else load_programme(document)


def _kept_until(connection: Connection, result: RowMapping) -> datetime:
    """Return when the centre deletes the sitting's pictures: by its strictest programme."""
    examined, programmes, sittings = tables.sitting_papers, tables.programmes, tables.sittings
    edition = (programmes.c.id == examined.c.programme_id) & (
        programmes.c.version == examined.c.programme_version
    )
    query = (
        select(programmes.c.document)
        .join(examined, edition)
        .where(examined.c.sitting_id == result["sitting_id"])
    )
    rules = [load_programme(document).retention for document in connection.execute(query).scalars()]
    over = select(sittings.c.ends_at).where(sittings.c.id == result["sitting_id"])
    last: datetime = result["ended_at"]
    ended = max(connection.execute(over).scalar() or last, last)
    return shortest(rules).until("pictures", ended) if rules else ended


def _disturbances(connection: Connection, result: RowMapping) -> Sequence[tuple[datetime, str]]:
    """Return when the room's analysis or terminals were disturbed, from the centre's event log."""
    query = (
        select(event_logs.c.events)
        .where(
            event_logs.c.centre_code == result["centre_code"],
            event_logs.c.sitting_id == result["sitting_id"],
        )
        .order_by(event_logs.c.first_seq)
        .limit(MOST_PARTS)
    )
    wanted = {kind.value for kind in (*DISTURBANCE_BEGAN.values(), *DISTURBANCE_OVER.values())}
    found = {
        (_time(event["at"]), event["kind"])
        for events in connection.execute(query).scalars()
        for event in events
        if event["kind"] in wanted
    }
    return sorted(found)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
