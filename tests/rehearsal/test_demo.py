"""The demo comes up alive, says how to get in, and goes away without a trace."""

import signal
import subprocess
import sys
from pathlib import Path

import httpx

from kiosk.rehearsal.processes import free_port
from tests.servers import ending


def test_the_demo_opens_and_ends_cleanly(tmp_path: Path) -> None:
    port, hq_port = free_port(), free_port()
    command = [sys.executable, "-m", "kiosk", "demo", "--simulated", "1"]
    command += ["--port", str(port), "--hq-port", str(hq_port)]
    with (
        subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as demo,
        ending(demo),
    ):
        assert demo.stdout is not None
        assert demo.stderr is not None
        told = ""
        while "Ctrl-C ends" not in told:
            line = demo.stdout.readline()
            assert line, demo.stderr.read()
            told += line
        pages = (f"http://127.0.0.1:{port}/", f"http://127.0.0.1:{hq_port}/sign-in")
        found = [httpx.get(page, timeout=60, trust_env=False).status_code for page in pages]
        demo.send_signal(signal.SIGINT)
        _, errors = demo.communicate(timeout=60)
    assert found == [200, 200]
    assert "2026C0001" in told
    assert (demo.returncode, errors) == (0, "")
    assert list(tmp_path.iterdir()) == []
