"""``/api/v1``: the pull API of the exam office, with a bearer token."""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from kiosk.exam.errors import ExamError
from sync.hq.accounts.tokens import TokenScope
from sync.hq.errors import TokenRefused
from sync.hq.exchange import openapi
from sync.hq.exchange.entries import Entry
from sync.hq.exchange.errors import FormatUnknown
from sync.hq.exchange.flat import columns, csv_lines, write_xlsx
from sync.hq.exchange.formats import CSV, JSON, NDJSON, OF_LISTS, OF_ONE, QTI, XLSX, require_format
from sync.hq.exchange.listing import SOURCES, Page
from sync.hq.exchange.queries import ListQuery, OneQuery, read_query
from sync.hq.exchange.sources.source import Reader, Source
from sync.hq.web.replies import headquarters, refuse, refuse_http

CHUNK_BYTES = 1 << 18
"""Of a workbook, read and sent at a time."""

pull_api = Blueprint("pull_api", __name__, url_prefix="/api/v1")
pull_api.register_error_handler(HTTPException, refuse_http)


@pull_api.errorhandler(ExamError)
def _refuse(error: ExamError) -> tuple[Response, int]:
    response, status = refuse(error)
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response, status


@pull_api.get("/results")
def results() -> BaseResponse:
    """Return results as they are now, in the order of their last change."""
    return _list("results")


@pull_api.get("/published")
def published() -> BaseResponse:
    """Return released results, every version in the order of publication."""
    return _list("published")


@pull_api.get("/attempts")
def attempts() -> BaseResponse:
    """Return what centres reported: answers, times, conduct, incidents."""
    return _list("attempts")


@pull_api.get("/incidents")
def incidents() -> BaseResponse:
    """Return incidents of the reports."""
    return _list("incidents")


@pull_api.get("/evidence")
def evidence() -> BaseResponse:
    """Return which pictures the reports name."""
    return _list("evidence")


@pull_api.get("/certificates")
def certificates() -> BaseResponse:
    """Return issued certificates as they are now, in the order of the last act on each."""
    return _list("certificates")


@pull_api.get("/item-statistics")
def item_statistics() -> BaseResponse:
    """Return figures of items from the newest snapshots."""
    return _list("item-statistics")


@pull_api.get("/sittings")
def sittings() -> BaseResponse:
    """Return sittings with their papers."""
    return _list("sittings")


@pull_api.get("/attempts/<bundle_id>")
def attempt(bundle_id: str) -> BaseResponse:
    """Return one report, as JSON or QTI."""
    reader = _reader(TokenScope.ATTEMPTS)
    query = read_query(OneQuery, request.args.to_dict(flat=False))
    chosen, reports = _format(query.format, OF_ONE, tuple(OF_ONE)), headquarters().reports
    found = reports.attempt(bundle_id, reader)
    data = reports.qti(found, reader) if chosen == QTI else found.model_dump_json()
    return Response(data, mimetype=OF_ONE[chosen])


@pull_api.get("/attempts/<bundle_id>/media/<sha256>")
def picture(bundle_id: str, sha256: str) -> BaseResponse:
    """Return a picture that a report names."""
    reader = _reader(TokenScope.EVIDENCE)
    data = headquarters().reports.picture(bundle_id, sha256, reader)
    response = Response(data, mimetype="image/jpeg")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@pull_api.get("/openapi.json")
def document() -> Response:
    """Return the OpenAPI document; it needs no token."""
    return jsonify(openapi.document())


@pull_api.get("/docs")
def docs() -> str:
    """Show the OpenAPI document as a page; it needs no token."""
    return render_template("exchange/api.html", api=openapi.document())


def _reader(scope: TokenScope) -> Reader:
    """Return who asks.

    Raises:
        TokenRefused, TokenExpired, ScopeMissing: the token does not open this.
    """
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        raise TokenRefused
    token = headquarters().tokens.require(secret.strip(), scope)
    return Reader(token.id, token.limits, frozenset(token.scopes))


def _format(name: str | None, media: Mapping[str, str], known: Sequence[str]) -> str:
    """Return the format that the parameter or the header Accept asks for."""
    if name is not None:
        return require_format(name, known)
    by_media = {media[kind]: kind for kind in known}
    if not request.accept_mimetypes:
        return JSON
    best = request.accept_mimetypes.best_match(list(by_media))
    if best is None:
        raise FormatUnknown(known=", ".join(known))
    return by_media[best]


def _list(name: str) -> BaseResponse:
    source = SOURCES[name]
    reader = _reader(source.scope)
    query = read_query(source.query, request.args.to_dict(flat=False))
    chosen = _format(query.format, OF_LISTS, source.formats)
    response = WRITERS[chosen](source, query, reader)
    response.headers["Vary"] = "Accept, Authorization"
    return response


def _json(source: Source[Any], query: ListQuery, reader: Reader) -> BaseResponse:
    page = headquarters().lists.page(source, query, reader)
    return Response(page.model_dump_json(), mimetype=OF_LISTS[JSON])


def _ndjson(source: Source[Any], query: ListQuery, reader: Reader) -> BaseResponse:
    entries = headquarters().lists.stream(source, query, reader)
    lines = (f"{entry.model_dump_json()}\n" for entry in entries)
    return Response(lines, mimetype=OF_LISTS[NDJSON])


def _csv(source: Source[Any], query: ListQuery, reader: Reader) -> BaseResponse:
    entries = headquarters().lists.stream(source, query, reader)
    response = Response(csv_lines(source.entry, entries), mimetype=OF_LISTS[CSV])
    return _named(response, f"{source.name}.csv")


def _xlsx(source: Source[Any], query: ListQuery, reader: Reader) -> BaseResponse:
    entries = headquarters().lists.stream(source, query, reader)
    response = Response(_workbook(source, entries), mimetype=OF_LISTS[XLSX])
    return _named(response, f"{source.name}.xlsx")


def _workbook(source: Source[Any], entries: Iterator[Entry]) -> Iterator[bytes]:
    headings = columns(source.entry)
    with tempfile.TemporaryFile() as file:
        write_xlsx(file, headings, _rows(entries, headings), source.name)
        file.seek(0)
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _rows(entries: Iterator[Entry], headings: Sequence[str]) -> Iterator[Sequence[Any]]:
    for entry in entries:
        values = entry.model_dump(mode="json")
        yield [values[name] for name in headings]


def _qti(source: Source[Any], query: ListQuery, reader: Reader) -> BaseResponse:
    page: Page[Entry] = headquarters().lists.page(source, query, reader)
    archive = headquarters().reports.qti_archive(page.entries, reader)
    response = Response(archive, mimetype=OF_LISTS[QTI])
    response.headers["X-Cursor"] = page.cursor
    response.headers["X-More"] = str(page.more).lower()
    return _named(response, f"{source.name}.zip")


def _named(response: BaseResponse, name: str) -> BaseResponse:
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


WRITERS: Mapping[str, Callable[[Source[Any], ListQuery, Reader], BaseResponse]] = {
    JSON: _json,
    NDJSON: _ndjson,
    CSV: _csv,
    XLSX: _xlsx,
    QTI: _qti,
}
