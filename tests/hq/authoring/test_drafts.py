"""A written item without a mark scheme is kept as a draft, and no paper draws it."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from sync.hq.authoring.entry import BankItem, read_entry
from sync.hq.authoring.interchange import formats
from tests.hq.authoring.imports import declared, stored
from tests.hq.desk import PROGRAMME, Desk
from tests.hq.items import PROGRAMME as MANAGER
from tests.hq.web.test_console import Staff

DRAFT: dict[str, Any] = {
    "id": "D1",
    "type": "short_answer",
    "subject": "theory",
    "domain": "policy",
    "stem": "说明核算边界。",
    "model_answer": "包括直接与间接排放。",
}


def store(desk: Desk, *values: dict[str, Any]) -> None:
    stored(desk, declared(*values))


def test_a_draft_is_stored_with_its_model_answer_and_counted_apart(desk: Desk) -> None:
    before = desk.hq.bank.counts(PROGRAMME)
    store(desk, DRAFT)
    kept = desk.hq.bank.get(PROGRAMME, "D1")
    assert (kept.entry.draft, kept.entry.scheme.model_answer) == (True, "包括直接与间接排放。")
    assert desk.hq.bank.counts(PROGRAMME) == before
    assert desk.hq.bank.count(PROGRAMME, {"draft": "yes"}) == 1


def test_papers_draw_a_draft_only_when_it_has_its_mark_scheme(desk: Desk) -> None:
    store(desk, DRAFT)
    assert "D1" not in _pool(desk)
    store(desk, {**DRAFT, "points": [{"text": "边界", "marks": "8"}]})
    assert "D1" in _pool(desk)
    assert not desk.hq.bank.get(PROGRAMME, "D1").entry.draft


def _pool(desk: Desk) -> set[str]:
    return {item.id for item in desk.hq.bank.pool(PROGRAMME, desk.clock.now(), None)}


@pytest.mark.parametrize("more", [{}, {"model_answer": ""}, {"rationale": "因为边界"}])
@pytest.mark.parametrize("format_name", formats.WRITTEN)
def test_a_draft_comes_back_from_every_format(format_name: str, more: dict[str, str]) -> None:
    entry = read_entry({**DRAFT, **more}, MANAGER)[0]
    assert isinstance(entry, BankItem)
    name, data = formats.write(format_name, [entry], {}, MANAGER, "zh")
    (draft,) = formats.read(name, data, MANAGER).drafts
    assert read_entry(draft.values, MANAGER)[0] == entry


def test_pages_show_drafts(desk: Desk, client: FlaskClient) -> None:
    store(desk, DRAFT)
    staff = Staff(client, desk)
    assert "1 drafts without a mark scheme" in staff.get("/items").text
    page = staff.get(f"/items/{PROGRAMME}?draft=yes").text
    assert ("1 items" in page, "chip-wait" in page) == (True, True)
    assert "needs a mark scheme" in staff.get(f"/items/{PROGRAMME}/D1").text
