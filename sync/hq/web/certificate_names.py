"""States, reasons and acts of certificates in the reader's language."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

STATES: dict[str, tuple[LazyString, str]] = {
    "valid": (_l("valid"), "ok"),
    "expired": (_l("validity ended"), "wait"),
    "revoked": (_l("revoked"), "bad"),
    "reissued": (_l("replaced by a new certificate"), "none"),
}
"""Names of states, and the chips that show them."""

REVOCATIONS: dict[str, LazyString] = {
    "misconduct": _l("breach of the exam rules"),
    "result_changed": _l("result changed"),
    "issued_in_error": _l("issued in error"),
    "false_papers": _l("false papers or statements"),
    "holder_asked": _l("at the holder's request"),
}
REISSUES: dict[str, LazyString] = {
    "lost": _l("lost or damaged"),
    "name_corrected": _l("name corrected"),
    "data_corrected": _l("other data corrected"),
}
REASONS = REVOCATIONS | REISSUES

ACTS: dict[str, LazyString] = {
    "issued": _l("issued"),
    "reissued": _l("issued in place of another"),
    "replaced": _l("replaced by a new certificate"),
    "revoked": _l("revoked"),
}

ORDERS: dict[str, LazyString] = {
    "issue": _l("issue certificates"),
    "revoke": _l("revoke a certificate"),
}
