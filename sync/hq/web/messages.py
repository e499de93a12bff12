"""Messages of the console: error codes to translated texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import LazyString, format_datetime, gettext
from flask_babel import lazy_gettext as _l

from kiosk.exam.errors import ExamError, PaperImpossible, Shortage
from kiosk.webpages.languages import language
from sync.hq.authoring.entry import DIFFICULTIES as STEPS
from sync.hq.authoring.entry import TYPES
from sync.hq.authoring.interchange.sheets.headings import TITLES
from sync.hq.errors import BadImport
from sync.hq.imports.jobs import as_json
from sync.hq.problems import TEXTS, Phrase
from sync.hq.web.announcement_messages import ANNOUNCEMENT_MESSAGES
from sync.hq.web.certificate_messages import CERTIFICATE_MESSAGES

MESSAGES: dict[str, LazyString] = {
    "hq_sign_in_refused": _l("User name or password is wrong."),
    "hq_code_refused": _l("This code is wrong or was used before. Wait for the next one."),
    "hq_validity_unusable": _l(
        "Only an account with the role supervisor has a last day, and always one: a day from"
        " tomorrow to %(most)s days from now."
    ),
    "hq_sample_unusable": _l(
        "A sample has 1 to %(most)s candidates, and its seed 1 to 64 letters, digits and dashes."
    ),
    "hq_weak_password": _l("A password needs at least %(minimum)s characters."),
    "text_unusable": _l(
        "The text contains characters that other machines cannot show: %(characters)s."
    ),
    "hq_bad_username": _l(
        "A user name has 1 to 40 letters, digits, dots, dashes, underscores or @."
    ),
    "hq_role_missing": _l(
        "Your account may not do this: it needs the role %(role)s for this programme and centre."
        " Nothing was changed."
    ),
    "hq_roles_exclude": _l(
        "%(username)s is %(held)s, and nobody may be %(role)s as well. Withdraw that role first,"
        " or use another account."
    ),
    "hq_own_roles": _l("Nobody gives a role to their own account. Ask another administrator."),
    "hq_limit_unusable": _l("The role %(role)s cannot be limited to %(what)s."),
    "hq_branch_unusable": _l(
        "%(branch)s is no branch. Write province, city and centre with a slash between, such as"
        " 北京/海淀, at most %(most)s characters."
    ),
    "hq_last_administrator": _l("This is the only administrator. Make another account one first."),
    "too_busy": _l("The server is busy with other requests. Please try again in a moment."),
    "memory_short": _l("This machine has too little free memory for it. Try again later."),
    "hq_too_many_tries": _l("Too many tries. Wait %(retry_after)s seconds."),
    "hq_form_refused": _l("This page is out of date. Reload it and try again."),
    "hq_not_found": _l("Not found."),
    "hq_nothing_to_compute": _l(
        "No result of this paper counts yet. Statistics can be computed once results have arrived."
    ),
    "hq_already_there": _l("Already exists. Nothing was changed."),
    "hq_bad_import": _l("The file has %(count)s problems; nothing was stored."),
    "hq_seats_clash": _l("%(count)s seats clash with others. Nothing was changed."),
    "hq_names_undecided": _l(
        "%(count)s people are registered under other names: %(names)s. Decide which names are"
        " right. Nothing was stored."
    ),
    "hq_changed_meanwhile": _l(
        "%(count)s people were changed after the preview: %(names)s. Import the file again to"
        " compare them. Nothing was stored."
    ),
    "hq_identity_taken": _l(
        "%(identity_no)s is registered for %(name)s (%(candidate)s). Correct that record, or use"
        " it instead of this one. Nothing was changed."
    ),
    "hq_already_sat": _l("The candidate has already sat this exam. Nothing was changed."),
    "hq_not_seated": _l("The candidate has no seat in this sitting. Assign seats first."),
    "hq_not_admitted": _l(
        "%(name)s is not admitted to this sitting, or has a seat already. Nothing was changed."
    ),
    "hq_no_such_paper": _l(
        "The sitting %(title)s has no paper of %(examined)s. Nothing was changed."
    ),
    "hq_room_full": _l(
        "Room %(room)s at %(centre)s has no free seat at that time. Nothing was changed."
    ),
    "hq_clashes_undecided": _l(
        "%(count)s items have ids of different items in the bank: %(ids)s. Decide what becomes of"
        " them. Nothing was stored."
    ),
    "hq_already_undone": _l("This import was undone before. Nothing was changed."),
    "hq_nothing_to_undo": _l(
        "Every item of this import was changed since or is used by a paper. Nothing was changed."
    ),
    "hq_too_early": _l("The unlock code can be given out from %(not_before)s."),
    "hq_not_scan_viewer": _l(
        "Your account may not see scans. An administrator lets it with hq scans allow."
    ),
    "hq_scan_gone": _l("This scan was deleted; what was decided about it is still here."),
    "hq_too_many_scans": _l("An application has at most %(most)s scans. Nothing was stored."),
    "hq_scan_refused": _l("The file cannot be stored: %(reason)s."),
    "hq_banned": _l(
        "%(count)s people are banned: %(names)s. Refuse them first. Nothing was changed."
    ),
    "hq_guest_result_there": _l(
        "%(name)s has another result of this paper already. Nothing was changed."
    ),
    "hq_guest_act_open": _l(
        "A proposal about this attempt waits for a second person. Decide about it first."
    ),
    "hq_review_step_refused": _l(
        "This step is not possible now: someone else has gone on. Nothing was changed."
    ),
    "hq_review_registered_them": _l(
        "You have registered this candidate, so you must not decide. Nothing was changed."
    ),
    "hq_review_reason_unknown": _l("Choose a reason from the list that fits the outcome."),
    "hq_review_sanction_unusable": _l(
        "Parts are for a void part, and months (1 to %(most)s) for a ban. An appeal never makes"
        " an outcome heavier."
    ),
    "hq_review_case_open": _l("Case %(case)s about this attempt is still open. Add to it instead."),
    "hq_review_hearing_runs": _l(
        "The candidate may make a statement until %(until)s. Record it, or wait."
    ),
    "hq_review_appeal_late": _l("The deadline for an appeal ended on %(until)s."),
    "hq_review_too_long": _l(
        "At most %(most)s characters or bytes can be stored here. Nothing was stored."
    ),
    "hq_review_picture_foreign": _l(
        "These pictures are not of this attempt (%(attempt)s). Nothing was attached."
    ),
    "hq_review_document_gone": _l(
        "This text was deleted at the end of its period; the case's steps are still here."
    ),
    "hq_form_faults": _l("%(count)s fields cannot be stored; nothing was changed."),
    "hq_marking_plan_exists": _l(
        "Marking of this paper has been opened already. Nothing was changed."
    ),
    "hq_marking_nothing_written": _l(
        "This paper has no short answers and no essays, so there is nothing to mark."
    ),
    "hq_marking_paused": _l("Marking is paused or closed: %(why)s. Nothing was saved."),
    "hq_marker_paused": _l("Your marking is paused: %(why)s. Nothing was saved."),
    "hq_marking_not_assigned": _l("You are not assigned to this item."),
    "hq_marking_quota_reached": _l(
        "You have marked %(done)s answers, the most that is planned for you."
    ),
    "hq_marking_not_qualified": _l(
        "Your marks of the qualification scripts differ too much from the agreed ones. The"
        " adjudicator decides how to go on."
    ),
    "hq_marking_no_scripts": _l(
        "There are too few qualification scripts for item %(item)s. Tell the adjudicator."
    ),
    "hq_marking_not_leased": _l("This answer is no longer yours to mark. Your mark was not saved."),
    "hq_marking_points_wrong": _l(
        "Criterion %(number)s: give 0 to %(most)s points by steps of %(step)s. Nothing was saved."
    ),
    "hq_marking_comment_missing": _l("Say why in a few words. Nothing was saved."),
    "hq_marking_nothing_to_take_back": _l("There is no mark of yours to take back."),
    "hq_marking_take_back_too_late": _l(
        "This mark can no longer be taken back. Tell the adjudicator."
    ),
    "hq_marking_settings_wrong": _l(
        "The settings cannot be used: %(places)s. Nothing was changed."
    ),
    "hq_marking_not_for_control": _l(
        "Only an answer that no marker has seen can become a control script."
    ),
    "hq_reason_missing": _l("Enter a reason."),
    "hq_sitting_over": _l("This sitting ended at %(ended)s. Check the date and the time zone."),
    "hq_choice_unknown": _l(
        "%(value)s is none of this programme's. Write an id or a name: %(known)s."
    ),
    "hq_nobody_seated": _l(
        "Nobody has a seat here yet, so there are no admission tickets. Assign seats first."
    ),
    "hq_sitting_far": _l(
        "The year %(year)s is more than %(years)s years from now. Check the year."
    ),
    "hq_title_unusable": _l("Enter a title of 1 to %(most)s characters; this one has %(size)s."),
    "hq_sitting_id_unusable": _l(
        "%(id)s cannot be the id of a sitting. Use at most 64 of the letters A-Z and a-z, digits,"
        " dots, hyphens and underscores, beginning with a letter or a digit."
    ),
    "hq_sitting_past": _l(
        "The start %(start)s is in the past. Enter a later day and time; check the year and the"
        " time zone."
    ),
    "hq_sitting_cancelled": _l(
        "This sitting is cancelled: %(reason)s. Undo the cancellation, or repeat the sitting at"
        " another time."
    ),
    "hq_sitting_stands": _l("This sitting is not cancelled. Nothing was changed."),
    "hq_too_late_to_undo": _l(
        "The sitting would have started at %(start)s, so the cancellation cannot be undone any"
        " more. Repeat the sitting at another time."
    ),
    "hq_codes_out": _l(
        "The unlock codes of this sitting may be given out since %(since)s, so its papers may be"
        " open at a centre and it cannot be moved. Cancel it, then repeat it with new papers."
    ),
    "hq_packages_built": _l(
        "Packages of this sitting have been built, so its papers stay as they are. Create another"
        " sitting at the same time for more papers."
    ),
    "hq_paper_in_use": _l(
        "%(candidates)s candidates of this sitting are registered for this paper. Give them"
        " another paper first, or leave it: a package has only papers that a seat names."
    ),
    "hq_sitting_ahead": _l(
        "This sitting still takes place at %(start)s. Move it instead, or cancel it before it is"
        " repeated."
    ),
    "hq_nobody_to_repeat": _l(
        "No candidate of this sitting fits the choice, so there is nobody to carry over."
    ),
    "hq_room_unusable": _l(
        "A room needs a name of at most 100 characters, 0 to %(seats)s seats and 0 to %(row)s"
        " seats in a row; 0 where nobody has said."
    ),
    "hq_keys_older": _l(
        "The folder of keys is older than the database: it lacks announcements of keys from number"
        " %(number)s on, and so perhaps the key that centres trust now. Put back the newest copy"
        " of the folder, or copy it from the machine where the keys were changed. Nothing was"
        " changed."
    ),
    "hq_keys_foreign": _l(
        "The folder of keys and the database belong to different headquarters, or were changed"
        " apart: announcement %(number)s differs. Put back the folder that belongs to this"
        " database. Nothing was changed."
    ),
    "hq_next_key_there": _l(
        "A next key has been announced already (%(fingerprint)s). Nothing was changed."
    ),
    "hq_next_key_missing": _l(
        "No next key has been announced: prepare one first. Nothing was changed."
    ),
    "hq_key_in_use": _l(
        "Key %(fingerprint)s cannot be retired now: %(packages)s packages of sittings that are not"
        " over are signed with it. Wait until they are over, or revoke and build them again."
    ),
    "hq_centres_behind": _l(
        "%(count)s centres have not followed the last announcement yet: %(centres)s. Let them sync,"
        " or bring them a USB stick. Nothing was changed."
    ),
    "hq_still_serving": _l(
        "A server of headquarters runs in %(folder)s, or its storage is being moved. Stop all"
        " servers, on all machines, and try again."
    ),
    "hq_target_in_use": _l("%(target)s is not empty: it has %(what)s. Nothing was changed."),
    "hq_other_move": _l(
        "A move to %(target)s was interrupted. Repeat it, or delete %(file)s and empty that target."
    ),
    "hq_nothing_to_move": _l("The storage is there already. Nothing was changed."),
    "hq_copy_differs": _l("%(place)s differs from its source: %(what)s. The source is as it was."),
    "hq_backup_broken": _l("This backup cannot be used: %(place)s – %(what)s. Use another one."),
    "hq_backup_running": _l(
        "Another backup into %(folder)s is being made. Wait until it has ended."
    ),
    "hq_backup_missing": _l("There is no complete backup of %(name)s in %(folder)s."),
    "hq_passphrase_wrong": _l("The passphrase is wrong, or the encrypted keys were altered."),
    "hq_keys_needed": _l(
        "This backup does not open without headquarters' keys. Name the copy of the folder of keys,"
        " or give the passphrase if the backup contains them."
    ),
    "hq_not_empty": _l(
        "%(folder)s is not empty. Restore into an empty directory. Nothing was changed."
    ),
    "hq_not_confirmed": _l("Tick the box to confirm what follows. Nothing was changed."),
    "hq_minutes_fixed": _l(
        "This paper cannot last %(minutes)s minutes: its parts have %(parts)s minutes in the"
        " programme. Leave the minutes out."
    ),
    "hq_parts_together": _l(
        "Programme %(programme)s has all parts sat together. To let parts be sat on different"
        " days, import a version of it with [separate_parts]."
    ),
    "hq_part_unknown": _l("The examination has no part %(part)s. Its parts are: %(known)s."),
    "hq_part_minutes_missing": _l(
        "State the minutes for %(parts)s: the programme only says how long all parts last together."
    ),
    "hq_part_times_unfit": _l("These parts cannot be sat alone: %(reason)s"),
    "hq_package_full": _l(
        "The package of centre %(centre)s would have %(count)s %(what)s, and at most %(limit)s"
        " fit. Divide the candidates of this centre between two sittings at the same time."
    ),
    "hq_sitting_changed": _l(
        "The sitting was changed while the package was built, so the package was not stored."
        " Look at the sitting, then build it again."
    ),
    "hq_papers_missing": _l("Add at least one paper to the sitting."),
    "hq_unlock_too_late": _l(
        "The paper can be unlocked from %(unlock)s, but the sitting ends at %(ended)s."
    ),
    "hq_nothing_to_seal": _l("No candidates have a seat at this centre in this sitting."),
    "hq_package_revoked": _l("This package was revoked: %(reason)s. Build a new version."),
    "hq_approval_missing": _l("%(approved)s of 2 people have approved this unlock code."),
    "hq_not_a_person": _l("Only a signed-in person can approve this."),
    "hq_same_person": _l(
        "%(other)s has approved and has managed your account. Someone else must approve."
    ),
    "hq_second_person_needed": _l(
        "You began this. Someone else must confirm it. Nothing was changed."
    ),
    "hq_item_not_sat": _l("No paper has asked item %(item)s there. Nothing was changed."),
    "hq_key_unusable": _l("The item cannot have this key: %(why)s. Nothing was changed."),
    "hq_ruling_decided": _l("This ruling was decided before. Nothing was changed."),
    "hq_challenge_decided": _l("This challenge was answered before. Nothing was changed."),
    "hq_not_releasable": _l(
        "%(count)s points of the check list are open. Settle them, or give a reason where one is"
        " allowed. Nothing was changed."
    ),
    "hq_before_its_date": _l(
        "The programme publishes these results on %(day)s. Nothing was changed."
    ),
    "hq_results_changed": _l(
        "Results have changed since this was proposed. Propose it again. Nothing was changed."
    ),
    "hq_act_decided": _l("This was decided before. Nothing was changed."),
    "hq_act_pending": _l(
        "Another step for these results waits for its confirmation. Confirm or reject it first."
    ),
    "hq_nothing_to_publish": _l("There is no result that this would change. Nothing was changed."),
    "hq_look_up_failed": _l(
        "No published result was found for these details. Check the name, the document number and"
        " the admission number, and whether results have been published."
    ),
    "hq_recount_closed": _l("A recount cannot be requested: %(why)s."),
    "hq_viewers_missing": _l(
        "%(agreed)s of 2 people have agreed to open this paper. You and someone else must agree."
    ),
    "hq_not_enough_seats": _l(
        "%(candidates)s candidates have no seat yet, and %(seats)s seats are free."
    ),
    "hq_no_font": _l("No font with Chinese characters was found. Install fonts-noto-cjk."),
    "hq_nothing_to_compare": _l(
        "No results with answers have arrived for paper %(paper)s of this sitting."
    ),
    "hq_picture_unusable": _l("The picture cannot be used: %(reason)s."),
    "hq_offset_wrong": _l("The upload cannot continue from there. Start again."),
    "hq_checksum_wrong": _l("Part of the upload was damaged in transit. Send it again."),
    "hq_tus_refused": _l("Headquarters does not support this kind of upload."),
    "hq_upload_too_large": _l("At most %(limit)s bytes are accepted."),
    "hq_item_changed": _l("Item %(item)s was changed meanwhile: the bank has version %(version)s."),
    "hq_stimulus_shared": _l(
        "%(count)s other items of the group %(group)s have another shared text."
    ),
    "hq_request_pending": _l("This enrolment is still waiting for a decision."),
    "hq_request_declined": _l("This enrolment was declined: %(reason)s"),
    "hq_budget_spent": _l("This centre has sent more data of this kind than headquarters stores."),
    "hq_too_many_requests": _l(
        "Too many enrolments are waiting for a decision. Decide about some first."
    ),
    "hq_not_compared": _l(
        "Compare the fingerprint by telephone first, and tick the box to confirm."
    ),
    "hq_correction_unusable": _l("%(field)s cannot be %(value)s. Nothing was changed."),
    "hq_not_a_time": _l("A date and a time are needed."),
    "hq_expiry_unusable": _l("A token is valid for 1 to %(most)s days. Nothing was created."),
    "hq_webhook_unusable": _l("This address cannot be used: %(reason)s."),
    "hq_overlap_unusable": _l("The former secret can sign for 0 to %(most)s hours more."),
    "hq_too_many_secrets": _l(
        "%(most)s former secrets of this webhook still sign. Wait until one ends, or end all of"
        " them at once with 0 hours."
    ),
    "hq_too_many_webhooks": _l(
        "There are %(most)s webhooks, and no more are possible. Remove one first."
    ),
    "no_such_examination": _l("The programme has no such trade and level; choose both."),
    "paper_impossible": _l("The item bank cannot fill the blueprint."),
    "media_damaged": _l("The file is incomplete or was altered. Ask the centre to save it again."),
    "media_empty": _l("This file contains nothing from a centre."),
    "bundle_damaged": _l("It is damaged."),
    "wrong_recipient": _l("It was encrypted for another recipient."),
    "bad_signature": _l("The signature is not valid; the file was not accepted."),
    "not_canonical": _l("This file is damaged, or is not an enrolment request."),
    "unsupported_format": _l("This file is damaged, or is not an enrolment request."),
    "keys_unusable": _l("The keys in this file cannot be used."),
    "hq_value_refused": _l("A value is too long or too large, or contains a forbidden character."),
    "hq_database_unreachable": _l("The database does not answer. Nothing was stored; try again."),
    "hq_storage_full": _l(
        "The disk of headquarters is full. Nothing was stored. Free some space, then try again."
    ),
    "hq_blobs_unreachable": _l("The file storage does not answer. Nothing was stored; try again."),
    "hq_blob_damaged": _l("A stored file is damaged. Restore it from a backup."),
    "internal_error": _l("Unexpected error. See the server log."),
    **ANNOUNCEMENT_MESSAGES,
    **CERTIFICATE_MESSAGES,
}
FALLBACK = _l("This cannot be done.")

PLACES: dict[str, LazyString] = {
    "file": _l("file %(at)s"),
    "row": _l("row %(at)s"),
    "line": _l("line %(at)s"),
    "item": _l("item %(at)s"),
}
IN_SHEET = _l("sheet %(sheet)s, row %(row)s")


def _in_language(chinese: str, english: str) -> str:
    return chinese if language() == "zh" else english


ITEM_TYPES = {kind.value: LazyString(_in_language, *names) for kind, names in TYPES.items()}
DIFFICULTIES = {step.value: LazyString(_in_language, *names) for step, names in STEPS.items()}
NAMED = ITEM_TYPES | DIFFICULTIES
"""Types and difficulties, which are the same in every programme."""


SHORT: dict[tuple[bool, bool], LazyString] = {
    (False, False): _l("%(of)s: %(have)s of %(need)s items"),
    (False, True): _l("%(of)s: at most %(need)s items"),
    (True, False): _l("%(of)s: %(have)s of %(need)s points"),
    (True, True): _l("%(of)s: at most %(need)s points"),
}
"""Texts for unmet demands, by whether points are counted and whether there are too many."""


@dataclass(frozen=True)
class ProblemView:
    """A problem in the language of the request."""

    place: str
    column: str
    text: str
    is_error: bool


def message_for(error: ExamError) -> str:
    """Return the message for an error in the request's language; times in the console's zone."""
    return message_of(error.code, error.params)


def message_of(code: str, params: Mapping[str, object]) -> str:
    """Return the message for an error's code and parameters."""
    text = str(MESSAGES.get(code, FALLBACK))
    return text % _translated({name: _shown(value) for name, value in params.items()})


