"""A client of tus 1.0 (core, creation, checksum) over signed requests.

tuspy, the client of the tus project, sends its requests itself and cannot sign each of them; our
server is tested with it all the same.
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
    """Begin an upload and return its address.

    Raises HqUnreachable, HqRefused or HqAnswerInvalid.
    """
    named = base64.b64encode(sha256.encode()).decode()
    headers = {**VERSION, "Upload-Length": str(size), "Upload-Metadata": f"sha256 {named}"}
    address = urlsplit(transport.send("POST", PATH, headers=headers).headers["location"])
    if not address.path.startswith(f"{PATH}/"):
        raise HqAnswerInvalid("an upload that is to go elsewhere")
    return address.path  # of the same origin, whatever the reply says


def received(transport: Transport, address: str) -> int | None:
    """How many bytes of an upload have arrived; None when HQ does not know it any more.

    Raises HqUnreachable or HqRefused.
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
    """Send what is missing, in parts; an empty part finishes what is whole already.

    Raises HqUnreachable or HqRefused; what has arrived by then stays.
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
