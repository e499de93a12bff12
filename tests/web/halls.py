"""A centre's use cases without background jobs and without face workers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from kiosk.bootstrap.centre import build_hall
from kiosk.bootstrap.setup import SETTINGS, hq_keys
from kiosk.exam.ports import Clock
from kiosk.hall.clock import ExamTime
from kiosk.hall.context import CentreContext, Folders
from kiosk.hall.proctoring.face_analysis import Faces
from kiosk.hall.services import CentreServices
from kiosk.settings import load_settings
from kiosk.store.sqlite.database import Store
from kiosk.system import entropy, new_id
from sync.wire.sealing.keys import KeyPair
from tests.centres import Site, emergency_key
from tests.web.faces import NoFaces


@contextmanager
def quiet_hall(site: Site, clock: Clock, faces: Faces | NoFaces) -> Iterator[CentreServices]:
    """The hall of a site; closed with the block."""
    settings = load_settings(site.data / SETTINGS)
    store = Store(site.data)
    try:
        centre = CentreContext(
            settings=settings,
            store=store,
            folders=Folders.below(site.data),
            keys=KeyPair.load(site.data / "keys"),
            hq=hq_keys(site.data, settings),
            clock=clock,
            time=ExamTime(store, clock, anew=True),
            ids=new_id,
            entropy=entropy,
        )
        emergency = emergency_key(site.data)
        yield build_hall(centre, cast(Faces, faces), emergency, lambda: None)
    finally:
        store.close()
