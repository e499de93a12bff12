"""Emergency files: answers that a terminal could not deliver, for staff to import.

A JWE in compact form (RFC 7516, RSA-OAEP-256 with A256GCM), which every browser can create: only
this centre's emergency key opens it. It contains the token of the page that had the attempt's
lease, which proves where the file comes from.
"""

import json
import os
from pathlib import Path
from typing import Any, Literal

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from pydantic import Field, JsonValue

from kiosk.durable import sync_folder
from sync.wire import canonical
from sync.wire.errors import EmergencyFileDamaged, EmergencyKeyDamaged
from sync.wire.model import Identifier, WireModel, from_value

FORMAT: Literal["emergency-answers/1"] = "emergency-answers/1"
ALGORITHMS = ["RSA-OAEP-256", "A256GCM"]
KEY_BITS = 3072
MAX_BYTES = 4 << 20
"""Largest file in bytes."""


class EmergencyAnswer(WireModel):
    """One answer with the terminal's sequence number; ``at`` is the terminal's own clock."""

    seq: int = Field(ge=1, le=10_000_000)
    item: str = Field(min_length=1, max_length=100)
    value: JsonValue = None
    at: str | None = Field(default=None, max_length=40)


class EmergencyAnswers(WireModel):
    """Answers of one attempt that no server has acknowledged to its terminal."""

    format: Literal["emergency-answers/1"] = FORMAT
    attempt_id: Identifier
    admission_no: str = Field(max_length=40)
    lease: str = Field(max_length=100)
    written_at: str = Field(max_length=40)
    answers: tuple[EmergencyAnswer, ...] = Field(max_length=5000)


class EmergencyKey:
    """The centre's key for emergency files."""

    def __init__(self, key: RSAKey) -> None:
        self._key = key

    @classmethod
    def at(cls, path: Path) -> "EmergencyKey":
        """Load the key from a file; create it with mode 0600 if the file does not exist.

        Raises:
            EmergencyKeyDamaged: the file cannot be read.
        """
        if not path.exists():
            part = path.with_suffix(".part")
            part.unlink(missing_ok=True)
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(RSAKey.generate_key(KEY_BITS).as_pem(private=True))
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
            sync_folder(path.parent)
        try:
            return cls(RSAKey.import_key(path.read_bytes()))
        except (OSError, JoseError, ValueError) as error:
            raise EmergencyKeyDamaged(str(error), file=str(path)) from error

    @property
    def public(self) -> dict[str, str]:
        """The public key as a JWK, for the terminal's page."""
        return {name: str(value) for name, value in self._key.as_dict(private=False).items()}

    def seal(self, answers: EmergencyAnswers) -> bytes:
        """Seal answers that were read at the centre itself, as a terminal would."""
        head = dict(zip(("alg", "enc"), ALGORITHMS, strict=True))
        text = canonical.dump_model(answers)
        return jwe.encrypt_compact(head, text, self._key, algorithms=ALGORITHMS).encode()

    def open(self, file: bytes) -> EmergencyAnswers:
        """Return the answers of a file.

        Raises:
            EmergencyFileDamaged: it is damaged, too large, or made for another key.
            UnsupportedFormat: its format is unknown.
        """
        if len(file) > MAX_BYTES:
            raise EmergencyFileDamaged(f"{len(file)} bytes, at most {MAX_BYTES}")
        try:
            opened = jwe.decrypt_compact(file.strip(), self._key, algorithms=ALGORITHMS)
        except (JoseError, ValueError) as error:
            raise EmergencyFileDamaged(str(error)) from error
        return from_value(EmergencyAnswers, _value(opened.plaintext), FORMAT, EmergencyFileDamaged)


def _value(plain: bytes | None) -> Any:
    try:
        return json.loads(plain or b"")
    except (ValueError, RecursionError) as error:
        raise EmergencyFileDamaged("no JSON is in it") from error
