"""An office that can issue certificates: released results, a signing key, two publishers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from kiosk.system import entropy
from kiosk.vision.samples import sample_portrait
from sync.hq.certificates import signing
from sync.hq.certificates.certifiable import Certifiable
from sync.hq.certificates.register import CertificateView
from sync.hq.certificates.services import CertificateServices
from sync.hq.core.roles import Grant, Role, Scope
from sync.hq.registration.roster_file import RosterEntry
from tests.centres import PASSWORD
from tests.exam.programmes import shipped
from tests.hq.applicants import number
from tests.hq.desk import BY, CODE, PROGRAMME, Desk

FIRST, SECOND = "chief", "second"
NAMES = ("欧阳五", "阿卜杜热合曼·买买提吐尔逊", "John Smith")
VERSION = shipped(PROGRAMME).version
EVERYTHING = Scope(frozenset({Grant(Role.PUBLISHER)}))


@dataclass(frozen=True)
class ListedReleases:
    """Released results as a list."""

    results: Sequence[Certifiable]

    def certifiable(self, sitting_id: str, programme_id: str) -> Sequence[Certifiable]:
        """Return the listed results."""
        return [one for one in self.results if sitting_id and one.programme_id == programme_id]


@dataclass
class Office:
    """A desk whose results are released."""

    desk: Desk
    results: list[Certifiable]

    @property
    def certificates(self) -> CertificateServices:
        return self.desk.hq.certificates

    def propose(self) -> str:
        return self.certificates.orders.propose_issue(self.desk.sitting, PROGRAMME, FIRST)

    def issue(self) -> Sequence[CertificateView]:
        """Issue everything that is released, by two people, with its PDFs; the oldest first."""
        self.certificates.orders.approve(self.propose(), SECOND)
        self.certificates.making.make()
        return self.views()

    def views(self) -> Sequence[CertificateView]:
        found = self.certificates.register.page(EVERYTHING, size=10_000)
        return found.certificates[::-1]


def certifiable(candidate: str, name: str, at: datetime, version: int = 1) -> Certifiable:
    """A passed result of the desk's programme."""
    return Certifiable(
        candidate_id=candidate,
        name=name,
        programme_id=PROGRAMME,
        centre_code=CODE,
        programme_version=VERSION,
        trade=None,
        level=None,
        parts={"combined": Decimal("118.5")},
        total=Decimal("118.5"),
        passed=True,
        released_at=at,
        result_version=version,
    )


def open_office(desk: Desk) -> Office:
    """Three people with released results, of whom the first has a portrait."""
    hq = desk.hq
    hq.accounts.create(SECOND, PASSWORD, BY, (Grant(Role.PUBLISHER),))
    entries = [
        RosterEntry(number(10 + order), name, portrait=None if order else sample_portrait(0))
        for order, name in enumerate(NAMES)
    ]
    hq.registration.import_roster(desk.sitting, CODE, entries, BY)
    seats = {seat.name: seat.candidate_id for seat in hq.registration.seats(desk.sitting)}
    now = desk.clock.now()
    results = [certifiable(seats[name], name, now) for name in NAMES]
    released = ListedReleases(results)
    sources = replace(hq.certificates.sources, releases=released)
    signing.create(sources.keys_folder, "发证机构", now, entropy)
    desk.hq = replace(hq, certificates=CertificateServices.over(sources))
    return Office(desk, results)


def rename(office: Office, name: str) -> None:
    """Correct the name of the first person."""
    entry = RosterEntry(number(10), name)
    office.desk.hq.registration.import_roster(office.desk.sitting, CODE, [entry], BY, names="file")
