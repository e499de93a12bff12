"""The audit log at the command line: verified for whoever runs it every night, and listed."""

import csv
import io
import json

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, update

from sync.hq.cli import main
from sync.hq.persistence.tables import audit_log
from tests.hq.desk import BY, Desk


def run(desk: Desk, *words: str) -> Result:
    return CliRunner().invoke(main, ["audit", *words, "--data", str(desk.data / "hq")])


def test_a_whole_log_is_told_with_its_head(desk: Desk) -> None:
    done = run(desk, "verify")
    assert done.exit_code == 0
    head = done.stdout.splitlines()[-1]
    assert head == str(desk.hq.audit_log.head())
    assert run(desk, "verify", "--expect", head).exit_code == 0
    assert json.loads(run(desk, "verify", "--json").stdout)["whole"] is True


def test_an_altered_event_is_named_and_the_command_fails(desk: Desk) -> None:
    with desk.hq.storage.database.write() as connection:
        altered = update(audit_log).where(audit_log.c.seq == 2).values(who="somebody")
        connection.execute(altered)
    done = run(desk, "verify")
    assert done.exit_code == 1
    assert "altered at event 2" in done.output
    as_json = run(desk, "verify", "--json")
    assert as_json.exit_code == 1
    assert json.loads(as_json.stdout)["broken_at"] == 2


def test_a_cut_end_fails_against_the_noted_head(desk: Desk) -> None:
    head = str(desk.hq.audit_log.head())
    with desk.hq.storage.database.write() as connection:
        newest = int(head.partition(":")[0])
        connection.execute(delete(audit_log).where(audit_log.c.seq == newest))
    assert run(desk, "verify").exit_code == 0
    done = run(desk, "verify", "--expect", head)
    assert done.exit_code == 1
    assert f"Event {newest} is not the one that was noted" in done.output


@pytest.mark.parametrize("text", ["", "7", "x:y", f"99999999999:{'0' * 64}", f"-1:{'0' * 64}"])
def test_a_head_that_is_none_is_refused(desk: Desk, text: str) -> None:
    assert run(desk, "verify", "--expect", text).exit_code == 2


def test_events_are_listed_as_text_json_and_csv(desk: Desk) -> None:
    desk.hq.account_admin.end_sessions("chief", BY)
    chosen = ("--kind", "sessions_ended", "--who", BY, "--from", "2026-04-25")
    assert "sessions_ended" in run(desk, "list", *chosen).stdout
    (event,) = json.loads(run(desk, "list", *chosen, "--json").stdout)
    assert event["data"] == {"account": "chief"}
    (row,) = csv.DictReader(io.StringIO(run(desk, "list", *chosen, "--csv").stdout))
    assert (row["seq"], row["who"], json.loads(row["data"])) == (
        str(event["seq"]),
        BY,
        {"account": "chief"},
    )


def test_a_day_is_whole_and_an_unknown_kind_is_told(desk: Desk) -> None:
    def count(*words: str) -> int:
        return len(json.loads(run(desk, "list", *words, "--json").stdout))

    whole = count()
    assert count("--until", "2026-04-25") == count("--from", "2026-04-25") == whole > 0
    assert count("--until", "2026-04-24") == count("--from", "2026-04-26") == 0
    done = run(desk, "list", "--kind", "nonsense")
    assert done.exit_code == 2
    assert "role_granted" in done.output
