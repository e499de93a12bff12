"""Headquarters' private keys, in the folder ``keys`` of its data directory.

Each pair has a folder of its own below ``pairs``, named by its id. ``statements.json`` holds all
signed statements; the last one says what each key may be used for. A change writes new pairs
first, then replaces that file in one step: after a crash it has happened, or it has not. Before
the first change there is one pair, directly in the folder.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.durable import sync_folder, write_durably
from sync.wire.errors import KeysUnusable, WireError
from sync.wire.sealing.hq_keys import (
    GIVEN_UP,
    HqRing,
    KeyState,
    read_chain,
    read_statement,
    write_chain,
)
from sync.wire.sealing.keys import BOX_FILE, SIGNING_FILE, KeyPair, PublicKeys, load_box

STATEMENTS = "statements.json"
PAIRS = "pairs"

Mark = tuple[int, int, int] | None
"""Tells versions of ``statements.json`` apart; None where there is none."""


@dataclass(frozen=True)
class _Loaded:
    pair: KeyPair = field(repr=False)
    ring: HqRing
    chain: tuple[bytes, ...]
    mark: Mark


class KeyFolder:
    """The keys of headquarters; a running server notices when a command changes them.

    Raises:
        KeysUnusable: a key is missing or damaged.
        KeysTooOpen: others may read a key.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loaded = self._load()

    @property
    def public(self) -> PublicKeys:
        """See :class:`sync.wire.sealing.keys.KeyHolder`."""
        return self._fresh().pair.public

    @property
    def known(self) -> Sequence[PublicKeys]:
        """All keys that have signed and were not withdrawn, the present one first."""
        loaded = self._fresh()
        proving = (KeyState.FORMER, KeyState.RETIRED)
        others = [key.public for key in loaded.ring.keys if key.state in proving]
        return (loaded.pair.public, *reversed(others))

    @property
    def ring(self) -> HqRing:
        """All keys and their states."""
        return self._fresh().ring

    @property
    def chain(self) -> tuple[bytes, ...]:
        """All signed statements; the first has number 1."""
        return self._fresh().chain

    def sign(self, data: bytes) -> bytes:
        """See :class:`sync.wire.sealing.keys.KeyHolder`."""
        return self._fresh().pair.sign(data)

    def unseal(self, sealed: bytes) -> bytes:
        """See :class:`sync.wire.sealing.keys.KeyHolder`."""
        return self._fresh().pair.unseal(sealed)

    def owns(self, key_id: str) -> bool:
        """See :class:`sync.wire.sealing.keys.KeyHolder`."""
        return self._fresh().pair.owns(key_id)

    def pair(self, key_id: str) -> KeyPair:
        """Return a pair, to sign a statement; raises like the constructor."""
        loaded = self._fresh()
        return loaded.pair if key_id == loaded.pair.public.key_id else self._pair(key_id)

    def add(self, pair: KeyPair) -> None:
        """Store a new pair. Nothing uses it before a statement names it."""
        if not self.chain:
            # The first pair moves in with the others; until the statement, its old place counts.
            self._store(KeyPair.load(self._folder))
        self._store(pair)

    def commit(self, statement: bytes) -> None:
        """Append a statement, which is the change; then delete signing keys that it gives up."""
        write_durably(self._folder / STATEMENTS, write_chain((*self.chain, statement)))
        self._loaded = self._load()
        self.tidy()

    def tidy(self) -> None:
        """Delete signing keys that are given up, also after an interrupted change.

        Box keys stay: they open what was sealed before.
        """
        loaded = self._fresh()
        if not loaded.chain:
            return
        for key in loaded.ring.keys:
            if key.state in GIVEN_UP:
                (self._place(key.public.key_id) / SIGNING_FILE).unlink(missing_ok=True)
        for name in (SIGNING_FILE, BOX_FILE):  # copies, since pairs have folders
            (self._folder / name).unlink(missing_ok=True)
        sync_folder(self._folder)

    def _fresh(self) -> _Loaded:
        """Return the keys, read again if another process changed them."""
        if self._mark() != self._loaded.mark:
            try:
                self._loaded = self._load()
            except WireError:
                # The folder is being copied from another machine; what is loaded still holds.
                return self._loaded
        return self._loaded

    def _mark(self) -> Mark:
        try:
            found = (self._folder / STATEMENTS).stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _load(self) -> _Loaded:
        mark = self._mark()  # before reading: a change meanwhile is then noticed next time
        if mark is None:
            pair = KeyPair.load(self._folder)
            return _Loaded(pair, HqRing.pinned(pair.public), (), None)
        try:
            chain = tuple(read_chain((self._folder / STATEMENTS).read_bytes()))
            ring = HqRing.of(read_statement(chain[-1]).statement)
        except (OSError, WireError, IndexError) as error:
            raise KeysUnusable(f"{STATEMENTS}: {error}", folder=str(self._folder)) from error
        others = {
            key_id: load_box(self._place(key_id))
            for key in ring.keys
            if (key_id := key.public.key_id) != ring.current.key_id
        }
        return _Loaded(self._pair(ring.current.key_id).beside(others), ring, chain, mark)

    def _pair(self, key_id: str) -> KeyPair:
        pair = KeyPair.load(self._place(key_id))
        if pair.public.key_id != key_id:
            raise KeysUnusable("they are other keys", folder=str(self._place(key_id)))
        return pair

    def _store(self, pair: KeyPair) -> None:
        place = self._place(pair.public.key_id)
        if place.exists():
            return
        part = place.with_name(f"{place.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        pair.save(part)
        # In one step: an interrupted creation must not leave half a pair.
        part.rename(place)
        sync_folder(place.parent)
        sync_folder(self._folder)

    def _place(self, key_id: str) -> Path:
        return self._folder / PAIRS / key_id
