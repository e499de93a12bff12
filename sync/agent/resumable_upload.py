"""A client of tus 1.0 (core, creation, checksum) over signed requests.

tuspy, the tus project's client, sends its requests itself, so they cannot be signed. The server
is tested with it nevertheless.
"""

import base64
import hashlib
from urllib.parse import urlsplit

from sync.agent.bandwidth import BandwidthLimit
from sync.agent.errors import HqAnswerInvalid, HqRefused
from sync.agent.transports import Transport

PATH = "/sync/v1/evidence"
VERSION = {"Tus-Resumable": "1.0.0"}


def begin(transport: Transport, sha256: str, size: int) -> str:
    """Create an upload and return its address.

    Raises:
        HqUnreachable: the connection failed.
        HqRefused: headquarters refused it.
        AgentError: the address is not one of headquarters' uploads.
    """
    named = base64.b64encode(sha256.encode()).decode()
    headers = {**VERSION, "Upload-Length": str(size), "Upload-Metadata": f"sha256 {named}"}
    address = urlsplit(transport.send("POST", PATH, headers=headers).headers["location"])
    if not address.path.startswith(f"{PATH}/"):
        raise HqAnswerInvalid("an upload that is to go elsewhere")
    return address.path  # path only: a reply cannot send us to another origin


def received(transport: Transport, address: str) -> int | None:
    """Return how many bytes of an upload have arrived; None when HQ no longer knows it.

    Raises:
        HqUnreachable: the connection failed.
        HqRefused: headquarters refused the request.
    """
    try:
        reply = transport.send("HEAD", address, headers=VERSION)
    except HqRefused as error:
        if error.params["status"] in (404, 410):
            return None
        raise
    return int(reply.headers["upload-offset"])


def send_rest(
    transport: Transport, address: str, data: bytes, offset: int, pace: BandwidthLimit
) -> None:
    """Send the missing bytes in parts; an empty part completes an upload that has all bytes.

    Raises:
        HqUnreachable: the connection failed; what has arrived stays there.
        HqRefused: headquarters refused a part.
    """
    while True:
        part = data[offset : offset + pace.part]
        checksum = base64.b64encode(hashlib.sha256(part).digest()).decode()
        headers = {
            **VERSION,
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": str(offset),
            "Upload-Checksum": f"sha256 {checksum}",
        }
        reply = transport.send("PATCH", address, part, headers)
        offset = int(reply.headers["upload-offset"])
        if offset >= len(data):
            return
