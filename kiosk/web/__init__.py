"""The centre's web layer: pages and APIs for candidates, terminals and staff.

It parses requests, calls the use cases of `kiosk.hall` and renders replies. It decides nothing.
"""

from kiosk.web.app import create_app

__all__ = ["create_app"]
