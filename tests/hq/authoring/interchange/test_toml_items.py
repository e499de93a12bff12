"""Item files in TOML: what is wrong is named, with its line where the parser knows it."""

import pytest

from sync.hq.authoring.interchange import formats
from sync.hq.errors import BadImport
from tests.hq.items import PROGRAMME

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
