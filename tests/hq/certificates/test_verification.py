"""The public and other programs verify a certificate: valid, expired, revoked, reissued, forged."""

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal

import pytest
from joserfc import jws
from joserfc.jwk import OKPKey
from pydantic import AnyUrl, AwareDatetime, BaseModel, ConfigDict, Field

from kiosk.system import entropy
from sync.hq.certificates import verification
from sync.hq.certificates.errors import StatementForged, StatementUnusable
from sync.hq.certificates.numbers import shown
from sync.hq.certificates.reasons import Reissue, Revocation
from sync.hq.certificates.revocations import read_list
from sync.hq.certificates.tokens import public_jwk, read_jwks
from sync.hq.certificates.verification import judge_offline
from sync.wire.sealing.keys import KeyPair
from tests.hq.certificates.office import FIRST, NAMES, SECOND, Office
from tests.hq.certificates.test_documents import ORIGIN, public

TODAY = date(2026, 4, 25)


@pytest.fixture
def number(office: Office) -> str:
    """The number of the first person's certificate."""
    office.certificates.orders.approve(office.propose(), SECOND)
    return next(view.number for view in office.views() if view.name == NAMES[0])


def revoke(office: Office, number: str) -> None:
    orders = office.certificates.orders
    order = orders.propose_revocation(number, Revocation.MISCONDUCT, "decision 7", FIRST)
    orders.approve(order, SECOND)


def test_number_and_name_together_are_answered(office: Office, number: str) -> None:
    by_number = office.certificates.verification.by_number
    verdict = by_number(shown(number).lower(), " 欧阳 五 ")
    assert verdict.state == "valid"
    assert verdict.statement is not None
    assert (verdict.statement.name, verdict.statement.issued_on) == ("欧阳五", TODAY)


def test_a_number_alone_says_nothing(office: Office, number: str) -> None:
    """Another name and a number that does not exist get one and the same answer."""
    by_number = office.certificates.verification.by_number
    missing = "CM26000000000"
    other = next(view.number for view in office.views() if view.number != number)
    answers = [by_number(number, name) for name in ("", "欧阳", "John Smith")]
    answers += [by_number(other, "欧阳五")]
    assert {(answer.state, answer.statement) for answer in answers} == {("unknown", None)}
    assert by_number(missing, "欧阳五").state in ("mistyped", "unknown")
    assert (
        by_number(number[:-1] + ("0" if number[-1] != "0" else "1"), "欧阳五").state == "mistyped"
    )


