"""The real servers as child processes, with the address that they print."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from kiosk.exam.errors import ExamError
from kiosk.system import entropy

START_SECONDS = 60.0
LOWEST_PORT, PORTS = 15_000, 15_000


class ServerDidNotStart(ExamError):
    """A server exited, or printed nothing, instead of listening."""

    code = "server_did_not_start"
    message = "%(what)s did not start."


def free_port() -> int:
    """Return a port of this machine on which nothing listens at the moment.

    It is below the ports that the kernel assigns to outgoing connections (32768 and up on
    Linux), one of which could take it before the server does.
    """
    while True:
        port = LOWEST_PORT + int.from_bytes(entropy(2)) % PORTS
        with closing(socket.socket()) as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@dataclass(frozen=True)
class Server:
    """A running server: address and process id."""

    url: str
    pid: int


@contextmanager
def server(module: str, data: Path, port: int, log: Path) -> Iterator[str]:
    """Run a server as :func:`running_server`; yield only its address."""
    with running_server(module, data, port, log) as running:
        yield running.url


@contextmanager
def running_server(module: str, data: Path, port: int, log: Path) -> Iterator[Server]:
    """Run ``python -m MODULE serve`` while the block runs.

    Its error output is written to ``log``.

    Raises:
        ServerDidNotStart: the server exited; the message has the end of ``log``.
    """
    command = [sys.executable, "-m", module, "serve", "--data", str(data), "--port", str(port)]
    with log.open("w") as errors:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command, stdout=subprocess.PIPE, stderr=errors, text=True
        )
        try:
            yield Server(_address(process, module, log), process.pid)
        finally:
            stop(process)


def _address(process: "subprocess.Popen[str]", module: str, log: Path) -> str:
    line = first_line(process)
    if "http://" not in line:
        process.wait(timeout=START_SECONDS)
        raise ServerDidNotStart(log.read_text()[-400:].strip(), what=module)
    # A full pipe would block the server at its next line.
    threading.Thread(target=_drain, args=(process,), daemon=True).start()
    return line.split()[-1].rstrip("/")


def first_line(process: "subprocess.Popen[str]") -> str:
    """Return the first line a server prints; "" when it ends or prints nothing for a minute."""
    watchdog = threading.Timer(START_SECONDS, process.kill)
    watchdog.start()
    try:
        return process.stdout.readline() if process.stdout else ""
    finally:
        watchdog.cancel()


def _drain(process: "subprocess.Popen[str]") -> None:
    for _ in process.stdout or ():
        pass


def stop(process: "subprocess.Popen[str]") -> None:
    """Terminate a server, and kill it if it does not exit within 20 seconds."""
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()
