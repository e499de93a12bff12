"""What headquarters says when its disk is full, or its storage is away."""

import shutil
from pathlib import Path

import pytest

from sync.hq.errors import BlobsUnreachable
from sync.hq.settings import StorageSettings
from sync.hq.web.app import create_app
from sync.wire.sealing.sealed import Sealed
from tests.faults.small_disk import fill, small_disk
from tests.hq.desk import QUICK, Desk, open_desk

FILES = StorageSettings()


def result(desk: Desk) -> Sealed:
    """The result of the one candidate."""
    return desk.bundle({"ITEM": "A" * 20_000})


def deliver(desk: Desk, sealed: Sealed) -> tuple[int, str]:
    """Send a result as its centre does: status, and the code of a refusal."""
    client = create_app(desk.hq).test_client()
    reply = desk.signed(client, "PUT", f"/sync/v1/bundles/{sealed.id}", sealed.data)
    return reply.status_code, (reply.get_json() or {}).get("error", {}).get("code", "")


@pytest.mark.parametrize("left", [0, 64 << 10], ids=["nothing left", "some pages left"])
def test_a_full_disk_is_named_and_what_was_refused_comes_again(tmp_path: Path, left: int) -> None:
    with small_disk(tmp_path / "disk", 8) as disk:
        desk = open_desk(disk, QUICK, FILES)
        sealed, filler = result(desk), fill(disk, left)
        codes = {deliver(desk, sealed) for _ in range(3)}
        assert codes <= {(507, "hq_storage_full"), (200, "")}
        if not left:
            assert codes == {(507, "hq_storage_full")}
        filler.unlink()
        assert deliver(desk, sealed) == (200, "")
        desk.hq.close()


def test_health_says_when_the_objects_are_away(tmp_path: Path) -> None:
    desk = open_desk(tmp_path, QUICK, FILES)
    assert create_app(desk.hq).test_client().get("/healthz").status_code == 200
    shutil.move(tmp_path / "hq" / "objects", tmp_path / "elsewhere")
    reply = create_app(desk.hq).test_client().get("/healthz")
    assert (reply.status_code, reply.get_json()["code"]) == (503, "hq_blobs_unreachable")
    desk.hq.close()


@pytest.mark.parametrize("name", ["database.sqlite", "objects"])
def test_what_is_damaged_or_gone_is_no_success(tmp_path: Path, name: str) -> None:
    desk = open_desk(tmp_path, QUICK, FILES)
    sealed, place = result(desk), tmp_path / "hq" / name
    if place.is_dir():
        shutil.move(place, tmp_path / "elsewhere")
        place.write_text("a file where a folder was")
    else:
        for path in place.parent.glob(f"{name}*"):
            path.write_bytes(b"nothing that SQLite knows" * 1000)
    status, code = deliver(desk, sealed)
    assert status in (500, 503)
    assert code.startswith("hq_")
    desk.hq.close()


def test_an_object_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    desk = open_desk(tmp_path, QUICK, FILES)
    name = desk.hq.storage.blobs.put(b"something")
    path = tmp_path / "hq" / "objects" / name[:2] / name
    path.unlink()
    path.mkdir()  # reading it fails, also for root
    with pytest.raises(BlobsUnreachable):
        desk.hq.storage.blobs.get(name)
    desk.hq.close()
