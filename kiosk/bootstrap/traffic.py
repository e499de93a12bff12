"""What a server knows of the app it carries: lanes, limits of bodies, and who is no stranger."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import run_wsgi_app

from kiosk.exam.ports import KNOCK, TRAFFIC, TrafficRules

SMALL_BODY = 64 * 1024


@dataclass(frozen=True)
class Route:
    """Where a request belongs. ``body_limit``: largest body in bytes."""

    lane: str
    body_limit: int


class _OneLane:
    """For an app that has no rules."""

    other = "other"

    def lanes(self, threads: int) -> Mapping[str, int]:
        return {self.other: threads}

    def lane(self, endpoint: str) -> str:  # noqa: ARG002
        return self.other

    def body_limit(self, endpoint: str) -> int:  # noqa: ARG002
        return SMALL_BODY


class Traffic:
    """The rules that an app keeps under ``TRAFFIC`` in its extensions, applied to requests."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._rules: TrafficRules = app.extensions.get(TRAFFIC) or _OneLane()
        self._map = app.url_map.bind("localhost")
        self.other = self._rules.other

    def lanes(self, threads: int) -> Mapping[str, int]:
        """How many threads each lane has."""
        return self._rules.lanes(threads)

    def route(self, method: str, path: str) -> Route:
        """The lane and the limit of a request; ``path`` as WSGI has it."""
        try:
            readable = path.encode("latin-1").decode(errors="replace")
            endpoint = str(self._map.match(readable, method)[0])
        except (HTTPException, ValueError):
            return Route(self.other, SMALL_BODY)
        return Route(self._rules.lane(endpoint), self._rules.body_limit(endpoint))

    def knows(self, environ: dict[str, Any]) -> bool:
        """Whether the app would let this request in, judged by its headers alone."""
        environ[KNOCK] = True
        status = run_wsgi_app(self._app, environ, buffered=True)[1]
        return status.startswith("204")