def problem_views(source: ExamError | Sequence[Mapping[str, Any]]) -> list[ProblemView]:
    """Return the problems of a rejected file or of a job's outcome for display."""
    if isinstance(source, ExamError):
        source = (
            [as_json(problem) for problem in source.problems]
            if isinstance(source, BadImport)
            else []
        )
    return [
        ProblemView(
            place=place(one["kind"], one["at"]),
            column=_column(one["column"]),
            text=gettext(TEXTS[one["code"]]) % _translated(one["params"]),
            is_error=one["is_error"],
        )
        for one in source
    ]


def place(kind: str, at: str) -> str:
    """Return where in a file something is; rows of a workbook are written ``SHEET!ROW``."""
    sheet, mark, row = at.rpartition("!")
    if kind == "row" and mark:
        return str(IN_SHEET) % {"sheet": sheet, "row": row}
    return (str(PLACES[kind]) % {"at": at}).strip()


def _column(name: str) -> str:
    """Return a column as the file names it, or a field that the file lacks in words."""
    names = TITLES.get(name)
    return _in_language(*names) if names else name


def shortage_views(error: PaperImpossible, names: Mapping[str, str]) -> list[str]:
    """Return what the bank lacks for a blueprint, as texts.

    ``names`` has the names of parts, subjects and domains by their ids.
    """
    return [_shortage(shortage, names) for shortage in error.shortages]


