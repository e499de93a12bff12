"""Errors of headquarters.

``HqError`` (an ``ExamError``)
 ├─ ``NotInitialised``, ``AlreadyInitialised``, ``NoAccount``  the data directory
 ├─ ``DatabaseError``
 │   ├─ ``NewerDatabase``     written by a newer version of the software
 │   ├─ ``OlderDatabase``     made before version 0.2.0, or by another program
 │   ├─ ``DatabaseDamaged``   the database's file is damaged
 │   ├─ ``DatabaseUnreachable``, ``DatabaseUnsuitable``  the database does not answer, or is no use
 │   ├─ ``BlobsUnreachable``    the storage of objects does not answer
 │   ├─ ``StorageFull``     no room for rows or objects
 │   └─ ``BlobDamaged``     a stored object that no longer has its digest
 ├─ ``ValueRefused``        a value that the database cannot keep
 ├─ ``NotFound``            nothing there, or not for this caller
 ├─ ``AlreadyThere``        a name or number that is taken
 ├─ ``BadImport``           a file with problems; ``problems`` lists each one with its row
 ├─ ``TooEarly``            something that has a not-before time
 ├─ ``ReasonMissing``       a step out of order that needs a written reason
 ├─ ``SittingOver``, ``UnlockTooLate``  times at which nobody could sit
 ├─ ``NothingToSeal``       a package for a centre without candidates
 ├─ ``PackageRevoked``      a package that must not be used any more
 ├─ ``ApprovalMissing``     an unlock code that two people have to release
 ├─ ``ViewersMissing``      a paper that two people have to open
 ├─ ``NotAPerson``, ``SamePerson``  an approval that is nobody's, or no second person's
 ├─ ``NotAdministrator``, ``LastAdministrator``, ``BadUsername``, ``CodeRefused``  accounts
 ├─ ``NotATime``            a form without a date and time
 ├─ ``BundleIdWrong``       a delivery under another id than its own
 ├─ ``OffsetWrong``, ``ChecksumWrong``, ``UploadTooLarge``, ``TusRefused``  uploads by tus
 ├─ ``BudgetSpent``         more of one kind than is kept of one centre
 ├─ ``RequestPending``, ``RequestDeclined``, ``TooManyRequests``  enrolments by network
 ├─ ``SignInRefused``, ``TooManyTries``, ``NotSignedIn``, ``WeakPassword``, ``TokenRefused``
 └─ ``PullFailed``          headquarters did not answer the exam office as it should
     └─ ``PullInterrupted``  worth another try
"""

from collections.abc import Sequence

from kiosk.exam.errors import ExamError
from sync.hq.problems import Problem


class HqError(ExamError):
    """Base of headquarters' errors."""

    code = "hq_error"
    message = "This cannot be done."


class NotInitialised(HqError):
    """The data directory holds no headquarters yet."""

    code = "hq_not_initialised"
    message = "There is no headquarters in %(folder)s; run 'hq init' first."


class AlreadyInitialised(HqError):
    """Keys are never replaced."""

    code = "hq_already_initialised"
    message = "There is already a headquarters in %(folder)s. Nothing was changed."


class NoAccount(HqError):
    """The database is empty: nobody could sign in."""

    code = "hq_no_account"
    message = (
        "The database has no account and no programmes yet; run 'hq init --data %(data)s' to add"
        " them. Keys and settings stay as they are."
    )


class DatabaseError(HqError):
    """Base of storage errors."""

    code = "hq_database_error"
    message = "The database cannot be used."


class NewerDatabase(DatabaseError):
    """The database was written by a newer version."""

    code = "hq_newer_database"
    message = (
        "The database has schema version %(found)s; this software knows %(known)s. Update it first."
    )


class OlderDatabase(DatabaseError):
    """The database was made before the first version whose data later versions read."""

    code = "hq_older_database"
    message = (
        "The database was made before version 0.2.0, or by another program, and cannot be opened."
        " Nothing was changed. Set up headquarters again with 'hq init' and an empty database."
    )


