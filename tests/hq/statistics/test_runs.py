"""Snapshots: what they are computed from, when they are out of date, and what comes before them."""

import re
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from kiosk.settings import read_text, resource
from sync.hq.authoring.interchange.toml import read_document
from sync.hq.errors import NotFound
from sync.hq.packages.papers import KeptPaper
from sync.hq.sittings import NewPaper, NewSitting
from sync.hq.statistics.errors import NothingToCompute
from sync.hq.statistics.runs import Run
from sync.hq.statistics.snapshot import ItemRow
from sync.wire.delivery.result import BundleCredit, BundlePageLeave, ResultBundle
from tests.hq.desk import BY, CODE, NOW, OTHER, PROGRAMME, Desk
from tests.hq.statistics.sat import SECONDS, Hall, absent, two_centres

PAPER = "1"


@pytest.fixture
def hall(desk: Desk) -> Hall:
    return two_centres(desk)


def compute(hall: Hall) -> Run:
    return hall.desk.hq.statistics.compute(hall.sitting, PAPER, BY)


def items(hall: Hall) -> Mapping[str, ItemRow]:
    run = hall.desk.hq.statistics.run(hall.sitting, PAPER)
    return {row.item_id: row for row in hall.desk.hq.statistics.items(run.id)}


def drawn(hall: Hall) -> KeptPaper:
    return hall.desk.hq.papers.get(hall.sitting)


def noted(kept: list[ResultBundle], bundle: ResultBundle) -> ResultBundle:
    kept.append(bundle)
    return bundle


def first_objective(hall: Hall) -> str:
    return next(item.id for item in drawn(hall).paper.items if item.type.objective)


def test_figures_of_a_sitting(hall: Hall) -> None:
    hall.hand_in()
    figures = compute(hall).figures
    assert (figures["attempts"], figures["complete"], figures["waiting"]) == (36, 36, 0)
    assert figures["distribution"]["count"] == 36
    assert [(one["code"], one["count"]) for one in figures["centres"]] == [(CODE, 24), (OTHER, 12)]
    (form,) = figures["forms"]
    assert (form["label"], form["candidates"], form["waiting_items"]) == ("A", 36, 0)
    kinds = [scope["kind"] for scope in form["reliability"]]
    assert kinds == ["whole", "subject", "subject"]
    assert form["reliability"][0]["alpha"]["value"] > 0.8
    assert 0.5 <= form["agreement"] <= 1


def test_figures_are_those_of_the_totals_that_were_published(hall: Hall) -> None:
    hall.hand_in()
    figures = compute(hall).figures
    totals = np.array([float(one.total or 0) for one in hall.desk.hq.results.newest()])
    assert figures["distribution"]["mean"]["value"] == pytest.approx(totals.mean())
    assert figures["forms"][0]["reliability"][0]["mean"] == pytest.approx(totals.mean())
    passed = sum(bool(one.passed) for one in hall.desk.hq.results.newest())
    assert figures["distribution"]["passed"]["value"] == pytest.approx(passed / 36, abs=1e-6)


def test_an_item_counts_points_answers_and_times(hall: Hall) -> None:
    hall.hand_in()
    compute(hall)
    name = first_objective(hall)
    row = items(hall)[name]
    scheme = drawn(hall).schemes[name]
    answers = [one["answers"][name] for one in hall.desk.hq.results.attempts().entries]
    right = [answer in (scheme.key[0], list(scheme.key)) for answer in answers]
    assert row.figures["full"] == pytest.approx(np.mean(right), abs=1e-6)
    keys = [option["option"] for option in row.figures["options"] if option["is_key"]]
    assert keys == list(scheme.key)
    assert sum(option["count"] for option in row.figures["options"]) >= 36
    assert row.figures["seconds"] == {
        "median": SECONDS, "low": SECONDS, "high": SECONDS, "count": 36,
    }  # fmt: skip


