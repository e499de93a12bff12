"""Security headers: nothing from elsewhere, no frames, no guessing of types."""

from collections.abc import Mapping

from flask import Response

POLICY: Mapping[str, str] = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "font-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
"""Content-Security-Policy: only this server's own files."""

HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

FILE_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Of styles, scripts and pictures: what concerns documents would double the bytes of many."""


def harden(response: Response, sources: Mapping[str, str] | None = None) -> None:
    """Set the headers; ``sources`` replace or add directives of the content policy."""
    directives = {**POLICY, **(sources or {})}
    policy = "; ".join(f"{name} {value}" for name, value in directives.items())
    response.headers.setdefault("Content-Security-Policy", policy)
    response.headers.update(HEADERS)
