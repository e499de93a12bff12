"""Pages about certificates: who may call them, from check list to revocation, the public."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from sync.hq.certificates.numbers import shown
from sync.hq.core.roles import Grant, Role
from sync.hq.web.app import create_app
from tests.centres import PASSWORD
from tests.hq.certificates.office import FIRST, NAMES, SECOND, Office, open_office
from tests.hq.desk import BY, PROGRAMME, Desk
from tests.hq.web.test_console import Staff


@pytest.fixture
def office(desk: Desk) -> Office:
    return open_office(desk)


@pytest.fixture
def app(office: Office) -> Flask:
    return create_app(office.desk.hq)


@pytest.fixture
def first(app: Flask, desk: Desk) -> Staff:
    return Staff(app.test_client(), desk)


@pytest.fixture
def second(app: Flask, desk: Desk) -> Staff:
    return Staff(app.test_client(), desk, SECOND)


@pytest.fixture
def public(app: Flask) -> FlaskClient:
    """Somebody without a session."""
    return app.test_client()


def issue(office: Office) -> str:
    """Issue everything; the number of the first person's certificate."""
    return next(view.number for view in office.issue() if view.name == NAMES[0])


def test_every_route_is_closed_to_accounts_that_neither_publish_nor_audit(
    office: Office, app: Flask
) -> None:
    number = issue(office)
    roles = (Grant(Role.REGISTRAR), Grant(Role.ADMINISTRATOR), Grant(Role.REVIEWER))
    office.desk.hq.accounts.create("other", PASSWORD, BY, roles)
    staff = Staff(app.test_client(), office.desk, "other")
    values = {"certificate_no": number, "page": 1, "order_id": "O", "job_id": "J"}
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.split(".")[0] in ("certificates", "certificate_orders")
    ]
    assert len(rules) == 16
    for rule in rules:
        post = "POST" in (rule.methods or ())
        wanted = {name: values[name] for name in rule.arguments}
        address = app.url_map.bind("localhost").build(
            rule.endpoint, wanted, method="POST" if post else "GET"
        )
        reply = staff.post(address) if post else staff.get(address)
        assert reply.status_code == 403, rule.endpoint


def test_an_auditor_reads_and_changes_nothing(office: Office, app: Flask) -> None:
    number = issue(office)
    office.desk.hq.accounts.create("auditor", PASSWORD, BY, (Grant(Role.AUDITOR),))
    staff = Staff(app.test_client(), office.desk, "auditor")
    assert shown(number) in staff.get("/certificates").text
    page = staff.get(f"/certificates/{number}").text
    assert "Propose the revocation" not in page
    form = {"reason": "lost", "text": "report"}
    assert staff.post(f"/certificates/{number}/reissue", **form).status_code == 403
    form = {"reason": "misconduct", "text": "report"}
    assert staff.post(f"/certificates/{number}/revocation", **form).status_code == 403
    assert staff.post("/certificates/pdfs").status_code == 403
    form = {"sitting": office.desk.sitting, "programme": PROGRAMME}
    assert staff.post("/certificates/orders", **form).status_code == 403
    assert len(office.views()) == 3


def test_a_publisher_of_another_programme_sees_nothing_of_this_one(
    office: Office, app: Flask
) -> None:
    number = issue(office)
    from kiosk.settings import read_text, resource

    skills = read_text(resource("config/programmes/carbon-skills.toml"))
    office.desk.hq.programmes.take(skills, BY)
    office.desk.hq.accounts.create(
        "skills", PASSWORD, BY, (Grant(Role.PUBLISHER, "carbon-skills"),)
    )
    staff = Staff(app.test_client(), office.desk, "skills")
    assert shown(number) not in staff.get("/certificates").text
    for path in ("", "/file.pdf", "/qr.png", "/credential.jwt", "/pages/1.png"):
        assert staff.get(f"/certificates/{number}{path}").status_code == 403


def test_two_publishers_issue_from_the_check_list(office: Office, app: Flask) -> None:
    office.desk.clock.pass_time(2 * 24 * 3600)
    first, second = (Staff(app.test_client(), office.desk, name) for name in (FIRST, SECOND))
    assert PROGRAMME in first.get("/certificates/issue").text
    address = f"/certificates/issue?sitting={office.desk.sitting}&programme={PROGRAMME}"
    page = first.get(address).text
    for name in NAMES:
        assert name in page
    assert "2</b>without a portrait" in page
    form = {"sitting": office.desk.sitting, "programme": PROGRAMME}
    reply = first.post("/certificates/orders", **form)
    order = reply.headers["Location"]
    assert "another publisher must approve" in first.get(order).text
    refused = first.post(f"{order}/approval")
    assert refused.status_code in (403, 422)
    assert "Approve" in second.get(order).text
    done = second.waited(second.post(f"{order}/approval").headers["Location"])
    assert "3 PDFs were made and signed" in done
    assert "John Smith" in second.get("/certificates?words=John").text
    assert "欧阳五" not in second.get("/certificates?words=John").text


