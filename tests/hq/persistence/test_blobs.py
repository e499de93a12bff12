"""Objects mean the same in a folder and in S3; what nothing refers to is swept up, no more."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import String

from kiosk.rehearsal.processes import free_port
from sync.hq.core.sweep import REFERENCES
from sync.hq.errors import BlobDamaged, BlobsUnreachable, NotFound
from sync.hq.imports.uploads import UploadedFile
from sync.hq.persistence import tables
from sync.hq.persistence.blobs import Blobs
from sync.hq.persistence.opening import open_blobs
from sync.wire.canonical import digest
from sync.wire.chain import GENESIS
from sync.wire.delivery.receipt import verify_receipt
from tests.hq.desk import BY, CODE, Desk
from tests.hq.items import PICTURES
from tests.hq.storage import spoil
from tests.servers import KEYS

NO_OBJECTS = {
    *("id", "name", "username", "kind", "subject", "domain", "trade", "level", "mark"),
    *("digest", "answers_digest", "chain_head", "hash", "head", "previous", "token_hash"),
    *("code_hash", "manager", "base_digest", "portrait_sha256", "roster_digest"),
    *("paper", "room", "sitting_paper"),
    *("evidence.sha256", "enrolment_requests.remote"),
    "evidence_uploads.sha256",
    *("csrf", "form_seed", "sittings.repeats", "look_alikes.first", "look_alikes.second"),
    *("scans.material", "scans.sha256"),
    *("result_decisions.reason_code", "item_rulings.revokes"),
    *("answer_digest", "lease", "leased_to", "first_by", "second_by", "third_by"),
    *("review_attempts.bundle_id", "rule", "reason", "case_documents.sha256"),
    "handed_pictures.sha256",
    *("scans.material", "scans.sha256", "input_digest"),
    *("first_attempt", "first_bundle", "first_room"),
    *("second_attempt", "second_bundle", "second_room"),
    *("final_marks.answer_digest", "result_decisions.reason_code", "item_rulings.revokes"),
    "certificates.pdf_sha256",
    "statistics_runs.reference",
}
"""Columns as long as an object's name that hold something else."""


@pytest.fixture
def blobs(desk: Desk) -> Blobs:
    return desk.hq.storage.blobs


@pytest.fixture
def later(desk: Desk) -> Desk:
    """A desk whose clock is two days on from when its objects were put."""
    desk.clock.wall = datetime.now(UTC) + timedelta(days=2)
    return desk


def test_an_object_comes_back_under_its_digest(blobs: Blobs) -> None:
    names = blobs.put_all([b"one", None, b"two", b""])
    assert names == [digest(b"one"), None, digest(b"two"), digest(b"")]
    assert blobs.get(digest(b"two")) == b"two"
    assert blobs.put(b"two") == names[2]
    assert blobs.has(digest(b""))
    assert not blobs.has("0" * 64)
    assert {digest(b"one"), digest(b"two"), digest(b"")} <= set(blobs.names())


def test_what_is_missing_or_damaged_is_told(desk: Desk, blobs: Blobs) -> None:
    name = blobs.put(b"one")
    spoil(desk.hq, name)
    with pytest.raises(BlobDamaged):
        blobs.get(name)
    for wrong in ("0" * 64, "../../etc/passwd"):
        with pytest.raises(NotFound):
            blobs.get(wrong)
        with pytest.raises(NotFound):
            blobs.open(wrong)
    assert blobs.put(b"one") == name
    assert blobs.get(name) == b"one"
    blobs.drop(name)
    assert not blobs.has(name)
    assert not blobs.drop(name)


def test_an_object_is_read_from_anywhere(blobs: Blobs) -> None:
    data = bytes(range(256)) * 1000
    opened = blobs.open(blobs.put(data))
    with opened.stream as stream:
        assert opened.size == len(data)
        stream.seek(1000)
        assert stream.read(500) == data[1000:1500]
        assert stream.tell() == 1500
        assert stream.read(500) == data[1500:2000]
        stream.seek(-5, 2)
        assert stream.read() == data[-5:]
        assert stream.read(1) == b""


