"""Our server of tus 1.0 against the client of the tus project itself.

That client cannot sign, so a proxy between them does. Whatever it does not do is asked by hand.
"""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import httpx
import pytest
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError, TusUploadFailed

from kiosk.store.centre.outbox import EVIDENCE
from kiosk.system import entropy
from sync.wire.delivery.evidence import seal_evidence
from sync.wire.sealing.sealed import MAX_BYTES
from tests.faults.signer import signing
from tests.faults.world import World, held

TUS = {"Tus-Resumable": "1.0.0"}
CHUNK = 4_000


@dataclass
class Desk:
    """A sealed picture, and where to upload it."""

    world: World
    url: str
    picture: bytes
    sealed: bytes

    @property
    def name(self) -> str:
        """The picture's SHA-256."""
        return hashlib.sha256(self.picture).hexdigest()

    def uploader(self, url: str | None = None, data: bytes | None = None) -> Any:
        """The client with chunks and checksums; ``url``: to go on with an upload.

        Not typed: that package says ``None`` of what is a URL later.
        """
        return TusClient(self.url).uploader(
            file_stream=BytesIO(self.sealed if data is None else data),
            url=url,
            chunk_size=CHUNK,
            metadata={"sha256": self.name},
            upload_checksum=True,
        )

    def send(
        self, method: str, url: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """A request by hand, with the version of the protocol unless ``headers`` has its own."""
        with httpx.Client(trust_env=False) as client:
            return client.request(method, url, content=body, headers=headers or TUS)

    def part(self, url: str, body: bytes, **headers: str) -> httpx.Response:
        """A PATCH by hand."""
        kind = {"Content-Type": "application/offset+octet-stream"}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send("PATCH", url, body, {**TUS, **kind, **named})

    def holds_it(self) -> bool:
        """Whether headquarters has the picture, byte for byte."""
        found = held(self.world.hq, self.world.centre.code)[EVIDENCE]
        return found == {self.name: self.picture}


@pytest.fixture
def desk(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A picture of some chunks."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    centre, picture = world.centre, entropy(3 * CHUNK)
    sealed = seal_evidence(picture, centre.code, centre.centre.keys, centre.centre.hq.current)
    with signing(world.proxy.url, centre) as url:
        yield Desk(world, f"{url}/sync/v1/evidence", picture, sealed)


def test_the_server_tells_what_it_can_do(desk: Desk) -> None:
    reply = desk.send("OPTIONS", desk.url)
    assert reply.status_code == 204
    assert reply.headers["Tus-Version"] == "1.0.0"
    assert reply.headers["Tus-Extension"] == "creation,checksum"
    assert reply.headers["Tus-Max-Size"] == str(MAX_BYTES)
    assert "sha1" in reply.headers["Tus-Checksum-Algorithm"].split(",")


def test_an_upload_in_chunks_with_checksums_arrives(desk: Desk) -> None:
    desk.uploader().upload()
    assert desk.holds_it()


def test_an_upload_goes_on_where_it_was_left(desk: Desk) -> None:
    first = desk.uploader()
    first.upload(stop_at=2 * CHUNK)
    assert not desk.holds_it()
    later = desk.uploader(first.url)
    assert later.offset == 2 * CHUNK
    later.upload()
    assert desk.holds_it()


def test_a_wrong_offset_is_refused_and_the_upload_goes_on(desk: Desk) -> None:
    uploader = desk.uploader()
    uploader.upload_chunk()
    uploader.offset = 0
    with pytest.raises(TusUploadFailed) as refused:
        uploader.upload_chunk()
    assert refused.value.status_code == 409
    uploader.offset = uploader.get_offset()
    uploader.upload()
    assert desk.holds_it()


def test_a_wrong_checksum_is_refused_and_nothing_of_the_chunk_is_kept(desk: Desk) -> None:
    uploader = desk.uploader()
    uploader.set_url(uploader.create_url())
    wrong = "sha1 " + base64.b64encode(hashlib.sha1(b"other").digest()).decode()  # noqa: S324
    reply = desk.part(uploader.url, desk.sealed[:CHUNK], Upload_Offset="0", Upload_Checksum=wrong)
    assert reply.status_code == 460
    assert uploader.get_offset() == 0


@pytest.mark.parametrize("checksum", ["crc32 AAAA", "sha1 ***"])
def test_a_checksum_that_cannot_be_checked_is_refused(desk: Desk, checksum: str) -> None:
    uploader = desk.uploader()
    uploader.set_url(uploader.create_url())
    reply = desk.part(uploader.url, b"x", Upload_Offset="0", Upload_Checksum=checksum)
    assert reply.status_code == 400


def test_an_unknown_upload_is_not_found(desk: Desk) -> None:
    with pytest.raises(TusCommunicationError) as refused:
        desk.uploader(f"{desk.url}/01ARZ3NDEKTSV4RRFFQ69G5FAV")
    assert refused.value.status_code == 404


def test_a_finished_upload_is_gone(desk: Desk) -> None:
    uploader = desk.uploader()
    uploader.upload()
    assert desk.send("HEAD", uploader.url).status_code == 404


def test_one_that_is_too_large_is_refused_before_a_byte_is_sent(desk: Desk) -> None:
    named = base64.b64encode(desk.name.encode()).decode()
    headers = {"Upload-Length": str(MAX_BYTES + 1), "Upload-Metadata": f"sha256 {named}"}
    assert desk.send("POST", desk.url, headers={**TUS, **headers}).status_code == 413


def test_more_bytes_than_were_announced_are_refused(desk: Desk) -> None:
    uploader = desk.uploader(data=b"ab")
    uploader.set_url(uploader.create_url())
    assert desk.part(uploader.url, b"abc", Upload_Offset="0").status_code == 413


@pytest.mark.parametrize("version", [None, "0.2.2"])
@pytest.mark.parametrize("method", ["POST", "HEAD", "PATCH"])
def test_another_version_of_the_protocol_is_refused(
    desk: Desk, method: str, version: str | None
) -> None:
    url = desk.url if method == "POST" else f"{desk.url}/01ARZ3NDEKTSV4RRFFQ69G5FAV"
    headers = {"Upload-Offset": "0"} | ({"Tus-Resumable": version} if version else {})
    reply = desk.send(method, url, headers=headers)
    assert reply.status_code == 412
    assert reply.headers["Tus-Version"] == "1.0.0"


def test_another_type_of_content_is_refused(desk: Desk) -> None:
    uploader = desk.uploader()
    uploader.set_url(uploader.create_url())
    reply = desk.part(uploader.url, b"x", Upload_Offset="0", Content_Type="text/plain")
    assert reply.status_code == 415


def test_the_offset_is_never_cached(desk: Desk) -> None:
    uploader = desk.uploader()
    uploader.set_url(uploader.create_url())
    direct = desk.world.centre.agent._transport.send("HEAD", _path(uploader.url), headers=TUS)
    assert direct.headers["cache-control"] == "no-store"


def _path(url: str) -> str:
    return "/" + url.split("/", 3)[3]
