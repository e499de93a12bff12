"""The console's pages for scans: who may call them, the review, downloads that do nothing."""

import io

import pytest
from flask.testing import FlaskClient

from sync.hq.registration.candidate_file import read_candidates
from tests.hq.applicants import archive, number, table
from tests.hq.desk import BY, Desk
from tests.hq.items import PROGRAMME
from tests.hq.registration.test_scan_files import PDF, picture
from tests.hq.web.test_console import Staff


def applicant(desk: Desk) -> str:
    """Somebody who has handed in nothing; returns the candidate."""
    found, problems = read_candidates(table({"已交材料": ""}), PROGRAMME, desk.clock.now().date())
    desk.hq.applications.take(desk.sitting, found, problems, BY)
    return desk.hq.applications.list(desk.sitting)[0].candidate_id


@pytest.fixture
def candidate(desk: Desk) -> str:
    """An applicant who has handed in nothing."""
    return applicant(desk)


@pytest.fixture
def staff(desk: Desk, client: FlaskClient, candidate: str) -> Staff:
    """A member of staff who may see scans."""
    desk.hq.scan_viewers.allow("chief", BY)
    return Staff(client, desk)


def add(staff: Staff, candidate: str, material: str, name: str, data: bytes, part: str = "") -> str:
    address = f"/sittings/{staff.desk.sitting}/candidates/{candidate}/scans"
    told = staff.told(address, material=material, part=part, file=(io.BytesIO(data), name))
    assert name in told
    return next(s.id for s in staff.desk.hq.scans.list(staff.desk.sitting) if s.file_name == name)


def test_every_route_is_closed_to_accounts_that_may_not_see_scans(
    desk: Desk, client: FlaskClient, candidate: str, staff: Staff
) -> None:
    scan = add(staff, candidate, "identity_card", "a.png", picture("PNG"))
    desk.hq.scan_viewers.deny("chief", BY)
    app = client.application
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("scans.")]
    values = {
        "sitting_id": desk.sitting, "candidate_id": candidate, "scan_id": scan, "job_id": "J",
    }  # fmt: skip
    assert len(rules) == 9
    for rule in rules:
        with app.test_request_context():
            address = app.url_map.bind("localhost").build(
                rule.endpoint, {name: values[name] for name in rule.arguments},
                method="POST" if "POST" in (rule.methods or ()) else "GET",
            )  # fmt: skip
        reply = staff.post(address) if "POST" in (rule.methods or ()) else staff.get(address)
        assert reply.status_code == 403, rule.endpoint
    assert desk.hq.scans.get(scan).state == "new"


def test_a_pdf_is_only_downloaded_and_a_picture_can_do_nothing(
    staff: Staff, candidate: str
) -> None:
    pdf = staff.get(f"/scans/{add(staff, candidate, 'proof_of_work', 'w.pdf', PDF)}/file")
    assert pdf.headers["Content-Disposition"].startswith("attachment")
    shown = staff.get(
        f"/scans/{add(staff, candidate, 'identity_card', 'a.png', picture('PNG'))}/file"
    )
    assert (shown.mimetype, shown.data[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    for reply in (pdf, shown):
        assert reply.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("data", [b"<svg onload='alert(1)'/>", b"<html>", PDF[:20]])
def test_what_is_no_scan_is_refused_with_its_reason(
    staff: Staff, candidate: str, data: bytes
) -> None:
    address = f"/sittings/{staff.desk.sitting}/candidates/{candidate}/scans"
    reply = staff.post(address, material="identity_card", file=(io.BytesIO(data), "x.png"))
    assert reply.status_code == 422
    assert staff.desk.hq.scans.list(staff.desk.sitting) == []


def test_names_of_files_are_shown_as_text(staff: Staff, candidate: str) -> None:
    address = f"/sittings/{staff.desk.sitting}/candidates/{candidate}/scans"
    name = "<img src=x onerror=alert(1)>.png"
    file = (io.BytesIO(picture("PNG")), name)
    told = staff.told(address, material="identity_card", part="", file=file)
    assert "<img src=x" not in told


def test_the_review_goes_from_scan_to_scan(staff: Staff, candidate: str) -> None:
    card = add(staff, candidate, "identity_card", "card.png", picture("PNG"))
    form = add(staff, candidate, "registration_form", "form.png", picture("PNG", (30, 30)))
    address = f"/sittings/{staff.desk.sitting}/material/review"
    assert "card.png" in staff.get(address).text
    assert "form.png" in staff.get(f"{address}?after={card}").text
    told = staff.told(f"/scans/{card}/decision", decision="accept")
    assert "form.png" in told
    staff.post(f"/scans/{form}/decision", decision="return", usual="cut off")
    assert staff.get(address).status_code == 302
    assert "cut off" in staff.get(f"/sittings/{staff.desk.sitting}/material?state=returned").text


def test_an_archive_is_imported_and_what_is_left_out_is_listed(staff: Staff) -> None:
    packed = archive({f"{number(1)}/学历.pdf": PDF, "张三/学历.pdf": PDF})
    reply = staff.post(
        f"/sittings/{staff.desk.sitting}/material", file=(io.BytesIO(packed), "scans.zip")
    )
    page = staff.waited(reply.headers["Location"])
    assert "1 scans stored" in page
    assert "张三/学历.pdf" in page
