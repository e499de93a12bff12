"""A new centre, and its enrolment at headquarters."""

import json
import os
import tomllib
from collections.abc import Callable
from pathlib import Path

from kiosk.bootstrap.system import SystemClock, entropy
from kiosk.exam.ports import Clock
from kiosk.hall.passwords import hash_password
from kiosk.hall.rights import CHIEF
from kiosk.settings import (
    NoCentre,
    Settings,
    SettingsError,
    load_settings,
    parse_settings,
    resource,
)
from kiosk.store import staff
from kiosk.store.database import Store
from sync.wire.certificate import make_request, read_certificate
from sync.wire.errors import WrongCentre
from sync.wire.keys import KeyPair, PublicKeys

SETTINGS = "kiosk.toml"
CERTIFICATE = "centre-certificate.json"
REQUEST = "enrolment-request.json"


def create_centre(
    data: Path, centre_code: str, name: str, hq_url: str | None, username: str, password: str
) -> str:
    """Set up a new data directory and return the fingerprint of the centre's keys.

    The settings file is written last: without it the directory counts as empty. Raises
    SettingsError when there is a centre already or a value is not allowed, or WeakPassword.
    """
    text = new_settings(data, centre_code, name, hq_url)
    account = staff.StaffAccount(username, hash_password(password), CHIEF)
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys = KeyPair.generate(entropy)
    keys.save(data / "keys")
    now = SystemClock().now()
    (data / REQUEST).write_bytes(make_request(centre_code, name, keys, now))
    store = Store(data)
    store.write(lambda db: staff.add_account(db, account, now))
    store.close()
    (data / SETTINGS).write_text(text, encoding="utf-8")
    return keys.public.fingerprint


def new_settings(data: Path, centre_code: str, name: str, hq_url: str | None) -> str:
    """The text of a new centre's settings file.

    Raises:
        SettingsError: there is a centre in ``data`` already, or a value is not allowed.
    """
    if (data / SETTINGS).exists():
        raise SettingsError(f"{data} already holds a centre")
    text = _settings_text(centre_code, name, hq_url)
    parse_settings(tomllib.loads(text))
    return text


def settings_of(data: Path) -> Settings:
    """The settings of the centre in a data directory; raises NoCentre or SettingsError."""
    if not (data / SETTINGS).exists():
        raise NoCentre(data=str(data))
    return load_settings(data / SETTINGS)


def _settings_text(centre_code: str, name: str, hq_url: str | None) -> str:
    """The sample settings with this centre's own values filled in."""
    sample = resource("config/kiosk.toml").read_text(encoding="utf-8")
    own = f"centre_code = {_quote(centre_code)}\ncentre_name = {_quote(name)}"
    link = "# hq_url =" if hq_url is None else f"hq_url = {_quote(hq_url)}"
    return sample.replace("# centre_code =", own, 1).replace("# hq_url =", link, 1)


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def accept_certificate(
    data: Path, content: bytes, clock: Clock, compared: Callable[[str], bool]
) -> bool:
    """Keep HQ's certificate if it is for this centre's keys and ``compared`` says yes.

    ``compared`` gets the fingerprint of HQ's keys, which a person compares by telephone.
    Raises SettingsError or the WireError that names what is wrong.
    """
    settings = settings_of(data)
    certificate = read_certificate(content)
    certificate.require_valid(clock.now(), settings.centre_code)
    if certificate.centre_keys.public != KeyPair.load(data / "keys").public:
        raise SettingsError("this certificate is for other keys than this centre's")
    if not compared(certificate.hq_keys.public.fingerprint):
        return False
    (data / CERTIFICATE).write_bytes(content)
    return True


def hq_keys(data: Path, settings: Settings) -> PublicKeys:
    """HQ's keys out of the centre's certificate; raises SettingsError when not enrolled yet.

    Whether it has ended is for HQ to judge: no exam fails for a date, or for a clock that is wrong.
    """
    path = data / CERTIFICATE
    if not path.exists():
        raise SettingsError("this centre is not enrolled yet: run `kiosk enrol CERTIFICATE`")
    certificate = read_certificate(path.read_bytes())
    if certificate.centre_code != settings.centre_code:
        raise WrongCentre(found=certificate.centre_code, expected=settings.centre_code)
    return certificate.hq_keys.public


def web_secret(data: Path) -> bytes:
    """The web app's secret (32 bytes), made at first use and kept with mode 0600."""
    path = data / "keys" / "web.key"
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(entropy(32))
    return path.read_bytes()
