"""Errors of marking.

``MarkingError`` (an ``HqError``)
 ├─ ``PlanExists``, ``NothingWritten``   a plan that cannot be opened
 ├─ ``MarkingPaused``, ``MarkerPaused``  nobody, or not this marker, gets answers now
 ├─ ``NotAssigned``, ``QuotaReached``, ``NotQualified``, ``NoScripts``  no answers for this marker
 ├─ ``NotLeased``         the answer is not, or no longer, this marker's
 ├─ ``PointsWrong``       points that cannot be given
 ├─ ``CommentMissing``    a step that needs words
 ├─ ``NothingToTakeBack``, ``TakeBackTooLate``  a mark that stays
 ├─ ``NotForControl``     an answer that cannot become a control script
 └─ ``SettingsWrong``     settings of a plan that cannot be
"""

from sync.hq.errors import HqError


class MarkingError(HqError):
    """Base of the errors of marking; nothing was changed."""

    code = "hq_marking_error"
    message = "This cannot be marked."


class PlanExists(MarkingError):
    """The paper has a plan."""

    code = "hq_marking_plan_exists"
    message = "Marking of this paper has been opened already. Nothing was changed."


class NothingWritten(MarkingError):
    """No item of the paper is marked by people."""

    code = "hq_marking_nothing_written"
    message = "This paper has no short answers and no essays, so there is nothing to mark."


class MarkingPaused(MarkingError):
    """The plan or the item is paused, or the plan is closed."""

    code = "hq_marking_paused"
    message = "Marking is paused or closed: %(why)s. Nothing was saved."


class MarkerPaused(MarkingError):
    """This marker is paused."""

    code = "hq_marker_paused"
    message = "Your marking is paused: %(why)s. Nothing was saved."


class NotAssigned(MarkingError):
    """The marker is not assigned to the item."""

    code = "hq_marking_not_assigned"
    message = "You are not assigned to this item."


class QuotaReached(MarkingError):
    """The marker has marked as many answers as the plan lets them."""

    code = "hq_marking_quota_reached"
    message = "You have marked %(done)s answers, the most that is planned for you."


class NotQualified(MarkingError):
    """The marker did not pass the qualification set."""

    code = "hq_marking_not_qualified"
    message = (
        "Your marks of the qualification scripts differ too much from the agreed ones. The"
        " adjudicator decides how to go on."
    )


class NoScripts(MarkingError):
    """The plan asks for a qualification set that the adjudicator has not set up."""

    code = "hq_marking_no_scripts"
    message = "There are too few qualification scripts for item %(item)s. Tell the adjudicator."


class NotLeased(MarkingError):
    """The answer was given to somebody else, was changed, or was never this marker's."""

    code = "hq_marking_not_leased"
    message = "This answer is no longer yours to mark. Your mark was not saved."


class PointsWrong(MarkingError):
    """Points out of range, or not by whole steps; ``number`` counts criteria from 1."""

    code = "hq_marking_points_wrong"
    message = (
        "Criterion %(number)s: give 0 to %(most)s points by steps of %(step)s. Nothing was saved."
    )


class CommentMissing(MarkingError):
    """A referral or decision without words."""

    code = "hq_marking_comment_missing"
    message = "Say why in a few words. Nothing was saved."


class NothingToTakeBack(MarkingError):
    """There is no mark of this marker that could be taken back."""

    code = "hq_marking_nothing_to_take_back"
    message = "There is no mark of yours to take back."


class TakeBackTooLate(MarkingError):
    """Too much time has passed, or somebody else's mark depends on it."""

    code = "hq_marking_take_back_too_late"
    message = "This mark can no longer be taken back. Tell the adjudicator."


class SettingsWrong(MarkingError):
    """Settings of a plan that cannot be."""

    code = "hq_marking_settings_wrong"
    message = "The settings cannot be used: %(places)s. Nothing was changed."


class NotForControl(MarkingError):
    """Markers have begun with the answer, or it is a control script already."""

    code = "hq_marking_not_for_control"
    message = "Only an answer that no marker has seen can become a control script."
