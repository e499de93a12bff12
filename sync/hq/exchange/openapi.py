"""The OpenAPI 3.1 document of the pull API, made from the models that its replies are made of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from kiosk import __version__
from sync.hq.accounts.tokens import TokenScope
from sync.hq.exchange.entries import AttemptEntry, ErrorReply
from sync.hq.exchange.formats import JSON, OF_LISTS, OF_ONE, QTI
from sync.hq.exchange.listing import SOURCES, Page
from sync.hq.exchange.queries import OneQuery
from sync.hq.exchange.webhooks.bodies import CertificateEventReply, EventReply

PREFIX = "/api/v1"
_REFERENCE = "#/components/schemas/{model}"
_BINARY = {"type": "string", "format": "binary"}
Schema = dict[str, Any]

_REFUSALS: Mapping[int, str] = {
    401: "The token is missing, unknown, revoked (hq_token_refused) or expired (hq_token_expired).",
    403: "The token lacks the scope (hq_scope_missing).",
    406: "There is no such format (hq_format_unknown).",
    410: "The database was restored since the cursor was given (hq_cursor_ahead).",
    422: "A parameter (hq_query_refused) or the cursor (hq_cursor_refused) cannot be used.",
    429: "Too many requests; try again later.",
    503: "The database does not answer; try again later.",
}
_MISSING = {404: "There is none that the token may read (hq_not_found, hq_picture_missing)."}
_MESSAGES = (EventReply, CertificateEventReply)
_OF_LISTS = (401, 403, 406, 410, 422, 429, 503)
_OF_ONE = (401, 403, 404, 406, 422, 429, 503)
_OF_PICTURE = (401, 403, 404, 422, 429, 503)


@dataclass(frozen=True)
class Operation:
    """A route: ``replies`` maps media types to models, or to None for other bytes."""

    path: str
    summary: str
    scope: TokenScope
    query: type[BaseModel] | None
    replies: Mapping[str, type[BaseModel] | None]
    refusals: Sequence[int]
    formats: Sequence[str] = ()
    path_parameters: Mapping[str, str] | None = None


def operations() -> Iterator[Operation]:
    """Yield all routes that need a token."""
    for source in SOURCES.values():
        media = {OF_LISTS[name]: None for name in source.formats}
        page = {OF_LISTS[JSON]: Page[source.entry]}  # type: ignore[name-defined]
        yield Operation(
            f"/{source.name}",
            source.summary,
            source.scope,
            source.query,
            {**media, **page},
            _OF_LISTS,
            source.formats,
        )
    bundle = {"bundle_id": r"^[0-9a-f]{64}$"}
    yield Operation(
        "/attempts/{bundle_id}",
        "One report, as JSON or as a QTI 3.0 assessmentResult.",
        TokenScope.ATTEMPTS,
        OneQuery,
        {OF_ONE[JSON]: AttemptEntry, OF_ONE[QTI]: None},
        _OF_ONE,
        tuple(OF_ONE),
        bundle,
    )
    yield Operation(
        "/attempts/{bundle_id}/media/{sha256}",
        "A picture that the report names. Every one that is fetched is recorded.",
        TokenScope.EVIDENCE,
        None,
        {"image/jpeg": None},
        _OF_PICTURE,
        (),
        {**bundle, "sha256": r"^[0-9a-f]{64}$"},
    )


@cache
def document() -> Schema:
    """Return the document."""
    schemas, names = _schemas()
    paths = {f"{PREFIX}{found.path}": {"get": _operation(found, names)} for found in operations()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Exam headquarters: pull API",
            "version": __version__,
            "description": (
                "Results and what belongs to them, for an exam office. Each list continues after a"
                " cursor. Entries may come again: keep the newest by their ids."
            ),
        },
        "paths": paths,
        "webhooks": {"message": {"post": _webhook(names)}},
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": f"Scopes: {', '.join(TokenScope)}.",
                }
            },
        },
    }


def _schemas() -> tuple[Schema, Mapping[type[BaseModel], Schema]]:
    replies = [model for found in operations() for model in found.replies.values() if model]
    models: list[type[BaseModel]] = [*replies, ErrorReply, *_MESSAGES]
    mode: JsonSchemaMode = "serialization"
    references, definitions = models_json_schema(
        [(model, mode) for model in models], ref_template=_REFERENCE
    )
    return definitions["$defs"], {model: references[model, mode] for model in models}


def _operation(found: Operation, names: Mapping[type[BaseModel], Schema]) -> Schema:
    name = found.path.strip("/").replace("/", "_").replace("{", "").replace("}", "")
    refusals = {**_REFUSALS, **_MISSING}
    content = {
        media: {"schema": names[model] if model else _text_or_bytes(media)}
        for media, model in found.replies.items()
    }
    return {
        "operationId": name,
        "summary": found.summary,
        "description": f"Needs the scope {found.scope.value}.",
        "security": [{"token": [found.scope.value]}],
        "parameters": [*_path_parameters(found), *_query_parameters(found)],
        "responses": {
            "200": {"description": found.summary, "content": content},
            **{str(status): _refusal(refusals[status], names) for status in found.refusals},
        },
    }


def _text_or_bytes(media: str) -> Schema:
    return {"type": "string"} if media in ("text/csv", "application/x-ndjson") else dict(_BINARY)


def _refusal(text: str, names: Mapping[type[BaseModel], Schema]) -> Schema:
    content = {"application/json": {"schema": names[ErrorReply]}}
    return {"description": text, "content": content}


def _path_parameters(found: Operation) -> list[Schema]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": pattern},
        }
        for name, pattern in (found.path_parameters or {}).items()
    ]


def _query_parameters(found: Operation) -> list[Schema]:
    if found.query is None:
        return []
    properties = found.query.model_json_schema()["properties"]
    return [_query_parameter(found, name, schema) for name, schema in properties.items()]


def _query_parameter(found: Operation, name: str, schema: Schema) -> Schema:
    (typed,) = (kind for kind in schema["anyOf"] if kind.get("type") != "null")
    described = {"name": name, "in": "query", "description": schema["description"]}
    if name == "format":
        typed = {"type": "string", "enum": list(found.formats)}
    return {**described, "schema": typed}


def _webhook(names: Mapping[type[BaseModel], Schema]) -> Schema:
    schema = {"oneOf": [names[model] for model in _MESSAGES]}
    return {
        "summary": "What headquarters sends to a registered address, signed (Standard Webhooks).",
        "requestBody": {"content": {"application/json": {"schema": schema}}},
        "responses": {"2XX": {"description": "Received. Anything else is tried again."}},
    }
