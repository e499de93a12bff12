"""Headers for every reply: those of :mod:`kiosk.webpages.headers`, and nothing kept in caches."""

from flask import Flask, Response, request

from kiosk.webpages import style
from kiosk.webpages.headers import harden

OWN_FILES = ("static", "bootstrap.static", style.STATIC)


def install(app: Flask) -> None:
    @app.after_request
    def _harden(response: Response) -> Response:
        harden(response)
        if request.endpoint not in OWN_FILES:
            response.headers["Cache-Control"] = "no-store"
        return response
