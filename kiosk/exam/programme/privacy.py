"""What candidates are told about their data, and whether pictures may leave the centre."""

from pydantic import Field

from kiosk.exam.values import Table, Text


class PrivacyRules(Table):
    """``[privacy]`` of a programme file. ``handler``: who decides about the data.

    ``contact``: how to reach the handler. ``pictures_to_headquarters``: whether pictures leave
    the centre; without it headquarters receives measured values and digests only.
    """

    handler: Text | None = None
    contact: str = Field(default="", max_length=200)
    pictures_to_headquarters: bool = False
