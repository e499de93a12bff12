"""Styles and scripts: packed with gzip, and fetched by a terminal only once.

Their path has a version, which changes with any of the files, so a browser may keep them for good.
Modules import each other by relative paths and share it. Without the version the same files are
served as well, for pages that were loaded before an update.
"""

from __future__ import annotations

import gzip
import hashlib
from importlib import metadata, resources
from pathlib import Path

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue

from kiosk.web.auth import Audience, allow
from kiosk.web.http import styles

FOR_GOOD = "public, max-age=31536000, immutable"
PACKED_TYPES = frozenset({"text/css", "text/javascript", "image/svg+xml"})
FOLDERS = (("kiosk.web", "static"), ("kiosk.web", "templates"), ("kiosk.webpages", "static"))
"""The files themselves, and templates, on which depends what of Bootstrap is served."""
LEVEL = 6
UNUSED = ("Content-Disposition", "Last-Modified", "Accept-Ranges")
"""What Flask says of a file and no browser needs here; the tag tells a changed file."""


def is_file(endpoint: str | None) -> bool:
    """Return whether an endpoint serves static files."""
    return endpoint == "static" or (endpoint or "").endswith((".static", "_static"))


def version() -> str:
    """Return the version of all static files, 12 hexadecimal digits."""
    digest = hashlib.sha256(metadata.version("bootstrap-flask").encode())
    for package, folder in FOLDERS:
        root = Path(str(resources.files(package))) / folder
        for path in sorted(file for file in root.rglob("*") if file.is_file()):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0")
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


class _Packed:
    """Packed files; as many as there are files, and each is packed once.

    Kept by a digest of their bytes: one file has endlessly many addresses (``/a/../``).
    """

    def __init__(self) -> None:
        self._files: dict[bytes, bytes] = {}

    def of(self, plain: bytes) -> bytes:
        key = hashlib.sha256(plain).digest()
        if key not in self._files:
            self._files[key] = gzip.compress(plain, LEVEL, mtime=0)
        return self._files[key]


def install(app: Flask, versioned: str) -> None:
    """Pack what the app's static endpoints return, and let browsers keep versioned files."""
    packed = _Packed()

    def prepare(response: Response) -> Response:
        if not is_file(request.endpoint):
            return response
        for name in UNUSED:
            response.headers.remove(name)
        if f"/{versioned}/" in request.path and response.status_code in (200, 304):
            response.headers["Cache-Control"] = FOR_GOOD
        if response.mimetype in PACKED_TYPES:
            response.vary.add("Accept-Encoding")
            _pack(response, packed)
        return response

    @app.get("/static/<path:filename>")
    @allow(Audience.PUBLIC)
    def plain_static(filename: str) -> ResponseReturnValue:
        """Return a static file under the path without a version."""
        return app.send_static_file(filename)

    @app.get(f"/static/{versioned}/css/bootstrap.css")
    @allow(Audience.PUBLIC)
    def bootstrap_static() -> ResponseReturnValue:
        """Return what the pages use of Bootstrap."""
        response = Response(styles.bootstrap(), mimetype="text/css")
        response.set_etag(versioned)
        return response.make_conditional(request)

    app.after_request(prepare)


def _pack(response: Response, packed: _Packed) -> None:
    etag, weak = response.get_etag()
    if not etag or weak or response.status_code != 200 or request.range is not None:
        return
    # Two encodings of one file must not share a strong tag.
    response.set_etag(etag, weak=True)
    if not request.accept_encodings["gzip"] or request.method != "GET":
        return
    response.direct_passthrough = False
    response.set_data(packed.of(response.get_data()))
    response.headers["Content-Encoding"] = "gzip"
