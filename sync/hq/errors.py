"""Errors of headquarters.

``HqError`` (an ``ExamError``)
 ├─ ``NotInitialised``, ``AlreadyInitialised``, ``NoAccount``  the data directory
 ├─ ``DatabaseError``
 │   ├─ ``NewerDatabase``     written by a newer version of the software
 │   ├─ ``OlderDatabase``     written by an older version, and cannot be converted
 │   ├─ ``DatabaseDamaged``   the database file is damaged
 │   ├─ ``DatabaseUnreachable``, ``DatabaseUnsuitable``  the database is down, or set up wrongly
 │   ├─ ``BlobsUnreachable``    the object storage does not answer
 │   ├─ ``StorageFull``     no space for rows or objects
 │   └─ ``BlobDamaged``     a stored object no longer matches its digest
 ├─ ``ValueRefused``        a value that the database cannot store
 ├─ ``NotFound``            does not exist, or not for this caller
 ├─ ``AlreadyThere``        a name or number is already in use
 ├─ ``BadImport``           a file with problems; ``problems`` lists each one with its row
 │   └─ ``SeatsClash``      somebody would sit twice at one time, or two people on one seat
 ├─ ``NamesUndecided``, ``ChangedMeanwhile``, ``IdentityTaken``, ``AlreadySat``, ``NotSeated``,
 │  ``NotAdmitted``, ``NoSuchPaper``, ``RoomFull``  changes of people, applications and seats
 ├─ ``ClashesUndecided``    items whose ids belong to others in the bank, without a decision
 ├─ ``ItemChanged``, ``StimulusShared``  an edited item that others have changed, or share
 ├─ ``AlreadyUndone``, ``NothingToUndo``  an import that cannot be undone
 ├─ ``TooEarly``            not allowed before a certain time
 ├─ ``ReasonMissing``       a step that needs a written reason
 ├─ ``NotScanViewer``, ``ScanGone``, ``TooManyScans``, ``ScanRefused``  scans of material
 ├─ ``FormFaults``          personal data that cannot be stored; ``faults`` names each field
 ├─ ``PapersMissing``       a sitting without papers
 ├─ ``ChoiceUnknown``       a trade or level that the programme does not have
 ├─ ``NobodySeated``        admission tickets where nobody has a seat
 ├─ ``MinutesFixed``        a paper whose parts have other minutes
 ├─ ``PartsTogether``       some parts, but the programme has all sat together
 ├─ ``PartUnknown``         a part that an examination does not have
 ├─ ``PartMinutesMissing``  a paper of some parts without a time
 ├─ ``PartTimesUnfit``      a paper of some parts that the time rules do not fit
 ├─ ``RoomUnusable``        a room without a name, or with impossible numbers
 ├─ ``SittingOver``, ``SittingPast``, ``SittingFar``, ``UnlockTooLate``  times at which nobody could
 │  sit the exam
 ├─ ``TitleUnusable``, ``SittingIdUnusable``  what a sitting cannot be called
 ├─ ``SittingCancelled``, ``SittingStands``, ``CodesOut``, ``PackagesBuilt``, ``PaperInUse``,
 │  ``NobodyToRepeat``, ``SittingAhead``, ``TooLateToUndo``  changes of a sitting that are refused
 ├─ ``NotConfirmed``        a change with consequences, without the ticked box
 ├─ ``NothingToSeal``       a package for a centre without candidates
 ├─ ``PackageFull``, ``SittingChanged``  a package that is too large, or out of date when built
 ├─ ``PackageRevoked``      a package that must no longer be used
 ├─ ``ApprovalMissing``     an unlock code that two people have to release
 ├─ ``ViewersMissing``      a paper that two people have to open
 ├─ ``NotAPerson``, ``SamePerson``, ``SecondPersonNeeded``  an approval by no account, or by the
 │  same person twice
 ├─ ``LastAdministrator``, ``BadUsername``, ``CodeRefused``  accounts
 ├─ ``NotATime``            a form without a date and time
 ├─ ``CorrectionUnusable``  a correction with a value that the field cannot have
 ├─ ``BundleIdWrong``       a delivery whose id differs from the one in its address
 ├─ ``OffsetWrong``, ``ChecksumWrong``, ``UploadTooLarge``, ``TusRefused``  uploads by tus
 ├─ ``BudgetSpent``         a centre sent more than headquarters stores for it
 ├─ ``RequestPending``, ``RequestDeclined``, ``TooManyRequests``, ``NotCompared``  enrolment
 ├─ ``SignInRefused``, ``TooManyTries``, ``NotSignedIn``, ``FormRefused``, ``WeakPassword``,
 │  ``TokenRefused``, ``TokenExpired``, ``ScopeMissing``  authentication
 ├─ ``ExpiryUnusable``      the end of a token that is past or too far
 └─ ``PullFailed``          a pull of results failed
     └─ ``PullInterrupted``  worth retrying
"""

