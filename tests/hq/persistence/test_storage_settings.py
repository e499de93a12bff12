"""Where things are stored is said by two URLs, without secrets; ``hq storage`` looks after it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kiosk.rehearsal.processes import free_port
from kiosk.settings import SettingsError, resource
from sync.hq.cli import main as hq_command
from sync.hq.persistence.migrations.run import head
from sync.hq.persistence.storage_urls import Bucket, Folder, SqliteFile, blobs_place, database_url
from sync.hq.settings import HqSettings, load_settings
from tests.hq.desk import Desk

S3 = "s3://bucket/some/where?endpoint=https://s3.example:9000&region=cn-north-1&style=virtual"


def test_urls_say_where_things_are() -> None:
    assert database_url("sqlite:database.sqlite") == SqliteFile("database.sqlite")
    assert database_url("sqlite:/srv/hq/l.sqlite") == SqliteFile("/srv/hq/l.sqlite")
    assert blobs_place("folder:objects") == Folder("objects")
    full = Bucket("bucket", "some/where", "https://s3.example:9000", "cn-north-1", "virtual")
    assert blobs_place(S3) == full
    assert blobs_place("s3://bucket") == Bucket("bucket")
    place: Any = database_url("postgresql://exam@db.example/exam?sslmode=verify-full")
    assert place.url.drivername == "postgresql+psycopg"
    assert place.url.query == {"sslmode": "verify-full"}


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("database", "postgresql://exam:secret@db.example/exam", "PGPASSFILE"),
        ("database", "postgresql://exam@db.example/exam?password=secret", "PGPASSFILE"),
        ("database", "mysql://db.example/exam", "the database is"),
        ("database", "sqlite:///database.sqlite", "the database is"),
        ("database", "postgresql://exam@db.example:port/exam", "no address"),
        ("blobs", "s3://key:secret@bucket/prefix", "AWS_ACCESS_KEY_ID"),
        ("blobs", "s3://bucket?secret=x", "a bucket is"),
        ("blobs", "s3://bucket?style=other", "a bucket is"),
        ("blobs", "/srv/objects", "objects are in"),
    ],
)
def test_what_is_no_place_or_holds_a_secret_is_refused_with_words(
    tmp_path: Path, key: str, value: str, words: str
) -> None:
    path = tmp_path / "hq.toml"
    path.write_text(f'[storage]\n{key} = "{value}"\n')
    with pytest.raises(SettingsError, match=words) as refused:
        load_settings(path)
    assert "secret@" not in str(refused.value)


def test_the_shipped_settings_are_the_defaults() -> None:
    assert load_settings(Path(str(resource("config/hq.toml")))).storage == HqSettings().storage


def hq(desk: Desk, *arguments: str) -> Result:
    """Run a command over the desk's storage."""
    storage = desk.hq.settings.storage
    lines = (f'database = "{storage.database}"', f'blobs = "{storage.blobs}"')
    (desk.data / "hq" / "hq.toml").write_text("\n".join(("[storage]", *lines)))
    return CliRunner().invoke(hq_command, [*arguments, "--data", str(desk.data / "hq")])


def test_the_check_tells_what_is_there(desk: Desk) -> None:
    done = hq(desk, "storage", "check", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["database"]["problem"], told["blobs"]["problem"]) == ("", "")
    assert told["database"]["rows"]["items"] == 95
    assert told["database"]["revision"] == head()
    assert told["blobs"]["objects"] == 1
    assert "  items: 95\n" in hq(desk, "storage", "check").stdout


def test_the_check_tells_what_does_not_answer(desk: Desk) -> None:
    away = desk.hq.settings.storage.model_copy(
        update={"database": f"postgresql://exam@127.0.0.1:{free_port()}/exam"}
    )
    (desk.data / "hq" / "hq.toml").write_text(f'[storage]\ndatabase = "{away.database}"\n')
    done = CliRunner().invoke(hq_command, ["storage", "check", "--data", str(desk.data / "hq")])
    assert done.exit_code == 1
    assert "The database cannot be reached" in done.stdout
    assert "objects folder:objects: " in done.stdout


def test_the_sweep_says_what_it_drops(desk: Desk) -> None:
    blobs = desk.hq.storage.blobs
    orphan = blobs.put(b"nobody refers to this")
    for arguments in (("storage", "sweep"), ("storage", "sweep", "--dry-run")):
        assert "0 objects older than a day, 0 of them orphans, 0 dropped" in hq(
            desk, *arguments
        ).stdout.replace("\n", " ")
    assert blobs.has(orphan)
    desk.clock.wall = datetime.now(UTC) + timedelta(days=2)
    assert desk.hq.storage.sweep().orphans == [orphan]
    assert json.loads(hq(desk, "storage", "sweep", "--json").stdout)["dropped"] == 0
