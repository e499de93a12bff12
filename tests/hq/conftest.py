"""One HQ for each test, and a browser that has no session."""

import shutil
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk.bench.hq.postgresql import Postgresql, postgresql, programs
from sync.hq.certificates import fonts
from sync.hq.settings import PaperSettings
from sync.hq.web.app import create_app
from tests.hq.desk import QUICK, Desk, make_once, open_desk
from tests.hq.similarity.world import Examined, open_exam
from tests.hq.storage import drop_storage


@pytest.fixture(autouse=True)
def _storage_is_left_clean() -> Iterator[None]:
    yield
    drop_storage()


@pytest.fixture(scope="session", autouse=True)
def _fonts_are_cut_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The same characters of the same font give the same file, which takes seconds."""
    kept, cut = tmp_path_factory.mktemp("fonts"), fonts._cut

    def cut_once(path: Path, face: int, wanted: Sequence[int], target: Path) -> None:
        name = sha256(f"{path} {face} {wanted}".encode()).hexdigest()
        if not (kept / name).exists():
            cut(path, face, wanted, kept / f"{name}.part")
            (kept / f"{name}.part").rename(kept / name)
        shutil.copyfile(kept / name, target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fonts, "_cut", cut_once)
        yield


@pytest.fixture(scope="session")
def _made() -> None:
    """What ``desk`` copies is made before a test patches anything."""
    make_once(QUICK.model_dump_json(), True)


@pytest.fixture
def desk(_made: None, tmp_path: Path) -> Iterator[Desk]:
    """An HQ with one centre, one sitting tomorrow and one candidate."""
    desk = open_desk(tmp_path)
    yield desk
    desk.hq.close()


@pytest.fixture
def client(desk: Desk) -> FlaskClient:
    """A browser without a session."""
    return create_app(desk.hq).test_client()


@pytest.fixture
def examined(tmp_path: Path) -> Iterator[Examined]:
    """An HQ with the results of thirty, of whom one copied and two share a written answer."""
    examined = open_exam(tmp_path / "examined")
    yield examined
    examined.desk.hq.close()


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[Desk]:
    """The same, where an item rests for thirty days."""
    settings = QUICK.model_copy(update={"papers": PaperSettings(rest_days=30)})
    desk = open_desk(tmp_path / "limited", settings)
    yield desk
    desk.hq.close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Postgresql]:
    """A PostgreSQL of its own that waits for the disk, as a real one does."""
    try:
        programs()
    except RuntimeError as error:
        pytest.skip(str(error))
    with postgresql(durable=True) as server:
        monkeypatch.setenv("PGPASSFILE", str(server.passfile))
        yield server
