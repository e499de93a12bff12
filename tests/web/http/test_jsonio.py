"""What travels as JSON, and what does not."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.hall.inputs import AnswerBatch, ConductSignal, DeviceCheck, SignalBatch
from kiosk.web.http.jsonio import listed, parse, plain
from kiosk.web.http.refusals import InvalidRequest


class Colour(StrEnum):
    """An enumeration to send."""

    GREEN = "green"


@dataclass(frozen=True)
class Leaf:
    """A dataclass to send."""

    at: datetime
    colour: Colour
    points: Decimal
    parts: tuple[str, ...]


def test_a_view_becomes_plain_json() -> None:
    moment = datetime(2026, 4, 25, 14, tzinfo=timezone(timedelta(hours=8)))
    assert plain(Leaf(moment, Colour.GREEN, Decimal("1.50"), ("a", "b"))) == {
        "at": "2026-04-25T06:00:00.000Z",
        "colour": "green",
        "points": "1.50",
        "parts": ["a", "b"],
    }


@pytest.mark.parametrize("value", [b"bytes", object(), {"deep": [b"bytes"]}])
def test_what_must_not_travel_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        plain(value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_plain_json_stays_as_it_is(value: object) -> None:
    assert json.loads(json.dumps(plain(value))) == value


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(1970, 1, 1)))  # noqa: DTZ001
def test_an_instant_can_be_read_back(moment: datetime) -> None:
    assert abs(datetime.fromisoformat(plain(moment)) - moment) < timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("model", "data"),
    [
        (ConductSignal, {"kind": "wandered"}),
        (ConductSignal, {"kind": "left", "surprise": 1}),
        (AnswerBatch, {"writes": []}),
        (AnswerBatch, {"writes": [{"seq": 0, "item": "a", "value": "b"}]}),
        (AnswerBatch, {"writes": [{"seq": 1, "item": "a", "value": {"b": 1}}]}),
        (AnswerBatch, {"writes": [{"seq": 1, "item": "a", "value": "x" * 60_001}]}),
        (DeviceCheck, {"camera": True}),
        (AnswerBatch, None),
    ],
)
def test_a_body_that_does_not_fit_is_refused(model: type, data: object) -> None:
    with pytest.raises(InvalidRequest):
        parse(model, data)


def test_an_answer_keeps_its_blanks() -> None:
    form = parse(AnswerBatch, {"writes": [{"seq": 1, "item": "a", "value": "  indented\n"}]})
    assert form.writes[0].value == "  indented\n"


@pytest.mark.parametrize("body", [[{"kind": "left"}], {"signals": [{"kind": "left"}]}])
def test_signals_come_bare_or_named(body: object) -> None:
    assert parse(SignalBatch, listed("signals", body)).signals[0].kind == "left"
