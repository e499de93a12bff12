"""Security headers of every reply. Pages load nothing from other servers."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator

from flask import Flask, Response, current_app, g, request

from kiosk.web.http import static_files
from kiosk.webpages.headers import FILE_HEADERS, harden

PERMISSIONS = (
    "camera=(self), microphone=(self), fullscreen=(self), screen-wake-lock=(self), "
    "display-capture=(), geolocation=(), payment=(), usb=(), clipboard-read=()"
)
_COUNTERS = "csp-counter"


def install(app: Flask) -> None:
    """Give each request a nonce and each reply its headers."""
    app.extensions[_COUNTERS] = itertools.count()
    app.before_request(_draw_nonce)
    app.after_request(_set_headers)
    app.context_processor(lambda: {"csp_nonce": g.get("csp_nonce", "")})


def _draw_nonce() -> None:
    """Draw an unpredictable nonce: a counter hashed with the app's secret."""
    counter: Iterator[int] = current_app.extensions[_COUNTERS]
    secret: bytes = current_app.config["WEB_SECRET"]
    g.csp_nonce = hashlib.blake2b(
        next(counter).to_bytes(8), key=secret[:64], person=b"csp-nonce", digest_size=16
    ).hexdigest()


def content_policy(nonce: str) -> dict[str, str]:
    """Return what a centre's pages may load besides: own pictures, and scripts by the nonce."""
    return {
        "script-src": f"'self' 'nonce-{nonce}'",
        "style-src": f"'self' 'nonce-{nonce}'",
        "img-src": "'self' data: blob:",
        "media-src": "'self' blob:",
        "worker-src": "'self'",
    }


def _set_headers(response: Response) -> Response:
    if static_files.is_file(request.endpoint) and response.status_code < 400:
        response.headers.update(FILE_HEADERS)
    else:
        _harden_page(response)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def _harden_page(response: Response) -> None:
    harden(response, content_policy(g.get("csp_nonce", "")))
    response.headers["Permissions-Policy"] = PERMISSIONS
    if response.mimetype == "text/html":
        response.headers["Cache-Control"] = "no-store"