def test_a_wrong_name_reads_no_more_than_a_wrong_number(
    office: Office, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the time of the answer tells which numbers exist."""

    def unexpected(*_: object) -> None:
        raise AssertionError("the programme was read")

    monkeypatch.setattr(verification, "programme_of", unexpected)
    assert office.certificates.verification.by_number(number, "欧阳").state == "unknown"


def test_the_register_says_expired_revoked_and_replaced(office: Office, number: str) -> None:
    verification, register = office.certificates.verification, office.certificates.register
    token = register.get(number).statement
    assert verification.by_statement(f"{ORIGIN}/verify#{token}").state == "valid"
    office.desk.clock.pass_time(timedelta(days=3 * 366).total_seconds())
    assert verification.by_statement(token).state == "expired"
    new = office.certificates.reissues.reissue(number, Reissue.LOST, "report 1", FIRST)
    verdict = verification.by_statement(token)
    assert (verdict.state, verdict.replaced_by) == ("reissued", new)
    assert verdict.since == office.desk.clock.now()
    revoke(office, new)
    verdict = verification.by_statement(register.get(new).statement)
    assert (verdict.state, verdict.reason) == ("revoked", "misconduct")


def test_forged_unreadable_and_unknown_are_told_apart(office: Office, number: str) -> None:
    verification = office.certificates.verification
    head, body, _ = office.certificates.register.get(number).statement.split(".")
    assert verification.by_statement(f"{head}.{body}.{'A' * 86}").state == "forged"
    assert verification.by_statement("hello").state == "unreadable"
    assert verification.by_statement("").state == "unreadable"


def test_without_a_network_keys_and_a_list_are_enough(office: Office, number: str) -> None:
    keys = read_jwks(json.dumps({"keys": list(office.certificates.sources.jwks)}))
    token = office.certificates.register.get(number).statement
    assert judge_offline(token, keys, TODAY).state == "valid"
    assert judge_offline(token, keys, date(2029, 4, 25)).state == "valid"
    assert judge_offline(token, keys, date(2029, 4, 26)).state == "expired"
    before = read_list(office.certificates.revocations.signed(), keys)
    revoke(office, number)
    after = read_list(office.certificates.revocations.signed(), keys)
    assert (before.number, after.number) == (0, 1)
    assert judge_offline(token, keys, TODAY, before).state == "valid"
    verdict = judge_offline(token, keys, TODAY, after)
    assert (verdict.state, verdict.reason, verdict.list_number) == ("revoked", "misconduct", 1)


def test_the_list_grows_and_holds_no_personal_data(office: Office, number: str) -> None:
    others = [view.number for view in office.views() if view.number != number]
    revoke(office, number)
    office.certificates.reissues.reissue(others[0], Reissue.LOST, "report 1", FIRST)
    data = office.certificates.revocations.signed()
    listed = read_list(data, office.certificates.sources.jwks)
    assert listed.number == 2
    assert {one: entry.reason for one, entry in listed.entries.items()} == {
        number: "misconduct", others[0]: "reissued",
    }  # fmt: skip
    for name in NAMES:
        assert name.encode() not in data


def test_a_list_or_key_that_is_none_is_refused(office: Office, number: str) -> None:
    keys = office.certificates.sources.jwks
    data = office.certificates.revocations.signed()
    foreign = [public_jwk(KeyPair.generate(entropy).public.signing)]
    with pytest.raises(StatementForged):
        read_list(data, foreign)
    deep = b"[" * 200_000
    for other in (b"", b"{}", b"[]", data[:40], data.replace(b"payload", b"pay"), deep):
        with pytest.raises(StatementUnusable):
            read_list(other, keys)
    texts = ("", "{}", "[]", '{"keys": [{"crv": "Ed25519"}]}', '{"kty": "RSA"}', "5", "[" * 200_000)
    for text in texts:
        with pytest.raises(StatementUnusable):
            read_jwks(text)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="allow")


class _Profile(_Strict):
    id: str
    type: list[str] = Field(min_length=1)


class _Criteria(_Strict):
    narrative: str | None = None
    id: str | None = None


class _Achievement(_Strict):
    id: str
    type: list[str] = Field(min_length=1)
    criteria: _Criteria
    description: str
    name: str
    achievementType: Literal["Certificate"]  # noqa: N815


class _Identity(_Strict):
    type: Literal["IdentityObject"]
    hashed: bool
    identityHash: str  # noqa: N815
    identityType: Literal["name"]  # noqa: N815


class _Subject(_Strict):
    id: str
    type: list[str] = Field(min_length=1)
    identifier: list[_Identity]
    achievement: _Achievement


class _Status(_Strict):
    id: AnyUrl
    type: Literal["1EdTechRevocationList"]


class _Credential(_Strict):
    """What is required by Open Badges 3.0, B.1.1 AchievementCredential and what it refers to.

    https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json
    """

    context: tuple[
        Literal["https://www.w3.org/ns/credentials/v2"],
        Literal["https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
    ] = Field(alias="@context")
    id: str
    type: tuple[Literal["VerifiableCredential"], Literal["OpenBadgeCredential"]]
    name: str
    issuer: _Profile
    validFrom: AwareDatetime  # noqa: N815
    validUntil: AwareDatetime | None = None  # noqa: N815
    credentialSubject: _Subject  # noqa: N815
    credentialStatus: _Status | None = None  # noqa: N815


def decoded(token: str, office: Office) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    key = OKPKey.import_key(dict(office.certificates.sources.jwks[0]))
    found = jws.deserialize_compact(token, key, algorithms=["Ed25519"])
    return found.protected, json.loads(found.payload)


@pytest.mark.parametrize("with_address", [True, False])
def test_an_open_badge_is_a_signed_credential(
    office: Office, number: str, with_address: bool
) -> None:
    if with_address:
        public(office)
    header, payload = decoded(office.certificates.credentials.jwt(number), office)
    credential = _Credential.model_validate_json(json.dumps(payload))
    assert header["typ"] == "JWT"
    if with_address:
        assert header["kid"].startswith(f"{ORIGIN}/verify/keys/")
        assert credential.credentialStatus is not None
    else:
        assert header["jwk"].keys() == {"crv", "kty", "x"}
        assert credential.issuer.id.startswith("did:jwk:")
    assert payload["iss"] == credential.issuer.id
    assert payload["jti"] == credential.id
    assert payload["sub"] == credential.credentialSubject.id
    assert payload["nbf"] == int(credential.validFrom.timestamp())
    assert credential.validUntil is not None
    assert payload["exp"] == int(credential.validUntil.timestamp())
    assert credential.validUntil.isoformat() == "2029-04-25T15:59:59+00:00"
    assert credential.credentialSubject.identifier[0].identityHash == "欧阳五"
    assert "990001" not in json.dumps(payload)


def test_revoked_credentials_are_listed(office: Office, number: str) -> None:
    public(office)
    revoke(office, number)
    credential = office.certificates.credentials.credential(number)
    listed = office.certificates.credentials.revoked()
    assert listed["id"] == credential["credentialStatus"]["id"]
    assert [entry["id"] for entry in listed["revokedCredential"]] == [credential["id"]]


def test_times_of_credentials_have_a_zone(office: Office, number: str) -> None:
    credential = office.certificates.credentials.credential(number)
    assert datetime.fromisoformat(credential["validFrom"]) == office.desk.clock.now()
