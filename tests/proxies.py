"""Real nginx and Caddy on loopback, with a certificate that OpenSSL makes for the test."""

import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SECONDS = 60
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or "nginx"


def make_certificate(folder: Path, *names: str) -> tuple[Path, Path]:
    """A certificate for host names, signed by itself, and its key."""
    certificate, key = folder / "server.pem", folder / "server.key"
    subjects = ",".join(f"DNS:{name}" for name in names)
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
               "-nodes", "-days", "2", "-subj", f"/CN={names[0]}", "-addext",
               f"subjectAltName={subjects}", "-keyout", str(key),
               "-out", str(certificate)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
    return certificate, key


@contextmanager
def nginx(folder: Path, http: str, port: int) -> Iterator[None]:
    """Run nginx with this content of its ``http`` block."""
    configuration = folder / "nginx.conf"
    configuration.write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{ access_log off; client_body_temp_path {folder}/body;\n"
        f"proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;\n"
        f"uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n{http}\n}}\n"
    )
    with _running([NGINX, "-p", str(folder), "-c", str(configuration)], folder, port):
        yield


@contextmanager
def caddy(
    folder: Path, configuration: Path, port: int, name: str | None = "127.0.0.1"
) -> Iterator[None]:
    """Run Caddy; whatever it keeps stays in the folder.

    The block begins when it has a certificate for this name; with None when it listens.
    """
    with _running(["caddy", "run", "--config", str(configuration)], folder, port, name):
        yield


@contextmanager
def _running(
    command: list[str], folder: Path, port: int, name: str | None = None
) -> Iterator[None]:
    log = folder / "proxy.log"
    names = ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")
    env = {**os.environ, **dict.fromkeys(names, str(folder))}
    with log.open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=env)
    try:
        _wait(process, port, name, log)
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        finally:
            process.kill()


def _wait(process: "subprocess.Popen[bytes]", port: int, name: str | None, log: Path) -> None:
    gate, end = threading.Event(), time.monotonic() + SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            _connect(port, name)
        except OSError:
            gate.wait(0.05)
        else:
            return
    pytest.fail(log.read_text()[-2000:])


def _connect(port: int, name: str | None) -> None:
    """Connect, and with a name agree on TLS: Caddy listens before its own CA has signed."""
    with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
        if name is not None:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            context.wrap_socket(connection, server_hostname=name).close()
