"""A used-up quota, a disk that became read-only, no more open files: said in words, and outlived.

The errors are the kernel's own: `strace` puts them in the place of what it would have answered,
`prlimit` takes the descriptors away.
"""

import resource
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from kiosk.bootstrap.setup import prepare_first_start
from tests.centres import PASSWORD, USERNAME, Site, new_site
from tests.faults.centre import Server, serving

WAIT = 60


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A centre that was set up and never started."""
    site = new_site(tmp_path / "centre", datetime.now(UTC))
    prepare_first_start(site.data)
    return site


@contextmanager
def writes_fail(server: Server, error: str) -> Iterator[None]:
    """While the block runs, each write of the server at a place in a file fails like that."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    inject = f"inject=pwrite64:error={error}"
    command = ["strace", "-f", "-e", "trace=pwrite64", "-e", inject, "-p", str(server.process.pid)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        try:
            assert tracer.stderr
            first = tracer.stderr.readline()
            if "attached" not in first:
                pytest.skip(f"processes cannot be traced here: {first.strip()}")
            yield
        finally:
            tracer.terminate()
            tracer.communicate(timeout=WAIT)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [("EDQUOT", 507, "storage_full"), ("EROFS", 503, "storage_read_only")],
)
def test_the_server_outlives_a_disk_that_takes_nothing_for_a_while(
    site: Site, error: str, status: int, code: str
) -> None:
    with serving(site.data) as server:
        with writes_fail(server, error):
            for _ in range(3):
                answer = server.sign_in(USERNAME, PASSWORD)
                assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
                assert server.get("/").status_code == 200
            time.sleep(5)  # the jobs of every second fail, too
        assert server.process.poll() is None
        assert server.sign_in(USERNAME, PASSWORD).status_code == 200
        said = server.said()
    assert "Traceback" not in said
    assert len(said.splitlines()) < 30, said


def test_a_disk_that_fails_ends_the_server_in_one_sentence(site: Site) -> None:
    with serving(site.data) as server:
        with writes_fail(server, "EIO"):
            assert server.sign_in(USERNAME, PASSWORD).status_code == 503
        server.process.wait(WAIT)
        said = server.said()
    assert "Error: The disk failed. Check it, then start again." in said
    assert "Traceback" not in said


def test_the_server_outlives_the_end_of_its_descriptors(site: Site) -> None:
    with serving(site.data) as server:
        assert server.sign_in(USERNAME, PASSWORD).status_code == 200
        pid = server.process.pid
        before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        used = len(list(Path(f"/proc/{pid}/fd").iterdir()))
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (used // 2, before[1]))
        try:
            with pytest.raises(httpx.TransportError):
                server.get("/", seconds=3)
        finally:
            resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
        assert server.sign_in(USERNAME, PASSWORD).status_code == 200
        said = server.said()
    assert "no new connections" in said
    assert "Traceback" not in said
