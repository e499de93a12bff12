"""A changed key is proposed, seen in its effect, approved by another person, and replayed."""

from dataclasses import replace

import pytest

from kiosk.exam.items.item import Item
from kiosk.exam.papers.rulings import RulingKind
from sync.hq.core.role_errors import RoleMissing
from sync.hq.core.roles import Grant, Role, Scope
from sync.hq.errors import HqError, NotFound, ReasonMissing, SecondPersonNeeded
from sync.hq.release.act_rows import Proposal
from sync.hq.release.errors import NotReleasable
from sync.hq.rulings.challenges import ChallengeSource, ChallengeState, NewChallenge
from sync.hq.rulings.errors import ChallengeDecided, ItemNotSat, KeyUnusable, RulingDecided
from sync.hq.rulings.rulings import NewRuling
from tests.centres import PASSWORD
from tests.hq.desk import BY, PROGRAMME, Desk
from tests.hq.release.hall import FIRST, key_of, over, publishers, right_answers, seat_people, send

ADJUDICATOR, AUTHOR = "adjudicator", "author"
ALL = Scope(frozenset({Grant(Role.ADJUDICATOR)}))


@pytest.fixture
def item(desk: Desk) -> Item:
    """A single choice that the first got right by the key, the second by another option."""
    seat_people(desk)
    publishers(desk)
    desk.hq.accounts.create(ADJUDICATOR, PASSWORD, BY, [Grant(Role.ADJUDICATOR)])
    desk.hq.accounts.create(AUTHOR, PASSWORD, BY, [Grant(Role.AUTHOR)])
    drawn = desk.hq.papers.get(desk.sitting)
    item = next(one for one in drawn.paper.items if one.type == "single_choice")
    right = right_answers(desk)
    send(desk, 0, right)
    send(desk, 1, {**right, item.id: other_option(desk, item)})
    send(desk, 2, {name: right[name] for name in list(right)[:5] if name != item.id})
    over(desk)
    return item


def other_option(desk: Desk, item: Item) -> str:
    key = desk.hq.papers.get(desk.sitting).schemes[item.id].key
    return next(option for option in item.option_ids if option not in key)


def proposed(desk: Desk, new: NewRuling, by: str = AUTHOR) -> str:
    return desk.hq.rulings.propose(new, "教材第 3 版表述有误", by).ruling.id


def totals(desk: Desk) -> list[str | None]:
    return [desk.hq.results.get(key_of(number)).objective for number in range(3)]


def test_a_further_key_raises_whoever_chose_it_and_nobody_falls(desk: Desk, item: Item) -> None:
    key = (other_option(desk, item),)
    ruling = proposed(desk, NewRuling(PROGRAMME, item.id, RulingKind.ALSO_ACCEPT, key))
    before = totals(desk)
    seen = desk.hq.rulings.effect(ruling)
    assert (seen.attempts, seen.raised, seen.lowered) == (3, 1, 0)
    assert totals(desk) == before
    done = desk.hq.rulings.approve(ruling, ADJUDICATOR)
    assert done == seen
    assert [totals(desk)[0], totals(desk)[2]] == [before[0], before[2]]
    assert float(totals(desk)[1] or 0) == float(before[1] or 0) + 2


def test_a_new_key_can_lower_and_the_effect_says_so_before(desk: Desk, item: Item) -> None:
    key = (other_option(desk, item),)
    ruling = proposed(desk, NewRuling(PROGRAMME, item.id, RulingKind.NEW_KEY, key))
    seen = desk.hq.rulings.effect(ruling)
    assert (seen.raised, seen.lowered) == (1, 1)
    lowered = seen.to_json(most=10)
    assert {change["points"] for change in lowered["changes"]} == {"2", "-2"}


def test_full_points_go_to_everybody_even_without_an_answer(desk: Desk, item: Item) -> None:
    ruling = proposed(desk, NewRuling(PROGRAMME, item.id, RulingKind.FULL_POINTS))
    assert desk.hq.rulings.approve(ruling, ADJUDICATOR).raised == 2


