"""Settings from TOML, and files that come with the product.

Unknown keys are rejected and numbers are bounded, so that a typing mistake in ``kiosk.toml`` is
found when it is read and not in the exam room.
"""

import ipaddress
import os
import re
import ssl
import tomllib
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from kiosk.exam.errors import ExamError
from kiosk.exam.origins import normal_origin

DEFAULT_PACK = "opencv-zoo"
"""The embedded face pack."""


class SettingsError(ExamError):
    """The settings file is not usable; the message names each wrong place."""

    code: ClassVar[str] = "settings_invalid"
    message: ClassVar[str] = "The settings are not valid."


class SetupRefused(SettingsError):
    """Something else than the settings' content prevents the start; ``reason`` says what to do."""

    code: ClassVar[str] = "setup_refused"
    message: ClassVar[str] = "%(reason)s"


class NoCentre(ExamError):
    """The data directory contains no centre."""

    code: ClassVar[str] = "no_centre"
    message: ClassVar[str] = (
        "There is no centre in %(data)s; run 'kiosk init --data %(data)s' first, or name the right"
        " folder with --data."
    )


class Table(BaseModel):
    """A table of a settings file: no unknown names."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ListeningSettings(Table):
    """What the servers of a centre and of headquarters have in common."""

    host: str = "127.0.0.1"
    secure_cookies: bool = False
    public_origins: tuple[str, ...] = ()
    """Addresses in browsers, such as `https://exam.example.org`; no others may write."""
    connections: int = Field(default=2000, ge=64, le=100_000)
    connections_per_address: int = Field(default=400, ge=8, le=100_000)
    unfinished_per_address: int = Field(default=100, ge=4, le=100_000)

    @field_validator("public_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(normal_origin(origin) for origin in value)


class ServerSettings(ListeningSettings):
    """Where the centre server listens, and how many connections it accepts."""

    port: int = Field(default=8080, ge=0, le=65535)
    threads: int = Field(default=16, ge=2, le=256)
    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks of trusted proxies; limits per address do not apply to them."""

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            ipaddress.ip_network(network, strict=False)
        return value


class StaffSettings(Table):
    """Sessions of the centre's staff."""

    idle_minutes: int = Field(default=60, ge=5, le=720)
    """A session ends after this long without mouse or keyboard input."""


class VisionSettings(Table):
    """Which packs analyse camera frames, and how much of the machine they may use."""

    pack: str = Field(default=DEFAULT_PACK, pattern=r"^[a-z0-9_-]+$")
    objects: str | None = Field(default=None, pattern=r"^[a-z0-9_-]+$")
    """An additional object pack, to detect phones and books."""
    liveness: str | None = Field(default=None, pattern=r"^[a-z0-9_-]+$")
    """An additional passive liveness pack."""
    workers: int = Field(default=0, ge=0, le=64)
    """0: one fewer than the cores, at least one."""
    frame_interval_ms: int = Field(default=1000, ge=200, le=5000)
    evidence_per_attempt: int = Field(default=60, ge=0, le=1000)
    evidence_mb: int = Field(default=4096, ge=1, le=1_000_000)


class DiskSettings(Table):
    """What happens when disk space runs short."""

    reserve_mb: int = Field(default=64, ge=0, le=10_000)
    """Space reserved for answers; at most a quarter of the free space is used for it."""
    pictures_stop_mb: int = Field(default=200, ge=0, le=100_000)
    """With less free space, pictures of incidents are no longer stored."""


class BackupSettings(Table):
    """Backups that the server makes on schedule."""

    to: Path | None = None
    """A folder on another disk or a USB stick; without it no backups are made."""
    every_minutes: float = Field(default=30, ge=1, le=10_080)
    keep: int = Field(default=3, ge=1, le=1000)


class SyncSettings(Table):
    """How the centre reaches headquarters. Without ``hq_url`` it works offline."""

    hq_url: str | None = None
    hq_ca: Path | None = None
    """A PEM file with the only CA that is trusted for HQ; None: the public CAs."""

    @field_validator("hq_url")
    @classmethod
    def _hq_url_is_an_address(cls, value: str | None) -> str | None:
        return None if value is None else web_address(value)

    receive_unlock_codes: bool = True
    """Whether a code that HQ releases by sync unlocks the paper; otherwise staff type it."""
    interval_seconds: float = Field(default=30, ge=0.2, le=3600)
    timeout_seconds: float = Field(default=20, ge=1, le=300)
    backoff_cap_seconds: float = Field(default=900, ge=1, le=86400)
    max_kbit_per_s: float = Field(default=0, ge=0, le=10_000_000)
    """Limit on the bandwidth of sync; 0: no limit."""


