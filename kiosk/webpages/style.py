"""The style tokens, ``tokens.css``: colours, fonts and measures of both products."""

from flask import Blueprint, Flask

STATIC = "style.static"
"""The endpoint of the files."""


def install(app: Flask) -> None:
    """Serve the style tokens from ``app`` under ``/style``, with the version of its files."""
    path = f"/style{(app.static_url_path or '').removeprefix('/static')}"
    app.register_blueprint(
        Blueprint("style", __name__, static_folder="static", static_url_path=path)
    )
