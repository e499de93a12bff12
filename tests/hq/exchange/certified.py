"""Certificates that are issued, revoked and issued again, at the office of their own tests."""

from sync.hq.certificates.reasons import Reissue, Revocation
from tests.hq.certificates.office import FIRST, SECOND, Office


def issue(office: Office) -> list[str]:
    """Issue everything that is released; the numbers in order."""
    office.certificates.orders.approve(office.propose(), SECOND)
    return [view.number for view in office.views()]


def revoke(office: Office, number: str) -> None:
    """Revoke a certificate by two people."""
    orders = office.certificates.orders
    order = orders.propose_revocation(number, Revocation.MISCONDUCT, "张三作弊", FIRST)
    orders.approve(order, SECOND)


def reissue(office: Office, number: str) -> str:
    """Issue a lost certificate again; the new number."""
    return office.certificates.reissues.reissue(number, Reissue.LOST, "张三遗失", FIRST)
