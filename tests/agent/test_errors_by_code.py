"""What went wrong is stored and compared as a code; its sentence is made for whoever reads it."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest

from kiosk.exam.errors import ErrorRecord, ExamError
from kiosk.store.failures import item_error
from sync.agent.errors import HqRefused
from tests.agent.test_sync import World, end_the_attempt, unlock, until, world
from tests.errors import error_classes

__all__ = ["world"]

REFUSAL = b'{"error": {"code": "bundle_damaged", "message": "We will not have this result."}}'
WORDS_OF_A_SENTENCE = 4


def sentences(value: object) -> Iterator[str]:
    """Every text in a value that has the words of a sentence."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from sentences(item)
    elif isinstance(value, str) and len(value.split()) >= WORDS_OF_A_SENTENCE:
        yield value


def stored(world: World) -> list[Any]:
    """The columns that say why something waits, and how the last contact went."""
    with closing(sqlite3.connect(world.access.centre / "kiosk.sqlite")) as database:
        columns = database.execute("SELECT error_code, error_params FROM outbox").fetchall()
        contact = database.execute("SELECT value FROM meta WHERE key = 'contact'").fetchone()
    return [*columns, json.loads(contact[0])]


def test_neither_the_status_nor_a_column_holds_a_sentence(world: World) -> None:
    with world.centre() as hall:
        unlock(hall, world)
        world.link.app = lambda _environ, start: (  # type: ignore[assignment]
            start("422 Refused", [("Content-Type", "application/json")]), [REFUSAL])[1]  # fmt: skip
        end_the_attempt(hall)
        hall.sync.sync_now()
        until(lambda: hall.sync.view().errors)
        view = asdict(hall.sync.view())
    assert view["errors"][0]["code"] == "hq_refused"
    assert view["errors"][0]["params"] == {"status": 422, "reason": "bundle_damaged"}
    assert list(sentences([view, stored(world)])) == []


def test_the_code_is_the_same_whatever_the_english_says(monkeypatch: pytest.MonkeyPatch) -> None:
    before = ErrorRecord.of(HqRefused(status=422, reason="bundle_damaged"))
    monkeypatch.setattr(HqRefused, "message", "Another text")
    assert ErrorRecord.of(HqRefused(status=422, reason="bundle_damaged")) == before


def test_every_error_keeps_only_what_json_can_carry() -> None:
    class Odd(ExamError):
        code = "odd"

    noon = datetime(2026, 1, 24, 12, tzinfo=UTC)
    record = ErrorRecord.of(Odd("a detail for the log", at=noon, n=3, text="x" * 900, which=None))
    assert json.loads(json.dumps(dict(record.params))) == {
        "at": "2026-01-24 12:00 UTC", "n": 3, "text": "x" * 200, "which": "None",
    }  # fmt: skip


def test_codes_name_one_kind_of_error_each() -> None:
    by_code: dict[str, set[str]] = {}
    for error in error_classes():
        if "code" in vars(error):
            by_code.setdefault(error.code, set()).add(error.__qualname__)
    assert {code: names for code, names in by_code.items() if len(names) > 1} == {}


@pytest.mark.parametrize(
    "error",
    [
        FileNotFoundError(2, "gone", "/data/outbox/ab"),
        FileNotFoundError("ab"),
        OSError(5, "io", "/x"),
    ],
)
def test_a_file_that_cannot_be_read_has_a_code(error: OSError) -> None:
    assert ErrorRecord.of(item_error(error)).code == "file_trouble"
