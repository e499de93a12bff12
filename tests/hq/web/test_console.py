"""The console: nothing without a session, imports are looked at first, all is there in Chinese."""

import io
import re
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.vision.samples import sample_portrait
from kiosk.webpages.languages import catalogue
from sync.hq.authoring.interchange import formats
from sync.hq.intake.centre_status import DATA, FINDINGS
from sync.hq.problems import TEXTS
from sync.hq.registration.look_alikes import Pairs, PortraitPack
from sync.hq.registration.portrait_pictures import normalised
from sync.hq.sittings import NewPaper, NewSitting
from sync.hq.web.app import TRANSLATIONS, create_app
from tests.centres import PASSWORD
from tests.hq.applicants import archive, number, table
from tests.hq.desk import BY, CLERK, CODE, NOW, PROGRAMME, Desk
from tests.hq.items import PICTURE, PICTURE_BYTES, PICTURES, special
from tests.hq.results import parts_office

WEB = Path(__file__).parents[3] / "sync/hq/web"


class Staff:
    """A signed-in member of staff with a browser."""

    def __init__(self, client: FlaskClient, desk: Desk, username: str = "chief") -> None:
        self.client, self.desk = client, desk
        session = desk.hq.accounts.sign_in(username, PASSWORD, "test")
        self.csrf = session.csrf
        client.set_cookie("hq_session", session.token)
        client.set_cookie("hq_lang", "en")

    def get(self, path: str) -> TestResponse:
        return self.client.get(f"{path}{'&' if '?' in path else '?'}lang=en")

    def post(self, path: str, **data: object) -> TestResponse:
        form = {"csrf": self.csrf, **data}
        return self.client.post(path, data=form, content_type="multipart/form-data")

    def told(self, path: str, **data: object) -> str:
        """The page that a form leads to."""
        reply = self.post(path, **data)
        assert reply.status_code == 302, reply.text
        return self.get(reply.headers["Location"]).text

    def import_file(self, kind: str, name: str, data: bytes, **more: object) -> str:
        """The page with the outcome of checking a file; its address is ``upload``."""
        file = (io.BytesIO(data), name)
        reply = self.post(f"/imports/{kind}", file=file, **more)
        assert reply.status_code == 302, reply.text
        return self.waited(reply.headers["Location"])

    def waited(self, address: str) -> str:
        """The page of a job when it is done."""
        self.upload = address.split("/jobs/")[0]
        for _ in range(600):
            reply = self.client.get(f"{address}?lang=en", follow_redirects=True)
            if 'http-equiv="refresh"' not in reply.text:
                return reply.text
            time.sleep(0.05)
        raise AssertionError("the job does not end")

    def store(self, **data: object) -> str:
        """Store what was checked; the page with the outcome."""
        return self.waited(self.post(f"{self.upload}/store", **data).headers["Location"])


@pytest.fixture
def staff(desk: Desk, client: FlaskClient) -> Staff:
    return Staff(client, desk)


def rules() -> Iterator[tuple[str, str]]:
    """Every route of the console that needs a session, with a made-up address."""
    for module in sorted((WEB / "console").glob("*.py")):
        text = module.read_text(encoding="utf-8")
        for method, path in re.findall(r'^@\w+\.(get|post)\("([^"]+)"\)', text, re.MULTILINE):
            if path != "/sign-in":
                yield method, re.sub(r"<[^>]+>", "x", re.sub(r"<int:[^>]+>", "1", path))


@pytest.mark.parametrize(("method", "path"), list(rules()))
def test_every_route_sends_strangers_to_the_sign_in_page(
    client: FlaskClient, method: str, path: str
) -> None:
    reply = client.open(path, method=method.upper())
    assert reply.status_code == 302
    assert reply.headers["Location"].endswith("/sign-in")


@pytest.mark.parametrize("path", [path for method, path in rules() if method == "post"])
def test_every_form_needs_its_secret(staff: Staff, path: str) -> None:
    assert staff.client.post(path, data={"csrf": "wrong"}).status_code == 403


def test_a_file_of_items_is_looked_at_before_it_is_stored(staff: Staff) -> None:
    data = (
        "题号,题型,科目,领域,题干,答案\n"
        "B1,判断题,碳排放管理理论,双碳目标政策,对吗,正确\n"
        "B2,单选,碳排放管理理论,月球,问二,C\n"
    ).encode("gb18030")
    page = staff.import_file("items", "bank.csv", data, programme=PROGRAMME)
    assert "row 3" in page
    assert "policy 双碳目标政策" in page
    assert len(staff.desk.hq.bank.items(PROGRAMME)) == 95
    assert "Store all but those left out" in page
    assert "1 new items" in staff.store()
    assert staff.desk.hq.bank.get(PROGRAMME, "B1").version == 1
    assert "问二" not in staff.get(f"/items/{PROGRAMME}").text


