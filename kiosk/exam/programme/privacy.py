"""What candidates are told about their data, and what may leave the centre."""

from pydantic import Field

from kiosk.exam.values import Table, Text


class PrivacyRules(Table):
    """``handler``: who decides about the data; ``contact``: how to reach them.

    ``pictures_to_headquarters``: whether pictures leave the centre. Without it headquarters gets
    measured values and digests only.
    """

    handler: Text | None = None
    contact: str = Field(default="", max_length=200)
    pictures_to_headquarters: bool = False
