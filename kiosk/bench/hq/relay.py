"""A relay on loopback that counts the bytes passing through it in both directions."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_CHUNK = 64 << 10


class Relay:
    """Forwards connections to a port; ``count`` is the number of bytes so far."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self.count = 0

    @property
    def url(self) -> str:
        """Return the address to connect to."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def run(self) -> None:
        """Accept connections until :meth:`close`."""
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._target))
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    def close(self) -> None:
        """Stop accepting connections."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(_CHUNK):
                with self._lock:
                    self.count += len(data)
                target.sendall(data)
            # Passes the end of this direction on; the other one may still be in use.
            target.shutdown(socket.SHUT_WR)


@contextmanager
def relay(port: int) -> Iterator[Relay]:
    """Run a relay while the block runs."""
    one = Relay(port)
    thread = threading.Thread(target=one.run, name="relay", daemon=True)
    thread.start()
    try:
        yield one
    finally:
        one.close()
        thread.join(timeout=5)