def _shortage(one: Shortage, names: Mapping[str, str]) -> str:
    if one.what == "resting":
        return str(_l("%(count)s items were used too recently or too often.")) % {
            "count": f"{one.have:g}"
        }
    if one.what == "parallel":
        return str(_l("The items do not make %(papers)s papers with equal totals.")) % {
            "papers": f"{one.need:g}"
        }
    if one.what == "time":
        return str(_l("No plan was found in %(seconds)s seconds.")) % {"seconds": f"{one.need:g}"}
    if one.what == "paper":
        name = " · ".join(names.get(id_, id_) for id_ in one.of)
        return str(_l("Paper %(name)s:")) % {"name": name}
    of = " · ".join(str(NAMED[id_]) if id_ in NAMED else names.get(id_, id_) for id_ in one.of)
    numbers = {"of": of, "have": f"{one.have:g}", "need": f"{one.need:g}"}
    return str(SHORT[one.what == "points", one.at_most]) % numbers


def _translated(params: Mapping[str, Any]) -> dict[str, object]:
    """Translate the phrases among the parameters, as :func:`sync.hq.imports.jobs.as_json`."""
    return {
        name: _apart(value) if isinstance(value, Mapping) else value
        for name, value in params.items()
    }


def _apart(value: Mapping[str, Any]) -> str:
    if "at" in value:
        return str(format_datetime(datetime.fromisoformat(value["at"]), "short"))
    return _phrase(**value)


def _phrase(text: str, params: Mapping[str, Any]) -> str:
    return str(gettext(text) % _translated(params))


def _shown(value: object) -> object:
    if isinstance(value, Phrase):
        return _phrase(value.text, value.params)
    return format_datetime(value, "short") if isinstance(value, datetime) else value
