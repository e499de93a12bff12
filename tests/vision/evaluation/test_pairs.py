"""A list of pairs as people make it: separators, encodings, and labels that contradict."""

from pathlib import Path

import pytest

from kiosk.vision.errors import PairsUnusable
from kiosk.vision.evaluation.pairs import Material, read_pairs

NAMES = ("a1.jpg", "a2.jpg", "b1.jpg", "张 伟.jpg", "c,1.jpg")
HEAD = "file_x,file_y,decision,group_x,group_y\n"


def read(folder: Path, text: str, encoding: str = "utf-8") -> Material:
    """The list with that text; the pictures are there."""
    for name in NAMES:
        (folder / name).write_bytes(b"picture")
    path = folder / "pairs.csv"
    path.write_bytes(text.encode(encoding))
    return read_pairs(path, folder)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_excel_writes_is_read(tmp_path: Path, separator: str, encoding: str, end: str) -> None:
    rows = (
        ("File_X", "file_y", "decision", "group_x", "group_y"),
        ("a1.jpg", "a2.jpg", "YES", "女", "女"),
        ("a1.jpg", "张 伟.jpg", "否", "女", "男"),
        ("", "", "", "", ""),
    )
    text = end.join(separator.join(row) for row in rows) + end
    found = read(tmp_path, text, encoding)
    assert [(pair.other.name, pair.mated) for pair in found.pairs] == [
        ("a2.jpg", True),
        ("张 伟.jpg", False),
    ]
    assert (found.people, found.groups) == (2, ["女", "男"])
    assert found.pairs[1].line == 3


def test_a_name_with_the_separator_in_quotes_is_one_name(tmp_path: Path) -> None:
    found = read(tmp_path, 'file_x,file_y,decision\na1.jpg,"c,1.jpg",No\n')
    assert found.pairs[0].other.name == "c,1.jpg"


def test_a_group_is_one_line(tmp_path: Path) -> None:
    found = read(tmp_path, HEAD + 'a1.jpg,b1.jpg,No,"men\n[bands]",x\n')
    assert found.groups == ["men [bands]", "x"]


def test_pictures_of_linked_pairs_show_one_person(tmp_path: Path) -> None:
    text = HEAD + "a1.jpg,a2.jpg,Yes,,\na2.jpg,b1.jpg,Yes,x,x\na1.jpg,张 伟.jpg,No,x,y\n"
    found = read(tmp_path, text)
    assert found.people == 2
    assert {path.name: name for path, name in found.group.items()} == {
        "a1.jpg": "x", "a2.jpg": "x", "b1.jpg": "x", "张 伟.jpg": "y",
    }  # fmt: skip


def test_people_named_in_the_list_are_linked_without_a_true_pair(tmp_path: Path) -> None:
    head = "file_x,file_y,decision,person_x,person_y\n"
    found = read(tmp_path, head + "a1.jpg,b1.jpg,No,7,8\na2.jpg,b1.jpg,No,7,8\n")
    assert found.people == 2


def test_a_pair_that_is_there_already_is_left_out(tmp_path: Path) -> None:
    found = read(tmp_path, "file_x,file_y,decision\na1.jpg,b1.jpg,No\nb1.jpg,a1.jpg,No\n")
    assert (len(found.pairs), found.repeated) == (1, 1)


PERSONS = "file_x,file_y,decision,person_x,person_y\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("file_x,file_y,decision,groupx\n", "unknown columns: 'groupx'"),
        ("file_x,file_y,decision,group_x\na1.jpg,b1.jpg,No,x\n", "only one of the columns group_x"),
        ("file_x,file_y,decision,file_x\n", "column file_x twice"),
        ("", "file_x, file_y, decision missing"),
        (HEAD, "no pairs"),
        (HEAD + "a1.jpg,b1.jpg,No,x,\n", "line 2 has a group for one picture only"),
        (HEAD + "a1.jpg,c,1.jpg,No,x,x\n", "line 2 has 6 cells"),
        (HEAD + "a1.jpg,a1.jpg,Yes,x,x\n", "line 2 compares a1.jpg with itself"),
        (HEAD + "a1.jpg,a2.jpg,Yes,x,y\n", "line 2 puts a2.jpg into the group 'y'"),
        (HEAD + "a1.jpg,a2.jpg,Yes,,\na1.jpg,a2.jpg,No,,\n", "line 3 says that a1.jpg and a2.jpg"),
        (PERSONS + "a1.jpg,a2.jpg,Yes,7,8\n", "the people '7' and '8' are linked"),
        (PERSONS + "a1.jpg,b1.jpg,No,7,7\n", "show two people, but"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(PairsUnusable) as refused:
        read(tmp_path, text)
    assert said in str(refused.value)
