"""A LAN of two machines on this one: network namespaces that a veth pair links.

The server's namespace holds headquarters, centre and Caddy, the terminal's a browser. Nothing in
them reaches this machine's own network or any other.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.rehearsal.processes import stop

SECONDS = 60
SERVER_ADDRESS, TERMINAL_ADDRESS = "192.168.77.10", "192.168.77.20"


@dataclass(frozen=True)
class Machine:
    """One namespace."""

    name: str
    home: Path

    def command(self, *words: str) -> list[str]:
        """A command line that runs there."""
        return ["ip", "netns", "exec", self.name, *words]

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run a command there to its end."""
        return subprocess.run(
            self.command(*words), capture_output=True, text=True, timeout=SECONDS, env=self.env
        )

    def kiosk(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of ours there."""
        return self.run(sys.executable, "-m", *words)

    @property
    def env(self) -> dict[str, str]:
        """Everything that programs keep at home stays in a temporary folder."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("XDG_")}
        kept["XDG_DATA_HOME"] = str(self.home / "share")
        return {**kept, "HOME": str(self.home), "XDG_CONFIG_HOME": str(self.home / "config")}

    @contextmanager
    def running(self, log: Path, *words: str) -> Iterator["subprocess.Popen[str]"]:
        """A process there while the block runs; what it prints goes to a file."""
        with log.open("a") as out:
            process = subprocess.Popen(
                self.command(*words), stdout=out, stderr=out, text=True, env=self.env
            )
            try:
                yield process
            finally:
                stop(process)

    def add_address(self, address: str) -> None:
        """Give it one more address in the LAN."""
        _ip("-n", self.name, "address", "add", f"{address}/24", "dev", "lan")

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Sockets that this thread makes in the block, or threads it starts, are this machine's."""
        with Path("/proc/thread-self/ns/net").open("rb") as home:
            with Path(f"/run/netns/{self.name}").open("rb") as namespace:
                _set_namespace(namespace.fileno())
            try:
                yield
            finally:
                _set_namespace(home.fileno())

    def browser(self, folder: Path, chromium: str) -> Path:
        """A program that starts Chromium there; Playwright talks to it by a pipe."""
        script = folder / f"chromium-{self.name}"
        script.write_text(f'#!/bin/sh\nexec ip netns exec {self.name} {chromium} "$@"\n')
        script.chmod(0o755)
        return script


@contextmanager
def lan(base: Path) -> Iterator[tuple[Machine, Machine]]:
    """A server's and a terminal's machine; skips the test where that is not permitted."""
    server, terminal = (
        Machine(f"exam-{kind}-{os.getpid()}", base / kind) for kind in ("server", "terminal")
    )
    with ExitStack() as stack:
        for machine in (server, terminal):
            machine.home.mkdir()
            _add(machine, stack)
        _ip("link", "add", "lan", "netns", server.name, "type", "veth",
            "peer", "name", "lan", "netns", terminal.name)  # fmt: skip
        for machine, address in ((server, SERVER_ADDRESS), (terminal, TERMINAL_ADDRESS)):
            _ip("-n", machine.name, "address", "add", f"{address}/24", "dev", "lan")
            _ip("-n", machine.name, "link", "set", "lan", "up")
            _ip("-n", machine.name, "link", "set", "lo", "up")
        yield server, terminal


def _add(machine: Machine, stack: ExitStack) -> None:
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("network namespaces need root and iproute2")
    added = subprocess.run(
        ["ip", "netns", "add", machine.name], capture_output=True, text=True, timeout=SECONDS
    )
    if added.returncode:
        pytest.skip(f"network namespaces are not permitted here: {added.stderr.strip()}")
    stack.callback(_ip, "netns", "delete", machine.name)


def _set_namespace(descriptor: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(descriptor, 0):
        raise OSError(ctypes.get_errno(), "setns")


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, timeout=SECONDS)
