"""What a programme says about parts that are sat on different days."""

from typing import Literal

from pydantic import Field

from kiosk.exam.values import Table


class SeparateParts(Table):
    """How parts of several attempts are added up; without it, all parts are sat in one.

    ``counting``: which attempt of a part counts, the ``latest`` or the ``best``. ``valid_months``:
    how long a part counts after the day it was sat; without it, for good.
    """

    counting: Literal["latest", "best"] = "latest"
    valid_months: int | None = Field(default=None, ge=1, le=600)