from collections.abc import Sequence

from kiosk.exam.errors import ExamError
from kiosk.exam.programme.personal_form import FieldFault
from sync.hq.problems import Problem


class HqError(ExamError):
    """Base of headquarters' errors."""

    code = "hq_error"
    message = "This cannot be done."


class NotInitialised(HqError):
    """The data directory contains no headquarters yet."""

    code = "hq_not_initialised"
    message = "There is no headquarters in %(folder)s; run 'hq init' first."


class AlreadyInitialised(HqError):
    """The data directory already contains headquarters; keys are never replaced."""

    code = "hq_already_initialised"
    message = "There is already a headquarters in %(folder)s. Nothing was changed."


class NoAccount(HqError):
    """The database has no account, so nobody could sign in."""

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
    """The database does not answer; the log has the cause. Nothing was acknowledged."""

    code = "hq_database_unreachable"
    message = (
        "The database cannot be reached. The log says why. Check that it runs, and"
        " storage.database in hq.toml."
    )


class DatabaseDamaged(DatabaseError):
    """The database file is damaged, or is not a database."""

    code = "hq_database_damaged"
    message = (
        "The database %(file)s cannot be opened. Do not delete anything; restore it from a backup."
    )


class DatabaseUnsuitable(DatabaseError):
    """The database sorts text by a locale, or does not store UTF-8."""

    code = "hq_database_unsuitable"
    message = (
        "The database must keep UTF-8 and compare text by its bytes. Create it with: CREATE"
        " DATABASE name TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"
    )


class BlobsUnreachable(DatabaseError):
    """The object storage does not answer; the log has the cause. Nothing was acknowledged."""

    code = "hq_blobs_unreachable"
    message = (
        "The file storage cannot be reached. The log says why. Check that it runs, its"
        " keys, and storage.blobs in hq.toml."
    )


class StorageFull(DatabaseError):
    """There is no space left for rows or objects. Nothing was acknowledged."""

    code = "hq_storage_full"
    message = (
        "The disk of headquarters is full. Nothing was stored. Free some space, then try again."
    )


class BlobDamaged(DatabaseError):
    """A stored object no longer matches its digest."""

    code = "hq_blob_damaged"
    message = "The stored object %(sha256)s is damaged."


class ValueRefused(HqError):
    """A value is too long or too large for its column, or contains a NUL character."""

    code = "hq_value_refused"
    message = "A value is too long or too large, or has a character that cannot be stored."


class NotFound(HqError):
    """It does not exist, or the caller may not see it; both give the same error."""

    code = "hq_not_found"
    message = "There is no such %(what)s."


class AlreadyThere(HqError):
    """A name or number is already in use."""

    code = "hq_already_there"
    message = "%(what)s already exists. Nothing was changed."


class BadImport(HqError):
    """A file has problems; nothing of it was stored."""

    code = "hq_bad_import"
    message = "The file has %(count)s problems; nothing was stored."

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(map(str, problems[:20])), count=len(problems))
        self.problems = tuple(problems)


class SeatsClash(BadImport):
    """Somebody would sit twice at one time, or two people on one seat."""

    code = "hq_seats_clash"
    message = "%(count)s seats clash with others. Nothing was changed."


class NamesUndecided(HqError):
    """A file names people otherwise than they are registered, and nobody has decided."""

    code = "hq_names_undecided"
    message = (
        "%(count)s people are registered under other names: %(names)s. Decide which names are"
        " right. Nothing was stored."
    )


