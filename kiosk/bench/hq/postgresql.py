"""A PostgreSQL server for measurements and tests, on a free port and in a temporary folder."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kiosk.bench.memory import children
from kiosk.rehearsal.processes import free_port

PASSWORD = "only-for-tests"  # noqa: S105  # of a server that nobody else can reach


class Postgresql:
    """A temporary server that requires a password."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self._data, self._log = folder / "data", folder / "log"
        self._folder, self._durable, self._port = folder, durable, free_port()
        self._owner = owner()
        if self._owner:
            shutil.chown(folder, *self._owner)
        self._make()

    @property
    def url(self) -> str:
        """Return the address without the password, which is in the file of PGPASSFILE."""
        return f"postgresql://exam@127.0.0.1:{self._port}/postgres"

    @property
    def passfile(self) -> Path:
        """Return the value for the environment variable PGPASSFILE."""
        return self._folder / "pgpass"

    def start(self) -> None:
        """Start or restart the server."""
        options = f"-p {self._port} -h 127.0.0.1 -k {self._folder}"
        options += "" if self._durable else " -c fsync=off -c full_page_writes=off"
        self._run("pg_ctl", "-D", self._data, "-w", "-l", self._log, "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop the server; the mode ``immediate`` acts like a crash."""
        self._run("pg_ctl", "-D", self._data, "-w", "-m", mode, "stop")

    def kill(self) -> None:
        """Stop the server as a crash would."""
        self.stop("immediate")

    @contextmanager
    def password_known(self) -> Iterator[None]:
        """Let libpq find the password, in this process and those that it starts."""
        before = os.environ.get("PGPASSFILE")
        with tempfile.NamedTemporaryFile("w", prefix="pgpass-") as together:
            known = Path(before).read_text(encoding="utf-8") if before else ""
            together.write(known + self.passfile.read_text(encoding="utf-8"))
            together.flush()
            os.environ["PGPASSFILE"] = together.name
            try:
                yield
            finally:
                if before is None:
                    os.environ.pop("PGPASSFILE", None)
                else:
                    os.environ["PGPASSFILE"] = before

    def running(self) -> bool:
        """Return whether the server was started and not stopped."""
        return (self._data / "postmaster.pid").exists()

    def processor_seconds(self) -> float:
        """Return how long the processes of the server that run now have computed."""
        first = int((self._data / "postmaster.pid").read_text().split()[0])
        found = 0
        for pid in (first, *children(first)):
            # Gone meanwhile: its share is small, and cannot be known any more.
            with suppress(FileNotFoundError, ProcessLookupError):
                found += int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
        return found / 1e9

    def _make(self) -> None:
        password = self._folder / "password"
        password.write_text(PASSWORD)
        self.passfile.write_text(f"127.0.0.1:{self._port}:*:exam:{PASSWORD}\n")
        self.passfile.chmod(0o600)
        make = ("initdb", "-D", self._data, "-U", "exam", "-A", "scram-sha-256")
        self._run(*make, f"--pwfile={password}", "-E", "UTF8", "--locale=C", "--no-sync")

    def _run(self, program: str, *arguments: object) -> None:
        user, group = self._owner or (None, None)
        done = subprocess.run(  # noqa: S603  # PostgreSQL's own programs
            [programs() / program, *map(str, arguments)],
            user=user,
            group=group,
            extra_groups=[] if user else None,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # a pipe would stay open as long as the server runs
            stderr=subprocess.STDOUT,
        )
        if done.returncode:
            log = self._log.read_text() if self._log.exists() else ""
            raise RuntimeError(f"{program} failed: {done.returncode}\n{log}")


@contextmanager
def postgresql(*, durable: bool = False) -> Iterator[Postgresql]:
    """Run a server while the block runs, then delete it."""
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        server = Postgresql(Path(folder), durable=durable)
        server.start()
        try:
            yield server
        finally:
            if server.running():
                server.stop()


def available() -> bool:
    """Return whether PostgreSQL is installed."""
    try:
        programs()
    except RuntimeError:
        return False
    return True


def programs() -> Path:
    """Return the folder of PostgreSQL's programs: on the path, or where Debian installs them."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not debian:
        raise RuntimeError("PostgreSQL is needed: apt-get install postgresql")
    return debian[-1].parent


def owner() -> tuple[int, int] | None:
    """Return user and group to run the server as; None unless root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise RuntimeError("there is no user to run PostgreSQL as")
