"""Runs a WSGI app under Waitress in a background thread."""

import logging
import resource
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any
from wsgiref.types import WSGIApplication

from flask import Flask
from waitress import wasyncore
from waitress.adjustments import Adjustments

from kiosk.exam.ports import REFUSING
from kiosk.server.gate import Gate, ServerLimits
from kiosk.server.lanes import Lanes
from kiosk.server.request import STRANGERS_BYTES
from kiosk.server.server import Server
from kiosk.server.traffic import Traffic
from kiosk.settings import SetupRefused

_log = logging.getLogger(__name__)

HEADER_BYTES = 32 * 1024
NO_LIMIT = 1 << 60
"""For Waitress' own limits, which ours precede."""

OTHER_DESCRIPTORS = 256
"""Descriptors that stay available for databases, files and worker processes."""

LOOK_SECONDS = 1


@contextmanager
def listening(
    app: WSGIApplication,
    host: str,
    port: int,
    threads: int,
    *,
    limits: ServerLimits | None = None,
    ended: threading.Event | None = None,
) -> Iterator[str]:
    """Serve ``app`` while the block runs; yields its address. Port 0 selects a free one.

    ``ended`` is set when the server has ended without being stopped: the process must end then.

    Raises:
        SetupRefused: the port is in use or not allowed.
    """
    channels: dict[int, Any] = {}
    gate = Gate(_within_descriptors(limits or ServerLimits()))
    if isinstance(app, Flask):
        app.extensions[REFUSING] = gate.refusals.addresses
    traffic = Traffic(app)
    lanes = Lanes(traffic.lanes(threads))
    with ThreadPoolExecutor(2, "door") as door:
        try:
            servers = _bind(app, channels, host, port, gate, traffic, lanes, door)
        except OSError as error:
            wasyncore.close_all(channels, ignore_all=True)
            lanes.shutdown()
            raise SetupRefused(
                reason=f"Cannot listen on {host}:{port}: {error.strerror}."
                " Does another server run? --port takes another port."
            ) from error
        stopping = threading.Event()
        thread = threading.Thread(
            target=_run, args=(channels, stopping, ended), name="web", daemon=True
        )
        thread.start()
        try:
            yield f"http://{host}:{servers[0].effective_port}"
        finally:
            stopping.set()
            lanes.shutdown()
            # Closed by the loop's own thread: another would close descriptors that it is polling.
            with suppress(OSError):  # the loop has ended and closed the trigger
                servers[0].trigger.pull_trigger(
                    lambda: wasyncore.close_all(channels, ignore_all=True)
                )
            thread.join(timeout=5)


def _bind(
    app: WSGIApplication,
    channels: dict[int, Any],
    host: str,
    port: int,
    gate: Gate,
    traffic: Traffic,
    lanes: Lanes,
    door: ThreadPoolExecutor,
) -> list[Server]:
    """Open a listening socket for each address of ``host``."""
    adj = Adjustments(
        host=host,
        port=port,
        ident=None,
        max_request_header_size=HEADER_BYTES,
        max_request_body_size=NO_LIMIT,
        # The apps decide whose X-Forwarded-* headers they trust; Waitress would drop them all.
        clear_untrusted_proxy_headers=False,
        inbuf_overflow=STRANGERS_BYTES + HEADER_BYTES,  # strangers' bodies never reach the disk
    )
    shared = {"map": channels, "dispatcher": lanes, "adj": adj}
    return [Server(app, gate, traffic, door, sockinfo=address, **shared) for address in adj.listen]


def _run(
    channels: dict[int, Any], stopping: threading.Event, ended: threading.Event | None
) -> None:
    try:
        wasyncore.loop(timeout=LOOK_SECONDS, use_poll=True, map=channels)
    except (Exception, wasyncore.ExitNow):  # noqa: BLE001 - logged; then the process ends
        _log.exception("the web server cannot go on")
    finally:
        if not stopping.is_set():
            _log.critical("the web server has ended; the process must be started again")
            wasyncore.close_all(channels, ignore_all=True)
            if ended is not None:
                ended.set()


def _within_descriptors(limits: ServerLimits) -> ServerLimits:
    """Raise the process's descriptor limit, and plan no more connections than fit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
    if soft == resource.RLIM_INFINITY:
        return limits
    return replace(limits, connections=max(16, min(limits.connections, soft - OTHER_DESCRIPTORS)))
