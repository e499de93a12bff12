"""What a programme says about published results: look-up by candidates, and recounts."""

from pydantic import Field

from kiosk.exam.values import Table


class ReleaseRules(Table):
    """``look_up``: whether candidates can look up their results on headquarters' page.

    ``recount_days``: for how many days after publication a recount may be asked for; 0: never.
    """

    look_up: bool = True
    recount_days: int = Field(default=30, ge=0, le=3650)
