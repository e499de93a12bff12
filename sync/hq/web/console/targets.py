"""What a request is about, from its address and form, and whether the account's rights cover it."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import g, request

from sync.hq.accounts.sign_in import Session
from sync.hq.core.role_errors import RoleMissing
from sync.hq.core.roles import NAMES, Role, Scope
from sync.hq.errors import NotFound
from sync.hq.registration.coverage import NOWHERE, Belongs, any_covered
from sync.hq.web.console.rights import RIGHTS, Reach
from sync.hq.web.replies import headquarters

UPLOADS: Mapping[str, Role] = {
    "items": Role.AUTHOR,
    "candidates": Role.REGISTRAR,
}
"""Who uploads a kind of file. Files of candidates may name every centre."""

REACHES: Mapping[Reach, Belongs] = {
    Reach.PART: Belongs(),
    Reach.WHOLE: Belongs(path=NOWHERE),
    Reach.EVERYTHING: Belongs(frozenset({""}), NOWHERE),
}

AT_FORMS_CENTRE = frozenset(
    (
        "sitting_packages.build",
        "sitting_packages.revoke",
        "sitting_packages.approve",
        "sitting_packages.show_code",
        "sitting_rooms.use",
        "tickets.pdf",
        "candidates.offer",
    )
)
"""Routes about the centre that their form names; about all centres if it names none."""


def require_rights() -> None:
    """Require one of the route's roles, for everything that the request names.

    Raises:
        RoleMissing: the account does not have it.
        NotFound: something that the request names does not exist.
    """
    need = RIGHTS.get(request.endpoint or "")
    if need is None:  # forgotten in the table: closed, not open
        raise RoleMissing(role=NAMES[Role.ADMINISTRATOR])
    if not need.roles:
        return
    reach, here = REACHES[need.reach], scope()
    if not reach.covered(here) or not _covered(here, reach.path):
        raise RoleMissing(role=NAMES[need.roles[0]])


def require_candidate(sitting_id: str, candidate_id: str) -> None:
    """Require that the account's rights cover another candidate, whom a form names.

    Raises:
        RoleMissing: they do not.
    """
    if not headquarters().coverage.candidate(sitting_id, candidate_id).covered(scope()):
        raise RoleMissing(role=NAMES[RIGHTS[request.endpoint or ""].roles[0]])


def scope() -> Scope:
    """Return what the account's rights for this route cover."""
    session: Session = g.session
    return session.rights.scope(*RIGHTS[request.endpoint or ""].roles)


def may(endpoint: str) -> bool:
    """Return whether the account may call a route for something, for links and forms of pages."""
    need, session = RIGHTS.get(endpoint), g.get("session")
    if need is None or session is None:
        return False
    return not need.roles or REACHES[need.reach].covered(session.rights.scope(*need.roles))


def _covered(scope: Scope, path: str | None) -> bool:
    names = request.view_args or {}
    if "upload_id" in names or request.endpoint == "uploading.begin":
        return _upload_covered(scope)
    for name, belongs in _BY_NAME.items():
        if name in names and not belongs(scope, names[name]):
            return False
    return "sitting_id" not in names or _sitting_covered(scope, names, path)


def _sitting_covered(scope: Scope, names: Mapping[str, str], path: str | None) -> bool:
    hq, sitting_id = headquarters(), names["sitting_id"]
    if candidate_id := names.get("candidate_id"):
        return hq.coverage.candidate(sitting_id, candidate_id).covered(scope)
    if request.endpoint in AT_FORMS_CENTRE:
        code = request.form.get("centre", "")
        path = hq.branches.path(code) if code else NOWHERE
    elif "centre" in names:
        path = hq.branches.path(names["centre"])
    return Belongs(hq.coverage.programmes_of(sitting_id), path).covered(scope)


def _upload_covered(scope: Scope) -> bool:
    """Return whether the rights cover an uploaded file, by the role that its kind needs."""
    hq, names = headquarters(), request.view_args or {}
    if "upload_id" not in names:
        return _file_covered(scope, names["kind"], request.form)
    try:
        upload = hq.uploads.without_files(names["upload_id"], g.session.username)
    except NotFound:
        return True  # the route tells it, or shows the job whose upload is gone
    return _file_covered(scope, upload.kind, upload.context)


def _file_covered(scope: Scope, kind: str, context: Mapping[str, Any]) -> bool:
    role = UPLOADS.get(kind)
    if role is None:
        return True
    own = Scope(frozenset(grant for grant in scope.grants if grant.role is role))
    if role is Role.AUTHOR:
        return own.covers(context.get("programme", ""))
    programmes = headquarters().coverage.programmes_of(context.get("sitting", ""))
    return Belongs(programmes, NOWHERE).covered(own)


def _person(scope: Scope, candidate_id: str) -> bool:
    if "sitting_id" in (request.view_args or {}):
        return True  # checked with the sitting
    return any_covered(headquarters().coverage.person(candidate_id), scope)


def _attempt(scope: Scope, attempt_id: str) -> bool:
    centre_code = (request.view_args or {}).get("centre_code", "")
    return headquarters().coverage.attempt(centre_code, attempt_id).covered(scope)


def _change_set(scope: Scope, number: str) -> bool:
    known = number.isdecimal() and len(number) <= 9
    return not known or headquarters().coverage.change_set(int(number)).covered(scope)


_BY_NAME: Mapping[str, Callable[[Scope, str], bool]] = {
    "programme_id": lambda scope, value: scope.covers(value),
    "code": lambda scope, value: scope.covers(None, headquarters().branches.path(value)),
    "centre_code": lambda scope, value: scope.covers(None, headquarters().branches.path(value)),
    "attempt_id": _attempt,
    "candidate_id": _person,
    "scan_id": lambda scope, value: headquarters().coverage.scan(value).covered(scope),
    "import_id": lambda scope, value: headquarters().coverage.item_import(value).covered(scope),
    "change_set": _change_set,
    # Raises NotFound unless one of its centres is covered.
    "announcement_id": lambda scope, value: bool(
        headquarters().announcement_lists.get(value, scope)
    ),
    "certificate_no": lambda scope, value: scope.covers(
        headquarters().certificates.register.get(value).programme_id
    ),
    "order_id": lambda scope, value: scope.covers(
        headquarters().certificates.orders.get(value).programme_id
    ),
}
"""How what an address names is looked up, by the name in its rule."""
