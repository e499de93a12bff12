"""The audit log: every event verified, a cut end found out, read by person, kind and time."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from sync.hq.core.audit_log import EventFilter, Head
from sync.hq.core.roles import Grant, Role
from sync.hq.persistence.tables import audit_log
from tests.centres import PASSWORD
from tests.hq.desk import BY, Desk


def change(desk: Desk, seq: int, **values: object) -> None:
    """Alter an event as whoever controls the database can."""
    with desk.hq.storage.database.write() as connection:
        connection.execute(update(audit_log).where(audit_log.c.seq == seq).values(**values))


def cut(desk: Desk, *, after: int) -> None:
    """Cut off the end of the log."""
    with desk.hq.storage.database.write() as connection:
        connection.execute(delete(audit_log).where(audit_log.c.seq > after))


def test_an_untouched_log_is_whole_and_names_its_head(desk: Desk) -> None:
    found, newest = desk.hq.audit_log.verify(), desk.hq.audit_log.newest(1)[0]
    assert found.whole
    assert found.head == desk.hq.audit_log.head() == Head(newest.seq, newest.hash)


@pytest.mark.parametrize(
    "values", [{"who": "somebody"}, {"kind": "signed_in"}, {"data": {}}, {"hash": "0" * 64}]
)
def test_the_first_altered_event_is_named(desk: Desk, values: dict[str, object]) -> None:
    change(desk, 3, **values)
    change(desk, 5, who="another")
    assert desk.hq.audit_log.verify().broken_at == 3


def test_a_missing_event_is_named(desk: Desk) -> None:
    with desk.hq.storage.database.write() as connection:
        connection.execute(delete(audit_log).where(audit_log.c.seq == 2))
    assert desk.hq.audit_log.verify().broken_at == 2


def test_a_cut_end_shows_only_against_a_head_that_was_noted(desk: Desk) -> None:
    noted = desk.hq.audit_log.head()
    desk.hq.account_admin.end_sessions("chief", BY)
    assert desk.hq.audit_log.verify(noted).whole
    cut(desk, after=noted.seq - 1)
    assert desk.hq.audit_log.verify().whole
    assert desk.hq.audit_log.verify(noted).differs_at == noted.seq


def test_an_end_that_was_written_anew_shows_too(desk: Desk) -> None:
    desk.hq.account_admin.end_sessions("chief", BY)
    noted = desk.hq.audit_log.head()
    cut(desk, after=noted.seq - 1)
    desk.hq.accounts.create("ann", PASSWORD, BY)
    assert desk.hq.audit_log.head().seq == noted.seq
    found = desk.hq.audit_log.verify(noted)
    assert (found.broken_at, found.differs_at) == (None, noted.seq)


def test_events_are_chosen_by_person_kind_and_time(desk: Desk) -> None:
    log, before = desk.hq.audit_log, desk.clock.now()
    desk.clock.pass_time(3600)
    desk.hq.accounts.create("ann", PASSWORD, "chief", [Grant(Role.AUTHOR)])
    later = desk.clock.now()
    chosen = EventFilter(who="chief", since=before + timedelta(minutes=1))
    assert [event.kind for event in log.listed(chosen)] == ["role_granted", "account_created"]
    assert log.matching(EventFilter(who="chief", kind="role_granted")) == 1
    assert log.matching(EventFilter(who="nobody")) == 0
    assert all(event.at < later for event in log.listed(EventFilter(until=later)))
    newest = log.listed(EventFilter(), limit=2)
    (older,) = log.listed(EventFilter(), before=newest[-1].seq, limit=1)
    assert older.seq == newest[-1].seq - 1
