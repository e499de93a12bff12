"""Two people issue certificates, never before the day, to whom passed, once (R7, R12)."""

import shutil
from dataclasses import replace
from datetime import date, timedelta

import pytest

from kiosk.exam.programme.programme import Programme
from kiosk.settings import read_text, read_toml, resource
from sync.hq.certificates.errors import (
    CertificateReissued,
    CertificateRevoked,
    CertificatesTooEarly,
    DesignUnusable,
    ListChanged,
    NobodyToCertify,
    OrderClosed,
    OrderWaiting,
    SigningKeyMissing,
    SigningKeyUnusable,
)
from sync.hq.certificates.reasons import Reissue, Revocation
from sync.hq.core.role_errors import RoleMissing
from sync.hq.core.roles import Grant, Role
from sync.hq.errors import NotAPerson, NotFound, ReasonMissing, SecondPersonNeeded
from tests.centres import PASSWORD
from tests.hq.certificates.office import FIRST, NAMES, SECOND, VERSION, Office, rename
from tests.hq.desk import BY, PROGRAMME

TODAY = date(2026, 4, 25)


def test_two_people_issue_certificates_to_everybody_who_passed(office: Office) -> None:
    views = office.issue()
    assert sorted(view.name for view in views) == sorted(NAMES)
    assert {(view.issued_by, view.second) for view in views} == {(FIRST, SECOND)}
    assert {view.valid_until for view in views} == {date(2029, 4, 25)}
    assert all(view.made and view.state(TODAY) == "valid" for view in views)
    kinds = [event.kind for event in office.desk.hq.audit_log.newest(2)]
    assert kinds == ["certificates_issued", "certificates_proposed"]
    assert office.desk.hq.audit_log.verify().whole
    assert "欧阳五" not in str(office.desk.hq.audit_log.newest(2))


def test_one_account_is_not_two_people(office: Office) -> None:
    order = office.propose()
    with pytest.raises(SecondPersonNeeded):
        office.certificates.orders.approve(order, FIRST)
    with pytest.raises(NotAPerson):
        office.certificates.orders.approve(order, "cli:root")
    assert office.views() == []


def test_who_is_no_publisher_of_the_programme_neither_proposes_nor_approves(
    office: Office,
) -> None:
    accounts = office.desk.hq.accounts
    skills = read_text(resource("config/programmes/carbon-skills.toml"))
    office.desk.hq.programmes.take(skills, BY)
    accounts.create("elsewhere", PASSWORD, BY, (Grant(Role.PUBLISHER, "carbon-skills"),))
    accounts.create("reader", PASSWORD, BY, (Grant(Role.AUDITOR),))
    order = office.propose()
    for username in ("elsewhere", "reader"):
        with pytest.raises(RoleMissing):
            office.certificates.orders.approve(order, username)
        with pytest.raises(RoleMissing):
            office.certificates.orders.propose_issue(office.desk.sitting, PROGRAMME, username)
    assert office.views() == []


def test_the_second_person_approves_what_the_first_one_saw(office: Office) -> None:
    order = office.propose()
    office.results.pop()
    with pytest.raises(ListChanged):
        office.certificates.orders.approve(order, SECOND)
    assert office.views() == []
    office.certificates.orders.withdraw(order, SECOND)
    assert len(office.issue()) == 2


def test_an_order_is_carried_out_once_and_not_proposed_twice(office: Office) -> None:
    order = office.propose()
    with pytest.raises(OrderWaiting):
        office.propose()
    office.certificates.orders.approve(order, SECOND)
    with pytest.raises(OrderClosed):
        office.certificates.orders.approve(order, SECOND)
    with pytest.raises(NobodyToCertify):
        office.propose()
    assert len(office.views()) == 3


def test_who_did_not_pass_gets_none(office: Office) -> None:
    failed = office.results[0]
    office.results[0] = replace(failed, passed=False)
    assert failed.name not in {view.name for view in office.issue()}


def test_nothing_is_issued_before_the_day_of_the_work_plan(office: Office) -> None:
    _with_edition(office)
    with pytest.raises(CertificatesTooEarly) as refused:
        office.propose()
    assert "2026-06-20" in str(refused.value)
    # Midnight in China is 16:00 UTC the day before.
    clock = office.desk.clock
    clock.pass_time(timedelta(days=55, hours=9, minutes=59).total_seconds())
    with pytest.raises(CertificatesTooEarly):
        office.propose()
    clock.pass_time(60)
    assert len(office.issue()) == 3


def _with_edition(office: Office) -> None:
    """Give the programme an edition whose exam is the desk's sitting."""
    data = read_toml(resource(f"config/programmes/{PROGRAMME}.toml"))
    (edition,) = data["editions"]
    exam = date(2026, 4, 26)
    days = {
        "registration_closes": exam, "material_closes": exam, "exam": exam,
        "results_published": date(2026, 5, 20), "certificates_issued": date(2026, 6, 20),
    }  # fmt: skip
    until = edition["class_hours_until"].replace(year=2026, month=4, day=25)
    data |= {"version": VERSION + 1, "editions": [{**edition, **days, "class_hours_until": until}]}
    programme = Programme.model_validate(data)
    _store(office, programme)


