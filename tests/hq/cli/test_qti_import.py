"""``hq items import`` of QTI: it never says that something was imported where nothing was."""

from pathlib import Path

import pytest

from tests.hq import qti
from tests.hq.cli.test_desk import Desk

THESE = ("--programme", "carbon-manager", "--subject", "theory", "--domain", "policy")
MATCHING = (
    "<questestinterop><item ident='m'><presentation><material><mattext>Match</mattext></material>"
    "<response_grp ident='r'/></presentation></item></questestinterop>"
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize(
    "data",
    [
        MATCHING.encode(),
        qti.item("<matchInteraction/>"),
        qti.zipped({"imsmanifest.xml": qti.manifest(), "test.xml": "<assessmentTest/>"}),
        b"<questestinterop><assessment/></questestinterop>",
    ],
)
def test_a_file_from_which_nothing_can_be_imported_fails(desk: Desk, data: bytes) -> None:
    name = "q.zip" if data.startswith(b"PK") else "q.xml"
    done = desk.run("items", "import", desk.file(name, data), *THESE)
    assert done.exit_code == 1
    assert "Nothing was stored" in done.stdout + done.stderr


def test_a_public_item_is_stored_as_it_was_meant(desk: Desk) -> None:
    desk.ok("items", "import", desk.file("q.xml", qti.item()), *THESE)
    (item,) = desk.json("items", "list", "--programme", "carbon-manager")
    assert item["id"] == "q1"
