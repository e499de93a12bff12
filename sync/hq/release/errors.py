"""Errors of release."""

from sync.hq.errors import HqError


class NotReleasable(HqError):
    """Something on the check list forbids the release."""

    code = "hq_not_releasable"
    message = (
        "%(count)s points of the check list are open. Settle them, or give a reason where one is"
        " allowed. Nothing was changed."
    )


class BeforeItsDate(HqError):
    """A publication before the programme's date (R12)."""

    code = "hq_before_its_date"
    message = "The programme publishes these results on %(day)s. Nothing was changed."


class ResultsChanged(HqError):
    """Results changed between the proposal and its confirmation."""

    code = "hq_results_changed"
    message = "Results have changed since this was proposed. Propose it again. Nothing was changed."


class ActDecided(HqError):
    """An act that was confirmed or rejected before."""

    code = "hq_act_decided"
    message = "This was decided before. Nothing was changed."


class ActPending(HqError):
    """Another act of the same results waits for its confirmation."""

    code = "hq_act_pending"
    message = (
        "Another step for these results waits for its confirmation. Confirm or reject it first."
    )


class NothingToPublish(HqError):
    """No result that an act could publish, amend or withdraw."""

    code = "hq_nothing_to_publish"
    message = "There is no result that this would change. Nothing was changed."


class LookUpFailed(HqError):
    """No published result fits all that was entered; which part did not fit is not said."""

    code = "hq_look_up_failed"
    message = (
        "No published result was found for these details. Check the name, the document number and"
        " the admission number, and whether results have been published."
    )


class RecountClosed(HqError):
    """A recount that cannot be asked for any more, or not twice."""

    code = "hq_recount_closed"
    message = "A recount cannot be requested: %(why)s."
