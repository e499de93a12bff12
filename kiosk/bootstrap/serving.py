"""A WSGI app under Waitress, in a thread of its own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

from kiosk.settings import SettingsError

MAX_BODY = 256 << 20
"""Largest request in bytes that Waitress takes at all; each route sets its own, smaller bound."""


@contextmanager
def listening(app: Flask, host: str, port: int, threads: int) -> Iterator[str]:
    """Serve ``app`` while the block runs; yields its address. Port 0 takes a free one.

    Raises SettingsError when the port is taken or not allowed.
    """
    channels: dict[int, Any] = {}
    try:
        server = create_server(
            app,
            map=channels,
            host=host,
            port=port,
            threads=threads,
            ident=None,
            channel_timeout=60,
            connection_limit=1000,
            max_request_body_size=MAX_BODY,
            # The apps decide whose X-Forwarded-* they believe; Waitress would drop all of them.
            clear_untrusted_proxy_headers=False,
        )
    except OSError as error:
        raise SettingsError(f"cannot listen on {host}:{port}: {error.strerror}") from error
    thread = threading.Thread(target=server.run, name="web", daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.effective_port}"
    finally:
        server.task_dispatcher.shutdown()
        # Closed by its own thread: another one would take the files away that it waits for.
        with suppress(OSError):  # the loop has ended by itself, and closed what wakes it
            server.trigger.pull_trigger(lambda: wasyncore.close_all(channels, ignore_all=True))
        thread.join(timeout=5)
