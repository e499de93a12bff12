"""The commands for scans: imported from a folder, listed for programs, deleted, access granted."""

import json
from pathlib import Path

from click.testing import CliRunner

from sync.hq.cli import main
from tests.hq.applicants import number
from tests.hq.desk import Desk
from tests.hq.registration.test_scan_files import PDF
from tests.hq.web.test_scans_pages import applicant


def run(desk: Desk, *words: object, code: int = 0) -> str:
    done = CliRunner().invoke(main, [*map(str, words), "--data", str(desk.data / "hq")])
    assert done.exit_code == code, done.output
    return done.stdout


def test_a_folder_is_imported_listed_and_deleted(desk: Desk, tmp_path: Path) -> None:
    applicant(desk)
    folder = tmp_path / "scans" / f"{number(1)}考生1"
    folder.mkdir(parents=True)
    (folder / "学历.pdf").write_bytes(PDF)
    (folder / "说明.pdf").write_bytes(PDF)
    (folder / "link.pdf").symlink_to(folder / "学历.pdf")
    source = folder.parent
    done = json.loads(run(desk, "scans", "import", source, "--sitting", desk.sitting, "--json"))
    assert (done["stored"], done["known"], len(done["left_out"])) == (1, 0, 1)
    (scan,) = json.loads(run(desk, "scans", "list", "--sitting", desk.sitting, "--json"))
    assert (scan["name"], scan["material"], scan["state"]) == ("考生1", "school_certificate", "new")
    assert run(desk, "scans", "delete") == "0 scans deleted\n"
    assert run(desk, "scans", "delete", "--sitting", desk.sitting) == "1 scans deleted\n"


def test_access_is_granted_to_accounts_that_exist(desk: Desk) -> None:
    run(desk, "scans", "allow", "chief")
    assert desk.hq.scan_viewers.may("chief")
    run(desk, "scans", "deny", "chief")
    assert not desk.hq.scan_viewers.may("chief")
    run(desk, "scans", "allow", "nobody", code=1)
