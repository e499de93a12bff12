"""Creating a centre, and accepting its certificate from headquarters."""

import json
import shutil
import tomllib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from kiosk.durable import sync_folder
from kiosk.exam.disk_space import MB
from kiosk.exam.ports import Clock
from kiosk.exam.typed_texts import require_plain
from kiosk.hall.accounts.passwords import hash_password
from kiosk.hall.accounts.staff_accounts import require_username
from kiosk.hall.rights import CHIEF
from kiosk.settings import NoCentre, Settings, SetupRefused, load_settings, parse_settings, resource
from kiosk.store.centre import staff
from kiosk.store.centre.hq_trust import HQ_KEYS, HqTrust
from kiosk.store.errors import StorageFull
from kiosk.store.files import write_durably
from kiosk.store.sqlite.database import DATABASE, Store
from kiosk.store.sqlite.reserve import Reserve
from kiosk.system import SystemClock, entropy
from sync.wire.delivery.emergency import EmergencyKey
from sync.wire.errors import WireError, WrongCentre
from sync.wire.sealing.certificate import make_request, read_certificate
from sync.wire.sealing.hq_keys import GIVEN_UP
from sync.wire.sealing.keys import KeyPair, PublicKeys

SETTINGS = "kiosk.toml"
CERTIFICATE = "centre-certificate.json"
REQUEST = "enrolment-request.json"
SECRET_BYTES = 32
LONGEST_NAME = 200


def create_centre(
    data: Path, centre_code: str, name: str, hq_url: str | None, username: str, password: str
) -> str:
    """Create a new data directory and return the fingerprint of the centre's keys.

    Raises:
        SettingsError: there is a centre already, or a value is not allowed.
        BadUsername: the username is not allowed.
        WeakPassword: the password is too weak.
        TextUnusable: the name has characters that other machines cannot show.
    """
    require_username(username)
    name = require_plain(name)
    text = new_settings(data, centre_code, name, hq_url)
    account = staff.StaffAccount(username, hash_password(password), CHIEF)
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    _forget_unfinished(data)
    keys = KeyPair.generate(entropy)
    keys.save(data / "keys")
    now = SystemClock().now()
    write_durably(data / REQUEST, make_request(centre_code, name, keys, now))
    store = Store(data)
    store.write(lambda db: staff.add_account(db, account, now))
    store.close()
    web_secret(data)
    # Last: without this file the directory counts as empty, and `kiosk init` may be repeated.
    write_durably(data / SETTINGS, text.encode())
    sync_folder(data.parent)
    return keys.public.fingerprint


def new_settings(data: Path, centre_code: str, name: str, hq_url: str | None) -> str:
    """Return the text of a new centre's settings file.

    Raises:
        SettingsError: ``data`` already contains a centre, or a value is not allowed.
    """
    if (data / SETTINGS).exists():
        raise SetupRefused(reason=f"{data} already contains a centre. Nothing was changed.")
    # A lost settings file must not turn a working centre into an empty directory.
    if (data / CERTIFICATE).exists() or any((data / "packages").glob("*")):
        raise SetupRefused(
            reason=f"{data} contains a centre without {SETTINGS}: put that file back."
        )
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise SetupRefused(reason=f"The name needs 1 to {LONGEST_NAME} characters on one line.")
    text = _settings_text(centre_code, name, hq_url)
    parse_settings(tomllib.loads(text))
    return text


def require_centre(data: Path) -> None:
    """Check that a directory contains a centre, whether damaged or intact.

    Raises:
        NoCentre: the directory has neither settings, keys nor a database.
    """
    if not any((data / name).exists() for name in (SETTINGS, "keys", DATABASE)):
        raise NoCentre(data=str(data))


def settings_of(data: Path) -> Settings:
    """Return the settings of the centre in a data directory.

    Raises:
        NoCentre: there is no settings file.
        SettingsError: the settings are invalid.
    """
    if not (data / SETTINGS).exists():
        raise NoCentre(data=str(data))
    return load_settings(data / SETTINGS)


