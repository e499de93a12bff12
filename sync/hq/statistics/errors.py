"""Errors of statistics: ``NothingToCompute`` (an ``HqError``)."""

from sync.hq.errors import HqError


class NothingToCompute(HqError):
    """No result of this paper is complete or waits for marks."""

    code = "hq_nothing_to_compute"
    message = "no result of this paper counts yet"
