"""Errors as replies: HTTP status by error code, JSON for programs."""

from email.utils import format_datetime

from flask import Flask, Response, current_app, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Map

from kiosk.exam.errors import ExamError
from sync.hq.services import HqServices

STATUS = {
    "hq_tus_refused": 400,
    "bad_signature": 401,
    "request_refused": 401,
    "clock_wrong": 401,
    "replayed_request": 401,
    "hq_token_refused": 401,
    "hq_token_expired": 401,
    "hq_scope_missing": 403,
    "hq_not_signed_in": 401,
    "hq_sign_in_refused": 401,
    "wrong_centre": 403,
    "hq_form_refused": 403,
    "hq_too_early": 403,
    "hq_role_missing": 403,
    "hq_own_roles": 403,
    "hq_roles_exclude": 409,
    "hq_not_a_person": 403,
    "hq_same_person": 403,
    "hq_viewers_missing": 403,
    "hq_not_scan_viewer": 403,
    "hq_scan_gone": 404,
    "hq_certificates_too_early": 403,
    "hq_list_changed": 409,
    "hq_announcement_centres_changed": 409,
    "hq_announcement_ended": 409,
    "hq_order_closed": 409,
    "hq_order_waiting": 409,
    "hq_certificate_revoked": 409,
    "hq_certificate_reissued": 409,
    "hq_pdf_not_made": 409,
    "hq_design_missing": 404,
    "hq_review_document_gone": 404,
    "hq_review_registered_them": 403,
    "hq_guest_result_there": 409,
    "hq_guest_act_open": 409,
    "hq_review_step_refused": 409,
    "hq_review_case_open": 409,
    "hq_last_administrator": 409,
    "hq_not_found": 404,
    "hq_picture_missing": 404,
    "hq_format_unknown": 406,
    "hq_cursor_ahead": 410,
    "hq_look_up_failed": 404,
    "hq_before_its_date": 409,
    "hq_not_releasable": 409,
    "hq_results_changed": 409,
    "hq_act_decided": 409,
    "hq_act_pending": 409,
    "hq_ruling_decided": 409,
    "hq_challenge_decided": 409,
    "hq_second_person_needed": 403,
    "hq_already_there": 409,
    "hq_next_key_there": 409,
    "hq_next_key_missing": 409,
    "hq_key_in_use": 409,
    "hq_centres_behind": 409,
    "hq_item_changed": 409,
    "hq_stimulus_shared": 409,
    "hq_codes_out": 409,
    "hq_sitting_changed": 409,
    "hq_packages_built": 409,
    "hq_paper_in_use": 409,
    "hq_sitting_cancelled": 409,
    "hq_budget_spent": 409,
    "hq_marking_plan_exists": 409,
    "hq_marking_paused": 409,
    "hq_marker_paused": 409,
    "hq_marking_not_assigned": 403,
    "hq_marking_quota_reached": 409,
    "hq_marking_not_qualified": 403,
    "hq_marking_no_scripts": 409,
    "hq_marking_not_leased": 409,
    "hq_marking_nothing_to_take_back": 409,
    "hq_marking_take_back_too_late": 409,
    "hq_marking_not_for_control": 409,
    "hq_nothing_to_compute": 409,
    "hq_offset_wrong": 409,
    "hq_request_pending": 409,
    "hq_request_declined": 403,
    "package_too_large": 413,
    "hq_upload_too_large": 413,
    # The status that the tus protocol defines for it.
    "hq_checksum_wrong": 460,
    "hq_too_many_tries": 429,
    "too_busy": 429,
    "memory_short": 503,
    "hq_too_many_requests": 429,
    "hq_database_unreachable": 503,
    "hq_blobs_unreachable": 503,
    "hq_storage_full": 507,
}
OTHER = 422
LARGEST = (1 << 31) - 1
"""Largest number of a query: INTEGER has 32 bits in PostgreSQL, a larger one would fail it."""
BROKEN = (
    *("hq_database_error", "hq_newer_database", "hq_database_unsuitable"),
    "hq_database_damaged",
    *("hq_blob_damaged", "keys_unusable"),
    *("hq_keys_older", "hq_keys_foreign"),
)


def headquarters() -> HqServices:
    """Return the headquarters of the running application."""
    found: HqServices = current_app.extensions["headquarters"]
    return found


def cursor() -> int:
    """Return the request's cursor ``after``, limited to what the database can compare."""
    return max(0, min(request.args.get("after", default=0, type=int), LARGEST))


def small_number(text: str) -> int:
    """Return a typed number that the database can compare, for ``type`` of a field.

    Raises:
        ValueError: it is none, so the field counts as missing.
    """
    found = int(text)
    if abs(found) > LARGEST:
        raise ValueError("the number is too large")
    return found


class AddressNumber(IntegerConverter):
    """A number in an address; a larger one is no address."""

    def __init__(self, map_: Map) -> None:
        super().__init__(map_, max=LARGEST)


def status_of(error: ExamError) -> int:
    return 500 if error.code in BROKEN else STATUS.get(error.code, OTHER)


def refuse(error: ExamError) -> tuple[Response, int]:
    """Return the JSON reply for an error, in English for programs and logs."""
    body: dict[str, object] = {"code": error.code, "message": str(error)}
    if "offset_seconds" in error.params:
        body["offset_seconds"] = error.params["offset_seconds"]
    return jsonify(error=body), status_of(error)


def refuse_http(error: HTTPException) -> tuple[Response, int]:
    """Return the JSON reply for an error of Flask itself."""
    code = (error.name or "error").lower().replace(" ", "_")
    return jsonify(error={"code": code, "message": error.description}), error.code or 500


def set_date_header(app: Flask) -> None:
    """Set the Date header of every reply to our clock, by which centres check theirs."""

    @app.after_request
    def _date(response: Response) -> Response:
        response.headers["Date"] = format_datetime(headquarters().clock.now(), usegmt=True)
        return response
