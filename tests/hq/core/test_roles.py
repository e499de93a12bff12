"""Roles: what excludes what, what a grant covers, and the same in memory and in SQL."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.hq.core.role_errors import BranchUnusable, LimitUnusable
from sync.hq.core.roles import (
    EXCLUDING,
    FIRST_ACCOUNT,
    NAMES,
    PURPOSES,
    WIDEST,
    Grant,
    Rights,
    Role,
    Scope,
    below,
    clean_branch,
    excluded,
    path_of,
    require_limits,
)

ROLES = st.sampled_from(list(Role))
BRANCHES = st.lists(st.sampled_from(["北京", "海淀", "a", "A", "ab", "BJ01"]), max_size=3)
GRANTS = st.builds(Grant, ROLES, st.sampled_from(["", "carbon", "other"]), BRANCHES.map("/".join))


def held(wanted: Iterable[Role]) -> set[Role]:
    """What an account gets that asks for these roles, one after the other."""
    roles: set[Role] = set()
    for role in wanted:
        if excluded(role, roles) is None:
            roles.add(role)
    return roles


@given(st.lists(ROLES))
def test_no_order_of_grants_joins_roles_that_exclude_each_other(wanted: list[Role]) -> None:
    roles = held(wanted)
    assert not any(pair <= roles for pair in EXCLUDING)
    if Role.MARKER in roles:
        assert roles <= {Role.MARKER, Role.AUTHOR}
    assert not {Role.REGISTRAR, Role.ADJUDICATOR} <= roles


@given(ROLES, ROLES)
def test_exclusion_is_mutual(first: Role, second: Role) -> None:
    assert (excluded(first, {second}) is None) == (excluded(second, {first}) is None)


@pytest.mark.parametrize("grants", [FIRST_ACCOUNT, WIDEST])
def test_the_sets_that_the_product_gives_obey_the_rule(grants: tuple[Grant, ...]) -> None:
    roles = [grant.role for grant in grants]
    assert held(roles) == set(roles)


def test_the_widest_set_takes_no_further_role() -> None:
    roles = {grant.role for grant in WIDEST}
    assert all(excluded(role, roles) for role in set(Role) - roles)


def test_every_role_has_a_name_and_a_purpose() -> None:
    assert set(NAMES) == set(PURPOSES) == set(Role)


def test_a_branch_contains_what_is_below_it_and_nothing_of_a_similar_name() -> None:
    assert below("北京/海淀/BJ01", "北京")
    assert below("北京/海淀/BJ01", "北京/海淀/BJ01")
    assert below("anywhere", "")
    assert not below("北京/海淀区/BJ01", "北京/海淀")
    assert not below("北京", "北京/海淀")
    assert path_of("BJ01", "北京/海淀") == "北京/海淀/BJ01"
    assert path_of("BJ01", "") == "BJ01"


@given(GRANTS)
def test_only_a_grant_for_all_covers_what_is_asked_of_all(grant: Grant) -> None:
    assert grant.covers(None, None)
    assert grant.covers("", None) == (grant.programme_id == "")
    assert grant.covers(None, "") == (grant.branch == "")


@given(st.frozensets(GRANTS), ROLES)
def test_a_right_of_one_role_is_none_of_another(grants: frozenset[Grant], role: Role) -> None:
    scope = Rights(grants).scope(role)
    assert scope == Scope(frozenset(each for each in grants if each.role is role))
    assert scope.covers() == (role in Rights(grants).roles)


def test_a_typed_branch_is_tidied() -> None:
    assert clean_branch(" 北京 // 海淀 /") == "北京/海淀"
    assert clean_branch("/") == ""
    with pytest.raises(BranchUnusable):
        clean_branch("京" * 201)


@pytest.mark.parametrize(
    "grant",
    [
        Grant(Role.ADMINISTRATOR, "carbon"),
        Grant(Role.ADMINISTRATOR, branch="北京"),
        Grant(Role.AUTHOR, branch="北京"),
    ],
)
def test_a_role_is_limited_only_to_what_it_is_about(grant: Grant) -> None:
    with pytest.raises(LimitUnusable):
        require_limits(grant)


def test_an_author_may_be_limited_to_a_programme() -> None:
    require_limits(Grant(Role.AUTHOR, "carbon"))
