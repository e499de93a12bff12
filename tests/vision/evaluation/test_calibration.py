"""Proposed thresholds follow the hardest group, and say what they rest on."""

import tomllib
from datetime import date

import numpy as np
import pytest

from kiosk.exam.identity.bands import Bands
from kiosk.vision.errors import EvaluationRefused
from kiosk.vision.evaluation.calibration import HALL_PAIRS, needed_for, propose
from kiosk.vision.evaluation.record import calibration_json, calibration_toml, notes
from kiosk.vision.evaluation.report import report_bytes
from kiosk.vision.evaluation.sections import Trial
from sync.wire import canonical
from tests.vision.trials import made, trial_of


def test_the_hardest_group_sets_the_thresholds() -> None:
    trial = made(("easy", "hard"), people=12, seed=1, means=(0.1, 0.3))
    found = propose(trial)
    assert found.hardest == "hard"
    # 0.3 + 3.09 × 0.08 = 0.55, the easy group alone would need 0.35
    assert 0.50 < found.at_pass.threshold < 0.60
    assert found.at_staff.threshold < found.at_pass.threshold < found.at_look_alike.threshold
    assert found.at_pass.fmr.rate.of == 66
    assert found.at_pass.fmr.rate.errors == 0
    assert (found.mated_of_hardest, found.counted) == (True, False)


def test_few_pairs_are_extrapolated_and_that_is_said() -> None:
    found = propose(made(("one", "two"), people=12, seed=2))
    said = " ".join(notes(found))
    assert "extrapolated" in said
    assert "66 pairs of 12 people within the group" in said
    assert 0 < found.by_chance <= 1.1
    assert found.by_chance_at_most > 0.05 * HALL_PAIRS, "66 pairs cannot exclude that"


def test_a_thousand_pairs_are_counted() -> None:
    scores = np.linspace(0, 0.999, 1000)
    assert needed_for(scores, 0.001) == pytest.approx(0.998, abs=1e-6)
    assert (scores >= needed_for(scores, 0.001)).sum() == 1
    # fewer: above the most alike, and above what a normal distribution has beyond 0.1 %
    assert needed_for(scores[:999], 0.001) > 1.3
    assert propose(made(("big",), people=46, seed=3)).counted


def test_the_staff_band_reaches_down_to_a_tenth_of_impostors() -> None:
    found = propose(made(("one",), people=46, seed=7))
    assert found.at_staff.fmr.rate.value <= 0.1
    # 0.1 + 1.28 × 0.08 = 0.2, far below pass at 0.35
    assert found.at_staff.threshold == pytest.approx(0.2, abs=0.02)
    assert found.at_staff.fnmr.rate.errors == 0


def test_true_pairs_below_the_staff_band_are_told() -> None:
    impostors = [(one, other, 0.2 + 0.01 * other) for one in range(6) for other in range(one)]
    mated = [(0, 0, 0.05), *((one, one, 0.8) for one in range(1, 6))]
    found = propose(trial_of([*impostors, *mated]))
    assert found.at_staff.fnmr.rate.errors == 1
    assert any("1 of 6 true pairs are below" in note for note in notes(found))


def test_groups_with_few_people_are_left_out_and_named() -> None:
    big = made(("many",), people=10, seed=4)
    compared = [
        (pair[0], pair[1], float(score))
        for pair, score in zip(
            zip(big.one.tolist(), big.other.tolist(), strict=True), big.outcome.scores, strict=True
        )
    ]
    groups = dict.fromkeys(range(10), "many") | {10: "few", 11: "few"}
    found = propose(trial_of([*compared, (10, 11, 0.9)], groups))
    assert (found.hardest, found.left_out) == ("many", ("few",))


def test_a_pack_that_refuses_most_true_pairs_is_called_unfit() -> None:
    trial = made(("one",), people=12, seed=5, means=(0.6,))
    assert any("cannot decide" in note for note in notes(propose(trial)))


@pytest.mark.parametrize("which", ["mated", "non-mated", "few"])
def test_too_few_pairs_propose_nothing(which: str) -> None:
    mated = [(one, one, 0.8) for one in range(8)]
    others = [(one, other, 0.1) for one in range(8) for other in range(one)]
    chosen = {"mated": mated, "non-mated": others, "few": [*mated, *others[:5]]}[which]
    with pytest.raises(EvaluationRefused, match="Add pairs"):
        propose(trial_of(chosen))


def report(trial: Trial) -> dict[str, object]:
    """What the record needs of a report."""
    return {
        "pack": "tiny", "material_sha256": "00", "pairs": len(trial.one), "mated": 24,
        "people": 24, "groups": dict.fromkeys(trial.groups), "worst": [],
    }  # fmt: skip


def test_the_record_is_toml_that_names_its_evaluation() -> None:
    trial = made(("女", 'a "b"'), people=12, seed=6, means=(0.2, 0.1))
    found, shared = propose(trial), report_bytes(report(trial))
    text = calibration_toml(found, report(trial), shared, date(2026, 3, 1))
    read = tomllib.loads(text)
    bands, record = read["bands"], read["calibration"]
    assert Bands(bands["pass_at"], bands["staff_at"]).pass_at < bands["look_alike_at"]
    assert record["evaluated"] == date(2026, 3, 1)
    assert record["evaluation_sha256"] == canonical.digest(shared)
    assert record["groups"] == sorted(["女", 'a "b"'])
    assert record["hardest_group"] == "女"
    assert record["fmr_pass"]["of"] == 66
    assert record["fmr_pass"]["by_people_95"][1] > record["fmr_pass"]["by_pairs_95"][1]
    assert text.startswith("# Pass: 0 false matches in 66 pairs of 12 people")
    assert calibration_json(found)["bands"] == bands