def test_incidents_count_by_rule_and_hour_of_the_console(hall: Hall) -> None:
    def with_leave(bundle: ResultBundle, place: int) -> ResultBundle:
        leave = BundlePageLeave(number=1, started_at=hall.start, cause="blur")
        reversed_ = BundlePageLeave(number=2, started_at=hall.start, cause="blur", reversal="IME")
        conduct = bundle.conduct.model_copy(update={"page_leaves": (leave, reversed_)})
        return bundle if place else bundle.model_copy(update={"conduct": conduct})

    hall.hand_in(change=with_leave)
    figures = compute(hall).figures["incidents"]
    # 06:00 UTC is 14:00 in China; incidents come an hour later, with every fifth of 36.
    assert figures["counts"] == [["nobody", 15, 8], ["page_leave", 14, 1]]
    assert figures["affected"] == {"nobody": 8, "page_leave": 1}


def test_who_was_absent_counts_in_no_figure_but_is_listed(hall: Hall) -> None:
    hall.hand_in(change=lambda bundle, place: absent(bundle) if place < 3 else bundle)
    figures = compute(hall).figures
    assert figures["left_out"] == {"absent": 3}
    assert (figures["distribution"]["count"], figures["forms"][0]["candidates"]) == (33, 33)


def test_written_answers_without_marks_leave_their_items_out(hall: Hall) -> None:
    written = next(item.id for item in drawn(hall).paper.items if not item.type.objective)

    def wrote(bundle: ResultBundle, place: int) -> ResultBundle:
        answer = bundle.answers[-1].model_copy(update={"item_id": written, "value": "文字"})
        extra = answer.model_copy(update={"seq": len(bundle.answers) + 1})
        return (
            bundle.model_copy(update={"answers": (*bundle.answers, extra)})
            if place == 0
            else bundle
        )

    hall.hand_in(change=wrote)
    figures = compute(hall).figures
    assert (figures["complete"], figures["waiting"]) == (35, 1)
    assert figures["forms"][0]["waiting_items"] == 1
    assert figures["forms"][0]["agreement"] is None
    rows = items(hall)
    assert (rows[written].difficulty, rows[written].discrimination) == (None, None)
    assert rows[first_objective(hall)].discrimination is not None


def test_unanswered_items_at_the_end_were_not_reached(hall: Hall) -> None:
    hall.hand_in(
        change=lambda bundle, _place: bundle.model_copy(
            update={"answers": (bundle.answers[0], *bundle.answers[2:4])}
        )
    )
    compute(hall)
    rows = sorted(items(hall).values(), key=lambda row: row.position)
    states = [(row.figures["omitted"], row.figures["not_reached"]) for row in rows[:6]]
    assert states == [(0, 0), (1, 0), (0, 0), (0, 0), (0, 1), (0, 1)]


def test_a_pause_gives_no_time(hall: Hall) -> None:
    def paused(bundle: ResultBundle, _place: int) -> ResultBundle:
        at = hall.start + timedelta(seconds=SECONDS - 1)
        pause = BundleCredit(kind="pause", seconds=10, reason="", by="staff", at=at)
        timing = bundle.timing.model_copy(update={"credits": (pause,)})
        return bundle.model_copy(update={"timing": timing})

    hall.hand_in(change=paused)
    compute(hall)
    assert items(hall)[first_objective(hall)].figures["seconds"] is None


def double_bank(desk: Desk) -> None:
    """Store each item a second time, so that two papers can be drawn at once."""
    text = read_text(resource(f"config/items/{PROGRAMME}.toml"))
    copies = re.sub(r'^id = "', 'id = "Z-', text, flags=re.MULTILINE).replace(
        '\nstem = "', '\nstem = "又：'
    )
    parsed = read_document(tomllib.loads(copies))[1]
    programme = desk.hq.programmes.get(PROGRAMME)
    desk.hq.item_import.store(desk.hq.item_import.preview(programme, parsed), BY)


def test_parallel_forms_are_computed_apart(desk: Desk) -> None:
    double_bank(desk)
    new = NewSitting("AB", NOW + timedelta(days=3), [NewPaper(PROGRAMME)])
    sitting = desk.hq.sittings.create(new, BY)
    desk.hq.papers.draw(sitting.id, 2, BY)
    hall = Hall(desk, sitting.id)
    hall.seat({OTHER: 24, CODE: 23}, {OTHER: "B"})
    hall.hand_in()
    figures = compute(hall).figures
    forms = [(form["label"], form["candidates"]) for form in figures["forms"]]
    assert forms == [("A", 23), ("B", 24)]
    # Each centre had a form of its own, so nobody can say which was harder.
    assert [centre["difference"] for centre in figures["centres"]] == [None, None]
    run = desk.hq.statistics.run(sitting.id, PAPER)
    assert {row.form for row in desk.hq.statistics.items(run.id)} == {"A", "B"}


