"""What headquarters acknowledged is there after its database crashed."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.bench.hq.postgresql import Postgresql
from sync.hq.errors import DatabaseUnreachable
from sync.hq.settings import StorageSettings
from sync.hq.web.app import create_app
from tests.hq.desk import CODE, QUICK, Desk, open_desk

BUNDLES, CRASHES = 60, (7, 25, 41)


@pytest.fixture
def fragile(server: Postgresql, tmp_path: Path) -> Iterator[Desk]:
    desk = open_desk(tmp_path, QUICK, StorageSettings(database=server.url))
    yield desk
    desk.hq.close()


def test_a_crash_of_the_database_loses_nothing_that_was_acknowledged(
    fragile: Desk, server: Postgresql
) -> None:
    sealed = [fragile.bundle({}, revision) for revision in range(1, BUNDLES + 1)]
    receipts: dict[str, bytes] = {}
    crashed, go_on = threading.Event(), threading.Event()
    reached = {at: threading.Event() for at in CRASHES}

    def centre() -> None:
        """Delivers until everything is acknowledged, as a centre does."""
        for number, one in enumerate(sealed):
            if number in reached:
                reached[number].set()
            while one.id not in receipts:
                try:
                    receipts[one.id] = fragile.hq.intake.accept("result", CODE, one.id, one.data)
                except DatabaseUnreachable:
                    crashed.set()
                    assert go_on.wait(60)

    delivering = threading.Thread(target=centre)
    delivering.start()
    for at in CRASHES:
        assert reached[at].wait(60)
        go_on.clear()
        server.stop("immediate")
        acknowledged = dict(receipts)
        assert crashed.wait(60)
        server.start()
        assert {one["bundle_id"] for one in stored(fragile)} >= set(acknowledged)
        crashed.clear()
        go_on.set()
    delivering.join()
    assert [one["bundle_id"] for one in stored(fragile)] == [one.id for one in sealed]
    again = {one.id: fragile.hq.intake.accept("result", CODE, one.id, one.data) for one in sealed}
    assert again == receipts


def stored(desk: Desk) -> list[dict[str, object]]:
    return list(desk.hq.results.attempts(0).entries)


def test_centres_are_told_to_come_again_while_the_database_is_away(
    fragile: Desk, server: Postgresql
) -> None:
    client = create_app(fragile.hq).test_client()
    assert fragile.signed(client, "GET", "/sync/v1/inbox?after=0").status_code == 200
    server.stop("immediate")
    reply = fragile.signed(client, "GET", "/sync/v1/inbox?after=0")
    assert (reply.status_code, reply.get_json()["error"]["code"]) == (
        503,
        "hq_database_unreachable",
    )
    assert client.get("/healthz").get_json()["code"] == "hq_database_unreachable"
    client.set_cookie("hq_session", "x")
    assert client.get("/sittings").status_code == 503
    server.start()
    assert fragile.signed(client, "GET", "/sync/v1/inbox?after=0").status_code == 200
    assert create_app(fragile.hq).test_client().get("/healthz").status_code == 200
