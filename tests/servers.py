"""PostgreSQL and S3 for the tests: started on free ports, and stopped whatever happens.

``python -m tests.servers COMMAND...`` runs a command with both and their addresses in the
environment.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from kiosk.bench.hq.postgresql import PASSWORD, postgresql
from kiosk.rehearsal.processes import free_port

DATABASE, BLOBS = "HQ_TEST_DATABASE", "HQ_TEST_BLOBS"
BUCKET = "exam"


@contextmanager
def s3() -> Iterator[str]:
    """A running server that speaks S3, with one empty bucket; gives the URL of that."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port, server)
        endpoint = f"http://127.0.0.1:{port}"
        make_bucket(endpoint)
        yield f"s3://{BUCKET}?endpoint={endpoint}&region=us-east-1"
    finally:
        server.terminate()
        server.wait()


def wait_for(port: int, server: "subprocess.Popen[bytes]", seconds: float = 60) -> None:
    """Wait until a server listens; raise RuntimeError if it does not."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


@contextmanager
def ending(process: "subprocess.Popen[str]") -> Iterator[None]:
    """Kill a process that the block leaves running: `Popen` would wait for it without limit."""
    try:
        yield
    finally:
        process.kill()


def make_bucket(endpoint: str) -> None:
    """Make the bucket of the tests."""
    import boto3

    os.environ.update(KEYS)
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    client.create_bucket(Bucket=BUCKET)


KEYS = {"AWS_ACCESS_KEY_ID": "tests", "AWS_SECRET_ACCESS_KEY": PASSWORD}
"""The server of the tests takes any."""


def main(command: list[str]) -> int:
    """Run a command with both servers; gives its exit code. They are stopped on SIGTERM, too."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with postgresql() as database, s3() as blobs:
        variables = {DATABASE: database.url, BLOBS: blobs, "PGPASSFILE": str(database.passfile)}
        return subprocess.run(command, env={**os.environ, **KEYS, **variables}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
