"""From a released result to a certificate, on the day of the work plan (R7, R12)."""

from datetime import timedelta

import pytest

from kiosk.system import entropy
from sync.hq.certificates import signing
from sync.hq.certificates.errors import CertificatesTooEarly, NobodyToCertify
from sync.hq.release.act_rows import ActKind
from tests.hq.certificates.office import EVERYTHING
from tests.hq.desk import PROGRAMME, Desk
from tests.hq.release.hall import CERTIFIED, FIRST, PUBLISHED, SECOND, key_of, on, sat, with_dates
from tests.hq.release.test_release import propose, released


@pytest.fixture
def sitting(desk: Desk) -> str:
    """A pass, a fail and an absence, on the day of publication; there is a signing key."""
    with_dates(desk)
    sat(desk)
    on(desk, PUBLISHED)
    folder = desk.hq.certificates.sources.keys_folder
    signing.create(folder, "发证机构", desk.clock.now(), entropy)
    return desk.sitting


def test_who_passed_by_a_released_result_gets_a_certificate_on_the_day(
    desk: Desk, sitting: str
) -> None:
    orders = desk.hq.certificates.orders
    on(desk, CERTIFIED)
    with pytest.raises(NobodyToCertify):
        orders.propose_issue(sitting, PROGRAMME, FIRST)
    desk.clock.pass_time(-timedelta(days=1).total_seconds())
    released(desk)
    with pytest.raises(CertificatesTooEarly):
        orders.propose_issue(sitting, PROGRAMME, FIRST)
    on(desk, CERTIFIED)
    assert orders.approve(orders.propose_issue(sitting, PROGRAMME, FIRST), SECOND) == 1
    assert desk.hq.certificates.making.make() == 1
    (view,) = desk.hq.certificates.register.page(EVERYTHING).certificates
    published = desk.hq.certificates.sources.releases.certifiable(sitting, PROGRAMME)
    assert (view.name, view.issued_on) == ("考生一", CERTIFIED)
    assert [view.total] == [one.total for one in published]


def test_a_withdrawn_result_is_not_certified(desk: Desk, sitting: str) -> None:
    released(desk)
    releases = desk.hq.certificates.sources.releases
    assert len(releases.certifiable(sitting, PROGRAMME)) == 1
    act = propose(desk, ActKind.WITHDRAW, attempts=[key_of(0)], reason="fire alarm")
    desk.hq.release.acts.confirm(act.id, SECOND)
    assert releases.certifiable(sitting, PROGRAMME) == []
