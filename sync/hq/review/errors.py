"""Errors of the review of incidents and cases.

``HqError``
 ├─ ``StepRefused``       a step that the state of an incident or a case does not allow
 ├─ ``RegisteredThem``    who registered a candidate would decide about them
 ├─ ``ReasonUnknown``     a reason that is not in the list, or of another outcome
 ├─ ``SanctionUnusable``  parts, months or a scope that do not fit the outcome
 ├─ ``CaseOpen``          the attempt has a case already
 ├─ ``HearingRuns``       the candidate may still make a statement
 ├─ ``AppealTooLate``     an appeal after its deadline
 ├─ ``StatementTooLong``  a text or file that is too large
 ├─ ``PictureForeign``    a picture that was brought is not of this attempt
 └─ ``DocumentGone``      a document whose text was deleted
"""

from sync.hq.errors import HqError


class StepRefused(HqError):
    """The incident or case is in a state that does not allow this step."""

    code = "hq_review_step_refused"
    message = "This step is not possible now: someone else has gone on. Nothing was changed."


class RegisteredThem(HqError):
    """The account registered the candidate and so must not decide about them."""

    code = "hq_review_registered_them"
    message = "You have registered this candidate, so you must not decide. Nothing was changed."


class ReasonUnknown(HqError):
    """The reason is not in the list, or belongs to another outcome."""

    code = "hq_review_reason_unknown"
    message = "Choose a reason from the list that fits the outcome."


class SanctionUnusable(HqError):
    """Parts, months or scope do not fit the outcome."""

    code = "hq_review_sanction_unusable"
    message = (
        "Parts are for a void part, and months (1 to %(most)s) for a ban. An appeal never makes"
        " an outcome heavier."
    )


class CaseOpen(HqError):
    """The attempt has a case that is not closed."""

    code = "hq_review_case_open"
    message = "Case %(case)s about this attempt is still open. Add to it instead."


class HearingRuns(HqError):
    """The candidate has been heard neither in words nor by the deadline passing."""

    code = "hq_review_hearing_runs"
    message = "The candidate may make a statement until %(until)s. Record it, or wait."


class AppealTooLate(HqError):
    """The appeal came after its deadline."""

    code = "hq_review_appeal_late"
    message = "The deadline for an appeal ended on %(until)s."


class StatementTooLong(HqError):
    """A text or file is too large."""

    code = "hq_review_too_long"
    message = "At most %(most)s characters or bytes can be stored here. Nothing was stored."


class PictureForeign(HqError):
    """A picture that was brought is not of the attempt or incident that it is said to be of."""

    code = "hq_review_picture_foreign"
    message = "These pictures are not of this attempt (%(attempt)s). Nothing was attached."


class DocumentGone(HqError):
    """The text was deleted at the end of its period."""

    code = "hq_review_document_gone"
    message = "This text was deleted at the end of its period; the case's steps are still here."