def _store(office: Office, programme: Programme) -> None:
    from sqlalchemy import insert

    from sync.hq.persistence import tables
    from sync.wire import canonical

    document = programme.model_dump(mode="json")
    row = {
        "id": programme.id, "version": programme.version, "document": document,
        "digest": canonical.digest(canonical.dumps(document)),
        "imported_at": office.desk.clock.now(),
    }  # fmt: skip
    with office.desk.hq.storage.database.write() as connection:
        connection.execute(insert(tables.programmes).values(**row))


def test_without_a_usable_key_or_design_nothing_is_issued(office: Office) -> None:
    keys = office.certificates.sources.keys_folder / "certificates.key"
    keys.chmod(0o644)
    with pytest.raises(SigningKeyUnusable, match="0600"):
        office.propose()
    keys.unlink()
    with pytest.raises(SigningKeyMissing):
        office.propose()
    folder = office.certificates.sources.data / "certificates"
    folder.mkdir()
    shutil.copy(resource("config/certificates/carbon-skills.toml"), folder / f"{PROGRAMME}.toml")
    with pytest.raises(DesignUnusable, match="carbon-skills"):
        office.propose()
    assert office.views() == []


def test_a_signing_key_that_has_expired_signs_nothing(office: Office) -> None:
    office.desk.clock.pass_time(timedelta(days=366 * 11).total_seconds())
    with pytest.raises(SigningKeyUnusable, match="valid from"):
        office.propose()


def test_an_interrupted_batch_is_finished_later_under_the_same_numbers(office: Office) -> None:
    office.certificates.orders.approve(office.propose(), SECOND)
    before = [(view.number, view.statement) for view in office.views()]
    assert (office.certificates.register.unmade(), office.certificates.making.make()) == (3, 3)
    assert [(view.number, view.statement) for view in office.views()] == before
    assert (office.certificates.register.unmade(), office.certificates.making.make()) == (0, 0)


def test_the_stored_pdf_stays_the_same_document(office: Office) -> None:
    number = office.issue()[0].number
    first = office.certificates.register.pdf(number)
    office.certificates.making.make()
    assert office.certificates.register.pdf(number) == first


def test_two_people_revoke_a_certificate_with_a_reason(office: Office) -> None:
    number = office.issue()[0].number
    orders = office.certificates.orders
    with pytest.raises(ReasonMissing):
        orders.propose_revocation(number, Revocation.MISCONDUCT, " ", FIRST)
    order = orders.propose_revocation(number, Revocation.MISCONDUCT, "Decision 7", FIRST)
    with pytest.raises(SecondPersonNeeded):
        orders.approve(order, FIRST)
    orders.approve(order, SECOND)
    view = office.certificates.register.get(number)
    assert (view.state(TODAY), view.revoked_reason) == ("revoked", "misconduct")
    act = office.certificates.register.acts(number)[-1]
    assert (act.kind, act.by, act.second, act.text) == ("revoked", FIRST, SECOND, "Decision 7")
    with pytest.raises(CertificateRevoked):
        orders.propose_revocation(number, Revocation.MISCONDUCT, "again", FIRST)


def test_after_a_revocation_only_a_newer_result_is_certified(office: Office) -> None:
    view = next(one for one in office.issue() if one.name == NAMES[0])
    orders = office.certificates.orders
    order = orders.propose_revocation(view.number, Revocation.RESULT_CHANGED, "recount", FIRST)
    orders.approve(order, SECOND)
    with pytest.raises(NobodyToCertify):
        office.propose()
    office.results[0] = replace(office.results[0], result_version=2)
    again = [one for one in office.issue() if one.name == office.results[0].name]
    assert len(again) == 2
    assert again[-1].state(TODAY) == "valid"


def test_a_reissued_certificate_shows_the_corrected_name_and_replaces_the_old(
    office: Office,
) -> None:
    old = next(view for view in office.issue() if view.name == "欧阳五")
    office.desk.clock.pass_time(timedelta(days=30).total_seconds())
    rename(office, "欧阳伍")
    reissue = office.certificates.reissues.reissue
    with pytest.raises(ReasonMissing):
        reissue(old.number, Reissue.NAME_CORRECTED, "", FIRST)
    new = office.certificates.register.get(
        reissue(old.number, Reissue.NAME_CORRECTED, "identity card shown", FIRST)
    )
    assert (new.name, new.reissue_of, new.valid_until) == ("欧阳伍", old.number, old.valid_until)
    assert office.certificates.register.get(old.number).state(TODAY) == "reissued"
    with pytest.raises(CertificateReissued):
        reissue(old.number, Reissue.LOST, "again", FIRST)
    with pytest.raises(RoleMissing):
        reissue(new.number, Reissue.LOST, "lost", "nobody")
    assert office.certificates.making.make() == 1


def test_a_number_that_does_not_exist_changes_nothing(office: Office) -> None:
    office.issue()
    for number in ("CM26-0000-0000-0", "", "ROOT", "CM26' OR 1=1"):
        with pytest.raises(NotFound):
            office.certificates.register.get(number)
        with pytest.raises(NotFound):
            office.certificates.reissues.reissue(number, Reissue.LOST, "lost", FIRST)


def test_the_check_list_names_what_certificates_would_lack(office: Office) -> None:
    one = office.results[1]
    office.results[1] = replace(one, name="王\U00031350")
    checked = office.certificates.orders.check(office.desk.sitting, PROGRAMME)
    assert set(checked.without_portrait) == {result.candidate_id for result in office.results[1:]}
    assert checked.unprintable == {one.candidate_id: "\U00031350"}
    assert (checked.known, checked.obstacles) == (0, [])
