"""Names of the audit log's entries for people."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from sync.hq.core.audit_kinds import AuditKind

NAMES: Mapping[AuditKind, LazyString] = {
    AuditKind.SIGNED_IN: _l("Signed in"),
    AuditKind.PASSWORD_GIVEN: _l("Password accepted, second factor asked for"),
    AuditKind.ACCOUNT_CREATED: _l("Account created"),
    AuditKind.ACCOUNT_LOCKED: _l("Account locked"),
    AuditKind.ACCOUNT_UNLOCKED: _l("Account unlocked"),
    AuditKind.ACCOUNT_CLOSED: _l("Account closed"),
    AuditKind.ADMINISTRATOR_MADE: _l("Made administrator"),
    AuditKind.ADMINISTRATOR_UNMADE: _l("No longer administrator"),
    AuditKind.SESSIONS_ENDED: _l("Signed out everywhere"),
    AuditKind.PASSWORD_SET: _l("Password changed"),
    AuditKind.SECOND_FACTOR_SET: _l("Second factor set up"),
    AuditKind.SECOND_FACTOR_REMOVED: _l("Second factor removed"),
    AuditKind.RECOVERY_CODE_USED: _l("Recovery code used"),
    AuditKind.TOKEN_CREATED: _l("Token created"),
    AuditKind.TOKEN_REVOKED: _l("Token revoked"),
    AuditKind.PROGRAMME_IMPORTED: _l("Programme imported"),
    AuditKind.ITEMS_IMPORTED: _l("Items imported"),
    AuditKind.ITEMS_IMPORT_UNDONE: _l("Import of items undone"),
    AuditKind.ITEM_EDITED: _l("Item edited"),
    AuditKind.ITEMS_EXPORTED: _l("Items exported"),
    AuditKind.ITEM_RETIRED: _l("Item retired"),
    AuditKind.ITEM_REINSTATED: _l("Item reinstated"),
    AuditKind.SITTING_CREATED: _l("Sitting created"),
    AuditKind.SITTING_PAPERS_ADDED: _l("Papers added to a sitting"),
    AuditKind.SITTING_PAPER_REMOVED: _l("Paper removed from a sitting"),
    AuditKind.SITTING_MOVED: _l("Sitting moved"),
    AuditKind.SITTING_CANCELLED: _l("Sitting cancelled"),
    AuditKind.SITTING_REINSTATED: _l("Cancellation of a sitting undone"),
    AuditKind.SITTING_REPEATED: _l("Candidates carried into a new sitting"),
    AuditKind.PAPER_DRAWN: _l("Paper drawn"),
    AuditKind.PAPERS_DISCARDED: _l("Papers discarded"),
    AuditKind.PAPER_PREVIEWED: _l("Paper opened"),
    AuditKind.PAPER_VIEW_AGREED: _l("Opening of the paper agreed"),
    AuditKind.APPLICATIONS_IMPORTED: _l("Applications imported"),
    AuditKind.APPLICATION_DECIDED: _l("Application decided"),
    AuditKind.MATERIALS_NOTED: _l("Material recorded"),
    AuditKind.PORTRAIT_ACCEPTED: _l("Portrait accepted"),
    AuditKind.PORTRAITS_COMPARED: _l("Portraits compared"),
    AuditKind.PERSON_CORRECTED: _l("Person corrected"),
    AuditKind.APPLICATION_CORRECTED: _l("Application corrected"),
    AuditKind.CANDIDATE_WITHDRAWN: _l("Candidate withdrawn"),
    AuditKind.CANDIDATE_REPLACED: _l("Candidate replaced"),
    AuditKind.CANDIDATE_MOVED: _l("Candidate moved"),
    AuditKind.ACCOMMODATION_GRANTED: _l("Accommodation granted"),
    AuditKind.RESERVE_CHANGED: _l("Reserve list changed"),
    AuditKind.CHANGES_UNDONE: _l("Changes undone"),
    AuditKind.TICKETS_ISSUED: _l("Admission tickets issued"),
    AuditKind.SEATS_OFFERED: _l("Seats offered by a centre"),
    AuditKind.SEATS_ALLOCATED: _l("Seats assigned"),
    AuditKind.ROSTER_IMPORTED: _l("Roster imported"),
    AuditKind.PACKAGE_BUILT: _l("Exam package built"),
    AuditKind.PACKAGE_REVOKED: _l("Exam package revoked"),
    AuditKind.UNLOCK_CODE_SHOWN: _l("Unlock code shown"),
    AuditKind.UNLOCK_CODE_APPROVED: _l("Unlock code approved"),
    AuditKind.UNLOCK_CODE_RELEASED: _l("Unlock code released"),
    AuditKind.CENTRE_ENROLLED: _l("Centre enrolled"),
    AuditKind.ENROLMENT_DECLINED: _l("Enrolment declined"),
    AuditKind.CENTRE_ADDRESS_SET: _l("Centre's address changed"),
    AuditKind.ROOM_SET: _l("Room added or changed"),
    AuditKind.CENTRE_KEYS_CHANGED: _l("Centre's keys changed"),
    AuditKind.CENTRE_CERTIFICATE_RENEWED: _l("Centre's certificate renewed"),
    AuditKind.CENTRE_RESTORED: _l("Centre restored from a backup"),
    AuditKind.MEDIA_RECEIVED: _l("Files of a USB stick received"),
    AuditKind.BUDGET_SPENT: _l("A centre's daily limit was reached"),
}


def audit_name(kind: str) -> str:
    """Return the kind in the reader's language; the kind itself where a later version wrote it."""
    return str(NAMES[AuditKind(kind)]) if kind in NAMES else kind
