"""Certificates of ours count as entry conditions, from the day and as long as they say (R6)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from sync.hq.certificates.reasons import Reissue, Revocation
from sync.hq.registration.own_certificates import Held, _years, own_certificates
from tests.hq.certificates.office import FIRST, SECOND, open_office
from tests.hq.desk import PROGRAMME, Desk

days = st.dates(date(2020, 1, 1), date(2060, 1, 1))


@given(days, st.integers(0, 20))
def test_a_year_is_full_on_its_day_and_not_before(since: date, years: int) -> None:
    day = date(since.year + years, since.month, min(since.day, 28))
    full = day if since.day <= 28 else day + timedelta(days=since.day - 28)
    if (since.month, since.day) == (2, 29):
        full = date(since.year + years, 3, 1)
    assert _years(since, full) >= years
    assert years == 0 or _years(since, full - timedelta(days=4)) < years


def test_a_certificate_counts_while_it_is_valid() -> None:
    held = Held("junior", date(2026, 5, 20), date(2029, 5, 20))
    assert held.on(date(2026, 5, 19)) is None
    assert held.on(date(2029, 5, 21)) is None
    counted = held.on(date(2027, 5, 20))
    assert counted is not None
    assert (counted.of, counted.level, counted.held_years) == ("programme", "junior", Decimal(1))


def test_one_issued_again_counts_since_the_first_and_a_revoked_one_not_at_all(desk: Desk) -> None:
    office = open_office(desk)
    office.results[:] = [replace(result, level="junior") for result in office.results[:2]]
    office.certificates.orders.approve(office.propose(), SECOND)
    kept, lost = office.views()
    desk.clock.pass_time(timedelta(days=100).total_seconds())
    office.certificates.reissues.reissue(kept.number, Reissue.LOST, "report", FIRST)
    orders = office.certificates.orders
    order = orders.propose_revocation(lost.number, Revocation.MISCONDUCT, "decision", FIRST)
    orders.approve(order, SECOND)
    with desk.hq.storage.database.read() as connection:
        found = own_certificates(connection, {PROGRAMME})
    assert found == {
        (PROGRAMME, kept.candidate_id): [Held("junior", kept.issued_on, kept.valid_until)]
    }