class ChangedMeanwhile(HqError):
    """People of a file were changed after its preview was shown."""

    code = "hq_changed_meanwhile"
    message = (
        "%(count)s people were changed after the preview: %(names)s. Import the file again to"
        " compare them. Nothing was stored."
    )


class IdentityTaken(HqError):
    """Another person has the identity number."""

    code = "hq_identity_taken"
    message = (
        "%(identity_no)s is registered for %(name)s (%(candidate)s). Correct that record, or use"
        " it instead of this one. Nothing was changed."
    )


class AlreadySat(HqError):
    """Headquarters has a result of the candidate in the sitting."""

    code = "hq_already_sat"
    message = "The candidate has already sat this exam. Nothing was changed."


class NotSeated(HqError):
    """The candidate has no seat in the sitting."""

    code = "hq_not_seated"
    message = "The candidate has no seat in this sitting. Assign seats first."


class NotAdmitted(HqError):
    """Only who is admitted and has no seat can take one."""

    code = "hq_not_admitted"
    message = (
        "%(name)s is not admitted to this sitting, or has a seat already. Nothing was changed."
    )


class NoSuchPaper(HqError):
    """The other sitting does not examine what the candidate applied for."""

    code = "hq_no_such_paper"
    message = "The sitting %(title)s has no paper of %(examined)s. Nothing was changed."


class RoomFull(HqError):
    """A room has no free seat."""

    code = "hq_room_full"
    message = "Room %(room)s at %(centre)s has no free seat at that time. Nothing was changed."


class ClashesUndecided(HqError):
    """Items of a file have ids that the bank uses for different items, and nobody has decided."""

    code = "hq_clashes_undecided"
    message = (
        "%(count)s items have ids of different items in the bank: %(ids)s. Decide what becomes of"
        " them. Nothing was stored."
    )


class ItemChanged(HqError):
    """Somebody stored another version of an item while it was edited."""

    code = "hq_item_changed"
    message = "Item %(item)s was changed meanwhile: the bank has version %(version)s."


class StimulusShared(HqError):
    """Other items of a group have another stimulus."""

    code = "hq_stimulus_shared"
    message = "%(count)s other items of the group %(group)s have another shared text."


class AlreadyUndone(HqError):
    """An import was undone before."""

    code = "hq_already_undone"
    message = "This import was undone before. Nothing was changed."


class NothingToUndo(HqError):
    """All items of an import were changed since, or papers use them."""

    code = "hq_nothing_to_undo"
    message = (
        "Every item of this import was changed since or is used by a paper. Nothing was changed."
    )


class TooEarly(HqError):
    """The operation is not allowed before a certain time."""

    code = "hq_too_early"
    message = "This is possible from %(not_before)s."


class NotScanViewer(HqError):
    """The account may not see scans."""

    code = "hq_not_scan_viewer"
    message = "This account may not see scans; 'hq scans allow' lets it."


class ScanGone(HqError):
    """The bytes of a scan have been deleted."""

    code = "hq_scan_gone"
    message = "This scan has been deleted."


class TooManyScans(HqError):
    """An application has as many scans as it may have."""

    code = "hq_too_many_scans"
    message = "An application has at most %(most)s scans; nothing was stored."


class ScanRefused(HqError):
    """A file that cannot be a scan."""

    code = "hq_scan_refused"
    message = "The file cannot be stored: %(reason)s."


class FormFaults(HqError):
    """Personal data that cannot be stored."""

    code = "hq_form_faults"
    message = "%(count)s fields cannot be stored; nothing was changed."

    def __init__(self, faults: Sequence[FieldFault]) -> None:
        self.faults = tuple(faults)
        super().__init__(", ".join(fault.field for fault in faults), count=len(self.faults))


class ReasonMissing(HqError):
    """A step needs a written reason."""

    code = "hq_reason_missing"
    message = "Enter a reason."


class SittingOver(HqError):
    """The sitting has already ended."""

    code = "hq_sitting_over"
    message = "This sitting ended at %(ended)s. Check the date and the time zone."