def test_an_upload_lies_sealed_and_is_forgotten_once_it_is_stored(staff: Staff) -> None:
    def objects() -> list[str]:
        return sorted(staff.desk.hq.storage.blobs.names())

    before = objects()
    data = b"id,type,subject,domain,stem,key\nB1,true_false,theory,policy,secret stem,true\n"
    staff.import_file("items", "bank.csv", data, programme=PROGRAMME)
    assert len(objects()) == len(before) + 1
    blobs = staff.desk.hq.storage.blobs
    assert not [name for name in objects() if b"secret stem" in blobs.get(name)]
    staff.store()
    assert objects() == before
    assert staff.post(f"{staff.upload}/store").status_code == 404


def test_an_upload_belongs_to_who_brought_it(staff: Staff) -> None:
    data = b"id,type,subject,domain,stem,key\nB1,true_false,theory,policy,x,true\n"
    staff.import_file("items", "bank.csv", data, programme=PROGRAMME)
    staff.desk.hq.accounts.create("other", PASSWORD, BY, CLERK)
    other = Staff(create_app(staff.desk.hq).test_client(), staff.desk, "other")
    assert other.post(f"{staff.upload}/store").status_code == 404


def test_a_file_that_is_nothing_is_refused_with_words(staff: Staff) -> None:
    page = staff.import_file("items", "photo.xlsx", b"PK\x03\x04 nonsense", programme=PROGRAMME)
    assert "the archive is damaged" in page
    assert "Store" not in page


def test_applications_come_with_their_portraits(staff: Staff) -> None:
    desk, jpeg = staff.desk, sample_portrait(0)
    portraits = (io.BytesIO(archive({f"{number(1)}.jpg": jpeg})), "p.zip")
    page = staff.import_file(
        "candidates", "c.csv", table({}), sitting=desk.sitting, portraits=portraits
    )
    assert "Years of relevant work" in page
    assert "0 admitted, 1 incomplete" in staff.store()
    (one,) = desk.hq.applications.list(desk.sitting)
    reply = staff.get(f"/candidates/{one.candidate_id}/portrait.jpg")
    assert (reply.data, reply.mimetype) == (normalised(jpeg), "image/jpeg")
    base = f"/sittings/{desk.sitting}"
    told = staff.told(
        f"{base}/candidates/{one.candidate_id}/decision", decision="admit", reason="ok"
    )
    assert "Decided by hand: ok" in told
    staff.told(f"{base}/seats/offer", centre=CODE, seats="5")
    assert "1 seats were assigned." in staff.told(f"{base}/seats/allocate")
    unfit, decision = "are not admitted", f"{base}/candidates/{one.candidate_id}/decision"
    assert unfit not in staff.get(f"{base}/candidates").text
    staff.told(decision, decision="rules", reason="no portrait check")
    for page in ("candidates", "changes", "candidates?state=seated_not_admitted"):
        assert unfit in staff.get(f"{base}/{page}").text
    staff.told(decision, decision="admit", reason="ok")
    page = staff.get(f"{base}/tickets").text
    assert "portrait not checked yet" in page
    assert "the centre has no address" in page
    assert staff.post(f"{base}/tickets.pdf").data.startswith(b"%PDF")


def test_a_picture_of_an_item_is_shown(staff: Staff) -> None:
    hq = staff.desk.hq
    programme = hq.programmes.get(PROGRAMME)
    name, data = formats.write("moodle", special()[:1], PICTURES, programme)
    hq.item_import.store(hq.item_import.preview(programme, formats.read(name, data, programme)), BY)
    page = staff.get(f"/items/{PROGRAMME}/{special()[0].item.id}").text
    assert f'<img src="/pictures/{PICTURE}"' in page
    assert "<math" in page
    assert "a &lt; b &amp; c &gt; d" in page
    assert staff.get(f"/pictures/{PICTURE}").data == PICTURE_BYTES


def test_items_are_exported_and_the_audit_log_says_so(staff: Staff) -> None:
    reply = staff.post(f"/items/{PROGRAMME}/export", format="gift")
    assert reply.data.count(b"::CM-") == 95
    assert staff.desk.hq.audit_log.newest(1)[0].kind == "items_exported"
    assert staff.post(f"/items/{PROGRAMME}/export", format="exe").status_code == 404


