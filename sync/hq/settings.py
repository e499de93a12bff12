"""Settings of headquarters from ``hq.toml``. Unknown keys are rejected and numbers are bounded."""

from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator

from kiosk.settings import ListeningSettings, SettingsError, Table, mistakes_of, read_toml
from sync.hq.persistence.storage_urls import blobs_place, database_url
from sync.wire.packages.manifest import MODERATE, PRODUCTION, KdfLimits


class ServerSettings(ListeningSettings):
    """How ``hq serve`` listens and how many connections it accepts."""

    port: int = Field(default=8090, ge=0, le=65535)
    threads: int = Field(default=8, ge=1, le=256)
    proxies: int = Field(default=0, ge=0, le=5)


class ConsoleSettings(Table):
    """The console for headquarters' staff."""

    timezone: str = "Asia/Shanghai"
    session_hours: int = Field(default=12, ge=1, le=72)
    password_minimum: int = Field(default=10, ge=8, le=128)
    require_second_factor: bool = False


TIME_LOCK = "time_lock"
TWO_PEOPLE = "two_people"


class PackageSettings(Table):
    """How exam packages are built and their unlock codes released.

    ``release``: with ``time_lock`` a code is released at the sitting's unlock time; with
    ``two_people`` two accounts must have approved it as well.
    """

    release: Literal["time_lock", "two_people"] = "time_lock"

    unlock_lead_minutes: int = Field(default=30, ge=0, le=24 * 60)
    valid_days_before: int = Field(default=1, ge=0, le=365)
    valid_days_after: int = Field(default=14, ge=1, le=365)
    kdf_opslimit: int = Field(default=MODERATE.opslimit, ge=1)
    kdf_memlimit_bytes: int = Field(default=MODERATE.memlimit, ge=8192)

    @property
    def kdf(self) -> KdfLimits:
        """Key derivation limits for unlock codes.

        Raises:
            PackageDamaged: no centre would accept these limits.
        """
        limits = KdfLimits(opslimit=self.kdf_opslimit, memlimit=self.kdf_memlimit_bytes)
        # Fails at build time: centres would reject a package whose key costs too much to derive.
        PRODUCTION.check(limits)
        return limits


class PaperSettings(Table):
    """How often an item may be used. The defaults set no limit."""

    rest_days: int = Field(default=0, ge=0, le=3650)
    max_uses: int | None = Field(default=None, ge=1, le=10_000)


class TicketSettings(Table):
    """Admission tickets. ``font``: a TrueType or OpenType file with Chinese characters."""

    font: Path | None = None


class CertificateSettings(Table):
    """Certificates of passed exams. ``title_font``: for titles; by default a serif font."""

    title_font: Path | None = None


class ScanSettings(Table):
    """Scans of registration material. ``keep_days``: from the end of the sitting."""

    keep_days: int = Field(default=365, ge=1, le=36_500)


class ReviewSettings(Table):
    """Review of incidents and cases of misconduct.

    ``reasons``: a file that replaces the product's list of reasons. ``second_share``: of the
    incidents without a finding, looked at by a second person. ``hearing_days``, ``appeal_days``:
    how long a candidate may make a statement, or appeal after delivery. ``office``: who decides,
    ``appeal_to``: where an appeal goes, as letters say it. ``keep_days``: how long texts of a
    closed case are stored.
    """

    reasons: Path | None = None
    second_share: float = Field(default=0.1, ge=0, le=1)
    hearing_days: int = Field(default=5, ge=1, le=365)
    appeal_days: int = Field(default=60, ge=1, le=365)
    office: str = Field(default="", max_length=200)
    appeal_to: str = Field(default="", max_length=500)
    keep_days: int = Field(default=3650, ge=1, le=36_500)


class CentreSettings(Table):
    """Centre certificates."""

    certificate_days: int = Field(default=730, ge=1, le=3650)


class WebhookSettings(Table):
    """Webhooks. ``allow_networks``: private networks in which receivers may be."""

    allow_networks: tuple[str, ...] = ()
    ca: Path | None = None
    timeout_seconds: int = Field(default=15, ge=1, le=60)
    pause_after_days: int = Field(default=5, ge=1, le=30)
    keep_days: int = Field(default=30, ge=1, le=365)

    @field_validator("allow_networks")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            ip_network(network)
        return value


class BackupSettings(Table):
    """Backups. ``alarm_hours``: the overview warns when the last one is older; 0: never."""

    alarm_hours: int = Field(default=48, ge=0, le=8760)


class StorageSettings(Table):
    """Where rows and objects are stored; see ``sync.hq.persistence.storage_urls``."""

    database: str = "sqlite:database.sqlite"
    blobs: str = "folder:objects"

    @field_validator("database")
    @classmethod
    def _database_known(cls, value: str) -> str:
        database_url(value)
        return value

    @field_validator("blobs")
    @classmethod
    def _blobs_known(cls, value: str) -> str:
        blobs_place(value)
        return value


def storage_settings(database: str | None, blobs: str | None) -> StorageSettings | None:
    """Validate storage URLs given to a command; return None if none is given.

    Raises:
        SettingsError: a URL is not valid.
    """
    given = {"database": database, "blobs": blobs}
    named = {name: url for name, url in given.items() if url is not None}
    try:
        return StorageSettings.model_validate(named) if named else None
    except ValidationError as error:
        raise SettingsError(mistakes_of(error)) from error


class HqSettings(Table):
    """All tables of ``hq.toml``."""

    storage: StorageSettings = StorageSettings()
    server: ServerSettings = ServerSettings()
    console: ConsoleSettings = ConsoleSettings()
    packages: PackageSettings = PackageSettings()
    papers: PaperSettings = PaperSettings()
    tickets: TicketSettings = TicketSettings()
    centres: CentreSettings = CentreSettings()
    certificates: CertificateSettings = CertificateSettings()
    scans: ScanSettings = ScanSettings()
    webhooks: WebhookSettings = WebhookSettings()
    backup: BackupSettings = BackupSettings()
    review: ReviewSettings = ReviewSettings()


def load_settings(path: Path) -> HqSettings:
    """Read ``hq.toml``.

    Raises:
        SettingsError: names the file and the place of each mistake.
    """
    try:
        return HqSettings.model_validate(read_toml(path))
    except ValidationError as error:
        raise SettingsError(f"{path}: {mistakes_of(error)}") from error