class SittingPast(HqError):
    """A sitting would start in the past."""

    code = "hq_sitting_past"
    message = (
        "The start %(start)s is in the past. Enter a later day and time; check the year and the"
        " time zone."
    )


class SittingFar(HqError):
    """A time of a sitting is years away, which is a slip in the year."""

    code = "hq_sitting_far"
    message = "The year %(year)s is more than %(years)s years from now. Check the year."


class TitleUnusable(HqError):
    """The title of a sitting is empty or too long."""

    code = "hq_title_unusable"
    message = "Enter a title of 1 to %(most)s characters; this one has %(size)s."


class SittingIdUnusable(HqError):
    """The id of a sitting is none that addresses and file names can contain."""

    code = "hq_sitting_id_unusable"
    message = (
        "%(id)s cannot be the id of a sitting. Use at most 64 of the letters A-Z and a-z, digits,"
        " dots, hyphens and underscores, beginning with a letter or a digit."
    )


class SittingCancelled(HqError):
    """The sitting does not take place."""

    code = "hq_sitting_cancelled"
    message = (
        "This sitting is cancelled: %(reason)s. Undo the cancellation, or repeat the sitting at"
        " another time."
    )


class NotConfirmed(HqError):
    """A change with consequences was not confirmed."""

    code = "hq_not_confirmed"
    message = "Tick the box to confirm what follows. Nothing was changed."


class SittingStands(HqError):
    """The sitting is not cancelled."""

    code = "hq_sitting_stands"
    message = "This sitting is not cancelled. Nothing was changed."


class TooLateToUndo(HqError):
    """A cancelled sitting would have started."""

    code = "hq_too_late_to_undo"
    message = (
        "The sitting would have started at %(start)s, so the cancellation cannot be undone any"
        " more. Repeat the sitting at another time."
    )


class CodesOut(HqError):
    """Unlock codes of the sitting may have left headquarters."""

    code = "hq_codes_out"
    message = (
        "The unlock codes of this sitting may be given out since %(since)s, so its papers may be"
        " open at a centre and it cannot be moved. Cancel it, then repeat it with new papers."
    )


class PackagesBuilt(HqError):
    """The papers of a sitting cannot change: packages contain them."""

    code = "hq_packages_built"
    message = (
        "Packages of this sitting have been built, so its papers stay as they are. Create another"
        " sitting at the same time for more papers."
    )


class PaperInUse(HqError):
    """Candidates are registered for the paper, or have seats with it."""

    code = "hq_paper_in_use"
    message = (
        "%(candidates)s candidates of this sitting are registered for this paper. Give them"
        " another paper first, or leave it: a package has only papers that a seat names."
    )


class SittingAhead(HqError):
    """A sitting that still takes place is not repeated."""

    code = "hq_sitting_ahead"
    message = (
        "This sitting still takes place at %(start)s. Move it instead, or cancel it before it is"
        " repeated."
    )


class NobodyToRepeat(HqError):
    """No candidate of the sitting is to be carried into a new one."""

    code = "hq_nobody_to_repeat"
    message = "No candidate of this sitting fits the choice, so there is nobody to carry over."


class RoomUnusable(HqError):
    """A room has no name, or a number of seats that no room has."""

    code = "hq_room_unusable"
    message = (
        "A room needs a name of at most 100 characters, 0 to %(seats)s seats and 0 to %(row)s"
        " seats in a row; 0 where nobody has said."
    )


class PapersMissing(HqError):
    """A sitting without papers."""

    code = "hq_papers_missing"
    message = "Add at least one paper to the sitting."


class ChoiceUnknown(HqError):
    """A trade or level that the programme does not have, by id or by name."""

    code = "hq_choice_unknown"
    message = "%(value)s is none of this programme's. Write an id or a name: %(known)s."


class NobodySeated(HqError):
    """Admission tickets of a sitting, or of a centre, in which nobody has a seat."""

    code = "hq_nobody_seated"
    message = "Nobody has a seat here yet, so there are no admission tickets. Assign seats first."


class MinutesFixed(HqError):
    """A paper may not last longer or shorter than its parts, which have minutes of their own."""

    code = "hq_minutes_fixed"
    message = (
        "This paper cannot last %(minutes)s minutes: its parts have %(parts)s minutes in the"
        " programme. Leave the minutes out."
    )


