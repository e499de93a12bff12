"""Names of stages and acts of a trail in the reader's language."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from sync.hq.supervision.trails import Act, Stage
from sync.hq.web import certificate_names, review_names
from sync.hq.web.audit_names import audit_name

STAGES: Mapping[Stage, LazyString] = {
    Stage.REGISTRATION: _l("Registration"),
    Stage.PACKAGE: _l("Package"),
    Stage.ATTEMPT: _l("Attempt"),
    Stage.INCIDENT: _l("Incident"),
    Stage.MARK: _l("Mark"),
    Stage.REVIEW: _l("Review"),
    Stage.RESULT: _l("Result"),
    Stage.CERTIFICATE: _l("Certificate"),
}
ACTS: Mapping[tuple[Stage, str], LazyString] = {
    (Stage.PACKAGE, "created"): _l("Package built"),
    (Stage.PACKAGE, "released"): _l("Unlock code given out"),
    (Stage.PACKAGE, "revoked"): _l("Package revoked"),
    (Stage.MARK, "marked"): _l("Answer marked"),
    (Stage.REVIEW, "judged"): _l("Incident judged"),
    (Stage.REVIEW, "case"): _l("Step of a case"),
    (Stage.RESULT, "computed"): _l("Result computed"),
    (Stage.RESULT, "published"): _l("Result released or changed"),
}


def act_name(act: Act) -> str:
    """Return what was done."""
    if act.stage is Stage.REGISTRATION:
        return audit_name(act.kind)
    if act.stage is Stage.ATTEMPT:
        return review_names.event(act.kind)
    if act.stage is Stage.INCIDENT:
        return review_names.rule(act.kind)
    if act.stage is Stage.CERTIFICATE:
        return str(certificate_names.ACTS.get(act.kind, act.kind))
    return str(ACTS[act.stage, act.kind])
