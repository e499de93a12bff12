"""``make demo`` and the browser tests on minimal Debians made for them, one for each suite named.

Tries the last commit, not the working tree. Packages and Python distributions come from where
this machine gets its own. Needs root and a mirror; without them it says so and succeeds.
"""

import argparse
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tools.bare_root import CHECKOUT, SOURCE, Mirror, build, command, environment, mirror_of

DEMO_SECONDS = 1800
STOP_SECONDS = 60
READY = "Ctrl-C ends the demo"
ONE_TEST = "test_the_right_person_is_verified_by_face_and_waits"


class StepFailed(Exception):
    """A step failed; the message ends with the last output."""


def main() -> int:
    """Check every suite; return 1 if any failed."""
    parser = argparse.ArgumentParser(prog="tools.bare", description=__doc__)
    parser.add_argument("--short", action="store_true", help="one browser test instead of all")
    parser.add_argument("suites", nargs="+", metavar="SUITE", help="bookworm, trixie, ...")
    options = parser.parse_args()
    # As an exception, so that the temporary root is deleted on SIGTERM too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    if reason := obstacle():
        print(f"Skipped: {reason}")
        return 0
    return max([check(suite, short=options.short) for suite in options.suites])


def obstacle() -> str | None:
    """Return why no root can be built here, or None."""
    if os.geteuid() != 0:
        return "only root can build a minimal Debian."
    probe = ["unshare", "--mount", "--pid", "--fork", "true"]
    if not shutil.which("unshare") or subprocess.run(probe, capture_output=True).returncode:
        return "this machine does not allow namespaces of its own."
    if subprocess.run(["sh", str(SOURCE / "tools/debian-packages"), "bare"]).returncode:
        return "debootstrap cannot be installed."
    return None


def check(suite: str, *, short: bool) -> int:
    """Build a root and run everything in it; return 1 if anything failed."""
    mirror = mirror_of(suite)
    if mirror is None:
        print(f"Skipped: this machine's package sources do not have {suite}.")
        return 0
    log = SOURCE / "build" / f"bare-{suite}.log"
    log.parent.mkdir(exist_ok=True)
    log.write_text("")
    with tempfile.TemporaryDirectory(prefix="exam-bare-", dir="/var/tmp") as folder:
        try:
            try_all(Path(folder), mirror, log, short=short)
        except StepFailed as failure:
            print(f"{suite}: FAILED: {failure}\n{suite}: all output: {log}")
            return 1
    return 0


def try_all(root: Path, mirror: Mirror, log: Path, *, short: bool) -> None:
    """Run each step on one suite.

    Raises:
        StepFailed: a step failed.
    """
    tests = f"tests/e2e -k {ONE_TEST}" if short else "tests/e2e"
    with timed(mirror.suite, "a minimal Debian", log):
        build(root, mirror, log)
    with timed(mirror.suite, "make demo until its pages are served, and its end", log):
        demo(root, log)
    with timed(mirror.suite, f"make test ARGS='{tests}'", log):
        result = test(root, log, tests)
    print(f"{mirror.suite}: {result}")


@contextmanager
def timed(suite: str, name: str, log: Path) -> Iterator[None]:
    """Print how long a step took.

    Raises:
        StepFailed: the step failed; the message has its last output.
    """
    begun = time.monotonic()
    try:
        yield
    except (subprocess.SubprocessError, OSError, StepFailed) as error:
        lines = log.read_text(errors="replace").splitlines()
        raise StepFailed("\n".join([f"{name}: {error}", *lines[-40:]])) from error
    print(f"{suite}: {name}: {time.monotonic() - begun:.0f} s", flush=True)


def test(root: Path, log: Path, tests: str) -> str:
    """Run tests in the root; return pytest's closing words.

    Raises:
        StepFailed: a test failed, or none ran.
    """
    with make(root, log, "test", f"ARGS={tests}") as process:
        if status := process.wait():
            raise StepFailed(f"exit status {status}")
    found = re.findall(r"\d+ passed[^=\n]*", log.read_text(errors="replace"))
    if not found:
        raise StepFailed("no test ran")
    return str(found[-1])


def demo(root: Path, log: Path) -> None:
    """Start the demo, open its pages, and end it as Ctrl-C would.

    Raises:
        StepFailed: the demo did not start, or left data behind.
    """
    centre, hq = free_ports()
    with make(root, log, "demo", f"ARGS=--port {centre} --hq-port {hq}") as process:
        wait_for(process, lambda: READY in log.read_text(errors="replace"))
        for page in (f"{centre}/", f"{centre}/staff/", f"{hq}/"):
            urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
                f"http://127.0.0.1:{page}", timeout=30
            )
        os.killpg(process.pid, signal.SIGINT)
        process.wait(STOP_SECONDS)
    if left := list((root / "tmp").glob("exam-demo-*")):
        raise StepFailed(f"the demo left its data: {left}")


def wait_for(process: "subprocess.Popen[bytes]", ready: Callable[[], bool]) -> None:
    """Wait until ``ready`` returns True.

    Raises:
        StepFailed: the process exited before that, or it took too long.
    """
    end = time.monotonic() + DEMO_SECONDS
    while not ready():
        if process.poll() is not None:
            raise StepFailed(f"ended early with status {process.returncode}")
        if time.monotonic() > end:
            raise StepFailed(f"not ready after {DEMO_SECONDS} s")
        time.sleep(1)


@contextmanager
def make(root: Path, log: Path, *arguments: str) -> "Iterator[subprocess.Popen[bytes]]":
    """Run make in the root in its own process group, which is killed at the end."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command(root, ["make", "-C", CHECKOUT, *arguments]),
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_ports() -> tuple[int, int]:
    """Return two free ports of this machine, whose network the root shares."""
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]


if __name__ == "__main__":
    sys.exit(main())
