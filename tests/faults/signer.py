"""A proxy that signs as a centre does, for clients that cannot sign each of their requests."""

import base64
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from kiosk.server.serving import listening
from kiosk.system import entropy
from sync.wire.sealing.http_signing import sign_request
from tests.faults.sites import CentreSite

PASSED_ON = ("tus-", "upload-", "content-type", "location")


class Signer:
    """A WSGI application that signs what comes and sends it on."""

    def __init__(self, url: str, centre: CentreSite) -> None:
        self._url = url
        self._centre = centre

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Pass one request on."""
        reply = self._send(
            environ["REQUEST_METHOD"],
            environ["PATH_INFO"],
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)),
            _headers(environ),
        )
        passed = [pair for pair in reply.headers.items() if pair[0].startswith(PASSED_ON)]
        start(f"{reply.status_code} {reply.reason_phrase or 'Refused'}", passed)
        return [reply.content]

    def _send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
        centre = self._centre
        request = httpx.Request(method, self._url + path, content=body, headers=headers)
        nonce = base64.urlsafe_b64encode(entropy(18)).decode()
        keys, now = centre.centre.keys, centre.clock.now()
        sign_request(request, keys, centre.code, now, nonce)
        with httpx.Client(trust_env=False) as client:
            return client.send(request)


@contextmanager
def signing(url: str, centre: CentreSite) -> Iterator[str]:
    """The address of such a proxy while the block runs."""
    app: Any = Signer(url, centre)
    with listening(app, "127.0.0.1", 0, 2) as address:
        yield address


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    found = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith(("HTTP_TUS", "HTTP_UPLOAD"))
    }
    return found | {"content-type": environ.get("CONTENT_TYPE") or "text/plain"}
