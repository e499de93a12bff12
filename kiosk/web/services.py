"""The use cases behind the running app."""

from __future__ import annotations

from typing import cast

from flask import current_app

from kiosk.hall.services import CentreServices

KEY = "exam-hall"


def hall() -> CentreServices:
    return cast(CentreServices, current_app.extensions[KEY])
