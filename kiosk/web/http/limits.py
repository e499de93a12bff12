"""Maximum size of request bodies, route by route."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, cast

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

P = ParamSpec("P")

SMALL_BYTES = 64 * 1024
"""Limit of a route that sets none."""

ANSWERS_BYTES = 512 * 1024
EMERGENCY_BYTES = 4 * 1024 * 1024
FRAME_BYTES = 512 * 1024
SOUND_BYTES = 256 * 1024
PORTRAIT_BYTES = 4 * 1024 * 1024
PACKAGE_BYTES = 200 * 1024 * 1024


def body_limit(
    limit: int,
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Set a view's maximum body size in bytes; a larger body is answered with 413, unread.

    The server in front reads the limit from the view's attribute `body_limit`.
    """

    def decorate(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def limited(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            request.max_content_length = limit
            request.max_form_memory_size = limit
            if (request.content_length or 0) > limit:
                raise RequestEntityTooLarge
            return view(*args, **kwargs)

        cast(Any, limited).body_limit = limit
        return limited

    return decorate
