"""Packs are installed whole or not at all, resume after a cut, and are used under their licence."""

import hashlib
import threading
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from kiosk.vision.errors import (
    LicenceNotAccepted,
    PackDamaged,
    PackDownloadFailed,
    PackUnusable,
)
from kiosk.vision.installation.install import (
    check,
    install_from_file,
    install_from_network,
    installed,
    pack_of_file,
    require_whole,
)
from kiosk.vision.installation.licences import accept_licence, licence_accepted, require_licence
from kiosk.vision.packs.manifest import PackInfo

CONTENTS = {"det.onnx": bytes(range(256)) * 2000, "rec.onnx": b"recogniser" * 30_000}
NOON = datetime(2026, 4, 25, 12, tzinfo=UTC)


def quiet(*_progress: object) -> None:
    """Nobody looks at the progress."""


def pin(name: str, data: bytes, url: str | None = None) -> dict[str, object]:
    """A file as manifests pin it."""
    digest = hashlib.sha256(data).hexdigest()
    return {"name": name, "size": len(data), "sha256": digest, "url": url}


def manifest(**changes: object) -> PackInfo:
    """A pack of two files, each published at an address of its own."""
    files = [pin(name, data, f"https://packs.test/{name}") for name, data in CONTENTS.items()]
    values = {
        "id": "tiny", "kind": "insightface", "title": "tiny", "licence": "free",
        "commercial": True, "source": "tests", "bands": {"pass_at": 0.5, "staff_at": 0.4},
        "files": files,
    }  # fmt: skip
    return PackInfo.model_validate({**values, **changes})


def pack_zip(path: Path, contents: dict[str, bytes], inside: str = "tiny/") -> Path:
    """A ZIP of those files, and of more that nobody asked for."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{inside}genderage.onnx", b"not wanted")
        for name, data in contents.items():
            archive.writestr(inside + name, data)
    return path


class Publisher:
    """A web server on loopback that publishes files and can cut a reply short."""

    def __init__(self) -> None:
        self.files = {f"/{name}": data for name, data in CONTENTS.items()}
        self.cut_after: int | None = None
        self.ranges = True
        self.asked: list[tuple[str, str | None]] = []
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                publisher.answer(self)

            def log_message(self, *_message: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.port = self._server.server_address[1]

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """One reply, with what was asked for of a file."""
        wanted = request.headers.get("Range")
        self.asked.append((request.path, wanted))
        data = self.files.get(request.path)
        if data is None:
            request.send_error(404)
            return
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
        if not self.ranges:
            start = 0
        body = data[start:]
        request.send_response(206 if start else 200)
        if start:
            request.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body[: self.cut_after])
        request.close_connection = True

    def client(self) -> httpx.Client:
        """A client that finds every https address here."""
        return httpx.Client(transport=_Loopback(self.port), timeout=10)

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Loopback(httpx.HTTPTransport):
    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The same request, to loopback."""
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        return super().handle_request(request)


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    """The web server."""
    publisher = Publisher()
    yield publisher
    publisher.close()


def download(publisher: Publisher, info: PackInfo, weights: Path) -> Path:
    """Install from the network."""
    with publisher.client() as client:
        return install_from_network(info, weights, quiet, client=client)


def leftovers(weights: Path) -> list[str]:
    """Hidden files and folders that an installation left behind."""
    return sorted(path.name for path in weights.glob(".*"))


def test_files_come_from_their_addresses_and_are_whole(
    publisher: Publisher, tmp_path: Path
) -> None:
    info, steps = manifest(), []
    with publisher.client() as client:
        folder = install_from_network(
            info, tmp_path, lambda *step: steps.append(step), client=client
        )
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == CONTENTS
    assert installed(info, tmp_path)
    assert ("rec.onnx", 300_000, 300_000) in steps
    assert leftovers(tmp_path) == []


def test_the_makers_archive_is_opened_for_what_the_manifest_names(
    publisher: Publisher, tmp_path: Path
) -> None:
    data = pack_zip(tmp_path / "made.zip", CONTENTS).read_bytes()
    publisher.files["/tiny.zip"] = data
    info = manifest(
        archive=pin("tiny.zip", data, "https://packs.test/tiny.zip"),
        files=[pin(name, one) for name, one in CONTENTS.items()],
    )
    folder = download(publisher, info, tmp_path / "weights")
    assert sorted(path.name for path in folder.iterdir()) == ["det.onnx", "rec.onnx"]


def test_installing_again_asks_the_network_for_nothing(
    publisher: Publisher, tmp_path: Path
) -> None:
    download(publisher, manifest(), tmp_path)
    publisher.asked.clear()
    download(publisher, manifest(), tmp_path)
    assert publisher.asked == []


