"""Whose picture a file is: by number, by name, or both; in doubt nobody's."""

from collections.abc import Mapping, Sequence

import pytest

from sync.hq.problems import Problem
from sync.hq.registration.portrait_files import NoPortraits
from sync.hq.registration.portrait_names import Sought
from sync.hq.registration.portraits import find_portraits
from tests.hq.applicants import JPEG, number, picture

ZHANG, LI, AHMAT, SMITH = number(1), number(2), number(3), "E12345678"
WEI_1, WEI_2 = number(4), number(5)
PEOPLE = (
    Sought("2", "张三", (ZHANG, "2026-00001")),
    Sought("3", "李四", (LI, "2026-00002")),
    Sought("4", "阿卜杜·买买提", (AHMAT,)),
    Sought("5", "John Smith", (SMITH,)),
    Sought("6", "王伟", (WEI_1, "7")),
    Sought("7", "王伟", (WEI_2,)),
)


class Pictures:
    """Pictures in memory; each is different unless it is given."""

    def __init__(self, *paths: str, **given: bytes) -> None:
        made = {path: picture(size=(20 + n, 30)) for n, path in enumerate(paths)}
        self._files: Mapping[str, bytes] = {**made, **given}
        self.paths: Sequence[str] = sorted(self._files)

    def read(self, path: str) -> bytes:
        return self._files[path]


def matched(files: Pictures, people: Sequence[Sought] = PEOPLE) -> list[str]:
    """The rows of the persons who have a picture."""
    return [people[position].at for position in find_portraits(people, files).pictures]


def problems(files: Pictures, people: Sequence[Sought] = PEOPLE) -> list[Problem]:
    """What is to be looked at, apart from who and what is left over."""
    left = ("portrait_none", "portraits_counted", "portrait_surplus")
    return [p for p in find_portraits(people, files).problems if p.code not in left]


