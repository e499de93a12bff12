"""Item files in TOML: what is wrong is named, with its line where the parser knows it."""

import io
import zipfile

import pytest

from sync.hq.authoring.interchange import formats
from sync.hq.errors import BadImport
from tests.hq.items import PICTURE, PROGRAMME, png

HEAD = 'programme = "carbon-manager"\n'


def refused(text: str) -> str:
    with pytest.raises(BadImport) as error:
        formats.read("a.toml", text.encode(), PROGRAMME)
    (problem,) = error.value.problems
    return str(problem)


def test_a_mistake_is_named_with_its_line() -> None:
    assert "line 3, column 5" in refused(f"{HEAD}[[items]]\nid =\n")


@pytest.mark.parametrize(
    "text",
    [f"{HEAD}items = [1, 2]\n", f"{HEAD}items = 1\n", HEAD, f"{HEAD}x = 1\n[[items]]\n",
     f"{HEAD}items = {'[' * 5000}{']' * 5000}\n"],
    ids=["numbers", "a number", "none", "more", "nested"],
)  # fmt: skip
def test_what_is_no_list_of_items_is_refused(text: str) -> None:
    assert "TOML" in refused(text)


def test_younger_fields_are_read() -> None:
    text = (
        f'{HEAD}[[items]]\nid = "A"\ngroup = "G"\nstimulus = "S"\nshuffle = false\n'
        'options = [{id = "A", text = "x", fixed = true}]\n'
    )
    (draft,) = formats.read("a.toml", text.encode(), PROGRAMME).drafts
    assert (draft.values["group"], draft.values["options"][0]["fixed"]) == ("G", True)


def test_a_table_of_another_language_is_read() -> None:
    text = (
        f'{HEAD}[[items]]\nid = "A"\nstem = "题"\noptions = [{{id = "A", text = "甲"}}]\n'
        '[items.translations.en]\nstem = "Q"\noptions = [{id = "A", text = "x"}]\n'
    )
    (draft,) = formats.read("a.toml", text.encode(), PROGRAMME).drafts
    assert draft.values["translations.en.stem"] == "Q"
    assert draft.values["translations.en.options"] == [{"id": "A", "text": "x"}]


def test_pictures_beside_the_file_are_found_in_another_language() -> None:
    text = (
        f'{HEAD}[[items]]\nid = "A"\nstem = "题"\n'
        '[items.translations.en]\nstem = "See ![flow](flow.png)"\n'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("items.toml", text)
        archive.writestr("flow.png", png())
    parsed = formats.read("a.zip", buffer.getvalue(), PROGRAMME)
    assert parsed.drafts[0].values["translations.en.stem"] == f"See ![flow]({PICTURE})"
    assert list(parsed.pictures) == [PICTURE]
