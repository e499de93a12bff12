"""Who may call which route of the console, and for what: closed unless the table opens it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from kiosk.settings import read_text, resource
from kiosk.system import entropy
from sync.hq.core.roles import Grant, Role
from sync.hq.persistence.tables import seats
from sync.hq.registration.roster_file import RosterEntry
from sync.hq.sittings import NewPaper, NewSitting
from sync.hq.web.app import create_app
from sync.hq.web.console.guard import OPEN
from sync.hq.web.console.rights import RIGHTS
from sync.wire.sealing.keys import KeyPair
from tests.centres import PASSWORD
from tests.hq.desk import BY, CODE, NOW, OTHER, PROGRAMME, Desk
from tests.hq.web.test_console import Staff

NOT_CONSOLE = (
    "look_up",
    "sync_api",
    "tus_api",
    "pull_api",
    "static",
    "bootstrap",
    "style",
    "healthz",
    "verify",
)
SECOND = "carbon-skills"
EXAMINED = ("emission_management", "junior")


@pytest.fixture
def app(desk: Desk) -> Flask:
    return create_app(desk.hq)


@pytest.fixture
def nation(desk: Desk) -> Desk:
    """Centres in two cities with a candidate each, and a sitting of another programme."""
    hq = desk.hq
    hq.branches.set(CODE, "北京/海淀", BY)
    desk.enrol(OTHER, KeyPair.generate(entropy))
    hq.branches.set(OTHER, "上海", BY)
    entry = RosterEntry("99000119900101002X", "考生二", "2026A0002")
    hq.registration.import_roster(desk.sitting, OTHER, [entry], BY)
    hq.programmes.take(read_text(resource(f"config/programmes/{SECOND}.toml")), BY)
    return desk


def rules(app: Flask) -> list[Rule]:
    """The rules of the console."""
    found = app.url_map.iter_rules()
    return [rule for rule in found if rule.endpoint.split(".")[0] not in NOT_CONSOLE]


def staff(desk: Desk, app: Flask, *grants: Grant, name: str = "ann") -> Staff:
    """An account with these roles, signed in."""
    desk.hq.accounts.create(name, PASSWORD, BY, grants)
    return Staff(app.test_client(), desk, name)


def test_every_route_is_in_the_table_and_nothing_else_is(app: Flask) -> None:
    assert {rule.endpoint for rule in rules(app)} - OPEN == set(RIGHTS)


def test_a_route_that_is_forgotten_is_closed(
    desk: Desk, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    chief = Staff(app.test_client(), desk)
    assert chief.get("/sittings").status_code == 200
    left = {name: need for name, need in RIGHTS.items() if name != "sittings.overview"}
    monkeypatch.setattr("sync.hq.web.console.targets.RIGHTS", left)
    assert chief.get("/sittings").status_code == 403


def test_markers_open_no_page_with_names() -> None:
    opened = {name for name, need in RIGHTS.items() if Role.MARKER in need.roles}
    pages = {"marking.overview", "marking.mark"}
    calls = {f"marking_calls.{name}" for name in ("next_answer", "give", "take_back")}
    assert opened == {"items.picture"} | pages | calls


def test_auditors_change_nothing(app: Flask) -> None:
    changing = {rule.endpoint for rule in rules(app) if "POST" in (rule.methods or ())}
    assert [name for name in changing & set(RIGHTS) if Role.AUDITOR in RIGHTS[name].roles] == []


def closed(reply: TestResponse) -> bool:
    """Whether the rights did not suffice; other refusals are of the act itself."""
    return reply.status_code == 403 and "Your account may not do this" in reply.text


def settled(person: Staff, reply: TestResponse) -> TestResponse:
    """The reply, after the job that it started has ended."""
    if "/jobs/" in reply.headers.get("Location", ""):
        person.waited(reply.headers["Location"])
    return reply


def made_up(rule: Rule, name: str) -> object:
    """Something that does not exist, of the kind that the rule wants."""
    return 999_999 if f"<int:{name}>" in rule.rule else "none"


def call(person: Staff, rule: Rule, values: dict[str, Any]) -> TestResponse:
    """Call a route about what exists."""
    with person.client.application.test_request_context():
        path = person.client.application.url_map.bind("localhost").build(
            rule.endpoint, {name: values.get(name, made_up(rule, name)) for name in rule.arguments}
        )
    if "POST" in (rule.methods or ()):
        form = {"programme": PROGRAMME, "sitting": values["sitting_id"], "centre": CODE}
        return settled(person, person.post(path, **form))
    return person.get(path)


@pytest.mark.parametrize("role", [None, *Role])
def test_each_role_opens_its_routes_and_no_other(desk: Desk, app: Flask, role: Role | None) -> None:
    person = staff(desk, app, *([Grant(role)] if role else []))
    desk.hq.scan_viewers.allow("ann", BY)
    seat = desk.hq.registration.seats(desk.sitting)[0]
    values = {
        "sitting_id": desk.sitting,
        "candidate_id": seat.candidate_id,
        "programme_id": PROGRAMME,
        "code": CODE,
        "centre": CODE,
        "paper_id": "1",
        "label": "A",
        "kind": "items" if role is Role.AUTHOR else "candidates",
        "change_set": "1",
        "username": "nobody",
        "act": "lock",
    }
    for rule in rules(app):
        if rule.endpoint in (*OPEN, "console.sign_out"):
            continue
        reply, need = call(person, rule, values), RIGHTS[rule.endpoint]
        allowed = not need.roles or role in need.roles
        assert closed(reply) != allowed, (rule.endpoint, reply.status_code)


PLACES = [
    ("GET", "/sittings/{sitting}/candidates/{candidate}/form"),
    ("POST", "/sittings/{sitting}/candidates/{candidate}/form"),
    ("POST", "/sittings/{sitting}/candidates/{candidate}/act"),
    ("POST", "/sittings/{sitting}/candidates/{candidate}/decision"),
    ("POST", "/sittings/{sitting}/candidates/{candidate}/materials"),
    ("GET", "/sittings/{sitting}/candidates/{candidate}/letter"),
    ("GET", "/sittings/{sitting}/candidates/{candidate}/scans"),
    ("POST", "/sittings/{sitting}/candidates/{candidate}/scans"),
    ("GET", "/candidates/{candidate}"),
    ("POST", "/candidates/{candidate}/correct"),
    ("GET", "/candidates/{candidate}/portrait.jpg"),
    ("GET", "/centres/{centre}/rooms"),
    ("POST", "/centres/{centre}/rooms"),
    ("POST", "/centres/{centre}/place"),
    ("GET", "/centres/{centre}/certificate"),
    ("GET", "/sittings/{sitting}/packages/{centre}"),
    ("POST", "/sittings/{sitting}/packages"),
    ("POST", "/sittings/{sitting}/packages/revoke"),
    ("POST", "/sittings/{sitting}/approve"),
    ("POST", "/sittings/{sitting}/code"),
    ("POST", "/sittings/{sitting}/rooms"),
    ("POST", "/sittings/{sitting}/seats/offer"),
    ("POST", "/sittings/{sitting}/tickets.pdf"),
]


@pytest.mark.parametrize(("method", "path"), PLACES)
def test_a_right_for_a_branch_opens_what_is_below_it_only(
    nation: Desk, app: Flask, method: str, path: str
) -> None:
    person = staff(nation, app, Grant(Role.REGISTRAR, branch="北京"))
    nation.hq.scan_viewers.allow("ann", BY)
    refused = {}
    for centre in (CODE, OTHER):
        (seat,) = nation.hq.registration.seats(nation.sitting, centre)
        names = {"sitting": nation.sitting, "candidate": seat.candidate_id, "centre": centre}
        address = path.format(**names)
        reply = person.get(address) if method == "GET" else person.post(address, centre=centre)
        refused[centre] = closed(reply)
    assert refused == {CODE: False, OTHER: True}


WHOLE = [
    ("/sittings/{sitting}/cancel", {"confirmed": "yes", "reason": "r"}),
    ("/sittings/{sitting}/move", {"confirmed": "yes", "reason": "r"}),
    ("/sittings/{sitting}/packages/all", {}),
    ("/sittings/{sitting}/approve", {}),
    ("/sittings/{sitting}/tickets.pdf", {}),
    ("/sittings/{sitting}/seats/allocate", {}),
    ("/sittings/{sitting}/reserve", {}),
    ("/sittings", {"starts_at": "2026-05-25T14:00", "all": PROGRAMME}),
    ("/imports/candidates", {"sitting": "{sitting}"}),
]


@pytest.mark.parametrize(("path", "form"), WHOLE)
def test_what_concerns_all_centres_needs_a_right_for_all(
    nation: Desk, app: Flask, path: str, form: dict[str, str]
) -> None:
    person = staff(nation, app, Grant(Role.REGISTRAR, branch="北京"))
    everywhere = staff(nation, app, Grant(Role.REGISTRAR), name="bob")
    sent = {name: value.format(sitting=nation.sitting) for name, value in form.items()}
    address = path.format(sitting=nation.sitting)
    assert closed(person.post(address, **sent))
    assert not closed(settled(everywhere, everywhere.post(address, **sent)))


@pytest.mark.parametrize(
    "path",
    [
        "/items/{programme}",
        "/items/{programme}/template.xlsx",
        "/item-editor/{programme}",
        "/item-imports/of/{programme}",
    ],
)
def test_an_author_of_one_programme_opens_no_other(nation: Desk, app: Flask, path: str) -> None:
    person = staff(nation, app, Grant(Role.AUTHOR, PROGRAMME))
    assert person.get(path.format(programme=PROGRAMME)).status_code == 200
    assert person.get(path.format(programme=SECOND)).status_code == 403
    assert person.post("/imports/items", programme=SECOND).status_code == 403
    assert SECOND not in person.get("/items").text


def test_a_sitting_of_another_programme_is_neither_listed_nor_opened(
    nation: Desk, app: Flask
) -> None:
    new = NewSitting("别的项目", NOW + timedelta(days=3), [NewPaper(SECOND, *EXAMINED)])
    other = nation.hq.sittings.create(new, BY).id
    both = [NewPaper(PROGRAMME), NewPaper(SECOND, *EXAMINED)]
    mixed = nation.hq.sittings.create(NewSitting("混合", NOW + timedelta(days=4), both), BY).id
    person = staff(nation, app, Grant(Role.REGISTRAR, PROGRAMME))
    listed = person.get("/sittings").text
    assert nation.sitting in listed
    for sitting in (other, mixed):
        assert sitting not in listed
        assert person.get(f"/sittings/{sitting}").status_code == 403
        assert person.get(f"/sittings/{sitting}/candidates").status_code == 403
    form = {"starts_at": "2026-05-25T14:00", "all": SECOND}
    assert person.post("/sittings", **form).status_code == 403


LISTS = [
    "/sittings/{sitting}",
    "/sittings/{sitting}/forms",
    "/sittings/{sitting}/material",
    "/centres",
    "/exam-day?day=2026-04-26",
    "/exam-day/live?day=2026-04-26",
    "/sittings/{sitting}/rooms",
    "/results",
    "/",
]


@pytest.mark.parametrize("path", LISTS)
def test_lists_show_what_is_below_the_branch_only(nation: Desk, app: Flask, path: str) -> None:
    person = staff(nation, app, Grant(Role.REGISTRAR, branch="北京"))
    nation.hq.scan_viewers.allow("ann", BY)
    reply = person.get(path.format(sitting=nation.sitting))
    assert reply.status_code == 200
    assert OTHER not in reply.text
    assert "考生二" not in reply.text


def test_outdated_packages_of_another_branch_are_not_named(nation: Desk, app: Flask) -> None:
    nation.hq.packages.build(nation.sitting, OTHER, BY)
    entry = RosterEntry("990001199001010036", "考生三", "2026A0003")
    nation.hq.registration.import_roster(nation.sitting, OTHER, [entry], BY)
    page = f"/sittings/{nation.sitting}"
    assert f"The package of {OTHER}" in staff(nation, app, Grant(Role.REGISTRAR)).get(page).text
    person = staff(nation, app, Grant(Role.REGISTRAR, branch="北京"), name="bea")
    assert OTHER not in person.get(page).text


def test_an_author_sees_no_names_on_the_page_of_a_sitting(nation: Desk, app: Flask) -> None:
    person = staff(nation, app, Grant(Role.AUTHOR), Grant(Role.MARKER))
    page = person.get(f"/sittings/{nation.sitting}").text
    assert "考生一" not in page
    assert "2026A0001" not in page


def test_nobody_is_moved_to_a_centre_outside_the_branch(nation: Desk, app: Flask) -> None:
    person = staff(nation, app, Grant(Role.REGISTRAR, branch="北京"))
    (seat,) = nation.hq.registration.seats(nation.sitting, CODE)
    address = f"/sittings/{nation.sitting}/candidates/{seat.candidate_id}/act"
    form = {"act": "move", "centre": OTHER, "room": "1", "seat": "2", "reason": "r"}
    assert person.post(address, **form).status_code == 403


def test_a_result_of_another_branch_is_not_opened(nation: Desk, app: Flask) -> None:
    person = staff(nation, app, Grant(Role.PUBLISHER, branch="北京"))
    assert person.get(f"/results/{CODE}/none").status_code == 404
    assert closed(person.get(f"/results/{OTHER}/none"))


def test_nobody_outside_the_branch_gets_a_seat_of_it(nation: Desk, app: Flask) -> None:
    person = staff(nation, app, Grant(Role.REGISTRAR, branch="北京"))
    (seat,) = nation.hq.registration.seats(nation.sitting, CODE)
    (other,) = nation.hq.registration.seats(nation.sitting, OTHER)
    address = f"/sittings/{nation.sitting}/candidates/{seat.candidate_id}/act"
    reply = person.post(address, act="replace", other=other.candidate_id, reason="r")
    assert closed(reply)
    assert "考生二" not in reply.text


def test_a_limited_auditor_does_not_read_the_whole_log(nation: Desk, app: Flask) -> None:
    person = staff(nation, app, Grant(Role.AUDITOR, PROGRAMME))
    assert person.get("/audit-log").status_code == 403
    assert person.get("/sittings").status_code == 200


def test_a_role_that_is_withdrawn_ends_with_the_next_request(desk: Desk, app: Flask) -> None:
    person = staff(desk, app, Grant(Role.REGISTRAR))
    assert person.get("/sittings").status_code == 200
    desk.hq.grants.withdraw("ann", Grant(Role.REGISTRAR), BY)
    reply = person.get("/sittings")
    assert reply.status_code == 403
    assert "registrar" in reply.text or "author" in reply.text


MENU = {
    Role.AUTHOR: {"/sittings", "/items"},
    Role.REGISTRAR: {"/sittings", "/exam-day", "/announcements", "/centres", "/results"},
    Role.MARKER: set[str](),
    Role.ADJUDICATOR: {"/sittings", "/items", "/results"},
    Role.REVIEWER: {"/sittings", "/results"},
    Role.PUBLISHER: {"/sittings", "/results"},
    Role.AUDITOR: {
        "/sittings",
        "/exam-day",
        "/announcements",
        "/centres",
        "/items",
        "/samples",
        "/results",
        "/audit-log",
        "/accounts",
    },
    Role.ADMINISTRATOR: {"/exam-day", "/announcements", "/centres", "/audit-log", "/accounts"},
    Role.SUPERVISOR: {
        "/sittings",
        "/exam-day",
        "/announcements",
        "/centres",
        "/samples",
        "/results",
        "/audit-log",
    },
}


@pytest.mark.parametrize("role", Role)
def test_the_menu_has_what_the_account_may_open(desk: Desk, app: Flask, role: Role) -> None:
    person = staff(desk, app, Grant(role))
    page = person.get("/").text
    menu = page[page.index("<header") : page.index("</header>")]
    known = set[str]().union(*MENU.values())
    assert {path for path in known if f'href="{path}"' in menu} == MENU[role]
    assert all(person.get(path).status_code == 200 for path in MENU[role])


LINK = re.compile(r'(?:href|src)="(/[^"#?]*)')
FORM = re.compile(r'<form[^>]*method="post"[^>]*>')
ACTION = re.compile(r'action="(/[^"?]*)')


def offered(page: str, address: str) -> Iterator[tuple[str, str]]:
    """The links and forms of a page, as method and address."""
    for found in LINK.finditer(page):
        yield "GET", found[1]
    for found in FORM.finditer(page):
        action = ACTION.search(found[0])
        yield "POST", action[1] if action else address


@pytest.mark.parametrize("role", Role)
def test_a_page_offers_only_what_its_reader_may_call(desk: Desk, app: Flask, role: Role) -> None:
    person, places = staff(desk, app, Grant(role)), app.url_map.bind("localhost")
    desk.hq.scan_viewers.allow("ann", BY)
    seat = desk.hq.registration.seats(desk.sitting)[0]
    item = desk.hq.bank.items(PROGRAMME)[0].item.id
    values = {
        "sitting_id": desk.sitting,
        "candidate_id": seat.candidate_id,
        "programme_id": PROGRAMME,
        "code": CODE,
        "item_id": item,
        "username": "chief",
    }
    wrong = set()
    for rule in rules(app):
        need = RIGHTS.get(rule.endpoint)
        known = rule.arguments <= set(values) and "GET" in (rule.methods or ())
        if need is None or not known or (need.roles and role not in need.roles):
            continue
        reply = call(person, rule, values)
        if reply.mimetype != "text/html":
            continue
        for method, address in offered(reply.text, reply.request.path):
            endpoint = places.match(address, method=method)[0]
            if endpoint.split(".")[0] not in NOT_CONSOLE and endpoint not in OPEN:
                roles = RIGHTS[endpoint].roles
                if roles and role not in roles:
                    wrong.add(f"{rule.endpoint} offers {endpoint}")
    assert wrong == set()


def test_clashes_of_another_sitting_are_shown_to_nobody_who_may_not_open_it(
    nation: Desk, app: Flask
) -> None:
    hq = nation.hq
    new = NewSitting("别的项目", NOW + timedelta(days=3), [NewPaper(SECOND, *EXAMINED)])
    other = hq.sittings.create(new, BY).id
    entry = RosterEntry("99000119900101003X", "考生三", "2026A0003")
    hq.registration.import_roster(nation.sitting, CODE, [entry], BY)
    with hq.storage.database.write() as connection:  # as data from before clashes were refused
        here = select(seats).where(seats.c.centre_code == CODE)
        first, second = connection.execute(here).mappings().all()
        connection.execute(
            seats.update()
            .where(seats.c.candidate_id == second["candidate_id"])
            .values(room=first["room"], seat="0" + first["seat"])
        )
    person = staff(nation, app, Grant(Role.REGISTRAR, SECOND))
    assert person.get(f"/sittings/{nation.sitting}/changes").status_code == 403
    assert "考生三" not in person.get(f"/sittings/{other}/changes").text
    near = staff(nation, app, Grant(Role.REGISTRAR, branch="上海"), name="bob")
    assert "考生三" not in near.get(f"/sittings/{nation.sitting}/changes").text
    everywhere = staff(nation, app, Grant(Role.REGISTRAR), name="eve")
    assert "考生三" in everywhere.get(f"/sittings/{nation.sitting}/changes").text
