"""Cookies that no script reads and no other site sends."""

from flask import Response


def drop_cookie(response: Response, name: str, *, secure: bool, path: str = "/") -> None:
    """Let the browser forget a cookie."""
    response.delete_cookie(name, httponly=True, samesite="Strict", secure=secure, path=path)


def set_cookie(
    response: Response,
    name: str,
    value: str,
    seconds: int | None = None,
    *,
    secure: bool,
    path: str = "/",
) -> None:
    """Give the browser a cookie for ``seconds``, or until it is closed."""
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="Strict", secure=secure, path=path
    )
