"""Certificates as Open Badges 3.0, a profile of W3C Verifiable Credentials 2.0, signed as JWT.

Format: 1EdTech, Open Badges 3.0, sections 8.2 (JSON Web Token Proof Format) and B (data models).
The JWT's payload is the credential itself beside the claims iss, jti, sub, nbf and exp.
"""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from kiosk.exam.programme.programme import Programme
from sync.hq.certificates.contents import title_in_english, title_of
from sync.hq.certificates.design import Design
from sync.hq.certificates.numbers import shown
from sync.hq.certificates.register import CertificateView, certificate
from sync.hq.certificates.revocations import Revocations
from sync.hq.certificates.sources import Sources, programme_of
from sync.hq.certificates.tokens import signed

CONTEXT = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
TYPES = ("VerifiableCredential", "OpenBadgeCredential")
ISSUERS, KEYS, STATUS = "/verify/issuers", "/verify/keys", "/verify/credential-revocations.json"


class Credentials:
    """Writes credentials, and what verifiers fetch: issuer profiles, keys, revocations."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def jwt(self, number: str) -> str:
        """Return a certificate as a signed JWT.

        Raises:
            NotFound: there is no such certificate.
        """
        credential = self.credential(number)
        claims = {
            "iss": credential["issuer"]["id"],
            "jti": credential["id"],
            "sub": credential["credentialSubject"]["id"],
            "nbf": _seconds(credential["validFrom"]),
        }
        if "validUntil" in credential:
            claims["exp"] = _seconds(credential["validUntil"])
        return signed({**credential, **claims}, self._sources.context.keys, **self._header())

    def credential(self, number: str) -> dict[str, Any]:
        """Return a certificate as an unsigned credential.

        Raises:
            NotFound: there is no such certificate.
        """
        with self._sources.context.database.read() as connection:
            view = certificate(connection, number)
            programme = programme_of(connection, view.programme_id, view.programme_version)
        design = self._sources.design(view.programme_id)
        found: dict[str, Any] = {
            "@context": list(CONTEXT),
            "id": self._uri("credentials", view.number),
            "type": list(TYPES),
            "name": f"{design.title.zh} {shown(view.number)}",
            "issuer": self.profile(design),
            "validFrom": _utc(view.issued_at),
            "credentialSubject": self._subject(view, programme, design),
        }
        if view.valid_until is not None:
            zone = ZoneInfo(self._sources.context.settings.console.timezone)
            found["validUntil"] = _utc(datetime.combine(view.valid_until, time(23, 59, 59), zone))
        if self._sources.origin:
            status = {"id": self._sources.origin + STATUS, "type": "1EdTechRevocationList"}
            found["credentialStatus"] = status
        return found

    def profile(self, design: Design) -> dict[str, Any]:
        """Return the profile of a programme's issuer."""
        return {
            "id": self._issuer(design.programme),
            "type": ["Profile"],
            "name": design.issuer.zh,
            "description": design.issuer.en,
        }

    def revoked(self) -> dict[str, Any]:
        """Return the status list of credentials (1EdTech Revocation List)."""
        entries = Revocations(self._sources).entries()
        return {
            "id": f"{self._sources.origin or ''}{STATUS}",
            "issuer": self._sources.origin or "",
            "revokedCredential": [
                {
                    "id": self._uri("credentials", entry["no"]),
                    "revoked": True,
                    "revocationReason": entry["reason"],
                }
                for entry in entries
            ],
        }

    def _subject(
        self, view: CertificateView, programme: Programme, design: Design
    ) -> Mapping[str, Any]:
        result = self._uri("results", view.programme_id)
        return {
            # Of this certificate, not of the person: two credentials do not tell whose they are.
            "id": f"urn:uuid:{uuid5(NAMESPACE_URL, self._uri('subjects', view.number))}",
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "hashed": False,
                    "identityHash": view.name,
                    "identityType": "name",
                }
            ],
            "achievement": {
                "id": self._uri(
                    "achievements",
                    *filter(None, (view.programme_id, view.trade, view.level)),
                ),
                "type": ["Achievement"],
                "achievementType": "Certificate",
                "name": title_of(programme, view.trade, view.level),
                "description": f"{design.description.zh} {design.description.en}",
                "criteria": {"narrative": title_in_english(programme, view.trade, view.level)},
                "resultDescription": [
                    {
                        "id": result,
                        "type": ["ResultDescription"],
                        "name": "总分 Total",
                        "resultType": "RawScore",
                    }
                ],
            },
            "result": [{"type": ["Result"], "resultDescription": result, "value": str(view.total)}],
        }

    def _issuer(self, programme_id: str) -> str:
        """Return an address with the profile; without a public address the key itself (did:jwk)."""
        if self._sources.origin:
            return f"{self._sources.origin}{ISSUERS}/{programme_id}.json"
        jwk = {name: self._sources.jwks[0][name] for name in ("crv", "kty", "x")}
        text = json.dumps(jwk, separators=(",", ":")).encode()
        return f"did:jwk:{base64.urlsafe_b64encode(text).rstrip(b'=').decode()}"

    def _header(self) -> dict[str, Any]:
        jwk = self._sources.jwks[0]
        if self._sources.origin:
            kid = f"{self._sources.origin}{KEYS}/{jwk['kid']}.json"
            return {"typ": "JWT", "kid": kid}
        return {"typ": "JWT", "jwk": {name: jwk[name] for name in ("crv", "kty", "x")}}

    def _uri(self, *parts: str) -> str:
        path = "/".join(parts)
        if self._sources.origin:
            return f"{self._sources.origin}/verify/{path}"
        name = f"{self._issuer('')}/{path}"
        return f"urn:uuid:{uuid5(NAMESPACE_URL, name)}"


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _seconds(at: str) -> int:
    return int(datetime.fromisoformat(at).timestamp())