@pytest.mark.parametrize(
    ("path", "row"),
    [
        (f"{ZHANG}.jpg", "2"),
        (f"{ZHANG}.JPG.jpg", "2"),
        (f"{ZHANG}", "2"),
        (f"张三_{ZHANG}.jpg", "2"),
        (f"{ZHANG}张三.JPG", "2"),
        (f"张三-{ZHANG}.png", "2"),
        (f"张三+{ZHANG}.jpeg", "2"),
        (f"zhangsan{ZHANG}.jpeg", "2"),
        (f"ZHANG_{ZHANG.lower()}.jpeg", "2"),
        (f"（{ZHANG}）张三 照片.webp", "2"),
        ("".join(chr(ord(c) + 0xFEE0) for c in ZHANG) + "．jpg", "2"),
        (f"{ZHANG[:6]} {ZHANG[6:14]} {ZHANG[14:]} .heic", "2"),
        (f"一班/张三/{ZHANG}.jpg", "2"),
        (f"{ZHANG} (1).jpg", "2"),
        (f"{ZHANG} - 副本.jpg", "2"),
        (f"\u202d{ZHANG}\u202c.jpg", "2"),
        (f"张三{ZHANG}蓝底2寸.jpg", "2"),
        (f"张三 身份证号{ZHANG}.jpg", "2"),
        (f"1-张三-男-{ZHANG}.jpg", "2"),
        (f"{ZHANG}-1.jpg", "2"),
        (f"二班{ZHANG}.jpg", "2"),
        ("IMG_20260101_张三.HEIC", "2"),
        ("Smith, John_E12345678.jpg", "5"),
        ("2026-00001.jpg", "2"),
        ("202600001_张三.jpg", "2"),
        ("张三.jpg", "2"),
        ("张　三.jpg", "2"),
        ("张三（1）.jpg", "2"),
        ("01张三.jpg", "2"),
        ("张三 报名照片.jpg", "2"),
        ("北京分公司-张三-13800138000.jpg", "2"),
        ("阿卜杜•买买提.jpg", "4"),
        ("阿卜杜买买提.jpg", "4"),
        ("JOHN  SMITH.PNG", "5"),
        ("e12345678 john smith.png", "5"),
        ("7.jpg", "6"),
        ("7_王伟.jpg", "6"),
        (f"王伟_{WEI_2}.jpg", "7"),
        ("一班/张三/照片.jpg", "2"),
        (f"张三_{ZHANG}/1.jpg", "2"),
        ("2026-00001/IMG_2034.HEIC", "2"),
        ("张三/微信图片_20260116120000.jpg", "2"),
        ("张三/mmexport1700000000000.jpg", "2"),
        (f"身份证_{ZHANG}.jpg", "2"),
        ("张三-报名表照片.jpg", "2"),
        ("报名表和照片/张三.jpg", "2"),
        ("张三本人.jpg", "2"),
    ],
)
def test_a_file_name_says_whose_it_is(path: str, row: str) -> None:
    files = Pictures(path)
    assert matched(files) == [row]
    assert problems(files) == []


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (f"李四_{ZHANG}.jpg", "portrait_differs"),
        (f"赵六_{ZHANG}.jpg", "portrait_other"),
        (f"{ZHANG}_{LI}.jpg", "portrait_numbers"),
        (f"张三_{number(9)}.jpg", "portrait_unknown"),
        ("张三_2026-00099.jpg", "portrait_unknown"),
        ("王伟.jpg", "portrait_namesakes"),
        ("张三_李四.jpg", "portrait_namesakes"),
        (f"张三/{LI}.jpg", "portrait_folder"),
        (f"{ZHANG}/李四.jpg", "portrait_folder"),
        ("张三/7.jpg", "portrait_folder"),
        ("王伟/照片.jpg", "portrait_namesakes"),
        ("张三身份证正面.jpg", "portrait_paper"),
        ("张三 身份证.jpg", "portrait_paper"),
        (f"{ZHANG}_身份证.jpg", "portrait_paper"),
        (f"{ZHANG}-毕业证.jpg", "portrait_paper"),
        ("张三_ＩＤ Card.jpg", "portrait_paper"),
        ("张三-工作证明.jpg", "portrait_paper"),
        (f"审核表/{ZHANG}.jpg", "portrait_paper"),
        ("身份证照片/张三.jpg", "portrait_paper"),
        ("张三/签名.png", "portrait_surplus"),
    ],
)
def test_in_doubt_nobody_gets_the_picture(path: str, code: str) -> None:
    files = Pictures(path)
    assert matched(files) == []
    (problem,) = problems(files) or [
        p for p in find_portraits(PEOPLE, files).problems if p.code == "portrait_surplus"
    ]
    assert (problem.code, problem.at, problem.is_error) == (code, path, False)


def test_documents_beside_a_portrait_do_not_keep_it_out() -> None:
    files = Pictures(
        "照片/张三.jpg", "身份证/张三.jpg", "学历证/张三.jpg", f"{LI}.jpg", f"{LI}签名.jpg"
    )
    assert matched(files) == ["2", "3"]


@pytest.mark.parametrize(
    "path", ["IMG_20260116_093000.jpg", "20260116_093000.jpg", "mmexport20260116.jpg"]
)
def test_a_day_that_a_phone_writes_is_no_admission_number(path: str) -> None:
    people = (Sought("2", "张三", ("20260116",)), Sought("3", "李四", ("093000",)))
    assert matched(Pictures(path), people) == []
    assert matched(Pictures("20260116.jpg"), people) == ["2"]


@pytest.mark.parametrize("path", ["20260116000123.jpg", "张三_20260116-000123.jpg"])
def test_an_admission_number_may_begin_with_a_day(path: str) -> None:
    assert matched(Pictures(path), [Sought("2", "张三", ("20260116000123",))]) == ["2"]


@pytest.mark.parametrize(
    "path", ["IMG7.jpg", "照片 7.jpg", "DSC_0007.jpg", f"9{ZHANG}.jpg", "7x.jpg"]
)
def test_a_number_inside_another_is_nobody(path: str) -> None:
    assert matched(Pictures(path)) == []


def test_a_word_of_many_file_names_is_no_name() -> None:
    files = Pictures(f"北京_{ZHANG}.jpg", f"北京_{LI}.jpg")
    assert matched(files) == ["2", "3"]