def test_a_download_that_was_cut_goes_on_where_it_stopped(
    publisher: Publisher, tmp_path: Path
) -> None:
    publisher.cut_after = 100_000
    with pytest.raises(PackDownloadFailed):
        download(publisher, manifest(), tmp_path)
    assert not (tmp_path / "tiny").exists()
    publisher.cut_after = None
    download(publisher, manifest(), tmp_path)
    assert publisher.asked[1] == ("/det.onnx", "bytes=100000-")
    assert installed(manifest(), tmp_path)
    assert leftovers(tmp_path) == []


def test_a_server_that_knows_no_ranges_sends_all_again(
    publisher: Publisher, tmp_path: Path
) -> None:
    publisher.cut_after, publisher.ranges = 100_000, False
    with pytest.raises(PackDownloadFailed):
        download(publisher, manifest(), tmp_path)
    publisher.cut_after = None
    download(publisher, manifest(), tmp_path)
    assert installed(manifest(), tmp_path)


@pytest.mark.parametrize("page", [b"<html>please sign in</html>", bytes(512_001), bytes(512_000)])
def test_what_is_not_the_pinned_file_is_never_installed(
    publisher: Publisher, tmp_path: Path, page: bytes
) -> None:
    publisher.files["/det.onnx"] = page
    with pytest.raises((PackDownloadFailed, PackDamaged)):
        download(publisher, manifest(), tmp_path)
    assert not (tmp_path / "tiny").exists()
    publisher.files["/det.onnx"] = CONTENTS["det.onnx"]
    download(publisher, manifest(), tmp_path)
    assert installed(manifest(), tmp_path)


def test_without_a_network_the_error_says_what_to_carry_here(tmp_path: Path) -> None:
    def unreachable(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route to host", request=request)

    with (
        httpx.Client(transport=httpx.MockTransport(unreachable)) as client,
        pytest.raises(PackDownloadFailed) as caught,
    ):
        install_from_network(manifest(), tmp_path, quiet, client=client)
    said = caught.value.message % caught.value.params
    assert "https://packs.test/det.onnx" in said
    assert "kiosk models install tiny.zip" in said


def test_a_pack_that_is_published_nowhere_says_so(tmp_path: Path) -> None:
    info = manifest(files=[pin(name, data) for name, data in CONTENTS.items()])
    with httpx.Client() as client, pytest.raises(PackDownloadFailed, match="no address"):
        install_from_network(info, tmp_path, quiet, client=client)


@pytest.mark.parametrize("inside", ["", "tiny/", "a/b/c/", "../../", "/etc/", "C:\\models\\"])
def test_a_carried_zip_may_be_packed_in_any_way_and_paths_are_never_followed(
    tmp_path: Path, inside: str
) -> None:
    path = pack_zip(tmp_path / "carried.zip", CONTENTS, inside)
    weights = tmp_path / "weights"
    assert install_from_file(manifest(), weights, path, quiet) == weights / "tiny"
    assert sorted(one.name for one in (weights / "tiny").iterdir()) == ["det.onnx", "rec.onnx"]
    assert sorted(one.name for one in weights.iterdir()) == ["tiny"]


@pytest.mark.parametrize(
    "contents",
    [
        {"det.onnx": CONTENTS["det.onnx"]},
        {**CONTENTS, "rec.onnx": b"another"},
        {**CONTENTS, "rec.onnx": bytes(300_000)},
        {**CONTENTS, "rec.onnx": bytes(50_000_000)},
    ],
)
def test_a_zip_with_other_files_leaves_the_old_installation(
    tmp_path: Path, contents: dict[str, bytes]
) -> None:
    install_from_file(manifest(), tmp_path, pack_zip(tmp_path / "good.zip", CONTENTS), quiet)
    with pytest.raises(PackDamaged):
        install_from_file(manifest(), tmp_path, pack_zip(tmp_path / "bad.zip", contents), quiet)
    assert installed(manifest(), tmp_path)
    assert leftovers(tmp_path) == []


def test_a_zip_that_holds_a_file_twice_is_refused(tmp_path: Path) -> None:
    path = pack_zip(tmp_path / "twice.zip", CONTENTS)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("other/rec.onnx", CONTENTS["rec.onnx"])
    with pytest.raises(PackDamaged):
        install_from_file(manifest(), tmp_path, path, quiet)


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.95])
def test_a_zip_cut_short_is_refused(tmp_path: Path, keep: float) -> None:
    path = pack_zip(tmp_path / "whole.zip", CONTENTS)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
    with pytest.raises(PackDamaged):
        install_from_file(manifest(), tmp_path, path, quiet)
    assert not (tmp_path / "tiny").exists()


