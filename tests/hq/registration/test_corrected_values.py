"""A correction by hand stores what a file could say, and nothing else."""

import pytest

from kiosk.exam.errors import TextUnusable
from sync.hq.errors import CorrectionUnusable
from sync.hq.registration.corrected_values import checked_claims, checked_person


def test_a_name_is_stored_as_files_store_it() -> None:
    assert checked_person({"name": "张\u202e三\u200b"}) == {"name": "张三"}
    with pytest.raises(TextUnusable):
        checked_person({"name": "张\ue000"})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", None),
        ("name", "x" * 101),
        ("identity_no", "!!"),
        ("identity_type", "library card"),
        ("sex", "unknown"),
    ],
)
def test_a_person_has_no_other_values(field: str, value: str | None) -> None:
    with pytest.raises(CorrectionUnusable, match=field):
        checked_person({field: value})


@pytest.mark.parametrize(
    ("field", "typed", "stored"),
    [
        ("class_hours", "36.50", "36.50"),
        ("work_years", "0", "0"),
        ("related_degree", "否", False),
        ("student", "yes", True),
        ("schooling", "master", "master"),
    ],
)
def test_facts_are_stored_as_the_rules_read_them(field: str, typed: str, stored: object) -> None:
    assert checked_claims({field: typed}) == {field: stored}


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("class_hours", "NaN"),
        ("class_hours", "1e999"),
        ("work_years", "-5"),
        ("continuous_years", "Infinity"),
        ("work_years", "abc"),
        ("schooling", "hogwarts"),
        ("related_degree", "perhaps"),
        ("certificates", "x"),
        ("nonsense", "1"),
    ],
)
def test_facts_have_no_other_values(field: str, typed: str) -> None:
    with pytest.raises(CorrectionUnusable, match=field):
        checked_claims({field: typed})
