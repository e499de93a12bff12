"""What headquarters holds ready for a centre: packages of sittings, and calling them back."""

from datetime import timedelta

from kiosk.settings import read_text, read_toml, resource
from kiosk.store.centre import sittings
from sync.hq.authoring.interchange.toml import read_document
from sync.hq.packages.packages import PackageView
from sync.hq.registration.roster_file import RosterEntry
from sync.hq.sittings import NewPaper, NewSitting
from tests.faults.sites import SITTING, CentreSite
from tests.faults.world import World
from tests.hq.desk import BY, NOW, PROGRAMME


def open_bank(world: World) -> None:
    """A programme and its items."""
    hq = world.hq.hq
    programme = hq.programmes.take(read_text(resource(f"config/programmes/{PROGRAMME}.toml")), BY)
    items = read_document(read_toml(resource(f"config/items/{PROGRAMME}.toml")))[1]
    hq.item_import.store(hq.item_import.preview(programme, items), BY)


def new_sitting(world: World, number: int) -> str:
    """A sitting with one candidate at the first centre; gives its id."""
    hq, code = world.hq.hq, world.centre.code
    title, starts_at = f"2026年4月 {number}", NOW + timedelta(days=number)
    sitting = hq.sittings.create(NewSitting(title, starts_at, [NewPaper(PROGRAMME)]), BY).id
    roster = [RosterEntry("99000119900101001X", "考生一", f"2026A{number:04d}")]
    hq.registration.import_roster(sitting, code, roster, BY)
    return sitting


def build_package(world: World, sitting: str) -> PackageView:
    """Seal a sitting's package for the first centre and announce it."""
    return world.hq.hq.packages.build(sitting, world.centre.code, BY)


def revoke(world: World, sitting: str) -> None:
    """Call the newest package of a sitting back."""
    world.hq.hq.packages.revoke(sitting, world.centre.code, "an item leaked", BY)


def arrived(centre: CentreSite) -> set[str]:
    """Ids of sittings whose package has come."""
    known = sittings.everyone(centre.centre.store.read())
    return {sitting.id for sitting in known} - {SITTING}