def test_one_certificate_is_shown_and_downloaded(office: Office, first: Staff) -> None:
    number = issue(office)
    page = first.get(f"/certificates/{number}").text
    assert "Signed PDF" in page
    assert "chief, second" in page
    picture = first.get(f"/certificates/{number}/pages/2.png")
    assert (picture.mimetype, picture.data[:4]) == ("image/png", b"\x89PNG")
    pdf = first.get(f"/certificates/{number}/file.pdf")
    assert pdf.data == office.certificates.register.pdf(number)
    assert shown(number) in pdf.headers["Content-Disposition"]
    assert first.get(f"/certificates/{number}/qr.png").data[:4] == b"\x89PNG"
    assert first.get(f"/certificates/{number}/credential.jwt").text.count(".") == 2
    for path in ("pages/0.png", "pages/4.png"):
        assert first.get(f"/certificates/{number}/{path}").status_code == 404
    assert first.get("/certificates/CM26-0000-0000-0").status_code == 404


def test_a_certificate_is_revoked_by_two_and_issued_again(
    office: Office, first: Staff, second: Staff
) -> None:
    number = issue(office)
    told = first.told(f"/certificates/{number}/reissue", reason="lost", text="report 12")
    new = next(view for view in office.views() if view.reissue_of == number)
    assert shown(new.number) in told
    assert new.made
    first.told(f"/certificates/{new.number}/revocation", reason="misconduct", text="decision 7")
    (order,) = re.findall(r'href="(/certificates/orders/[^"]+)"', first.get("/certificates").text)
    told = second.told(f"{order}/approval")
    assert "revoked" in told
    assert "decision 7" in told
    assert first.post(f"{order}/withdrawal").status_code == 409
    form = {"reason": "no such reason", "text": "x"}
    assert first.post(f"/certificates/{number}/revocation", **form).status_code == 404


def test_the_public_verifies_by_number_and_name_or_by_qr_code(
    office: Office, public: FlaskClient
) -> None:
    number = issue(office)
    assert 'name="number"' in public.get("/verify?lang=en").text
    form = {"number": shown(number), "name": "欧阳五"}
    assert 'data-state="valid"' in public.post("/verify?lang=en", data=form).text
    token = office.certificates.register.get(number).statement
    text = public.post("/verify", data={"statement": f"https://h/verify#{token}"}).text
    assert 'data-state="valid"' in text
    assert "欧阳五" in text
    text = public.post("/verify", data={"number": shown(number), "name": "王五"}).text
    assert 'data-state="unknown"' in text
    assert "2026" not in text


def test_who_tries_numbers_is_slowed_down(office: Office, public: FlaskClient) -> None:
    number = issue(office)
    replies = [
        public.post("/verify", data={"number": shown(number), "name": f"王{order}"})
        for order in range(7)
    ]
    assert [reply.status_code for reply in replies][-1] == 429
    right = {"number": shown(number), "name": "欧阳五"}
    assert public.post("/verify", data=right).status_code == 429
    # A QR code proves that somebody holds the certificate: it is answered all the same.
    token = office.certificates.register.get(number).statement
    assert 'data-state="valid"' in public.post("/verify", data={"statement": token}).text
    office.desk.clock.pass_time(120)
    assert 'data-state="valid"' in public.post("/verify", data=right).text


def test_a_holder_cannot_try_numbers_between_right_answers(
    office: Office, public: FlaskClient
) -> None:
    number = issue(office)
    codes = []
    for order in range(7):
        public.post("/verify", data={"number": shown(number), "name": "欧阳五"})
        wrong = {"number": shown(number), "name": f"王{order}"}
        codes.append(public.post("/verify", data=wrong).status_code)
    assert codes[-1] == 429


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"number": "' OR 1=1 --", "name": "x"},
        {"number": "\x00", "name": "\x00"},
        {"statement": "<script>alert(1)</script>"},
        {"statement": "a" * 100_000},
        {"number": "CM26" * 500, "name": "欧" * 5000},
    ],
)
def test_what_is_typed_wrongly_or_with_ill_will_gets_an_answer(
    office: Office, public: FlaskClient, form: dict[str, str]
) -> None:
    reply = public.post("/verify?lang=en", data=form)
    assert reply.status_code == 200
    assert "<script>alert" not in reply.text


def test_the_public_fetches_keys_lists_and_the_offline_page(
    office: Office, public: FlaskClient
) -> None:
    issue(office)
    jwks = public.get("/verify/keys.json")
    (jwk,) = jwks.json["keys"]  # type: ignore[index]
    assert jwks.headers["Access-Control-Allow-Origin"] == "*"
    assert "d" not in jwk
    assert public.get(f"/verify/keys/{jwk['kid']}.json").json == jwk
    assert public.get("/verify/keys/other.json").status_code == 404
    assert "payload" in public.get("/verify/revocations.json").text
    assert "BEGIN CERTIFICATE" in public.get("/verify/certificate.pem").text
    assert "PRIVATE" not in public.get("/verify/certificate.pem").text
    profile = public.get(f"/verify/issuers/{PROGRAMME}.json").json
    assert profile is not None
    assert profile["type"] == ["Profile"]
    assert public.get("/verify/issuers/..%2Fhq.json").status_code == 404
    assert public.get("/verify/credential-revocations.json").json is not None
    page = public.get("/verify/offline.html")
    assert page.headers["Content-Disposition"].startswith("attachment")
    assert jwk["x"] in page.text
    assert "SCRIPT" not in page.text


def test_nothing_public_needs_or_gives_a_session(public: FlaskClient) -> None:
    reply = public.get("/verify")
    assert "hq_session" not in reply.headers.get("Set-Cookie", "")
    assert reply.headers["Content-Security-Policy"].startswith("default-src 'none'")
