"""A centre's server in a process of its own, as systemd runs it."""

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx

from kiosk.vision.packs.manifest import default_weights, weights_below

START_SECONDS = 120


@dataclass
class Server:
    """A running ``kiosk serve``."""

    process: "subprocess.Popen[str]"
    url: str
    lines: "queue.Queue[str]"

    def get(self, path: str, seconds: float = 60) -> httpx.Response:
        """Ask for a page."""
        return httpx.get(f"{self.url}{path}", timeout=seconds, trust_env=False)

    def said(self) -> str:
        """What it has printed since it started, or since the last time."""
        lines = []
        while not self.lines.empty():
            lines.append(self.lines.get())
        return "".join(lines)

    def sign_in(self, username: str, password: str) -> httpx.Response:
        """Sign a member of staff in."""
        body = {"username": username, "password": password}
        return httpx.post(
            f"{self.url}/staff/api/sign-in",
            json=body,
            headers={"Origin": self.url},
            timeout=60,
            trust_env=False,
        )

    def kill(self) -> None:
        """End it as a power cut does."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(30)


@contextmanager
def serving(data: Path) -> Iterator[Server]:
    """Run the server of a data directory; fails when it does not start in time."""
    use_packs(data)
    command = [sys.executable, "-m", "kiosk", "serve", "--data", str(data), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    lines: queue.Queue[str] = queue.Queue()
    assert process.stdout is not None
    assert process.stderr is not None
    streams = (process.stdout, process.stderr)
    readers = [threading.Thread(target=_read, args=(one, lines), daemon=True) for one in streams]
    for reader in readers:
        reader.start()
    try:
        yield Server(process, _address(lines), lines)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(30)
        for reader in readers:
            reader.join(30)


def use_packs(data: Path) -> None:
    """Let the centre use the face packs of whoever runs the tests."""
    folder = weights_below(data)
    if not folder.exists():
        folder.symlink_to(default_weights())


def _read(stream: IO[str], lines: "queue.Queue[str]") -> None:
    with stream:
        for line in stream:
            lines.put(line)
    lines.put("")


def _address(lines: "queue.Queue[str]") -> str:
    said = []
    while line := lines.get(timeout=START_SECONDS):
        said.append(line)
        if line.startswith("Candidates:"):
            return line.split()[1].rstrip("/")
    raise AssertionError(f"the server did not start: {''.join(said)}")