def test_a_paper_is_previewed_under_a_watermark_and_noted(staff: Staff) -> None:
    page = staff.get(f"/sittings/{staff.desk.sitting}/papers/1/A").text
    assert page.count("PREVIEW") > 10
    assert page.count('class="stem"') == 70
    assert staff.desk.hq.audit_log.newest(1)[0].kind == "paper_previewed"


def test_a_code_is_shown_with_words_to_read_it_by(staff: Staff) -> None:
    base = f"/sittings/{staff.desk.sitting}"
    assert staff.post(f"{base}/code", centre=CODE).status_code == 403
    staff.desk.clock.pass_time(24 * 3600)
    again = Staff(staff.client, staff.desk)
    page = again.post(f"{base}/code", centre=CODE).text
    assert staff.desk.hq.unlocking.code(staff.desk.sitting, CODE, BY) in page


def test_a_package_is_revoked_at_the_console(staff: Staff) -> None:
    base = f"/sittings/{staff.desk.sitting}"
    assert "revoked: leak" in staff.told(f"{base}/packages/revoke", centre=CODE, reason="leak")
    assert "version 2" in staff.told(f"{base}/packages", centre=CODE)


def test_an_item_is_retired_at_the_console(staff: Staff) -> None:
    address = f"/items/{PROGRAMME}/CM-POL-001"
    assert "retired" in staff.told(f"{address}/retire", reason="leaked")
    assert "Item reinstated" in staff.told(f"{address}/retire", reason="not leaked", undo="yes")
    assert staff.post(f"{address}/retire", reason=" ").status_code == 422


def test_every_sentence_of_the_console_has_its_chinese() -> None:
    chinese = {str(m.id) for m in catalogue(TRANSLATIONS, "zh") if m.id and m.string}
    found = extract_from_dir(
        str(WEB),
        method_map=[("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")],
        keywords={"_": None, "_l": None, "gettext": None},
    )
    texts = {message for _, _, message, _, _ in found if message} | set(TEXTS.values())
    texts |= set(FINDINGS.values()) | set(DATA.values())
    assert len(texts) > 200
    assert sorted(text for text in texts if text not in chinese) == []


def test_chinese_sentences_keep_their_placeholders() -> None:
    holder = re.compile(r"%\(\w+\)s|\{\w+\}")
    texts = {str(m.id): str(m.string) for m in catalogue(TRANSLATIONS, "zh") if m.id}
    wrong = [k for k, v in texts.items() if sorted(holder.findall(k)) != sorted(holder.findall(v))]
    assert wrong == []


def test_portraits_are_checked_by_the_pack_that_the_server_was_given(desk: Desk) -> None:
    def twins(portraits: Iterable[tuple[str, bytes]], progress: Callable[[int], object]) -> Pairs:
        first, second = (name for name, jpeg in portraits if jpeg)
        progress(2)
        return {(first, second): 0.8}

    findings = iter((["not_blue"], []))
    pack = PortraitPack(lambda _jpeg: next(findings), twins)
    staff = Staff(create_app(desk.hq, lambda: pack).test_client(), desk)
    files = {f"{number(1)}.jpg": sample_portrait(0), f"{number(2)}.jpg": sample_portrait(1)}
    portraits = (io.BytesIO(archive(files)), "p.zip")
    people = table({}, {})
    staff.import_file("candidates", "c.csv", people, sitting=desk.sitting, portraits=portraits)
    staff.store()
    assert "Check 2 new portraits" in staff.get(f"/sittings/{desk.sitting}/candidates").text
    begun = staff.post(f"/sittings/{desk.sitting}/portraits/check")
    page = staff.waited(begun.headers["Location"])
    assert "2 portraits checked, 1 with problems" in page
    assert "1 pairs of applicants look alike" in page
    assert len(desk.hq.look_alikes.of_sitting(desk.sitting)) == 1
    assert "background not blue" in staff.get(f"/sittings/{desk.sitting}/candidates").text


def test_without_a_pack_the_console_offers_no_check(staff: Staff) -> None:
    assert staff.post(f"/sittings/{staff.desk.sitting}/portraits/check").status_code == 404


def test_material_is_ticked_off_as_it_comes(staff: Staff) -> None:
    staff.import_file("candidates", "c.csv", table({"已交材料": ""}), sitting=staff.desk.sitting)
    staff.store()
    (one,) = staff.desk.hq.applications.list(staff.desk.sitting)
    assert len(one.materials_missing) == 6
    address = f"/sittings/{staff.desk.sitting}/candidates/{one.candidate_id}/materials"
    staff.told(address, material=["identity_card", "proof_of_work"])
    (one,) = staff.desk.hq.applications.list(staff.desk.sitting)
    assert one.materials_missing == [
        "portrait",
        "registration_form",
        "school_certificate",
        "degree_certificate",
    ]


