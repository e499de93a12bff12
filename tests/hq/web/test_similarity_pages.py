"""The console's pages for similar answer sheets: who may call them, and what they say."""

import json
import re

import pytest
from flask.testing import FlaskClient

from kiosk.settings import read_text, resource
from sync.hq.core.roles import Grant, Role
from sync.hq.similarity.listing import PairView, RunView
from tests.centres import PASSWORD
from tests.hq.desk import BY, CODE, Desk
from tests.hq.similarity.world import Exam, Examined
from tests.hq.web.test_console import Staff


@pytest.fixture
def exam(examined: Examined) -> Exam:
    return examined.exam


@pytest.fixture
def desk(examined: Examined) -> Desk:
    return examined.desk


def signed_in(desk: Desk, client: FlaskClient, name: str, *grants: Grant) -> Staff:
    desk.hq.accounts.create(name, PASSWORD, BY, grants)
    return Staff(client, desk, name)


@pytest.fixture
def staff(desk: Desk, client: FlaskClient, exam: Exam) -> Staff:
    return signed_in(desk, client, "ann", Grant(Role.REVIEWER))


def run_of(desk: Desk, exam: Exam) -> tuple[RunView, PairView]:
    run_id = desk.hq.similarity_runs.run(exam.sitting, "1", BY)[0]
    findings = desk.hq.similarity_findings
    return findings.run(run_id), findings.pairs(run_id).pairs[0]


def addresses(run: RunView, pair: PairView) -> list[str]:
    return [
        "/similarity",
        f"/similarity/runs/{run.id}",
        f"/similarity/runs/{run.id}/rooms/{CODE}/1",
        f"/similarity/runs/{run.id}/report.json",
        f"/similarity/pairs/{pair.id}",
        f"/similarity/pairs/{pair.id}/report.pdf",
    ]


def test_a_comparison_runs_as_a_job_and_leads_to_its_pairs(staff: Staff, exam: Exam) -> None:
    overview = staff.get("/similarity").text
    assert f'value="{exam.sitting}/1"' in overview
    begun = staff.post("/similarity", paper=f"{exam.sitting}/1")
    page = staff.waited(begun.headers["Location"])
    assert "ground for review, never a verdict" in page
    assert "within sight" in page
    assert "below 1 %." in page
    link = re.search(r"/similarity/pairs/\w+", page)
    assert link is not None
    pair = staff.get(link[0]).text
    for words in ("same wrong answer", "Generalized binomial test", "plot-svg", "within 30 sec"):
        assert words in pair
    assert staff.desk.hq.audit_log.newest(1)[0].kind == "similar_pair_viewed"
    assert "1 · " not in staff.get("/similarity").text.split("<table")[0]


def test_the_room_is_drawn_with_its_pairs_and_a_table_says_the_same(
    staff: Staff, exam: Exam
) -> None:
    run, pair = run_of(staff.desk, exam)
    page = staff.get(f"/similarity/runs/{run.id}/rooms/{CODE}/1").text
    assert page.count('class="seat-box') == 30
    assert page.count('class="seat-box seat-named"') == 4
    assert page.count('class="pair-line') == 2
    assert page.count(f'href="/similarity/pairs/{pair.id}"') == 2
    assert "30 seats, 2 pairs drawn as lines" in page
    assert "Nobody has said" not in page


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.REGISTRAR, Role.MARKER, Role.PUBLISHER])
def test_other_roles_see_nothing_of_it(
    desk: Desk, client: FlaskClient, exam: Exam, role: Role
) -> None:
    staff = signed_in(desk, client, "bob", Grant(role))
    run, pair = run_of(desk, exam)
    for address in addresses(run, pair):
        assert staff.get(address).status_code == 403, address
    assert staff.post("/similarity", paper=f"{exam.sitting}/1").status_code == 403
    assert len(desk.hq.similarity_findings.runs()) == 1
    assert 'href="/similarity"' not in staff.get("/").text


def test_an_auditor_reads_and_starts_nothing(desk: Desk, client: FlaskClient, exam: Exam) -> None:
    staff = signed_in(desk, client, "eve", Grant(Role.AUDITOR))
    run, pair = run_of(desk, exam)
    for address in addresses(run, pair):
        assert staff.get(address).status_code == 200, address
    assert "Compare everybody" not in staff.get("/similarity").text
    assert staff.post("/similarity", paper=f"{exam.sitting}/1").status_code == 403


@pytest.mark.parametrize(
    "grant", [Grant(Role.REVIEWER, branch="上海"), Grant(Role.REVIEWER, "carbon-skills")]
)
def test_a_role_elsewhere_does_not_reach_these_centres(
    desk: Desk, client: FlaskClient, exam: Exam, grant: Grant
) -> None:
    other = read_text(resource("config/programmes/carbon-skills.toml"))
    desk.hq.programmes.take(other, BY)
    staff = signed_in(desk, client, "kim", grant)
    run, pair = run_of(desk, exam)
    for address in addresses(run, pair)[4:]:
        assert staff.get(address).status_code == 403, address
    assert staff.get(addresses(run, pair)[2]).status_code == 403
    assert staff.post("/similarity", paper=f"{exam.sitting}/1").status_code == 403
    for address in (addresses(run, pair)[1], addresses(run, pair)[3]):
        assert "2026S" not in staff.get(address).text


def test_reports_are_downloads(staff: Staff, exam: Exam) -> None:
    run, pair = run_of(staff.desk, exam)
    pdf = staff.get(f"/similarity/runs/{run.id}/report.pdf")
    assert (pdf.mimetype, pdf.data[:5]) == ("application/pdf", b"%PDF-")
    assert pdf.headers["Content-Disposition"].startswith("attachment")
    plain = json.loads(staff.get(f"/similarity/pairs/{pair.id}/report.json").data)
    assert [found["id"] for found in plain["pairs"]] == [pair.id]
    assert staff.get(f"/similarity/runs/{run.id}/report.exe").status_code == 404


def test_what_does_not_exist_is_not_found(staff: Staff, exam: Exam) -> None:
    for address in ("runs/x", "pairs/x", "runs/x/rooms/BJ01/1", "jobs/x"):
        assert staff.get(f"/similarity/{address}").status_code == 404
    for paper in ("", "x/1", f"{exam.sitting}/9", "nonsense"):
        assert staff.post("/similarity", paper=paper).status_code == 404


def test_numbers_of_an_address_can_be_anything(staff: Staff, exam: Exam) -> None:
    run, _pair = run_of(staff.desk, exam)
    for query in ("page=99999999999999999999", "page=-3", "page=x", "group=99999999999999999999"):
        assert staff.get(f"/similarity/runs/{run.id}?{query}").status_code == 200, query
    assert staff.get("/similarity?before=99999999999999999999").status_code == 200


def test_a_paper_without_answers_is_said_to_have_none(staff: Staff) -> None:
    begun = staff.post("/similarity", paper=f"{staff.desk.sitting}/1")
    page = staff.waited(begun.headers["Location"])
    assert "No results with answers have arrived for this paper." in page
