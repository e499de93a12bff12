"""The hall behind the running app."""

from __future__ import annotations

from typing import cast

from flask import current_app

from kiosk.hall.services import CentreServices

KEY = "exam-hall"


def hall() -> CentreServices:
    """The use cases of this centre."""
    return cast(CentreServices, current_app.extensions[KEY])