class DatabaseUnreachable(DatabaseError):
    """The database does not answer; why stands in the log. Nothing was acknowledged."""

    code = "hq_database_unreachable"
    message = (
        "The database cannot be reached. The log says why. Check that it runs, and"
        " storage.database in hq.toml."
    )


class DatabaseDamaged(DatabaseError):
    """The file of the database is damaged, or is something else."""

    code = "hq_database_damaged"
    message = (
        "The database %(file)s cannot be opened. Do not delete anything; restore it from a backup."
    )


class DatabaseUnsuitable(DatabaseError):
    """The database orders text by a language, or does not keep UTF-8."""

    code = "hq_database_unsuitable"
    message = (
        "The database must keep UTF-8 and compare text by its bytes. Create it with: CREATE"
        " DATABASE name TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"
    )


class BlobsUnreachable(DatabaseError):
    """The storage of objects does not answer; why stands in the log. Nothing was acknowledged."""

    code = "hq_blobs_unreachable"
    message = (
        "The file storage cannot be reached. The log says why. Check that it runs, its"
        " keys, and storage.blobs in hq.toml."
    )


class StorageFull(DatabaseError):
    """There is no room left for rows or objects. Nothing was acknowledged."""

    code = "hq_storage_full"
    message = (
        "The disk of headquarters is full. Nothing was stored. Free some space, then try again."
    )


class BlobDamaged(DatabaseError):
    """A stored object does not have its digest any more."""

    code = "hq_blob_damaged"
    message = "The stored object %(sha256)s is damaged."


class ValueRefused(HqError):
    """A value that is too long or too large for its column, or has a character with number 0."""

    code = "hq_value_refused"
    message = "A value is too long or too large, or has a character that cannot be stored."


class NotFound(HqError):
    """Nothing there, or nothing that the caller may see: both look alike."""

    code = "hq_not_found"
    message = "There is no such %(what)s."


class AlreadyThere(HqError):
    """A name or number is taken."""

    code = "hq_already_there"
    message = "%(what)s already exists. Nothing was changed."


class BadImport(HqError):
    """A file with problems. Nothing of it was stored."""

    code = "hq_bad_import"
    message = "The file has %(count)s problems; nothing was stored."

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(map(str, problems[:20])), count=len(problems))
        self.problems = tuple(problems)


class TooEarly(HqError):
    """There is a time before which this must not happen."""

    code = "hq_too_early"
    message = "This is possible from %(not_before)s."


class ReasonMissing(HqError):
    """A step that needs a written reason."""

    code = "hq_reason_missing"
    message = "Enter a reason."


class SittingOver(HqError):
    """A sitting that is over before it could be sat."""

    code = "hq_sitting_over"
    message = "This sitting ended at %(ended)s. Check the date and the time zone."


class UnlockTooLate(HqError):
    """The paper could be unlocked only after the sitting has ended."""

    code = "hq_unlock_too_late"
    message = "The paper can be unlocked from %(unlock)s, but the sitting ends at %(ended)s."


class NothingToSeal(HqError):
    """No candidate of the sitting has a seat at the centre."""

    code = "hq_nothing_to_seal"
    message = "Sitting %(sitting)s has no candidates at centre %(centre)s."


class PackageRevoked(HqError):
    """The newest package was revoked, and no newer one has been built."""

    code = "hq_package_revoked"
    message = "This package was revoked: %(reason)s. Build a new version."


class ApprovalMissing(HqError):
    """Two people release the unlock codes of this sitting, and not enough have."""

    code = "hq_approval_missing"
    message = "%(approved)s of 2 people have approved the release of this unlock code."


class NotATime(HqError):
    """A form without a date and time."""

    code = "hq_not_a_time"
    message = "A date and a time are needed, such as 2026-04-25T14:00."


class BundleIdWrong(HqError):
    """The id in the address is not that of what was sent."""

    code = "hq_bundle_id_wrong"
    message = "The upload does not have this id."


class OffsetWrong(HqError):
    """A part of an upload that does not follow what has come; ``received`` below 0: not known."""

    code = "hq_offset_wrong"
    message = "The upload cannot continue from there."


