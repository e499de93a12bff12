"""The centre's web: pages and APIs for candidates, terminals and staff. Parses, calls, renders."""

from kiosk.web.app import create_app

__all__ = ["create_app"]
