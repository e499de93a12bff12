"""Writes from other sites: no browser may be made to send one with a person's cookie."""

import logging
from collections.abc import Collection

from flask import request

from kiosk.exam.origins import is_own_origin

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that only read."""

_log = logging.getLogger(__name__)
_FOREIGN = (
    "refused a write from %s to host %s; own origins: %s (server.public_origins, docs/tls.md)"
)


def foreign_origin(public: Collection[str]) -> str | None:
    """Return the other site from which the browser says a write came, or None; log it.

    ``public``: the origins under which browsers know this server.
    """
    if request.method in SAFE:
        return None
    origin = request.headers.get("Origin")
    if origin is not None and not is_own_origin(origin, request.host, public):
        _log.warning(_FOREIGN, origin[:100], request.host[:100], public)
        return origin[:100]
    site = request.headers.get("Sec-Fetch-Site")
    return site if site in ("cross-site", "same-site") else None
