"""The hall behind the running app."""

from __future__ import annotations

from typing import cast

from flask import current_app

from kiosk.hall.services import Hall

KEY = "exam-hall"


def hall() -> Hall:
    """The use cases of this centre."""
    return cast(Hall, current_app.extensions[KEY])
