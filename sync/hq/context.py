"""The context that every service of headquarters gets: storage, keys, clock, ids, randomness."""

from dataclasses import dataclass

from kiosk.exam.ports import Clock, Entropy, Ids
from sync.hq.persistence.blobs import Blobs
from sync.hq.persistence.database import Database
from sync.hq.settings import HqSettings
from sync.wire.sealing.keys import KeyHolder


@dataclass(frozen=True)
class HqContext:
    """Dependencies of the services. Contains no logic."""

    database: Database
    blobs: Blobs
    keys: KeyHolder
    clock: Clock
    ids: Ids
    entropy: Entropy
    settings: HqSettings