class PartsTogether(HqError):
    """The programme does not let parts of its examinations be sat separately."""

    code = "hq_parts_together"
    message = (
        "Programme %(programme)s has all parts sat together. To let parts be sat on different"
        " days, import a version of it with [separate_parts]."
    )


class PartUnknown(HqError):
    """An examination does not have this part."""

    code = "hq_part_unknown"
    message = "The examination has no part %(part)s. Its parts are: %(known)s."


class PartMinutesMissing(HqError):
    """Nobody says how long some parts of an examination last."""

    code = "hq_part_minutes_missing"
    message = (
        "State the minutes for %(parts)s: the programme only says how long all parts last together."
    )


class PartTimesUnfit(HqError):
    """The time rules of the programme do not fit a paper of some parts."""

    code = "hq_part_times_unfit"
    message = "These parts cannot be sat alone: %(reason)s"


class UnlockTooLate(HqError):
    """The paper could be unlocked only after the end of the sitting."""

    code = "hq_unlock_too_late"
    message = "The paper can be unlocked from %(unlock)s, but the sitting ends at %(ended)s."


class NothingToSeal(HqError):
    """No candidate of the sitting has a seat at the centre."""

    code = "hq_nothing_to_seal"
    message = "Sitting %(sitting)s has no candidates at centre %(centre)s."


class PackageFull(HqError):
    """A package would have more than a centre accepts."""

    code = "hq_package_full"
    message = (
        "The package of centre %(centre)s would have %(count)s %(what)s, and at most %(limit)s"
        " fit. Divide the candidates of this centre between two sittings at the same time."
    )


class SittingChanged(HqError):
    """A sitting was moved, cancelled or given other papers while a package was built for it."""

    code = "hq_sitting_changed"
    message = (
        "The sitting was changed while the package was built, so the package was not stored."
        " Look at the sitting, then build it again."
    )


class PackageRevoked(HqError):
    """The newest package was revoked, and no newer one has been built."""

    code = "hq_package_revoked"
    message = "This package was revoked: %(reason)s. Build a new version."


class ApprovalMissing(HqError):
    """Two people must release this sitting's unlock codes, and fewer have approved."""

    code = "hq_approval_missing"
    message = "%(approved)s of 2 people have approved the release of this unlock code."


class CorrectionUnusable(HqError):
    """A correction gives a field a value that it cannot have."""

    code = "hq_correction_unusable"
    message = "%(field)s cannot be %(value)s. Nothing was changed."


class NotATime(HqError):
    """A form has no valid date and time."""

    code = "hq_not_a_time"
    message = "A date and a time are needed, such as 2026-04-25T14:00."


class BundleIdWrong(HqError):
    """The id in the address is not the id of the data that was sent."""

    code = "hq_bundle_id_wrong"
    message = "The upload does not have this id."


class OffsetWrong(HqError):
    """A part does not start where the upload ends; ``received`` is negative if unknown."""

    code = "hq_offset_wrong"
    message = "The upload cannot continue from there."


class ChecksumWrong(HqError):
    """A part of an upload does not match its checksum."""

    code = "hq_checksum_wrong"
    message = "Part of the upload was damaged in transit. Send it again."


class TusRefused(HqError):
    """An upload request lacks something that tus 1.0 requires."""

    code = "hq_tus_refused"
    message = "This is not an upload by tus 1.0: %(what)s."


class UploadTooLarge(HqError):
    """An upload or a part of it is larger than announced or allowed."""

    code = "hq_upload_too_large"
    message = "At most %(limit)s bytes are accepted."


class BudgetSpent(HqError):
    """A centre sent more of one kind of data (``what``) than headquarters stores for it."""

    code = "hq_budget_spent"
    message = "Headquarters stores no more %(what)s of this centre."


class RequestPending(HqError):
    """No decision has been made about an enrolment request yet."""

    code = "hq_request_pending"
    message = "Headquarters has not decided about this enrolment yet."


