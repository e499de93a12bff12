"""The audit log in words: each kind is written somewhere, and has a name in both languages."""

from pathlib import Path

import pytest

from sync.hq.core.audit_kinds import AuditKind
from sync.hq.web.audit_names import NAMES
from tests.hq.desk import Desk
from tests.test_glossary import catalogues

ROOT = Path(__file__).parents[3]
WRITTEN_BY_0_2_0 = {AuditKind.ADMINISTRATOR_MADE, AuditKind.ADMINISTRATOR_UNMADE}
"""Kinds in the logs of earlier versions; their acts are other kinds today."""
NOT_WRITERS = ("audit_kinds.py", "audit_names.py")


@pytest.mark.parametrize("kind", sorted(set(AuditKind) - WRITTEN_BY_0_2_0))
def test_every_kind_is_written_somewhere(kind: AuditKind) -> None:
    sources = [path for path in (ROOT / "sync/hq").rglob("*.py") if path.name not in NOT_WRITERS]
    name = f"AuditKind.{kind.name}"
    assert any(name in path.read_text(encoding="utf-8") for path in sources)


@pytest.mark.parametrize("kind", AuditKind)
def test_every_kind_has_a_name_in_both_languages(kind: AuditKind) -> None:
    assert catalogues()[str(NAMES[kind])]


def test_the_log_is_written_with_kinds_of_the_list(desk: Desk) -> None:
    assert {event.kind for event in desk.hq.audit_log.newest()} <= set(AuditKind)
