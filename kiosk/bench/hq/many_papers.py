"""One package with all trades and levels, built at headquarters and opened at a centre."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from kiosk.settings import read_text, read_toml, resource
from kiosk.system import entropy
from sync.hq.authoring.interchange.toml import read_document
from sync.hq.planning.paper_list import every_paper
from sync.hq.registration.roster_file import RosterEntry
from sync.hq.services import HqServices
from sync.hq.sittings import NewSitting
from sync.wire.packages.package import open_package
from sync.wire.sealing.certificate import make_request
from sync.wire.sealing.keys import KeyPair

PROGRAMME, CENTRE, BY = "carbon-skills", "MANY", "command-line:benchmark"


@dataclass(frozen=True)
class ManyPapersFigures:
    """Seconds for one package of a sitting with all papers of a programme.

    ``build_s``: its papers drawn, and sealed with the roster. ``open_s``: checked, unlocked with
    its code, and all papers read.
    """

    build_s: float
    open_s: float


def measure(
    hq: HqServices, candidates: int, person: Callable[[int], tuple[str, bytes]]
) -> ManyPapersFigures:
    """Measure in this headquarters; ``person``: a candidate's identity number and portrait."""
    keys, now = KeyPair.generate(entropy), hq.clock.now()
    hq.centres.approve(make_request(CENTRE, CENTRE, keys, now), BY)
    programme = hq.programmes.take(read_text(resource(f"config/programmes/{PROGRAMME}.toml")), BY)
    items = read_document(read_toml(resource(f"config/items/{PROGRAMME}.toml")))[1]
    hq.item_import.store(hq.item_import.preview(programme, items), BY)
    papers = every_paper(programme)
    start = now + timedelta(hours=1)
    sitting = hq.sittings.create(NewSitting("all papers", start, papers, unlock_not_before=now), BY)
    entries = []
    for order in range(candidates):
        number, portrait = person(order)
        paper = str(1 + order % len(papers))
        entries.append(RosterEntry(number, f"考生{order}", paper=paper, portrait=portrait))
    hq.registration.import_roster(sitting.id, CENTRE, entries, BY)
    begun = time.monotonic()
    package = hq.packages.build(sitting.id, CENTRE, BY)
    built = time.monotonic()
    data, code = hq.packages.data(package), hq.unlocking.code(sitting.id, CENTRE, BY)
    received = time.monotonic()
    opened = open_package(data, keys, hq.public_keys, CENTRE, hq.clock.now())
    opened.papers(opened.unlock(code, keys))
    return ManyPapersFigures(built - begun, time.monotonic() - received)