def test_a_revoked_ruling_gives_the_former_results_again(desk: Desk, item: Item) -> None:
    before = totals(desk)
    first = proposed(desk, NewRuling(PROGRAMME, item.id, RulingKind.FULL_POINTS))
    desk.hq.rulings.approve(first, ADJUDICATOR)
    new = NewRuling(PROGRAMME, item.id, RulingKind.REVOKED, revokes=first)
    desk.hq.rulings.approve(proposed(desk, new), ADJUDICATOR)
    assert totals(desk) == before
    versions = desk.hq.results.versions(key_of(1))
    assert [version.cause for version in versions] == ["ruling", "ruling", "received"]
    assert versions[0].sheet.digest == versions[2].sheet.digest


def test_computing_everything_again_changes_nothing(desk: Desk, item: Item) -> None:
    ruling = proposed(desk, NewRuling(PROGRAMME, item.id, RulingKind.FULL_POINTS))
    desk.hq.rulings.approve(ruling, ADJUDICATOR)
    assert desk.hq.recomputation.check() == []
    assert desk.hq.recomputation.recompute_all(BY) == 0


def test_an_adjudicator_of_some_branches_changes_no_key(desk: Desk, item: Item) -> None:
    desk.hq.accounts.create("local", PASSWORD, BY, [Grant(Role.ADJUDICATOR, branch="北京")])
    new = NewRuling(PROGRAMME, item.id, RulingKind.FULL_POINTS)
    with pytest.raises(RoleMissing):
        proposed(desk, new, "local")
    ruling = proposed(desk, new)
    with pytest.raises(RoleMissing):
        desk.hq.rulings.approve(ruling, "local")
    with pytest.raises(RoleMissing):
        desk.hq.rulings.reject(ruling, "local")


def test_a_list_has_only_what_the_rights_cover(desk: Desk, item: Item) -> None:
    proposed(desk, NewRuling(PROGRAMME, item.id, RulingKind.FULL_POINTS))
    elsewhere = Scope(frozenset({Grant(Role.ADJUDICATOR, "carbon-skills")}))
    assert desk.hq.rulings.list(covered=elsewhere) == []
    assert len(desk.hq.rulings.list(covered=ALL)) == 1


@pytest.mark.parametrize(
    ("by", "refusal"), [(AUTHOR, RoleMissing), (FIRST, RoleMissing), ("nobody", RoleMissing)]
)
def test_only_an_adjudicator_approves(
    desk: Desk, item: Item, by: str, refusal: type[HqError]
) -> None:
    ruling = proposed(desk, NewRuling(PROGRAMME, item.id, RulingKind.FULL_POINTS))
    before = totals(desk)
    with pytest.raises(refusal):
        desk.hq.rulings.approve(ruling, by)
    assert totals(desk) == before


def test_nobody_approves_their_own(desk: Desk, item: Item) -> None:
    new = NewRuling(PROGRAMME, item.id, RulingKind.FULL_POINTS)
    with pytest.raises(SecondPersonNeeded):
        desk.hq.rulings.approve(proposed(desk, new, ADJUDICATOR), ADJUDICATOR)


def test_a_ruling_is_decided_once(desk: Desk, item: Item) -> None:
    ruling = proposed(desk, NewRuling(PROGRAMME, item.id, RulingKind.FULL_POINTS))
    desk.hq.rulings.reject(ruling, ADJUDICATOR)
    for again in (desk.hq.rulings.approve, desk.hq.rulings.reject):
        with pytest.raises(RulingDecided):
            again(ruling, ADJUDICATOR)
    with pytest.raises(RulingDecided):
        desk.hq.rulings.effect(ruling)


