"""Storage URLs of ``hq.toml``, parsed and checked.

    database: sqlite:FILE                       relative to the data directory, or absolute
            postgresql://USER@HOST:PORT/DATABASE
    blobs:  folder:FOLDER                     relative to the data directory, or absolute
            s3://BUCKET/PREFIX?endpoint=URL&region=NAME&style=virtual

They never contain secrets: everyone who may read the settings would see them.
"""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

_S3_OPTIONS = {"endpoint", "region", "style"}
_STYLES = ("path", "virtual")


@dataclass(frozen=True)
class SqliteFile:
    """An SQLite file."""

    path: str


@dataclass(frozen=True)
class PostgresqlUrl:
    """A PostgreSQL database, connected to with psycopg."""

    url: URL


@dataclass(frozen=True)
class Folder:
    """A folder of files."""

    path: str


@dataclass(frozen=True)
class Bucket:
    """A bucket of S3-compatible storage and the prefix of our keys in it.

    ``style``: whether the bucket's name is in the path (``path``) or the host name
    (``virtual``).
    """

    name: str
    prefix: str = ""
    endpoint: str | None = None
    region: str | None = None
    style: str = "path"


def database_url(text: str) -> SqliteFile | PostgresqlUrl:
    """Parse the URL of the database.

    Raises:
        ValueError: it is not valid; the message is for staff.
    """
    scheme, _, rest = text.partition(":")
    if scheme == "sqlite" and rest and not rest.startswith("//"):
        return SqliteFile(rest)
    if scheme in ("postgresql", "postgresql+psycopg"):
        return PostgresqlUrl(_database(text))
    raise ValueError(
        "the database is 'sqlite:FILE' (relative to the data directory, or absolute) or"
        " 'postgresql://USER@HOST:PORT/DATABASE'"
    )


def blobs_place(text: str) -> Folder | Bucket:
    """Parse the URL of the object storage.

    Raises:
        ValueError: it is not valid; the message is for staff.
    """
    scheme, _, rest = text.partition(":")
    if scheme == "folder" and rest and not rest.startswith("//"):
        return Folder(rest)
    if scheme == "s3":
        return _bucket(text)
    raise ValueError(
        "objects are in 'folder:FOLDER' (relative to the data directory, or absolute) or"
        " 's3://BUCKET/PREFIX?endpoint=URL&region=NAME'"
    )


def _database(text: str) -> URL:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise ValueError("this is no address of a PostgreSQL database") from error
    if url.password is not None or {"password", "passwd"} & set(url.query):
        raise ValueError(
            "a password does not belong into the settings: put it into the file that PGPASSFILE"
            " names (or ~/.pgpass), or use a service file"
        )
    return url.set(drivername="postgresql+psycopg")


def _bucket(text: str) -> Bucket:
    parts = urlsplit(text)
    if "@" in parts.netloc:
        raise ValueError(
            "keys of S3 do not belong into the settings: put them into the environment"
            " (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY) or into ~/.aws/credentials"
        )
    options = dict(parse_qsl(parts.query))
    style = options.get("style", _STYLES[0])
    if not parts.netloc or set(options) - _S3_OPTIONS or style not in _STYLES:
        raise ValueError(
            "a bucket is 's3://BUCKET/PREFIX?endpoint=URL&region=NAME', with '&style=virtual' where"
            " the bucket is part of the host's name"
        )
    endpoint, region = options.get("endpoint"), options.get("region")
    return Bucket(parts.netloc, parts.path.strip("/"), endpoint, region, style)