def test_a_zip_whose_bytes_changed_is_refused(tmp_path: Path) -> None:
    path = pack_zip(tmp_path / "flipped.zip", CONTENTS)
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(PackDamaged):
        install_from_file(manifest(), tmp_path, path, quiet)


def test_a_zip_with_a_broken_name_is_refused(tmp_path: Path) -> None:
    path = pack_zip(tmp_path / "named.zip", CONTENTS, "模型/")
    path.write_bytes(path.read_bytes().replace("模".encode(), b"\xe6\xff\xff"))
    with pytest.raises(PackDamaged):
        install_from_file(manifest(), tmp_path, path, quiet)
    assert not (tmp_path / "tiny").exists()


def test_an_installation_that_power_cut_short_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / ".new-tiny-1").mkdir()
    (tmp_path / ".new-tiny-1" / "det.onnx").write_bytes(b"half")
    path = pack_zip(tmp_path / "good.zip", CONTENTS)
    install_from_file(manifest(), tmp_path, path, quiet)
    assert leftovers(tmp_path) == []


def test_power_cut_between_the_two_renames_brings_the_old_pack_back(tmp_path: Path) -> None:
    path = pack_zip(tmp_path / "good.zip", CONTENTS)
    install_from_file(manifest(), tmp_path, path, quiet)
    (tmp_path / "tiny").rename(tmp_path / ".old-tiny")
    with pytest.raises(PackDamaged):
        install_from_file(manifest(), tmp_path, pack_zip(tmp_path / "bad.zip", {}), quiet)
    assert installed(manifest(), tmp_path)


def test_every_installed_file_is_hashed_again(tmp_path: Path) -> None:
    info = manifest()
    install_from_file(info, tmp_path, pack_zip(tmp_path / "good.zip", CONTENTS), quiet)
    rotten = tmp_path / "tiny" / "rec.onnx"
    rotten.write_bytes(bytes(rotten.stat().st_size))
    (tmp_path / "tiny" / "det.onnx").unlink()
    states = {file.name: file.state for file in check(info, tmp_path)}
    assert states == {"det.onnx": "missing", "rec.onnx": "damaged"}
    with pytest.raises(PackUnusable, match="kiosk models install tiny"):
        require_whole(info, tmp_path)


def test_a_file_tells_which_pack_it_brings(tmp_path: Path) -> None:
    other = manifest(id="other", files=[pin("yolox.onnx", b"yolox")])
    packs = [manifest(), other]
    assert pack_of_file(pack_zip(tmp_path / "any.zip", CONTENTS), packs).id == "tiny"
    (tmp_path / "yolox.onnx").write_bytes(b"yolox")
    assert pack_of_file(tmp_path / "yolox.onnx", packs).id == "other"
    (tmp_path / "holiday.jpg").write_bytes(b"picture")
    with pytest.raises(PackUnusable, match=r"tiny \(det.onnx\); other \(yolox.onnx\)"):
        pack_of_file(tmp_path / "holiday.jpg", packs)


def test_a_licence_is_accepted_once_and_who_is_recorded(tmp_path: Path) -> None:
    info = manifest(commercial=False, licence="research only")
    with pytest.raises(LicenceNotAccepted):
        require_licence(info, tmp_path)
    accept_licence(info, tmp_path, "zhang", NOON)
    accept_licence(info, tmp_path, "somebody else", NOON)
    require_licence(info, tmp_path)
    record = licence_accepted(info, tmp_path)
    assert record is not None
    assert (record.who, record.at, record.licence) == ("zhang", NOON, "research only")


def test_another_licence_has_to_be_accepted_anew(tmp_path: Path) -> None:
    accept_licence(manifest(commercial=False, licence="old"), tmp_path, "zhang", NOON)
    with pytest.raises(LicenceNotAccepted):
        require_licence(manifest(commercial=False, licence="new"), tmp_path)


def test_damaged_records_of_licences_are_told_and_not_overwritten(tmp_path: Path) -> None:
    info = manifest(commercial=False, licence="research only")
    (tmp_path / "licences.json").write_text("{")
    with pytest.raises(PackUnusable, match="damaged"):
        accept_licence(info, tmp_path, "zhang", NOON)
    assert (tmp_path / "licences.json").read_text() == "{"


def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    path = pack_zip(tmp_path / "good.zip", CONTENTS)
    with pytest.raises(PackUnusable):
        install_from_file(manifest(), tmp_path / "file" / "weights", path, quiet)
