"""``python -m tests.faults.first_start centre|hq FOLDER``: a first start, to be recorded.

Each step says when it is finished: what was done then must survive any power cut.
"""

import os
import sys
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from threading import Event

import httpx
from click.testing import CliRunner, Result

from kiosk.bootstrap.centre import build_hall, centre_of
from kiosk.bootstrap.setup import web_secret
from kiosk.cli import main as kiosk
from kiosk.hall.machine.restore_detection import RestoreDetection
from kiosk.server.serving import listening
from kiosk.system import SystemClock, entropy, new_id
from kiosk.web.app import create_app
from sync.hq.cli import main as hq
from sync.hq.services import open_headquarters
from sync.hq.web.app import create_app as create_console
from sync.wire.delivery.emergency import EmergencyKey
from sync.wire.sealing.certificate import make_certificate, read_request
from sync.wire.sealing.keys import KeyPair
from tests.centres import PASSWORD
from tests.faults.power_cut import DONE
from tests.web.faces import NoFaces


def run(command: object, base: Path, *words: str) -> Result:
    """A command of ours; the first account's password comes from a file."""
    password = base / "password"
    password.write_text(f"{PASSWORD}\n")
    init = ("--password-file", str(password)) if words[0] == "init" else ()
    return CliRunner().invoke(command, [*words, *init])  # type: ignore[arg-type]


def init_centre(base: Path) -> Result:
    """``kiosk init``."""
    data = ("--data", str(base / "data"))
    return run(kiosk, base, "init", *data, "--centre", "BJ01", "--name", "测试考点")


def enrol_centre(base: Path) -> Result:
    """What HQ does with the request, and ``kiosk enrol``."""
    request = read_request((base / "data" / "enrolment-request.json").read_bytes())
    now, year = SystemClock().now(), timedelta(days=365)
    certificate = base / "certificate.json"
    issuer = KeyPair.generate(entropy)
    certificate.write_bytes(make_certificate(request, issuer, now - year, now + year))
    return run(kiosk, base, "enrol", "--data", str(base / "data"), "--yes", str(certificate))


def serve_centre(base: Path) -> None:
    """What ``kiosk serve`` does until its pages come, but for the face analysis."""
    data = base / "data"
    with ExitStack() as stack:
        centre = centre_of(data, SystemClock(), Event(), stack)
        restore_detection = RestoreDetection(centre)
        restore_detection.at_start()
        restore_detection.next_contact()
        emergency = EmergencyKey.at(data / "keys" / "emergency.pem")
        hall = build_hall(centre, NoFaces(), emergency, lambda: None)  # type: ignore[arg-type]
        hall.disk.sweep()
        app = create_app(hall, secret=web_secret(data))
        url = stack.enter_context(listening(app, "127.0.0.1", 0, 2))
        for path in ("/healthz", "/", "/staff/sign-in"):
            httpx.get(f"{url}{path}", trust_env=False).raise_for_status()


def init_hq(base: Path) -> Result:
    """``hq init``."""
    return run(hq, base, "init", "--data", str(base / "data"))


def serve_hq(base: Path) -> None:
    """What ``hq serve`` does until its pages come."""
    headquarters = open_headquarters(base / "data", SystemClock(), new_id, entropy)
    try:
        client = create_console(headquarters).test_client()
        assert client.get("/healthz").status_code == 200
        assert client.get("/sign-in").status_code == 200
        assert headquarters.accounts.names() == ["chief"]
    finally:
        headquarters.close()


STEPS = {
    "centre": {"init": init_centre, "enrol": enrol_centre, "serve": serve_centre},
    "hq": {"init": init_hq, "serve": serve_hq},
}


def main(kind: str, base: Path) -> None:
    """Do all steps of a first start, as a person would."""
    for name, step in STEPS[kind].items():
        result = step(base)
        assert result is None or result.exit_code == 0, result.output
        os.write(1, f"{DONE}{name}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
