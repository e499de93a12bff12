"""Whose scan a file is and what it shows, as clerks and applicants name files (R9)."""

import pytest

from sync.hq.registration.portrait_names import NameReader, Sought
from sync.hq.registration.scan_names import ScanNames
from tests.hq.applicants import number
from tests.hq.items import PROGRAMME

PEOPLE = [Sought("2", "王小明", (number(1),)), Sought("3", "李红", (number(2),))]
ONE = number(1)
CARD, SCHOOL, DEGREE, WORK, FORM = (
    "identity_card", "school_certificate", "degree_certificate", "proof_of_work",
    "registration_form",
)  # fmt: skip


@pytest.mark.parametrize(
    ("path", "people", "materials", "part"),
    [
        (f"{ONE}_身份证正面.jpg", {0}, (CARD,), "front"),
        (f"{ONE}身份证反面.JPG", {0}, (CARD,), "back"),
        (f"{ONE} 身份证背面.png", {0}, (CARD,), "back"),
        ("王小明-身份证（国徽面）.jpg", {0}, (CARD,), "back"),
        ("王小明-身份证（人像面）.jpg", {0}, (CARD,), "front"),
        ("王小明身份证.pdf", {0}, (CARD,), ""),
        ("王小明/学历.jpg", {0}, (SCHOOL,), ""),
        (f"资料/{ONE}王小明/毕业证书.jpeg", {0}, (SCHOOL,), ""),
        ("李红 学位证.webp", {1}, (DEGREE,), ""),
        ("李红/工作证明1.jpg", {1}, (WORK,), "1"),
        ("李红/工作证明（2）.jpg", {1}, (WORK,), "2"),
        ("李红/在职证明 第2页.jpg", {1}, (WORK,), "2"),
        ("报名审核表/王小明.pdf", {0}, (FORM,), ""),
        (f"报名表/{ONE}.pdf", {0}, (FORM,), ""),
        ("身份证正面/王小明.jpg", {0}, (CARD,), "front"),
        (f"学历证书/{ONE}/2.jpg", {0}, (SCHOOL,), "2"),
        ("王小明_diploma.jpg", {0}, (SCHOOL,), ""),
        ("王小明/IMG_0001.jpg", {0}, (), ""),
        ("张三/学历.jpg", set(), (SCHOOL,), ""),
        (f"{ONE}李红/学历.jpg", set(), (SCHOOL,), ""),
        ("王小明_学历学位.pdf", {0}, (DEGREE, SCHOOL), ""),
    ],
)
def test_names_of_files_and_folders_say_whose_and_what(
    path: str, people: set[int], materials: tuple[str, ...], part: str
) -> None:
    names = ScanNames(NameReader(PEOPLE, [path]), PROGRAMME)
    said = names.read(path)
    assert (set(said.people), set(said.materials), said.part) == (people, set(materials), part)
