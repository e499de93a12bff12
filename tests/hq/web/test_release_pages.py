"""The pages of release and keys for staff, and the look-up for candidates."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.settings import read_text, resource
from sync.hq.core.roles import Grant, Role
from sync.hq.web.app import create_app
from tests.centres import PASSWORD
from tests.hq.desk import BY, CODE, PROGRAMME, Desk
from tests.hq.release.hall import FIRST, PEOPLE, SECOND, right_answers, sat, send, with_dates
from tests.hq.web.test_console import Staff


@pytest.fixture
def app(desk: Desk) -> Flask:
    sat(desk)
    return create_app(desk.hq)


def person(desk: Desk, app: Flask, name: str) -> Staff:
    return Staff(app.test_client(), desk, name)


def address(desk: Desk) -> str:
    return f"/sittings/{desk.sitting}/release/{PROGRAMME}"


def release(desk: Desk, app: Flask) -> None:
    first, second = person(desk, app, FIRST), person(desk, app, SECOND)
    assert "Someone else must confirm it" in first.told(address(desk), kind="release")
    (act,) = desk.hq.release.acts.list(desk.sitting)
    page = first.get(address(desk)).text
    assert "You proposed this" in page
    assert 'value="confirm"' not in page
    assert 'value="confirm"' in second.get(address(desk)).text
    told = second.told(f"{address(desk)}/acts/{act.id}", decision="confirm")
    assert "Published: 3 results." in told


def test_two_publishers_release_on_the_page(desk: Desk, app: Flask) -> None:
    release(desk, app)
    overview = person(desk, app, FIRST).get("/releases").text
    assert re.search(
        r'<td class="num">3</td><td class="num">0</td><td class="num">3</td>', overview
    )


def test_a_refused_proposal_comes_back_to_the_check_list(desk: Desk) -> None:
    with_dates(desk)
    sat(desk)
    first = person(desk, create_app(desk.hq), FIRST)
    reply = first.post(address(desk), kind="release", reason="四月场次")
    assert reply.status_code == 409
    assert "Check list" in first.get(address(desk)).text
    assert 'value="四月场次"' in reply.text


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
def test_numbers_that_no_database_has_find_nothing(desk: Desk, app: Flask, number: int) -> None:
    chief = person(desk, app, "chief")
    for page in (
        *(f"/{name}?before={number}" for name in ("challenges", "recounts", "cases", "results")),
        *(f"/{name}?page={number}" for name in ("certificates", "releases", "webhooks", "tokens")),
    ):
        assert chief.get(page).status_code == 200, page
    for path in (f"/challenges/{number}", f"/recounts/{number}", f"{address(desk)}/acts/{number}"):
        assert chief.post(path, decision="confirm", answer="无").status_code == 404, path


def test_a_programme_without_a_paper_in_the_sitting_has_no_check_list(
    desk: Desk, app: Flask
) -> None:
    chief, other = person(desk, app, "chief"), f"/sittings/{desk.sitting}/release/other"
    assert chief.get(other).status_code == 404
    assert chief.post(other, kind="release").status_code == 404


def test_one_publisher_cannot_confirm_by_sending_the_form(desk: Desk, app: Flask) -> None:
    first = person(desk, app, FIRST)
    first.told(address(desk), kind="release")
    (act,) = desk.hq.release.acts.list(desk.sitting)
    reply = first.post(f"{address(desk)}/acts/{act.id}", decision="confirm")
    assert reply.status_code == 403
    assert desk.hq.release.publications.state(desk.sitting, PROGRAMME).published == 0


def test_a_publisher_of_another_programme_may_not(desk: Desk, app: Flask) -> None:
    desk.hq.programmes.take(read_text(resource("config/programmes/carbon-skills.toml")), BY)
    desk.hq.accounts.create("other", PASSWORD, BY, [Grant(Role.PUBLISHER, "carbon-skills")])
    other = person(desk, app, "other")
    assert other.get(address(desk)).status_code == 403
    assert other.post(address(desk), kind="release").status_code == 403
    assert other.get(f"/results/{CODE}/ATTEMPT0").status_code == 403
    assert PROGRAMME not in other.get("/releases").text


def test_a_programme_that_is_not_sat_is_not_found(desk: Desk, app: Flask) -> None:
    first = person(desk, app, FIRST)
    elsewhere = f"/sittings/{desk.sitting}/release/carbon-skills"
    assert first.get(elsewhere).status_code == 404


def test_a_result_shows_its_versions_and_is_withdrawn(desk: Desk, app: Flask) -> None:
    release(desk, app)
    first = person(desk, app, FIRST)
    page = first.get(f"/results/{CODE}/ATTEMPT0").text
    assert "110.0" in page
    letter = first.get(f"/results/{CODE}/ATTEMPT0/letter")
    assert letter.data.startswith(b"%PDF")
    told = first.told(f"/results/{CODE}/ATTEMPT0/withdraw", kind="withdraw", reason="存疑")
    assert "Withdrawal" in told


def test_who_only_reads_gets_no_forms(desk: Desk, app: Flask) -> None:
    release(desk, app)
    send(desk, 1, right_answers(desk), revision=2)
    person(desk, app, FIRST).told(address(desk), kind="amend", reason="补传成绩")
    desk.hq.accounts.create("auditor", PASSWORD, BY, [Grant(Role.AUDITOR)])
    desk.hq.accounts.create("reviewer", PASSWORD, BY, [Grant(Role.REVIEWER)])
    auditor, reviewer = person(desk, app, "auditor"), person(desk, app, "reviewer")
    result = f"/results/{CODE}/ATTEMPT0"
    assert "Waits for its confirmation" in auditor.get(address(desk)).text
    assert "/release/" not in forms(auditor.get(address(desk)).text)
    assert "/letter" in auditor.get(result).text
    assert "/withdraw" not in forms(auditor.get(result).text)
    assert "/letter" not in reviewer.get(result).text


def forms(page: str) -> str:
    """The forms of a page that send something."""
    return " ".join(re.findall(r'<form[^>]*method="post"[^>]*>', page))


def test_a_changed_result_is_listed_until_it_is_amended(desk: Desk, app: Flask) -> None:
    release(desk, app)
    send(desk, 1, right_answers(desk), revision=2)
    page = person(desk, app, FIRST).get(address(desk)).text
    assert "Changed since they were published" in page
    assert f"/results/{CODE}/ATTEMPT1" in page


def look_up(client: FlaskClient, path: str = "/look-up", **typed: object) -> tuple[int, str]:
    page = client.get("/look-up?lang=en").text
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None
    reply = client.post(path, data={"csrf": found[1], **typed})
    return reply.status_code, reply.text


def typed(desk: Desk, number: int = 0) -> dict[str, str]:
    identity, name = list(PEOPLE.items())[number]
    admission = desk.hq.registration.seats(desk.sitting)[number].admission_no
    return {"name": name, "identity_no": identity, "admission_no": admission}


def test_candidates_look_up_get_the_letter_and_ask_for_a_recount(desk: Desk, app: Flask) -> None:
    client = app.test_client()
    status, page = look_up(client, **typed(desk))
    assert (status, "No published result was found" in page) == (404, True)
    release(desk, app)
    status, page = look_up(client, **typed(desk))
    assert (status, "110.0" in page, "passed" in page) == (200, True, True)
    published = re.search(r'name="published" value="(\d+)"', page)
    assert published is not None
    chosen = {**typed(desk), "published": published[1]}
    status, page = look_up(client, "/look-up/recount", text="请核对", **chosen)
    assert "Your request is stored" in page
    answers = person(desk, app, FIRST)
    (asked,) = desk.hq.release.recounts.of_attempt(
        desk.hq.release.publications.passed(desk.sitting, PROGRAMME)[0].key
    )
    answers.told(f"/recounts/{asked.id}", answer="核对无误")
    assert "核对无误" in look_up(client, **typed(desk))[1]


def test_the_look_up_needs_its_own_form(desk: Desk, app: Flask) -> None:
    reply = app.test_client().post("/look-up", data=typed(desk))
    assert reply.status_code == 403


@pytest.mark.parametrize("path", ["/look-up/letter", "/look-up/recount"])
def test_nothing_of_others_is_reached_by_its_number(desk: Desk, app: Flask, path: str) -> None:
    release(desk, app)
    status, _page = look_up(app.test_client(), path, published="2", text="x", **typed(desk, 0))
    assert status == 404


def test_a_key_is_changed_on_the_page(desk: Desk, app: Flask) -> None:
    desk.hq.accounts.create("author", PASSWORD, BY, [Grant(Role.AUTHOR)])
    desk.hq.accounts.create("judge", PASSWORD, BY, [Grant(Role.ADJUDICATOR)])
    author, judge = person(desk, app, "author"), person(desk, app, "judge")
    item = next(
        one.id
        for one in desk.hq.papers.get(desk.sitting).paper.items
        if one.type == "single_choice"
    )
    form = f"/programmes/{PROGRAMME}/items/{item}/ruling"
    assert "Propose and see the effect" in author.get(form).text
    page = author.told(form, kind="full_points", reason="题目有误")
    assert "Approve and apply" not in page
    (ruling,) = desk.hq.rulings.list()
    place = f"/rulings/{ruling.ruling.id}"
    shown = judge.waited(judge.post(f"{place}/effect").headers["Location"])
    assert "get more points" in shown
    assert "Approve and apply" in shown
    done = judge.waited(judge.post(f"{place}/decide", decision="approve").headers["Location"])
    assert "applied" in done
    reply = author.post(f"{place}/decide", decision="approve")
    assert reply.status_code == 403


def test_a_challenge_is_entered_and_answered_on_the_page(desk: Desk, app: Flask) -> None:
    desk.hq.accounts.create("judge", PASSWORD, BY, [Grant(Role.ADJUDICATOR)])
    judge = person(desk, app, "judge")
    item = desk.hq.papers.get(desk.sitting).paper.items[0].id
    told = judge.told(
        "/challenges", programme=PROGRAMME, sitting=desk.sitting, item=item, text="答案有误"
    )
    assert "答案有误" in told
    assert "无误" in judge.told("/challenges/1", decision="reject", answer="答案无误")