def _settings_text(centre_code: str, name: str, hq_url: str | None) -> str:
    """Return the sample settings with this centre's own values."""
    sample = resource("config/kiosk.toml").read_text(encoding="utf-8")
    own = {"centre_code": centre_code, "centre_name": name, "hq_url": hq_url}
    for key, value in own.items():
        if value is not None:
            sample = sample.replace(f"# {key} =", f"{key} = {_quote(value)}", 1)
    return sample


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def accept_certificate(
    data: Path, content: bytes, clock: Clock, compared: Callable[[str], bool]
) -> bool:
    """Store headquarters' certificate for this centre's keys if ``compared`` returns True.

    ``compared`` receives the fingerprint of headquarters' keys, which staff compare by
    telephone.

    Raises:
        SettingsError: the settings are invalid, or the certificate is for other keys.
        WireError: the certificate is invalid.
    """
    settings = settings_of(data)
    certificate = read_certificate(content)
    certificate.require_valid(clock.now(), settings.centre_code)
    if certificate.centre_keys.public != KeyPair.load(data / "keys").public:
        raise SetupRefused(reason="This certificate is for other keys than this centre's.")
    _require_not_given_up(data, certificate.hq_keys.public)
    if not compared(certificate.hq_keys.public.fingerprint):
        return False
    write_durably(data / CERTIFICATE, content)
    return True


def _require_not_given_up(data: Path, hq: PublicKeys) -> None:
    """Require keys of headquarters that it has not retired or withdrawn, as far as known here."""
    if (data / HQ_KEYS).exists() and _trust(data, hq).state(hq.key_id) in GIVEN_UP:
        raise SetupRefused(
            reason="This certificate is signed with a key that HQ has given up."
            " Ask HQ for a new certificate."
        )


def hq_keys(data: Path, settings: Settings) -> HqTrust:
    """Return headquarters' keys: those of the certificate, and those that have followed.

    An expired certificate is accepted here: headquarters judges that, and no exam may fail
    because of a date or a wrong clock.

    Raises:
        SettingsError: the centre is not enrolled, or its certificate is damaged. Or its keys
            are not the certified ones: it could not open what headquarters seals, and
            headquarters would reject what it signs.
        WrongCentre: the certificate is for another centre.
    """
    path = data / CERTIFICATE
    if not path.exists():
        raise SetupRefused(
            reason="This centre is not enrolled yet. Run 'kiosk enrol' to ask HQ by network,"
            " or 'kiosk enrol CERTIFICATE' with HQ's answer."
        )
    try:
        certificate = read_certificate(path.read_bytes())
    except (OSError, WireError) as error:
        raise SetupRefused(
            reason=f"{path} is damaged: run 'kiosk enrol' again, or put it back from a backup."
            f" ({error})"
        ) from error
    if certificate.centre_code != settings.centre_code:
        raise WrongCentre(found=certificate.centre_code, expected=settings.centre_code)
    if certificate.centre_keys.public != KeyPair.load(data / "keys").public:
        raise SetupRefused(
            reason=f"The keys in {data / 'keys'} are not those that HQ has certified."
            " Put this centre's own keys back from a copy."
        )
    return _trust(data, certificate.hq_keys.public)


def _trust(data: Path, certified: PublicKeys) -> HqTrust:
    path = data / HQ_KEYS
    try:
        return HqTrust(certified, path)
    except (OSError, WireError) as error:
        raise SetupRefused(
            reason=f"{path} is damaged: put it back from a backup. Without one, delete it and run"
            f" 'kiosk enrol' with a new certificate of HQ. ({error})"
        ) from error


def prepare_first_start(data: Path) -> None:
    """Create what a start would create, so that it needs no room on the disk. Safe to repeat."""
    web_secret(data)
    EmergencyKey.at(data / "keys" / "emergency.pem")
    Reserve(data / "reserve").fill(load_settings(data / SETTINGS).disk.reserve_mb * MB)


def web_secret(data: Path) -> bytes:
    """Return the web app's secret (32 bytes, stored with mode 0600).

    It protects the tokens of open pages only, so a missing or damaged one is replaced. On a
    full disk the new one lasts as long as this process.
    """
    path = data / "keys" / "web.key"
    try:
        found = path.read_bytes()
    except OSError:  # writing it again reports the error, if there is a lasting one
        found = b""
    if len(found) == SECRET_BYTES:
        return found
    made = entropy(SECRET_BYTES)
    with suppress(StorageFull):
        write_durably(path, made)
    return made


def _forget_unfinished(data: Path) -> None:
    """Remove what an interrupted `kiosk init` left behind, which was never used."""
    shutil.rmtree(data / "keys", ignore_errors=True)
    for path in data.glob(f"{DATABASE}*"):
        path.unlink()