def test_what_cannot_be_a_ruling_is_refused_and_nothing_is_stored(desk: Desk, item: Item) -> None:
    good = NewRuling(PROGRAMME, item.id, RulingKind.NEW_KEY, ("A",))
    multiple = next(
        one for one in desk.hq.papers.get(desk.sitting).paper.items if not one.type.objective
    )
    for bad, refusal in (
        (replace(good, key=("Z",)), KeyUnusable),
        (replace(good, key=()), KeyUnusable),
        (replace(good, key=("A", "B")), KeyUnusable),
        (replace(good, item_id=multiple.id), KeyUnusable),
        (replace(good, kind=RulingKind.FULL_POINTS), KeyUnusable),
        (replace(good, item_id="NO-SUCH-ITEM"), ItemNotSat),
        (replace(good, sitting_id="NO-SUCH-SITTING"), ItemNotSat),
        (replace(good, kind=RulingKind.REVOKED, key=(), revokes="NONE"), NotFound),
    ):
        with pytest.raises(refusal):
            proposed(desk, bad)
    with pytest.raises(ReasonMissing):
        desk.hq.rulings.propose(good, "  ", AUTHOR)
    with pytest.raises(RoleMissing):
        proposed(desk, good, FIRST)
    assert desk.hq.rulings.list(PROGRAMME) == []


def test_an_item_that_was_retired_since_can_still_be_ruled_on(desk: Desk, item: Item) -> None:
    desk.hq.bank.retire(PROGRAMME, item.id, "过时", BY)
    ruling = proposed(desk, NewRuling(PROGRAMME, item.id, RulingKind.FULL_POINTS))
    assert desk.hq.rulings.approve(ruling, ADJUDICATOR).raised == 2


def test_a_ruling_for_one_sitting_leaves_others_alone(desk: Desk, item: Item) -> None:
    new = NewRuling(PROGRAMME, item.id, RulingKind.FULL_POINTS, sitting_id=desk.sitting)
    assert desk.hq.rulings.effect(proposed(desk, new)).raised == 2
    other = NewRuling(PROGRAMME, item.id, RulingKind.FULL_POINTS, item_version=99)
    assert desk.hq.rulings.effect(proposed(desk, other)).attempts == 0


def test_nothing_is_released_while_a_ruling_waits(desk: Desk, item: Item) -> None:
    proposed(desk, NewRuling(PROGRAMME, item.id, RulingKind.FULL_POINTS))
    with pytest.raises(NotReleasable) as refused:
        desk.hq.release.acts.propose(Proposal(desk.sitting, PROGRAMME), FIRST)
    assert "rulings" in refused.value.params["checks"]  # type: ignore[operator]


def test_an_interrupted_ruling_counts_already_and_is_finished_later(
    desk: Desk, item: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    ruling = proposed(desk, NewRuling(PROGRAMME, item.id, RulingKind.FULL_POINTS))

    def power_cut(done: int, total: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sync.hq.rulings.rulings.AT_ONCE", 2)
    with pytest.raises(KeyboardInterrupt):
        desk.hq.rulings.approve(ruling, ADJUDICATOR, power_cut)
    assert desk.hq.rulings.get(ruling).unfinished
    with pytest.raises(NotReleasable):
        desk.hq.release.acts.propose(Proposal(desk.sitting, PROGRAMME), FIRST)
    desk.hq.rulings.finish(ruling, BY)
    assert not desk.hq.rulings.get(ruling).unfinished
    assert desk.hq.recomputation.check() == []


def test_a_challenge_is_entered_and_answered_once(desk: Desk, item: Item) -> None:
    new = NewChallenge(PROGRAMME, item.id, desk.sitting, ChallengeSource.CANDIDATE, "两项均正确")
    number = desk.hq.challenges.enter(new, AUTHOR)
    assert desk.hq.challenges.open_count(ALL) == 1
    with pytest.raises(RoleMissing):
        desk.hq.challenges.answer(number, "同意", AUTHOR, accepted=True)
    desk.hq.challenges.answer(number, "经专家复核，答案无误。", ADJUDICATOR, accepted=False)
    with pytest.raises(ChallengeDecided):
        desk.hq.challenges.answer(number, "再看", ADJUDICATOR, accepted=True)
    (told,) = desk.hq.challenges.of_item(PROGRAMME, item.id)
    assert (told.state, told.decided_by) == (ChallengeState.REJECTED, ADJUDICATOR)
    with pytest.raises(ItemNotSat):
        desk.hq.challenges.enter(replace(new, item_id="NONE"), AUTHOR)