class RequestDeclined(HqError):
    """An enrolment request was declined."""

    code = "hq_request_declined"
    message = "Headquarters has declined this enrolment: %(reason)s"


class TooManyRequests(HqError):
    """Too many enrolment requests are waiting for a decision."""

    code = "hq_too_many_requests"
    message = "Too many enrolments wait for a decision. Try again later."


class NotCompared(HqError):
    """An approval lacks the confirmation that the fingerprint was compared."""

    code = "hq_not_compared"
    message = "Compare the fingerprint with the centre first."


class SignInRefused(HqError):
    """The user name or the password is wrong; the error does not reveal which."""

    code = "hq_sign_in_refused"
    message = "User name or password is wrong."


class TooManyTries(HqError):
    """Too many sign-ins failed; ``params`` has ``retry_after`` in seconds."""

    code = "hq_too_many_tries"
    message = "Too many tries. Wait %(retry_after)s seconds."


class CodeRefused(HqError):
    """A one-time code or recovery code is wrong or was already used."""

    code = "hq_code_refused"
    message = "This code is wrong or was used before. Wait for the next one."


class BadUsername(HqError):
    """A user name contains spaces or characters that are not allowed."""

    code = "hq_bad_username"
    message = "A user name has 1 to 40 letters, digits, dots, dashes, underscores or @."


class LastAdministrator(HqError):
    """The change would leave no administrator who can sign in."""

    code = "hq_last_administrator"
    message = "This is the only administrator. Make another account one first."


class NotAPerson(HqError):
    """An approval came from the command line, or from an account that is locked or closed."""

    code = "hq_not_a_person"
    message = "Only a signed-in person can approve this. Use the console."


class SamePerson(HqError):
    """The approving account was created or given a password by someone who has approved."""

    code = "hq_same_person"
    message = "%(other)s has approved and has managed this account. Someone else must approve."


class SecondPersonNeeded(HqError):
    """Whoever began an act of two people tried to complete it."""

    code = "hq_second_person_needed"
    message = "You began this. Someone else must confirm it. Nothing was changed."


class ViewersMissing(HqError):
    """Two people must open this paper; ``params`` has ``agreed``, how many have agreed."""

    code = "hq_viewers_missing"
    message = "%(agreed)s of 2 people have agreed to open this paper."


class NotSignedIn(HqError):
    """There is no session, or it has expired."""

    code = "hq_not_signed_in"
    message = "Sign in first."


class FormRefused(HqError):
    """A form lacks its secret, or comes from another site."""

    code = "hq_form_refused"
    message = "This page is out of date. Reload it and try again."


class WeakPassword(HqError):
    """The password is too short."""

    code = "hq_weak_password"
    message = "A password needs at least %(minimum)s characters."


class ValidityUnusable(HqError):
    """A supervisor's account would end in the past, too late or never, or another would end."""

    code = "hq_validity_unusable"
    message = (
        "Only an account with the role supervisor has a last day, and always one: a day from"
        " tomorrow to %(most)s days from now."
    )


class SampleUnusable(HqError):
    """The size or the seed of a sample is out of bounds."""

    code = "hq_sample_unusable"
    message = (
        "A sample has 1 to %(most)s candidates, and its seed 1 to 64 letters, digits and dashes."
    )


class TokenRefused(HqError):
    """The token is missing, unknown or revoked."""

    code = "hq_token_refused"
    message = "A token is needed. This one is missing, unknown or revoked."


class TokenExpired(HqError):
    """The token has expired."""

    code = "hq_token_expired"
    message = "This token expired on %(expired)s. An administrator can create another one."


class ScopeMissing(HqError):
    """The token is valid, but not for this."""

    code = "hq_scope_missing"
    message = "This needs a token with the scope %(scope)s."


class ExpiryUnusable(HqError):
    """A token would have expired already, or be valid for too long."""

    code = "hq_expiry_unusable"
    message = "A token is valid for 1 to %(most)s days."


class PullFailed(HqError):
    """Results could not be pulled."""

    code = "hq_pull_failed"
    message = "Results could not be pulled."


class PullInterrupted(PullFailed):
    """The connection broke or headquarters is temporarily down; worth retrying."""

    code = "hq_pull_interrupted"
