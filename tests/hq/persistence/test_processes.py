"""Several processes over one storage: nothing is taken twice, skipped, lost or told wrongly."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from sync.hq.core.progress import ProgressCallback
from sync.hq.imports.jobs import LOST_AFTER
from sync.hq.intake.deliveries import Arrival
from sync.hq.intake.results import ResultKind
from sync.hq.persistence import tables
from sync.hq.persistence.result_tables import results
from sync.hq.services import HqServices
from sync.hq.web.app import create_app
from sync.wire.sealing.sealed import Sealed
from tests.hq.desk import BY, CODE, Desk, open_again

BUNDLES = 12


@pytest.fixture
def other(desk: Desk) -> Iterator[HqServices]:
    """The same headquarters in what could be another process."""
    other = open_again(desk)
    yield other
    other.close()


def bundles(desk: Desk, count: int = BUNDLES) -> list[Sealed]:
    return [desk.bundle({}, revision) for revision in range(1, count + 1)]


def cursors(hq: HqServices, after: int = 0) -> list[int]:
    return [entry["cursor"] for entry in hq.results.attempts(after).entries]


def eventually(holds: Callable[[], bool], seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_bundle_that_comes_to_two_processes_at_once_is_one_row_with_one_receipt(
    desk: Desk, other: HqServices
) -> None:
    sealed = bundles(desk)
    with ThreadPoolExecutor(8) as pool:
        taken = [
            [
                pool.submit(hq.intake.accept, "result", CODE, one.id, one.data)
                for hq in (desk.hq, other) * 2
            ]
            for one in sealed
        ]
    receipts = [{one.result() for one in same} for same in taken]
    assert [len(same) for same in receipts] == [1] * BUNDLES
    found = cursors(desk.hq)
    assert len(found) == len(set(found)) == BUNDLES
    with desk.hq.intake._context.database.read() as connection:
        counted = connection.execute(select(results.c.bundle_id)).scalars().all()
    assert counted == [sealed[-1].id]


def test_a_nonce_counts_once_whichever_process_sees_it(desk: Desk, other: HqServices) -> None:
    now = desk.clock.now()
    with ThreadPoolExecutor(8) as pool:
        seen = [
            pool.submit(hq.centres.seen_nonce, CODE, f"nonce-{number}", now)
            for number in range(10)
            for hq in (desk.hq, other)
        ]
    assert sorted(one.result() for one in seen) == [False] * 10 + [True] * 10
    assert desk.hq.centres.list()[0].last_seen == now


def test_a_cursor_never_skips_what_another_transaction_holds_back(
    desk: Desk, other: HqServices
) -> None:
    held, sealed = desk.result({}, 1), bundles(desk, 2)
    kind = ResultKind(other.intake._context, other.centres)
    with ThreadPoolExecutor() as pool:
        with other.intake._context.database.write_shared() as connection:
            arrival = Arrival(CODE, sealed[0].id, held, 1, desk.clock.now())
            row = {**other.intake._row(kind, arrival), "object": sealed[0].id}
            assert kind.insert(connection, arrival, row)
            second = pool.submit(
                desk.hq.intake.accept, "result", CODE, sealed[1].id, sealed[1].data
            )
            time.sleep(0.5)
            assert cursors(desk.hq) == []
            assert not second.done()
        second.result()
    assert cursors(desk.hq) == [1, 2]


def test_a_session_and_its_forms_hold_in_every_process(desk: Desk, other: HqServices) -> None:
    session = desk.hq.accounts.sign_in("chief", "correct horse battery", "test")
    browser = create_app(other).test_client()
    browser.set_cookie("hq_session", session.token)
    assert browser.get("/sittings").status_code == 200
    assert browser.post("/sign-out", data={"csrf": session.csrf}).status_code == 302
    assert create_app(desk.hq).test_client().get("/sittings").status_code == 302


def test_every_process_tells_how_far_a_job_is(desk: Desk, other: HqServices) -> None:
    go_on = threading.Event()

    def work(progress: ProgressCallback) -> dict[str, int]:
        progress(3, 7)
        assert go_on.wait(30)
        return {"made": 7}

    job = desk.hq.jobs.begin("check", BY, work)
    eventually(lambda: other.jobs.get(job, BY).done == 3)
    assert (other.jobs.get(job, BY).total, other.jobs.get(job, BY).state) == (7, "running")
    go_on.set()
    eventually(lambda: other.jobs.get(job, BY).state == "done")
    assert other.jobs.get(job, BY).outcome == {"made": 7}


def test_a_job_whose_process_died_is_told_as_lost(desk: Desk, other: HqServices) -> None:
    now, table = desk.clock.now(), tables.jobs
    row = {"id": "J", "kind": "check", "username": BY, "state": "running", "outcome": {}}
    with desk.hq.intake._context.database.write() as connection:
        connection.execute(insert(table).values(**row, started_at=now - timedelta(hours=1)))
        connection.execute(update(table).values(reported_at=now))
    assert other.jobs.get("J", BY).state == "running"
    desk.clock.pass_time(LOST_AFTER.total_seconds() + 1)
    assert other.jobs.get("J", BY).state == "lost"