def test_nothing_is_computed_without_results(hall: Hall) -> None:
    with pytest.raises(NothingToCompute):
        compute(hall)
    with pytest.raises(NotFound):
        hall.desk.hq.statistics.compute(hall.sitting, "9", BY)
    with pytest.raises(NotFound):
        hall.desk.hq.statistics.run(hall.sitting, PAPER)


def test_the_same_results_give_the_same_snapshot(hall: Hall) -> None:
    hall.hand_in()
    first = compute(hall)
    assert compute(hall) == first
    events = [event.kind for event in hall.desk.hq.audit_log.newest(50)]
    assert events.count("statistics_computed") == 1


def test_a_new_result_makes_the_snapshot_stale(hall: Hall) -> None:
    kept: list[ResultBundle] = []
    hall.hand_in(change=lambda bundle, _place: noted(kept, bundle))
    first = compute(hall)
    assert not first.stale
    changed = kept[0].model_copy(update={"revision": 2, "answers": kept[0].answers[:5]})
    hall.deliver(changed)
    assert hall.desk.hq.statistics.run(hall.sitting, PAPER).stale
    (state,) = hall.desk.hq.statistics.papers()
    assert (state.attempts, state.stale, state.computed_at is not None) == (36, True, True)
    second = compute(hall)
    assert (second.stale, second.id != first.id) == (False, True)
    assert second.figures["distribution"]["mean"] != first.figures["distribution"]["mean"]


def later(hall: Hall, days: int) -> Hall:
    """Another sitting with the same items, for other candidates."""
    hq = hall.desk.hq
    new = NewSitting(f"{days}", NOW + timedelta(days=days), [NewPaper(PROGRAMME)])
    second = Hall(hall.desk, hq.sittings.create(new, BY).id, hall.keys)
    second.seat({CODE: 40})
    return second


def test_an_item_that_became_easy_drifts_and_better_candidates_do_not(hall: Hall) -> None:
    hall.hand_in()
    compute(hall)
    second = later(hall, 30)
    before, schemes = items(hall), drawn(second).schemes
    common = before.keys() & {item.id for item in drawn(second).paper.items}
    # The hardest one: papers are drawn by lot, and an item that all get right cannot be easier.
    known = min(
        (name for name in sorted(common) if schemes[name].key),
        key=lambda name: before[name].figures["full"],
    )
    key = drawn(second).schemes[known].key

    def leaked(bundle: ResultBundle, _place: int) -> ResultBundle:
        value: Any = list(key) if len(key) > 1 else key[0]
        answers = tuple(
            answer.model_copy(update={"value": value}) if answer.item_id == known else answer
            for answer in bundle.answers
        )
        return bundle.model_copy(update={"answers": answers})

    second.hand_in(seed=2, change=leaked, shift=-0.3)
    run = compute(second)
    assert run.reference == hall.desk.hq.statistics.run(hall.sitting, PAPER).id
    rows = items(second)
    assert "drift" in rows[known].flags
    shifts = {
        name: row.figures["drift"]["shift"] for name, row in rows.items() if row.figures["drift"]
    }
    assert min(shifts, key=lambda name: shifts[name]) == known
    assert shifts[known] < 0
    history = hall.desk.hq.item_history.of(PROGRAMME, known)
    assert [use.sitting_id for use in history] == [hall.sitting, second.sitting]
    flagged = hall.desk.hq.item_history.flagged(PROGRAMME)
    assert all(use.row.flags for use in flagged)
    assert {use.sitting_id for use in flagged if use.row.item_id == known} <= {second.sitting}


def test_a_changed_earlier_snapshot_makes_a_later_one_stale(hall: Hall) -> None:
    kept: list[ResultBundle] = []
    hall.hand_in(change=lambda bundle, _place: noted(kept, bundle))
    compute(hall)
    second = later(hall, 30)
    second.hand_in(seed=2)
    assert not compute(second).stale
    hall.deliver(kept[0].model_copy(update={"revision": 2, "answers": kept[0].answers[:5]}))
    compute(hall)
    assert hall.desk.hq.statistics.run(second.sitting, PAPER).stale
