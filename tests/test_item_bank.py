"""The starter item bank keeps the rules that make a fair paper (R11)."""

import tomllib
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

CONFIG = Path(__file__).parents[1] / "config"
BANK = tomllib.loads((CONFIG / "items/carbon-manager.toml").read_text(encoding="utf-8"))
PROGRAMME = tomllib.loads((CONFIG / "programmes/carbon-manager.toml").read_text(encoding="utf-8"))
ITEMS: list[dict[str, Any]] = BANK["items"]
CODES = {
    "policy": "POL",
    "accounting": "ACC",
    "verification_energy": "VER",
    "footprint": "FPT",
    "trading_assets": "TRD",
}
DOMAINS = [domain["id"] for domain in PROGRAMME["domains"]]
SECTIONS = PROGRAMME["examinations"][0]["parts"][0]["sections"]


def of_type(*types: str) -> list[Any]:
    """The items of these types, each as a test parameter named by its id."""
    return [pytest.param(item, id=item["id"]) for item in ITEMS if item["type"] in types]


def key_texts(item: dict[str, Any]) -> list[str]:
    return [option["text"] for option in item["options"] if option["id"] in item["key"]]


def key_stands_out(item: dict[str, Any]) -> bool:
    """Whether the key is longer than every other option."""
    wrong = [option["text"] for option in item["options"] if option["id"] not in item["key"]]
    longest = max(map(len, wrong))
    return all(len(text) > longest for text in key_texts(item))


def test_the_bank_belongs_to_a_programme_we_have() -> None:
    assert BANK["programme"] == PROGRAMME["id"]


def test_the_bank_has_at_least_sixty_items() -> None:
    assert len(ITEMS) >= 60


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section["type"])
def test_every_domain_has_more_items_than_a_paper_draws(
    domain: str, section: dict[str, Any]
) -> None:
    kind = (domain, section["type"])
    assert Counter((i["domain"], i["type"]) for i in ITEMS)[kind] > section["per_domain"]


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_domain_has_both_subjects(domain: str) -> None:
    subjects = {subject["id"] for subject in PROGRAMME["subjects"]}
    assert {item["subject"] for item in ITEMS if item["domain"] == domain} == subjects


def test_ids_are_unique() -> None:
    assert [i for i, n in Counter(item["id"] for item in ITEMS).items() if n > 1] == []


def test_ids_name_the_domain() -> None:
    expected = [f"CM-{CODES[item['domain']]}-{item['id'][-3:]}" for item in ITEMS]
    assert [item["id"] for item in ITEMS] == expected


def test_no_stem_is_used_twice() -> None:
    stems = Counter("".join(item["stem"].split()) for item in ITEMS)
    assert [stem for stem, n in stems.items() if n > 1] == []


@pytest.mark.parametrize("item", of_type("single_choice"))
def test_single_choice_has_four_options_and_one_key(item: dict[str, Any]) -> None:
    assert (len(item["options"]), len(item["key"])) == (4, 1)


@pytest.mark.parametrize("item", of_type("multiple_choice"))
def test_multiple_choice_has_two_keys_or_more_and_a_wrong_option(item: dict[str, Any]) -> None:
    assert len(item["options"]) in (4, 5)
    assert 2 <= len(item["key"]) < len(item["options"])


@pytest.mark.parametrize("item", of_type("single_choice", "multiple_choice"))
def test_keys_are_options(item: dict[str, Any]) -> None:
    ids = [option["id"] for option in item["options"]]
    assert ids == list("ABCDE"[: len(ids)])
    assert item["key"] == sorted(set(item["key"]) & set(ids))


@pytest.mark.parametrize("item", of_type("single_choice", "multiple_choice"))
def test_options_of_an_item_differ(item: dict[str, Any]) -> None:
    texts = [option["text"].strip() for option in item["options"]]
    assert "" not in texts
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("item", of_type("single_choice", "multiple_choice"))
def test_a_stem_does_not_contain_its_key(item: dict[str, Any]) -> None:
    assert [text for text in key_texts(item) if text in item["stem"]] == []


@pytest.mark.parametrize("item", of_type("true_false"))
def test_true_false_has_one_of_two_keys_and_no_options(item: dict[str, Any]) -> None:
    assert item["key"] in (["true"], ["false"])
    assert "options" not in item


@pytest.mark.parametrize("item", of_type("single_choice", "multiple_choice", "true_false"))
def test_every_objective_key_has_its_reason(item: dict[str, Any]) -> None:
    assert len(item["rationale"]) >= 10


@pytest.mark.parametrize("item", of_type("short_answer"))
def test_mark_schemes_sum_to_the_points_of_the_blueprint(item: dict[str, Any]) -> None:
    points = next(s["points"] for s in SECTIONS if s["type"] == "short_answer")
    assert sum(Decimal(point["marks"]) for point in item["points"]) == points


@pytest.mark.parametrize("item", of_type("short_answer"))
def test_short_answers_have_a_model_answer_instead_of_a_key(item: dict[str, Any]) -> None:
    assert item["model_answer"] not in ("", item["stem"])
    assert not {"key", "options"} & set(item)


@pytest.mark.parametrize("item", of_type("short_answer"))
def test_no_marking_point_gives_more_than_two_marks(item: dict[str, Any]) -> None:
    assert 3 <= len(item["points"]) <= 5
    assert {point["marks"] for point in item["points"]} <= {"1", "2"}


def test_no_letter_is_the_likely_key_of_single_choice() -> None:
    keys = Counter(i["key"][0] for i in ITEMS if i["type"] == "single_choice")
    assert max(keys.values()) - min(keys[letter] for letter in "ABCD") <= 2


def test_about_half_of_the_statements_are_true() -> None:
    keys = [i["key"][0] for i in ITEMS if i["type"] == "true_false"]
    assert 0.4 <= keys.count("true") / len(keys) <= 0.6


def test_the_longest_option_is_seldom_the_key() -> None:
    """Guessing the longest text must not beat guessing blindly, which finds one key in four."""
    singles = [item for item in ITEMS if item["type"] == "single_choice"]
    assert sum(map(key_stands_out, singles)) <= len(singles) / 4
