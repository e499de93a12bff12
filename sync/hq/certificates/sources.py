"""What certificates are made from: context, designs, programmes, keys and released results."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from kiosk.exam.programme.programme import Programme, load_programme
from sync.hq.certificates.certifiable import Releases
from sync.hq.certificates.design import Design, load_design
from sync.hq.certificates.errors import SigningKeyMissing
from sync.hq.certificates.fonts import FontFiles, font_files
from sync.hq.certificates.signing import CERTIFICATE_FILE, SigningKey
from sync.hq.certificates.tokens import Jwk, public_jwk
from sync.hq.context import HqContext
from sync.hq.errors import NotFound
from sync.hq.persistence import tables
from sync.hq.registration.tickets import find_font


@dataclass(frozen=True)
class Sources:
    """``data``: the data directory, with the keys folder and the offices' own designs."""

    context: HqContext
    data: Path
    releases: Releases

    @property
    def keys_folder(self) -> Path:
        """The folder of the key that signs PDFs."""
        return self.data / "keys"

    @property
    def jwks(self) -> Sequence[Jwk]:
        """The public keys by which statements and credentials are verified, the present first."""
        return [public_jwk(keys.signing) for keys in self.context.keys.known]

    @property
    def origin(self) -> str | None:
        """Headquarters' public address, or None."""
        return next(iter(self.context.settings.server.public_origins), None)

    @property
    def fonts(self) -> FontFiles:
        """The fonts.

        Raises:
            NoFont: none is configured or found.
        """
        settings = self.context.settings
        text = settings.tickets.font or find_font()
        return font_files(text, settings.certificates.title_font)

    def design(self, programme_id: str) -> Design:
        """Return the design of a programme's certificates.

        Raises:
            DesignMissing, DesignUnusable: there is none, or it has mistakes.
        """
        return load_design(programme_id, self.data)

    def signing_key(self) -> SigningKey:
        """Return the key that signs PDFs, valid now.

        Raises:
            SigningKeyMissing, SigningKeyUnusable: there is none, or it cannot be used.
        """
        key = SigningKey.load(self.keys_folder)
        key.check(self.context.clock.now())
        return key

    def signing_certificate(self) -> bytes:
        """Return the X.509 certificates by which PDFs are verified, as PEM.

        Raises:
            SigningKeyMissing: there are none.
        """
        path = self.keys_folder / CERTIFICATE_FILE
        if not path.is_file():
            raise SigningKeyMissing
        return path.read_bytes()

    def local_day(self, at: datetime) -> date:
        """Return the date of a time in the console's time zone."""
        return at.astimezone(ZoneInfo(self.context.settings.console.timezone)).date()


def programme_of(
    connection: Connection, programme_id: str, version: int | None = None
) -> Programme:
    """Return a programme, by default its newest version.

    Raises:
        NotFound: it does not exist.
    """
    table = tables.programmes
    query = select(table.c.document).where(table.c.id == programme_id)
    if version is not None:
        query = query.where(table.c.version == version)
    document = connection.execute(query.order_by(table.c.version.desc()).limit(1)).scalar()
    if document is None:
        raise NotFound(what="programme")
    return load_programme(document)


def exam_start(connection: Connection, sitting_id: str) -> datetime:
    """Return when a sitting starts.

    Raises:
        NotFound: it does not exist.
    """
    table = tables.sittings
    starts_at: datetime | None = connection.execute(
        select(table.c.starts_at).where(table.c.id == sitting_id)
    ).scalar()
    if starts_at is None:
        raise NotFound(what="sitting")
    return starts_at