class MockExamSettings(Table):
    """Mock exams of the centre."""

    hours_before: float = Field(default=2, ge=0.5, le=168)
    """A mock exam ends this many hours before the planned start of a real sitting."""


class Settings(Table):
    """Everything that a centre's ``kiosk.toml`` may contain."""

    centre_code: str = Field(pattern=r"^[A-Z0-9][A-Z0-9-]{1,31}$")
    centre_name: str = Field(default="", max_length=200)
    timezone: str = "Asia/Shanghai"
    server: ServerSettings = ServerSettings()
    staff: StaffSettings = StaffSettings()
    vision: VisionSettings = VisionSettings()
    disk: DiskSettings = DiskSettings()
    backup: BackupSettings = BackupSettings()
    sync: SyncSettings = SyncSettings()
    mock_exam: MockExamSettings = MockExamSettings()


def web_address(text: str) -> str:
    """Return the address of a server, such as ``https://hq.example.org``, without a final slash.

    Raises:
        ValueError: it has another scheme, no host, a path, or a port out of bounds.
    """
    parts = urlsplit(text)
    whole = parts.hostname and re.fullmatch(r"[a-z]+://[^\s/?#@]+/?", text, re.IGNORECASE)
    if parts.scheme not in ("http", "https") or not whole or parts.port == 0:
        raise ValueError(f"{text!r} is not an address such as https://hq.example.org")
    return text.rstrip("/")


def parse_settings(data: dict[str, Any]) -> Settings:
    """Validate a parsed settings file.

    Raises:
        SettingsError: naming each wrong place.
    """
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        raise SettingsError(mistakes_of(error)) from error


def mistakes_of(error: ValidationError) -> str:
    """Each bad place with what is wrong there, in one line."""
    return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())


def load_settings(path: Path) -> Settings:
    """Read ``kiosk.toml``. A relative ``sync.hq_ca`` is relative to the file.

    Raises:
        SettingsError: with the file and each wrong place.
    """
    data = read_toml(path)
    try:
        settings = parse_settings(data)
    except SettingsError as error:
        raise SettingsError(f"{path}: {error.detail}") from error
    if settings.sync.hq_ca is None:
        return settings
    sync = settings.sync.model_copy(update={"hq_ca": path.parent / settings.sync.hq_ca})
    return settings.model_copy(update={"sync": sync})


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises:
        SettingsError: with the file and the line of the mistake.
    """
    try:
        return tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: {error}") from error


def read_text(path: Path) -> str:
    """Read a UTF-8 text file, with or without a byte order mark.

    Raises:
        SetupRefused: it is not UTF-8, or cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        reason = f"{path} is not in UTF-8: save it with that encoding."
        raise SetupRefused(reason=reason) from error
    except OSError as error:
        raise SetupRefused(reason=f"{path} cannot be read: {error.strerror}.") from error


def trusting(ca: Path | None) -> ssl.SSLContext | bool:
    """Return a value for httpx's ``verify``: only the CAs of a PEM file; None: the public CAs.

    Raises:
        SetupRefused: the file contains no usable certificate.
    """
    if ca is None:
        return True
    try:
        return ssl.create_default_context(cafile=ca)
    except (OSError, ssl.SSLError) as error:
        reason = f"{ca} is no usable PEM file of certificates: {error.strerror or error}."
        raise SetupRefused(reason=reason) from error


def resource(name: str) -> Path:
    """Return the path of something that comes with the product, such as ``config/programmes``.

    An installed wheel has them beside the package, a checkout at its top.

    Raises:
        FileNotFoundError: the installation lacks it.
    """
    package = Path(__file__).parent
    for base in (package / "_resources", package.parent):
        if (base / name).exists():
            return base / name
    raise FileNotFoundError(f"{name} is missing from this installation")


def default_data_dir(name: str = "exam-kiosk") -> Path:
    """Return ``$STATE_DIRECTORY`` (systemd), ``$XDG_DATA_HOME/NAME``, or one below the home."""
    if state := os.environ.get("STATE_DIRECTORY"):
        # systemd lists several state directories with colons; the first is ours.
        return Path(state.split(":")[0])
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / name
