"""Enrolment by network, and changes of the centre's keys."""

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx

from kiosk.bootstrap.setup import CERTIFICATE, REQUEST, accept_certificate, hq_keys, settings_of
from kiosk.settings import Settings, SetupRefused, trusting
from kiosk.store.files import write_durably
from kiosk.system import SystemClock, entropy
from sync.agent.errors import HqRefused, HqUnreachable
from sync.agent.transports import HttpTransport, Identity, cause_of
from sync.wire.errors import WireError
from sync.wire.sealing.certificate import make_request, read_certificate, read_request
from sync.wire.sealing.keys import KeyPair

NEXT = "keys-next"
"""Folder of new keys until headquarters has certified them."""

PENDING, DECLINED = "hq_request_pending", "hq_request_declined"


def ask_headquarters(data: Path) -> str:
    """Send the enrolment request; return the id of the centre's keys. Safe to repeat.

    Raises:
        SettingsError: the settings cannot be read, or have no address of headquarters.
        HqUnreachable: headquarters cannot be reached now.
        HqRefused: headquarters rejects the request.
    """
    settings = settings_of(data)
    document = enrolment_request(data, settings)
    _call("POST", settings, "/sync/v1/enrolment", document)
    return read_request(document).keys.public.key_id


def fetch_certificate(data: Path, key_id: str) -> bytes | None:
    """Return the certificate, or None while headquarters has not decided.

    Raises:
        SettingsError: the settings cannot be read, or have no address of headquarters.
        HqUnreachable: headquarters cannot be reached now.
        HqRefused: the request was declined, or is unknown.
    """
    settings = settings_of(data)
    try:
        return _call("GET", settings, f"/sync/v1/enrolment/{key_id}", b"")
    except HqRefused as error:
        if error.params["reason"] == PENDING:
            return None
        raise


def prepare_keys(data: Path) -> bytes:
    """Create the next keys, unless there are some already; return the request to certify them."""
    settings, folder = settings_of(data), data / NEXT
    if not folder.exists():
        new = folder.with_name(f"{NEXT}.part")
        shutil.rmtree(new, ignore_errors=True)
        KeyPair.generate(entropy).save(new)
        # In one step: an interrupted creation must not leave a folder with half a pair of keys.
        new.rename(folder)
    return _new_request(settings, KeyPair.load(folder))


def enrolment_request(data: Path, settings: Settings) -> bytes:
    """Return the request for the centre's keys; a missing or damaged file is written again."""
    keys = KeyPair.load(data / "keys")
    with suppress(OSError, WireError):
        document = (data / REQUEST).read_bytes()
        if read_request(document).keys.public == keys.public:
            return document
    document = _new_request(settings, keys)
    write_durably(data / REQUEST, document)
    return document


def _new_request(settings: Settings, keys: KeyPair) -> bytes:
    name = settings.centre_name or settings.centre_code
    return make_request(settings.centre_code, name, keys, SystemClock().now())


def certify_keys(data: Path, request: bytes) -> bytes:
    """Have headquarters certify the next keys by network; the present keys vouch for them.

    Raises:
        SettingsError: the settings cannot be read, or have no address of headquarters.
        HqUnreachable: headquarters cannot be reached now.
        HqRefused: headquarters rejects the request.
    """
    settings = settings_of(data)
    try:
        return _put_keys(settings, KeyPair.load(data / "keys"), request)
    except HqRefused:
        # Headquarters may have changed the keys already, and its answer was lost: the new keys
        # then sign.
        return _put_keys(settings, KeyPair.load(data / NEXT), request)


def adopt_new_keys(data: Path, certificate: bytes) -> None:
    """Make the next keys the centre's; the old ones still open what was sealed to them.

    They must be certified by the keys of headquarters that the centre already knows.

    Raises:
        SettingsError: the certificate is for other keys, or names other keys of headquarters.
        WireError: the certificate is invalid. In all these cases nothing has changed.
    """
    keys, settings = KeyPair.load(data / NEXT), settings_of(data)
    known = hq_keys(data, settings)
    found = read_certificate(certificate, known)
    found.require_valid(SystemClock().now(), settings.centre_code)
    if found.centre_keys.public != keys.public:
        raise SetupRefused(reason="This certificate is for other keys than those that wait.")
    if not known.accepts(found.hq_keys.public.key_id):
        raise SetupRefused(reason="This certificate names other keys of HQ than those known.")
    # From this file on, finish_change completes the change, even after a power cut.
    write_durably(data / NEXT / CERTIFICATE, certificate)
    finish_change(data)


def finish_change(data: Path) -> None:
    """Complete a change of keys that was interrupted; no effect if there is none."""
    folder = data / NEXT
    if not (folder / CERTIFICATE).exists():
        return
    # Keys first, certificate second: repeating both steps leads to the same end from any point.
    KeyPair.load(folder).take_over(data / "keys")
    write_durably(data / CERTIFICATE, (folder / CERTIFICATE).read_bytes())
    done = folder.with_name(f"{NEXT}.done")
    shutil.rmtree(done, ignore_errors=True)
    folder.rename(done)  # in one step: half a folder would keep the centre from starting
    shutil.rmtree(done, ignore_errors=True)


def accept(data: Path, certificate: bytes, compared: Callable[[str], bool]) -> bool:
    """Store a certificate for the centre's keys, or for those that are to become its keys.

    Return False if ``compared`` says that the fingerprints differ.
    """
    if (data / NEXT).exists():
        named = read_certificate(certificate).centre_keys.public
        if named == KeyPair.load(data / NEXT).public:
            adopt_new_keys(data, certificate)
            return True
    return accept_certificate(data, certificate, SystemClock(), compared)


def _put_keys(settings: Settings, keys: KeyPair, request: bytes) -> bytes:
    timeout, ca = settings.sync.timeout_seconds, settings.sync.hq_ca
    identity = Identity(settings.centre_code, keys)
    transport = HttpTransport(_url(settings), identity, SystemClock(), entropy, timeout, ca=ca)
    try:
        return transport.send("PUT", "/sync/v1/keys", request).body
    finally:
        transport.close()


def _url(settings: Settings) -> str:
    if settings.sync.hq_url is None:
        raise SetupRefused(
            reason="There is no hq_url in kiosk.toml: send the request by USB stick."
        )
    return settings.sync.hq_url.rstrip("/")


def _call(method: str, settings: Settings, path: str, body: bytes) -> bytes:
    url, verify = _url(settings) + path, trusting(settings.sync.hq_ca)
    try:
        reply = httpx.request(method, url, content=body, timeout=20, trust_env=False, verify=verify)
    except httpx.RequestError as error:
        raise HqUnreachable(cause=cause_of(error)) from error
    if reply.is_success:
        return reply.content
    if reply.is_server_error or reply.status_code == httpx.codes.TOO_MANY_REQUESTS:
        raise HqUnreachable(cause=f"HTTP {reply.status_code}")
    raise HqRefused(_said(reply), status=reply.status_code, reason=_code(reply) or "none")


def _code(reply: httpx.Response) -> str:
    return str(_error(reply).get("code", ""))


def _said(reply: httpx.Response) -> str:
    return str(_error(reply).get("message", ""))


def _error(reply: httpx.Response) -> dict[str, object]:
    try:
        found = json.loads(reply.content)["error"]
    except (ValueError, KeyError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}