def test_a_package_goes_on_where_it_was_cut_off(desk: Desk, client: FlaskClient) -> None:
    view = desk.hq.packages.newest(desk.sitting, CODE)
    path = f"/sync/v1/objects/{view.sha256}"
    whole = desk.signed(client, "GET", path)
    assert whole.status_code == 200
    assert whole.data == desk.hq.packages.data(view)
    assert whole.headers["Accept-Ranges"] == "bytes"
    middle = view.size // 2
    wanted = {"Range": f"bytes={middle}-", "If-Range": whole.headers["ETag"]}
    rest = desk.signed(client, "GET", path, headers=wanted)
    assert rest.status_code == 206
    assert rest.headers["Content-Range"] == f"bytes {middle}-{view.size - 1}/{view.size}"
    assert rest.data == whole.data[middle:]
    few = desk.signed(client, "GET", path, headers={"Range": "bytes=10-19"})
    assert few.data == whole.data[10:20]
    beyond = desk.signed(client, "GET", path, headers={"Range": f"bytes={view.size}-"})
    assert beyond.status_code == 416
    known = desk.signed(client, "GET", path, headers={"If-None-Match": whole.headers["ETag"]})
    assert known.status_code == 304


def test_putting_an_object_again_makes_it_young(blobs: Blobs) -> None:
    name = blobs.put(b"one")
    time.sleep(1.1)  # S3 counts whole seconds
    between = datetime.now(UTC).replace(microsecond=0)
    assert name in set(blobs.names(between))
    blobs.put(b"one")
    assert name not in set(blobs.names(between))
    assert not blobs.drop(name, between)
    assert blobs.get(name) == b"one"


def fill(desk: Desk) -> None:
    """Every kind of object that a row refers to; a package is there already."""
    sealed = desk.bundle({})
    desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)
    desk.hq.uploads.keep("items", {"file": UploadedFile("a.csv", b"a")}, {}, BY)
    portrait = desk.hq.people.keep_portraits({"A1": b"jpeg"})["A1"].portrait
    context = desk.hq.intake._context
    with context.database.write() as connection:
        desk.hq.pictures.put(connection, PICTURES)
        connection.execute(tables.candidates.update().values(portrait=portrait))


def test_the_sweep_drops_what_nothing_refers_to(later: Desk) -> None:
    fill(later)
    blobs = later.hq.storage.blobs
    kept, orphan = set(blobs.names()), blobs.put(b"nobody refers to this")
    found = later.hq.storage.sweep(keep=True)
    assert (list(found.orphans), found.dropped) == ([orphan], 0)
    swept = later.hq.storage.sweep()
    assert (list(swept.orphans), swept.dropped) == ([orphan], 1)
    assert swept.looked_at == len(kept) + 1
    assert set(blobs.names()) == kept
    assert len(kept) == 4 + len(PICTURES)


def test_the_sweep_leaves_what_is_young(desk: Desk) -> None:
    desk.clock.wall = datetime.now(UTC)
    orphan = desk.hq.storage.blobs.put(b"a row is on its way")
    assert desk.hq.storage.sweep().orphans == []
    assert desk.hq.storage.blobs.has(orphan)


def test_a_bundle_is_put_again_when_the_sweep_took_it_before_its_row(desk: Desk) -> None:
    sealed, blobs, intake = desk.bundle({}), desk.hq.storage.blobs, desk.hq.intake
    name = digest(sealed.data)
    with ThreadPoolExecutor() as pool:
        with intake._context.database.write():  # as the sweep does
            taken = pool.submit(intake.accept, "result", CODE, sealed.id, sealed.data)
            while not blobs.has(name):
                time.sleep(0.01)
            time.sleep(0.1)  # it is read back after it was put
            blobs.drop(name)
        verify_receipt(taken.result(), desk.hq.public_keys, CODE, "result", sealed.id, GENESIS)
    assert blobs.get(name) == sealed.data


def test_of_every_column_it_is_known_whether_it_names_objects() -> None:
    """A new column of 64 letters: is it in ``REFERENCES`` of :mod:`sync.hq.core.sweep`?"""
    named = {f"{column.table.name}.{column.name}" for column in REFERENCES}
    others = {
        f"{table.name}.{column.name}"
        for table in tables.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, String)
        and column.type.length == 64
        and not column.name.endswith("_id")
        and column.name not in NO_OBJECTS
        and f"{table.name}.{column.name}" not in NO_OBJECTS
    }
    assert others == named


def test_storage_that_does_not_answer_is_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    url = f"s3://exam?endpoint=http://127.0.0.1:{free_port()}&region=us-east-1"
    away = open_blobs(url, tmp_path)
    with pytest.raises(BlobsUnreachable):
        away.put(b"one")
    with pytest.raises(BlobsUnreachable):
        away.check()