@pytest.mark.parametrize("name", ["张三.jpg", f"{ZHANG}.jpg"])
def test_one_name_in_two_folders_is_nobodys_and_both_places_are_named(name: str) -> None:
    files = Pictures(f"一班/{name}", f"二班/{name}")
    assert matched(files) == []
    (problem,) = problems(files)
    assert problem.code == "portrait_several"
    assert problem.params == {"row": "2", "places": f"一班/{name}, 二班/{name}"}


def test_a_copy_in_another_folder_does_no_harm() -> None:
    files = Pictures(**{"a/张三.jpg": JPEG, "b/张三.jpg": JPEG})
    assert matched(files) == ["2"]
    assert problems(files) == []


@pytest.mark.parametrize(
    "file", ["二班/照片.jpg", "二班\\照片.JPG", "/二班/照片", "D:/全部/二班/照片.jpg"[-9:]]
)
def test_a_row_that_names_the_folder_gets_that_picture(file: str) -> None:
    people = (Sought("2", "张三", (ZHANG,), file), Sought("3", "李四", (LI,), "一班/照片.jpg"))
    files = Pictures("一班/照片.jpg", "二班/照片.jpg")
    found = find_portraits(people, files)
    assert len(found.pictures) == 2
    assert problems(files, people) == []
    assert find_portraits(people[:1], files).pictures[0] == found.pictures[0]


@pytest.mark.parametrize(
    ("files", "code"),
    [
        (["照片.jpg", "照片.jpg"], "portrait_places"),
        (["一班/照片.jpg", "一班/照片.jpg"], "portrait_twice"),
        (["三班/照片.jpg", ""], "portrait_missing"),
    ],
)
def test_a_row_that_names_no_single_picture_has_an_error(files: list[str], code: str) -> None:
    people = [
        Sought(str(n), f"考生{n}", (number(n),), file, "照片") for n, file in enumerate(files)
    ]
    found = problems(Pictures("一班/照片.jpg", "二班/照片.jpg"), people)
    assert {problem.code for problem in found} == {code}
    assert all(problem.is_error and problem.column == "照片" for problem in found)


def test_the_number_is_surer_than_the_name_alone() -> None:
    files = Pictures(f"{ZHANG}.jpg", "张三.jpg")
    found = find_portraits(PEOPLE, files)
    assert list(found.pictures) == [0]
    assert [p.at for p in found.problems if p.code == "portrait_surplus"] == ["张三.jpg"]


def test_everything_left_over_is_listed_and_counted() -> None:
    found = find_portraits(PEOPLE, Pictures(f"{ZHANG}.jpg", "猫.jpg", "合影/全体.png"))
    total, *left = found.problems
    assert total.params == {"found": 1, "surplus": 2, "without": 5}
    assert [p.at for p in left] == ["合影/全体.png", "猫.jpg", "3", "4", "5", "6", "7"]
    assert not any(p.is_error for p in found.problems)


def test_without_pictures_nothing_is_listed() -> None:
    assert find_portraits(PEOPLE, NoPortraits()).problems == []


def test_people_are_listed_where_an_archive_has_no_picture() -> None:
    total, *people = find_portraits(PEOPLE, Pictures()).problems
    assert total.params == {"found": 0, "surplus": 0, "without": 6}
    assert {p.code for p in people} == {"portrait_none"}


def test_one_picture_of_two_persons_is_named() -> None:
    files = Pictures(**{f"{ZHANG}.jpg": JPEG, f"{LI}.jpg": JPEG})
    (problem,) = problems(files)
    assert (problem.code, problem.at, problem.params["first"]) == ("portrait_same", "3", "2")


def test_a_broken_picture_is_named_with_its_row() -> None:
    (problem,) = problems(Pictures(**{f"{ZHANG}.jpg": b"GIF89a"}))
    assert (problem.code, problem.at, problem.is_error) == ("portrait_bad", "2", True)
    assert problem.params["value"] == f"{ZHANG}.jpg"
