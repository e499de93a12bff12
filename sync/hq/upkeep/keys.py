"""Changes of headquarters' own keys: prepare, switch, retire, and withdraw in an emergency.

Each step is one signed statement, appended to the folder of keys inside an exclusive transaction of
the database. The folder comes first and decides. Whatever a crash then leaves undone in the
database is done by the next process that opens it: certificates and notices signed with the present
key.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from sync.hq.centres.key_followers import Follower, KeyFollowers
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.roles import Role, require_role
from sync.hq.errors import NotFound
from sync.hq.persistence import tables
from sync.hq.persistence.key_folder import KeyFolder
from sync.hq.persistence.key_tables import key_statements
from sync.hq.upkeep.errors import (
    CentresBehind,
    KeyInUse,
    KeysForeign,
    KeysOlder,
    NextKeyMissing,
    NextKeyThere,
)
from sync.hq.upkeep.signed_again import needed_packages, sign_certificates, sign_notices
from sync.wire.sealing.certificate import Keys
from sync.wire.sealing.hq_keys import (
    ACTIVE,
    GIVEN_UP,
    HqKey,
    HqRing,
    KeyState,
    KeyStatement,
    read_statement,
    sign_statement,
)
from sync.wire.sealing.keys import KeyPair


@dataclass(frozen=True)
class KeyView:
    """A key of headquarters; ``since`` is None for the first one before any change."""

    key_id: str
    fingerprint: str
    state: KeyState
    since: datetime | None


@dataclass(frozen=True)
class CentreKeys:
    """How far a centre has followed; ``ahead``: it knows more than this headquarters."""

    code: str
    name: str
    follower: Follower | None
    follows: bool
    ahead: bool


@dataclass(frozen=True)
class KeysView:
    """All keys, the number of the last statement, and the centres with valid certificates."""

    number: int
    keys: Sequence[KeyView]
    centres: Sequence[CentreKeys]

    @property
    def behind(self) -> Sequence[CentreKeys]:
        """Centres that have not followed the last statement."""
        return [centre for centre in self.centres if not centre.follows]

    def of(self, state: KeyState) -> KeyView | None:
        """Return the newest key in a state, or None."""
        return next((key for key in reversed(self.keys) if key.state is state), None)


class KeyChanges:
    """Changes headquarters' keys; one change at a time, over all processes."""

    def __init__(self, context: HqContext, folder: KeyFolder, followers: KeyFollowers) -> None:
        self._context = context
        self._folder = folder
        self._followers = followers

    def view(self) -> KeysView:
        """Return keys and centres."""
        chain, ring = self._folder.chain, self._folder.ring
        keys = read_statement(chain[-1]).statement.keys if chain else ()
        since = {key.keys.public.key_id: key.since for key in keys}
        views = [
            KeyView(
                key.public.key_id,
                key.public.fingerprint,
                key.state,
                since.get(key.public.key_id),
            )
            for key in ring.keys
        ]
        with self._context.database.read() as connection:
            centres = self._centres(connection, ring.number)
        return KeysView(ring.number, views, centres)

    def match(self) -> None:
        """Require that folder and database belong together; bring the database up to the folder.

        Raises:
            KeysOlder, KeysForeign: they do not belong together.
        """
        with self._context.database.read() as connection:
            missing = _missing(connection, self._folder.chain)
        if missing:
            with self._context.database.write() as connection:
                self._catch_up(connection)

    def prepare(self, by: str) -> KeyView:
        """Make the next key and announce it.

        Raises:
            NextKeyThere: one has been announced already.
        """
        with self._step(by) as connection:
            self._require_no_next()
            pair = KeyPair.generate(self._context.entropy)
            self._folder.add(pair)
            self._announce(connection, by, AuditKind.HQ_KEY_PREPARED, {}, added=(pair, False))
        return self._view_of(pair.public.key_id)

    def switch(self, by: str, *, anyway: bool = False) -> KeyView:
        """Sign with the next key from now on; the old one is still accepted.

        Raises:
            NextKeyMissing: none has been announced.
            CentresBehind: centres have not followed, and ``anyway`` is not set.
        """
        with self._step(by) as connection:
            ring = self._folder.ring
            if ring.newest == ring.current:
                raise NextKeyMissing
            self._require_followed(connection, anyway=anyway)
            new = ring.newest.key_id
            changes = {ring.current.key_id: KeyState.FORMER, new: KeyState.CURRENT}
            self._announce(connection, by, AuditKind.HQ_KEY_SWITCHED, changes)
        return self._view_of(new)

    def retire(self, key_id: str, by: str, *, anyway: bool = False) -> KeyView:
        """Give up a former key: nothing that it signed is accepted on arrival any more.

        Its private signing key is deleted. What has arrived before still verifies.

        Raises:
            NotFound: there is no former key of this id.
            CentresBehind: centres have not followed, and ``anyway`` is not set.
            KeyInUse: packages of sittings that are not over are signed with it.
        """
        with self._step(by) as connection:
            if self._folder.ring.state(key_id) is not KeyState.FORMER:
                raise NotFound(what="former key")
            self._require_followed(connection, anyway=anyway)
            view = self._view_of(key_id)
            needed = needed_packages(connection, self._context.clock.now(), view.since)
            if needed and not anyway:
                raise KeyInUse(fingerprint=view.fingerprint, packages=needed)
            changes = {key_id: KeyState.RETIRED}
            self._announce(connection, by, AuditKind.HQ_KEY_RETIRED, changes)
        return self._view_of(key_id)

    def withdraw(self, key_id: str, by: str) -> KeyView:
        """Reject everything that a compromised key signs; return the key that is current then.

        If it is the current key, the next one takes its place, or else a new one, which centres
        accept only after people have compared its fingerprint.

        Raises:
            NotFound: there is no such key, or it is given up already.
        """
        with self._step(by) as connection:
            ring = self._folder.ring
            if not ring.accepts(key_id):
                raise NotFound(what="key in use")
            changes, added = {key_id: KeyState.WITHDRAWN}, None
            if key_id == ring.current.key_id and ring.newest != ring.current:
                changes[ring.newest.key_id] = KeyState.CURRENT
            elif key_id == ring.current.key_id:
                added = (KeyPair.generate(self._context.entropy), True)
                self._folder.add(added[0])
            self._announce(connection, by, AuditKind.HQ_KEY_WITHDRAWN, changes, added=added)
            current = self._folder.public.key_id
        return self._view_of(current)

    @contextmanager
    def _step(self, by: str) -> Iterator[Connection]:
        # Exclusive: two people who change keys at once wait for each other.
        with self._context.database.write() as connection:
            require_role(connection, by, Role.ADMINISTRATOR)
            self._catch_up(connection)
            yield connection

    def _announce(
        self,
        connection: Connection,
        by: str,
        kind: AuditKind,
        changes: Mapping[str, KeyState],
        added: tuple[KeyPair, bool] | None = None,
    ) -> None:
        """Append the statement; ``added``: a new pair, and whether it is current at once."""
        now, ring = self._context.clock.now(), self._folder.ring
        keys = list(self._keys(changes, now))
        pairs = dict[str, KeyPair]()
        if added is not None:
            pair, at_once = added
            state = KeyState.CURRENT if at_once else KeyState.NEXT
            keys.append(HqKey(keys=Keys.of(pair.public), state=state, since=now))
            pairs[pair.public.key_id] = pair
        signers = {key.keys.public.key_id for key in keys if key.state in ACTIVE}
        # The newest key signs, or centres do not believe the statement; the current key as well,
        # so a compromised next key proves nothing by it. A compromised current key that is also
        # the newest does not sign its own end: only people can vouch for what follows.
        if changes.get(ring.newest.key_id) is not KeyState.WITHDRAWN or ring.newest != ring.current:
            signers.add(ring.newest.key_id)
        statement = KeyStatement(number=ring.number + 1, at=now, keys=tuple(keys))
        signed = [pairs.get(key_id) or self._folder.pair(key_id) for key_id in sorted(signers)]
        self._folder.commit(sign_statement(statement, signed))
        self._catch_up(connection, by, kind)

    def _keys(self, changes: Mapping[str, KeyState], now: datetime) -> Iterator[HqKey]:
        chain, ring = self._folder.chain, self._folder.ring
        if not chain:
            yield HqKey(keys=Keys.of(ring.current), state=KeyState.CURRENT, since=now).model_copy(
                update={"state": changes.get(ring.current.key_id, KeyState.CURRENT)}
            )
            return
        for key in read_statement(chain[-1]).statement.keys:
            state = changes.get(key.keys.public.key_id)
            changed = {} if state is None else {"state": state, "since": now}
            yield key.model_copy(update=changed)

    def _catch_up(
        self, connection: Connection, by: str = "hq", kind: AuditKind = AuditKind.HQ_KEYS_CAUGHT_UP
    ) -> None:
        """Store statements that the database lacks, and sign again what their changes concern."""
        missing = _missing(connection, self._folder.chain)
        if not missing:
            return
        now = self._context.clock.now()
        for number in missing:
            document = self._folder.chain[number - 1]
            connection.execute(insert(key_statements).values(number=number, document=document))
            current = HqRing.of(read_statement(document).statement).current
            record(connection, now, kind, by, number=number, current=current.key_id)
        self._folder.tidy()
        sign_certificates(connection, self._context.keys)
        if any(key.state in GIVEN_UP for key in self._folder.ring.keys):
            sign_notices(connection, self._context.keys)

    def _require_no_next(self) -> None:
        ring = self._folder.ring
        if ring.newest != ring.current:
            raise NextKeyThere(fingerprint=ring.newest.fingerprint)

    def _require_followed(self, connection: Connection, *, anyway: bool) -> None:
        centres = self._centres(connection, self._folder.ring.number)
        behind = [centre.code for centre in centres if not centre.follows]
        if behind and not anyway:
            raise CentresBehind(count=len(behind), centres=", ".join(behind[:20]))

    def _centres(self, connection: Connection, number: int) -> Sequence[CentreKeys]:
        table, now = tables.centres, self._context.clock.now()
        query = select(table.c.code, table.c.name).where(table.c.not_after >= now)
        known = self._followers.list()
        found = []
        for row in connection.execute(query.order_by(table.c.code)):
            follower = known.get(row.code)
            at = follower.number if follower else 0
            found.append(CentreKeys(row.code, row.name, follower, at >= number, at > number))
        return found

    def _view_of(self, key_id: str) -> KeyView:
        return next(key for key in self.view().keys if key.key_id == key_id)


def _missing(connection: Connection, chain: Sequence[bytes]) -> range:
    """Return the numbers of statements that the database lacks.

    Raises:
        KeysOlder: the folder lacks some.
        KeysForeign: one differs.
    """
    query = select(key_statements).order_by(key_statements.c.number)
    stored = [bytes(row.document) for row in connection.execute(query)]
    for number, (here, there) in enumerate(zip(stored, chain, strict=False), 1):
        if here != there:
            raise KeysForeign(number=number)
    if len(stored) > len(chain):
        raise KeysOlder(number=len(chain) + 1)
    return range(len(stored) + 1, len(chain) + 1)
