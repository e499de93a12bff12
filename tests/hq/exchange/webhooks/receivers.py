"""Receivers of messages on this machine, with every fault."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HANG, TRICKLE, CUT, FLOOD, REDIRECT = "hang", "trickle", "cut", "flood", 302


@dataclass
class Receiver:
    """Receives messages: ``acts`` are done in turn, then 204."""

    url: str = ""
    acts: list[Any] = field(default_factory=list)
    got: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)


@contextmanager
def receiver(*acts: Any) -> Iterator[Receiver]:
    """A receiver that listens while the block runs."""
    known = Receiver(acts=list(acts))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            known.got.append(({k.lower(): v for k, v in self.headers.items()}, json.loads(body)))
            known.paths.append(self.path)
            act = known.acts.pop(0) if known.acts else 204
            if act == HANG:
                known.done.wait(30)
            elif act == TRICKLE:
                self._trickle()
            elif act == FLOOD:
                self._flood()
            elif act != CUT:
                self.send_response(act)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()
            self.close_connection = True

        def _trickle(self) -> None:
            """A byte of the head now and then, for ever."""
            for byte in b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 10_000:
                if known.done.wait(0.05):
                    return
                try:
                    self.wfile.write(bytes([byte]))
                except OSError:
                    return

        def _flood(self) -> None:
            try:
                self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
                while not known.done.is_set():
                    self.wfile.write(b"x" * 65536)
            except OSError:
                return

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        threading.Thread(target=http.serve_forever, args=(0.05,), daemon=True).start()
        known.url = f"http://127.0.0.1:{http.server_address[1]}/hook"
        try:
            yield known
        finally:
            known.done.set()
            http.shutdown()


@contextmanager
def silence() -> Iterator[str]:
    """Something that accepts connections and never says a word; its address."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
