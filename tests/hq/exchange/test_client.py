"""Pulling results over connections that break."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from sync.hq.errors import PullFailed
from sync.hq.exchange.client import PAUSES, PullClient

BROKEN, BUSY, REFUSED = "broken", 503, 401


@contextmanager
def server(plan: list[object]) -> Iterator[str]:
    """A server of one page of two entries a request, failing first as planned."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            act = plan.pop(0) if plan else None
            if act == BROKEN:
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{")
                self.close_connection = True
                return
            after = int(self.path.partition("after=c")[2].partition("&")[0] or 0)
            entries = [{"cursor": f"c{after + 1}"}, {"cursor": f"c{after + 2}"}]
            page = {"entries": entries, "cursor": f"c{after + 2}", "more": after < 4}
            body = json.dumps({"error": {"message": "no"}} if act else page).encode()
            self.send_response(act if isinstance(act, int) else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{http.server_address[1]}"
        finally:
            http.shutdown()


def pulled(url: str) -> tuple[str, list[float]]:
    waited: list[float] = []
    with httpx.Client(base_url=url, timeout=20, trust_env=False) as http:
        found = PullClient(http, "token", waited.append).entries("results")
        return " ".join(entry["cursor"] for entry in found), waited


@pytest.mark.parametrize("act", [BROKEN, BUSY, 429])
def test_what_breaks_is_asked_for_again_where_it_broke(act: object) -> None:
    with server([None, act, act]) as url:
        assert pulled(url) == ("c1 c2 c3 c4 c5 c6", [*PAUSES[:2]])


def test_what_stays_broken_is_given_up_after_a_while() -> None:
    with server([BUSY] * 20) as url, pytest.raises(PullFailed):
        pulled(url)


def test_a_refusal_is_final() -> None:
    with server([REFUSED]) as url, pytest.raises(PullFailed, match="no"):
        pulled(url)
