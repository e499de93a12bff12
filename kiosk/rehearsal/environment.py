"""A new headquarters and centre with an exam for given people, set up as staff would."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from kiosk.bootstrap.setup import REQUEST, SETTINGS, accept_certificate, create_centre
from kiosk.rehearsal.people import Person
from kiosk.settings import read_text, read_toml, resource
from kiosk.system import SystemClock, entropy, new_id
from kiosk.vision.packs.manifest import default_weights, weights_below
from kiosk.vision.samples import sample_portrait
from sync.hq.authoring.interchange.toml import read_document
from sync.hq.registration.roster_file import RosterEntry
from sync.hq.services import HqServices, initialise, open_headquarters
from sync.hq.sittings import NewPaper, NewSitting

CENTRE = "DEMO01"
PROGRAMME = "carbon-manager"
STAFF = "chief"
BY = "command-line:rehearsal"


@dataclass(frozen=True)
class Access:
    """What a rehearsal needs to run.

    These are the data directories, the staff password, headquarters' token and unlock codes.
    """

    hq: Path
    centre: Path
    password: str
    token: str
    codes: dict[str, str]


@dataclass(frozen=True)
class Content:
    """The content of the exam: the text of a programme file, and a parsed item file."""

    programme: str
    items: Mapping[str, Any]


def usual_content() -> Content:
    """Return the product's programme and starter bank, except for one rule.

    A rehearsal hands in before half an hour has passed.
    """
    text = read_text(resource(f"config/programmes/{PROGRAMME}.toml"))
    return Content(
        text.replace("earliest_hand_in_minutes = 30", "earliest_hand_in_minutes = 0"),
        read_toml(resource(f"config/items/{PROGRAMME}.toml")),
    )


def set_up(
    base: Path,
    hq_url: str,
    sittings: dict[str, list[Person]],
    minutes: int,
    content: Content | None = None,
) -> Access:
    """Create both data directories below ``base``.

    ``sittings``: titles, each with its candidates; each starts soon and may be unlocked at
    once.

    Raises:
        ExamError: the error of whichever step failed.
    """
    hq_data, centre_data = base / "hq", base / "centre"
    password = entropy(9).hex()
    initialise(hq_data, entropy)
    create_centre(centre_data, CENTRE, "演示考点", hq_url, STAFF, password)
    clock = SystemClock()
    hq = open_headquarters(hq_data, clock, new_id, entropy)
    try:
        token = _fill(hq, password, centre_data, content or usual_content())
        codes = {title: _sitting(hq, title, people, minutes) for title, people in sittings.items()}
    finally:
        hq.close()
    _hurry(centre_data / SETTINGS)
    weights_below(centre_data).symlink_to(default_weights())  # the installed packs of this machine
    return Access(hq_data, centre_data, password, token, codes)


def _hurry(settings: Path) -> None:
    """Sync every second, and let staff enter the unlock codes, which they are rehearsing."""
    text = settings.read_text(encoding="utf-8")
    text = text.replace("interval_seconds = 30", "interval_seconds = 1")
    text = text.replace("receive_unlock_codes = true", "receive_unlock_codes = false")
    settings.write_text(text, encoding="utf-8")


def _fill(hq: HqServices, password: str, centre_data: Path, content: Content) -> str:
    hq.accounts.create(STAFF, password, BY, administrator=True)
    programme = hq.programmes.take(content.programme, BY)
    items = read_document(dict(content.items))[1]
    hq.item_import.store(hq.item_import.preview(programme, items), BY)
    certificate = hq.centres.approve((centre_data / REQUEST).read_bytes(), BY)
    # Both sides are on this machine, so no telephone call is needed to compare fingerprints.
    accept_certificate(centre_data, certificate, SystemClock(), lambda _fingerprint: True)
    return hq.tokens.create("rehearsal", ("results:read",), BY)


def _sitting(hq: HqServices, title: str, people: list[Person], minutes: int) -> str:
    now = hq.clock.now().replace(microsecond=0)
    sitting = hq.sittings.create(
        NewSitting(
            title=title,
            starts_at=now + timedelta(minutes=10),
            papers=[NewPaper(PROGRAMME, duration_minutes=minutes)],
            unlock_not_before=now,
        ),
        BY,
    )
    hq.registration.import_roster(sitting.id, CENTRE, [_entry(person) for person in people], BY)
    hq.packages.build(sitting.id, CENTRE, BY)
    return hq.unlocking.code(sitting.id, CENTRE, BY)


def _entry(person: Person) -> RosterEntry:
    portrait = None if person.face is None else sample_portrait(person.face)
    return RosterEntry(
        identity_no=person.identity_no,
        name=person.name,
        admission_no=person.admission_no,
        seat=person.seat,
        portrait=portrait,
    )