class ChecksumWrong(HqError):
    """A part of an upload that does not have the checksum it was sent with."""

    code = "hq_checksum_wrong"
    message = "Part of the upload was damaged in transit. Send it again."


class TusRefused(HqError):
    """An upload request without what tus 1.0 asks for."""

    code = "hq_tus_refused"
    message = "This is not an upload by tus 1.0: %(what)s."


class UploadTooLarge(HqError):
    """An upload, or a part of it, that is larger than announced or allowed."""

    code = "hq_upload_too_large"
    message = "At most %(limit)s bytes are accepted."


class BudgetSpent(HqError):
    """More of one kind than headquarters keeps of one centre; ``what`` says of which."""

    code = "hq_budget_spent"
    message = "Headquarters stores no more %(what)s of this centre."


class RequestPending(HqError):
    """An enrolment that nobody has decided about yet."""

    code = "hq_request_pending"
    message = "Headquarters has not decided about this enrolment yet."


class RequestDeclined(HqError):
    """An enrolment that a person has declined."""

    code = "hq_request_declined"
    message = "Headquarters has declined this enrolment: %(reason)s"


class TooManyRequests(HqError):
    """More undecided enrolments than a person would look through."""

    code = "hq_too_many_requests"
    message = "Too many enrolments wait for a decision. Try again later."


class NotCompared(HqError):
    """An approval without the word that the fingerprint was compared."""

    code = "hq_not_compared"
    message = "Compare the fingerprint with the centre first."


class SignInRefused(HqError):
    """User name or password is wrong; which of them is not said."""

    code = "hq_sign_in_refused"
    message = "User name or password is wrong."


class TooManyTries(HqError):
    """Too many failed sign-ins; ``params`` has ``retry_after`` in seconds."""

    code = "hq_too_many_tries"
    message = "Too many tries. Wait %(retry_after)s seconds."


class CodeRefused(HqError):
    """A one-time or recovery code that is wrong, or was used before."""

    code = "hq_code_refused"
    message = "This code is wrong or was used before. Wait for the next one."


class NotAdministrator(HqError):
    """Something that only an administrator of accounts may do."""

    code = "hq_not_administrator"
    message = "Only an administrator of accounts may do this."


class BadUsername(HqError):
    """A user name with blanks or signs that are hard to type."""

    code = "hq_bad_username"
    message = "A user name has 1 to 40 letters, digits, dots, dashes, underscores or @."


class LastAdministrator(HqError):
    """The only administrator who can sign in stays one."""

    code = "hq_last_administrator"
    message = "This is the only administrator. Make another account one first."


class NotAPerson(HqError):
    """An approval from the command line, or of an account that is locked or closed."""

    code = "hq_not_a_person"
    message = "Only a signed-in person can approve this. Use the console."


class SamePerson(HqError):
    """An approval by an account that somebody who has approved made, or gave a password."""

    code = "hq_same_person"
    message = "%(other)s has approved and has managed this account. Someone else must approve."


class ViewersMissing(HqError):
    """A sealed paper that two people have to open; ``params`` has ``agreed``, how many have."""

    code = "hq_viewers_missing"
    message = "%(agreed)s of 2 people have agreed to open this paper."


class NotSignedIn(HqError):
    """No session, or one that has ended."""

    code = "hq_not_signed_in"
    message = "Sign in first."


class FormRefused(HqError):
    """A form without its secret, or from another site."""

    code = "hq_form_refused"
    message = "This page is out of date. Reload it and try again."


class WeakPassword(HqError):
    """The password is too short."""

    code = "hq_weak_password"
    message = "A password needs at least %(minimum)s characters."


class TokenRefused(HqError):
    """No token, an unknown or revoked one, or one without the scope."""

    code = "hq_token_refused"
    message = "A token with the scope %(scope)s is needed."


class PullFailed(HqError):
    """Pulling results did not work."""

    code = "hq_pull_failed"
    message = "Results could not be pulled."


class PullInterrupted(PullFailed):
    """The connection broke, or headquarters is away for now: worth another try."""

    code = "hq_pull_interrupted"
