"""Errors of registrars' acts about people whom a centre admitted by hand."""

from sync.hq.errors import HqError


class ResultThere(HqError):
    """The person has another result of the same paper."""

    code = "hq_guest_result_there"
    message = "%(name)s has another result of this paper already. Nothing was changed."


class GuestActOpen(HqError):
    """A proposal about the attempt waits for a second person."""

    code = "hq_guest_act_open"
    message = "A proposal about this attempt waits for a second person. Decide about it first."
