"""Every deliberate error has a status and a text in both languages."""

import errno
import importlib
import os
import pkgutil
import sqlite3
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.exam.errors import ExamError
from kiosk.web.http.errors import message_of, status_of
from kiosk.web.http.messages import HTTP_MESSAGES, MESSAGES

BENEATH_THE_WEB = (
    "kiosk.exam",
    "kiosk.store",
    "kiosk.vision",
    "kiosk.hall",
    "kiosk.printing",
    "kiosk.web",
    "sync.agent",
    "sync.wire",
)
STATUSES = {400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 502, 503, 507}
NOT_FOR_A_BROWSER = {"invalid_bands", "identity_number_invalid"}
"""Raised while a face pack loads, before there is anybody to answer; or at headquarters only."""


def _import_all() -> None:
    for name in BENEATH_THE_WEB:
        package = importlib.import_module(name)
        for found in pkgutil.walk_packages(package.__path__, f"{name}."):
            importlib.import_module(found.name)


def _errors(root: type[ExamError]) -> Iterator[type[ExamError]]:
    for error in root.__subclasses__():
        yield error
        yield from _errors(error)


def _known() -> list[type[ExamError]]:
    _import_all()
    return sorted(
        {e for e in _errors(ExamError) if e.__module__.startswith(BENEATH_THE_WEB)},
        key=lambda error: error.code,
    )


def test_no_error_is_left_without_status_and_text() -> None:
    codes = {error.code for error in _known()} - NOT_FOR_A_BROWSER
    assert codes - set(MESSAGES) == set()


def test_only_meant_statuses_are_used() -> None:
    assert {status for status, _ in MESSAGES.values()} <= STATUSES


def test_an_unmapped_error_is_a_server_error(request_context: None) -> None:
    class Unmapped(ExamError):
        code = "nobody_mapped_this"

    assert status_of(Unmapped()) == 500
    assert message_of(Unmapped())


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_a_text_can_be_filled_even_without_params(app: Flask, code: str, language: str) -> None:
    class Some(ExamError):
        pass

    Some.code = code
    with app.test_request_context(f"/?lang={language}"):
        assert message_of(Some()).strip()


def test_params_fill_the_text(app: Flask) -> None:
    class Early(ExamError):
        code = "weak_password"

    with app.test_request_context("/?lang=en"):
        assert message_of(Early(minimum=10)) == "A password needs at least 10 characters."


@pytest.mark.parametrize("path", ["/api/nothing", "/staff/api/nothing", "/api/attempts/x/nothing"])
def test_an_unknown_api_path_answers_json(client: FlaskClient, path: str) -> None:
    reply = client.get(path)
    assert (reply.status_code, reply.json and reply.json["error"]["code"]) == (404, "not_found")


def test_an_unknown_page_answers_a_page(client: FlaskClient) -> None:
    reply = client.get("/nothing")
    assert (reply.status_code, reply.mimetype) == (404, "text/html")


def test_a_wrong_method_answers_json(client: FlaskClient) -> None:
    reply = client.get("/api/check-in")
    assert reply.status_code == 405
    assert set(reply.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}
    assert reply.get_json()["error"]["code"] == "method_not_allowed"


def test_an_error_speaks_the_readers_language(client: FlaskClient) -> None:
    chinese = client.get("/staff/api/session").get_json()["error"]["message"]
    english = client.get("/staff/api/session?lang=en").get_json()["error"]["message"]
    assert (chinese, english) == ("请先登录。", "Please sign in.")


@pytest.mark.parametrize("status", sorted(HTTP_MESSAGES))
def test_http_errors_have_texts(status: int, request_context: None) -> None:
    assert str(HTTP_MESSAGES[status][1])


@pytest.mark.parametrize(
    ("code", "status", "retry"),
    [
        (sqlite3.SQLITE_BUSY, 503, "2"),
        (sqlite3.SQLITE_FULL, 507, None),
        (sqlite3.SQLITE_READONLY, 503, None),
        (sqlite3.SQLITE_CORRUPT, 503, None),
        (sqlite3.SQLITE_IOERR, 503, None),
    ],
)
def test_a_database_that_cannot_be_read_is_said(
    app: Flask, client: FlaskClient, code: int, status: int, retry: str | None
) -> None:
    def broken() -> str:
        error = sqlite3.DatabaseError("what SQLite says")
        error.sqlite_errorcode = code
        raise error

    app.view_functions["ops.healthz"] = broken
    answer = client.get("/healthz")
    assert answer.status_code == status
    assert answer.headers.get("Retry-After") == retry


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [
        (errno.EIO, 503, "file_trouble"),
        (errno.EACCES, 503, "file_trouble"),
        (errno.EROFS, 503, "storage_read_only"),
        (errno.ENOSPC, 507, "storage_full"),
        (errno.EDQUOT, 507, "storage_full"),
        (errno.EMFILE, 503, "store_starved"),
        (errno.ENOMEM, 503, "store_starved"),
    ],
)
def test_a_file_in_trouble_is_said_and_logged_once(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture, number: int, status: int,
    code: str,
) -> None:  # fmt: skip
    def broken() -> str:
        raise OSError(number, os.strerror(number), "/somewhere")

    app.view_functions["ops.healthz"] = broken
    answers = [client.get("/healthz") for _ in range(20)]
    assert {answer.status_code for answer in answers} == {status}
    assert answers[0].get_json()["error"]["code"] == code
    assert [record.exc_info for record in caplog.records] == [None]
