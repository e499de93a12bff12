"""Errors of the comparison of answer sheets.

``HqError``
 └─ ``NothingToCompare``  a paper of a sitting without results
"""

from sync.hq.errors import HqError


class NothingToCompare(HqError):
    """The paper has no result with answers."""

    code = "hq_nothing_to_compare"
    message = "No results with answers have arrived for paper %(paper)s of this sitting."
