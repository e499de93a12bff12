"""Security headers on every answer; nothing leaves this server."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator

from flask import Flask, Response, current_app, g, request

PERMISSIONS = (
    "camera=(self), microphone=(self), fullscreen=(self), screen-wake-lock=(self), "
    "display-capture=(), geolocation=(), payment=(), usb=(), clipboard-read=()"
)
_COUNTERS = "csp-counter"


def install(app: Flask) -> None:
    """Give each request of `app` a nonce and each answer its headers."""
    app.extensions[_COUNTERS] = itertools.count()
    app.before_request(_draw_nonce)
    app.after_request(_set_headers)
    app.context_processor(lambda: {"csp_nonce": g.get("csp_nonce", "")})


def _draw_nonce() -> None:
    """A value nobody can foresee: a counter under the app's secret key."""
    counter: Iterator[int] = current_app.extensions[_COUNTERS]
    secret: bytes = current_app.config["WEB_SECRET"]
    g.csp_nonce = hashlib.blake2b(
        next(counter).to_bytes(8), key=secret[:64], person=b"csp-nonce", digest_size=16
    ).hexdigest()


def content_policy(nonce: str) -> str:
    """Only this server's own files; scripts and styles only from files or with the nonce."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}'",
            f"style-src 'self' 'nonce-{nonce}'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            "connect-src 'self'",
            "font-src 'self'",
            "worker-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def _set_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", content_policy(g.get("csp_nonce", "")))
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "same-origin"
    headers["Permissions-Policy"] = PERMISSIONS
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if response.mimetype == "text/html":
        headers["Cache-Control"] = "no-store"
    return response