def test_each_applicant_has_a_letter_in_the_page_s_language(staff: Staff) -> None:
    row = {"学历": "高中", "相关专业": "否", "相关工作年限": "", "相关工作起止时间": "2020.01-至今"}
    staff.import_file("candidates", "c.csv", table(row), sitting=staff.desk.sitting)
    staff.store()
    (one,) = staff.desk.hq.applications.list(staff.desk.sitting)
    address = f"/sittings/{staff.desk.sitting}/candidates/{one.candidate_id}/letter"
    listed = staff.get(f"/sittings/{staff.desk.sitting}/candidates").text
    assert address in listed
    assert "secondary vocational school" in listed
    assert "from 31 December 2027 on" in staff.get(address).text
    assert "自2027年12月31日起符合本条" in staff.get(f"{address}?lang=zh").text
    assert staff.get(address.replace(one.candidate_id, "nobody")).status_code == 404


def test_long_lists_come_in_pages(staff: Staff) -> None:
    staff.import_file("candidates", "c.csv", table(*[{}] * 130), sitting=staff.desk.sitting)
    staff.store()
    address = f"/sittings/{staff.desk.sitting}/candidates"
    assert staff.get(f"{address}?size=100").text.count("<summary>Decide") == 100
    assert staff.get(f"{address}?size=100&page=2").text.count("<summary>Decide") == 30
    assert staff.get(f"{address}?page=99&flags=99&elsewhere=x").text.count("<summary>Decide") == 30


def test_a_sitting_is_created_at_the_console(staff: Staff) -> None:
    assert "New sitting" in staff.get("/sittings").text
    form = {"title": "七月", "starts_at": "2026-07-03T14:00", "release": "two_people"}
    ticked = {"paper": f"{PROGRAMME}||", f"minutes|{PROGRAMME}|": "90"}
    page = staff.told("/sittings", **form, **ticked)
    assert "the next is 2026-07-25" in page
    made = staff.desk.hq.sittings.list()[0]
    assert (made.title, made.duration_minutes, made.release) == ("七月", 90, "two_people")
    assert made.starts_at.isoformat() == "2026-07-03T06:00:00+00:00"
    assert staff.post("/sittings", **ticked, starts_at="soon").status_code == 422
    assert staff.post("/sittings", **form, paper=f"{PROGRAMME}||master").status_code == 422


def test_parts_that_may_be_sat_alone_can_be_ticked(staff: Staff) -> None:
    assert "none ticked: all" not in staff.get("/sittings").text
    staff.desk.hq.programmes.take(parts_office.programme(), BY)
    assert "none ticked: all" in staff.get("/sittings").text
    form = {"title": "周六", "starts_at": "2026-07-04T09:00", "release": "two_people"}
    ticked = {"paper": "carbon-skills|trading|junior", "parts|carbon-skills|junior": "theory"}
    refused = staff.post("/sittings", **form, **ticked)
    assert (refused.status_code, "State the minutes" in refused.text) == (422, True)
    staff.told("/sittings", **form, **ticked, **{"minutes|carbon-skills|junior": "60"})
    made = staff.desk.hq.sittings.list()[0]
    assert (made.papers[0].parts, made.duration_minutes) == (("theory",), 60)
    assert "Basic theory" in staff.get(f"/sittings/{made.id}").text


def test_no_address_is_answered_by_two_routes(desk: Desk) -> None:
    routes = [
        (rule.rule, method)
        for rule in create_app(desk.hq).url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    ]
    assert len(routes) == len(set(routes))


def test_what_a_bank_lacks_is_told_in_the_language_of_the_page(staff: Staff) -> None:
    sitting = staff.desk.hq.sittings.create(
        NewSitting("next", NOW + timedelta(days=30), [NewPaper(PROGRAMME)]), BY
    ).id
    address = staff.post(f"/sittings/{sitting}/papers", count="2").headers["Location"]
    page = staff.waited(address)
    assert "Combined paper · single choice · Targets and policy: 4 of 6 items" in page
    assert "The items do not make 2 papers with equal totals." in page
    page = staff.client.get(f"{address}?lang=zh").text
    assert "综合试卷 · 单项选择题 · 双碳目标政策：需要 6 题，只有 4 题" in page
    assert "这些试题无法组成 2 份总量相等的平行卷。" in page
