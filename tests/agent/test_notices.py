"""What is worth taking of an inbox that has waited for long."""

from sync.agent.notices import worth_taking
from sync.wire.exchange.inbox import Notice, PackageNotice, RevocationNotice, UnlockNotice

HASH = "1" * 64


def package(cursor: int, package_id: str, sitting: str = "S1") -> Notice:
    return PackageNotice(
        cursor=cursor,
        package_id=package_id,
        sitting_id=sitting,
        version=cursor,
        sha256=HASH,
        size=1,
    )


def code(cursor: int, package_id: str, sitting: str = "S1") -> Notice:
    return UnlockNotice(
        cursor=cursor, package_id=package_id, sitting_id=sitting, version=1, sealed=""
    )


def revocation(cursor: int, package_id: str, sitting: str = "S1") -> Notice:
    return RevocationNotice(
        cursor=cursor, package_id=package_id, sitting_id=sitting, version=1, signed=""
    )


def taken(*notices: Notice) -> list[int]:
    return [one.cursor for one in worth_taking(notices)]


def test_a_paper_that_has_been_replaced_is_not_unlocked_before_the_new_one_comes() -> None:
    assert taken(
        package(1, "P1"), code(2, "P1"), revocation(3, "P1"), package(4, "P2"), code(5, "P2")
    ) == [3, 4, 5]


def test_a_revoked_package_is_not_fetched_and_its_code_not_used() -> None:
    assert taken(package(1, "P1"), code(2, "P1"), revocation(3, "P1")) == [3]


def test_a_code_alone_is_for_the_package_that_is_here_already() -> None:
    assert taken(code(7, "P1")) == [7]


def test_sittings_do_not_concern_each_other() -> None:
    assert taken(package(1, "P1"), package(2, "Q1", "S2"), code(3, "P1"), code(4, "Q1", "S2")) == [
        1,
        2,
        3,
        4,
    ]
