"""What a server knows about its app: lanes, body limits, and whether the app knows a sender."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import run_wsgi_app

from kiosk.exam.ports import KNOCK, TRAFFIC, TrafficRules

SMALL_BODY = 64 * 1024
MAX_BODY = 256 << 20
"""Largest body in bytes for an app without rules, which has to bound its own bodies."""


@dataclass(frozen=True)
class Route:
    """Lane and body limit of a request. ``body_limit``: largest body in bytes."""

    lane: str
    body_limit: int


class Traffic:
    """Applies the rules that a Flask app stores under ``TRAFFIC`` in its extensions.

    Any other WSGI app has one lane, and knows every sender.
    """

    def __init__(self, app: Any) -> None:
        self._app = app
        self._rules: TrafficRules | None = getattr(app, "extensions", {}).get(TRAFFIC)
        self._map = app.url_map.bind("localhost") if isinstance(app, Flask) else None
        self.other = self._rules.other if self._rules else "other"

    def lanes(self, threads: int) -> Mapping[str, int]:
        """Return how many threads each lane has."""
        return self._rules.lanes(threads) if self._rules else {self.other: threads}

    def route(self, method: str, path: str) -> Route:
        """Return the lane and limit of a request; ``path`` is encoded as in WSGI."""
        if self._rules is None or self._map is None:
            return Route(self.other, MAX_BODY)
        try:
            readable = path.encode("latin-1").decode(errors="replace")
            endpoint = str(self._map.match(readable, method)[0])
        except (HTTPException, ValueError):
            return Route(self.other, SMALL_BODY)
        return Route(self._rules.lane(endpoint), self._rules.body_limit(endpoint))

    def knows(self, environ: dict[str, Any]) -> bool:
        """Return whether the app would accept this request, judged by its headers alone."""
        if self._rules is None:
            return True
        environ[KNOCK] = True
        status = run_wsgi_app(self._app, environ, buffered=True)[1]
        return status.startswith("204")
