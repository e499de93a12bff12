"""JSON in and out of the web layer.

Out: frozen dataclasses, pydantic models, datetimes (ISO 8601, `Z`), Decimals (as strings) and
enumerations become plain JSON. In: request bodies become pydantic models.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable, Mapping, Sequence, Set
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from flask import Response, request
from pydantic import BaseModel, TypeAdapter, ValidationError

from kiosk.exam.errors import ErrorRecord
from kiosk.web.forms import Form
from kiosk.web.http.messages import stored_text
from kiosk.web.http.refusals import InvalidRequest, WrongContentType

Model = TypeVar("Model")
_adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)


def plain(value: Any) -> Any:
    """Convert a value into JSON types.

    Raises:
        TypeError: a value has another type, such as bytes.
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str | Decimal):
        return str(value)
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    return _plain_container(value)


def _plain_container(value: Any) -> Any:
    if isinstance(value, ErrorRecord):
        text = stored_text(value.code, value.params)
        return {"code": value.code, "params": dict(value.params), "message": text}
    if isinstance(value, BaseModel):
        return plain(value.model_dump())
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, Sequence | Set) and not isinstance(value, bytes | bytearray):
        return [plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} does not travel as JSON")


def instant(moment: datetime) -> str:
    """Format an aware datetime as `2026-01-24T06:00:00.000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def reply(value: Any, status: int = 200) -> Response:
    """Return a JSON response that browsers must not store."""
    body = json.dumps(plain(value), ensure_ascii=False, separators=(",", ":"))
    response = Response(body, status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def body_json() -> Any:
    """Return the request's JSON body.

    Raises:
        WrongContentType: the content type is not application/json.
        InvalidRequest: the body is not JSON.
    """
    if not request.is_json:
        raise WrongContentType("this address takes application/json")
    body = request.get_data(cache=False)
    try:
        # Python would accept NaN and Infinity, which are not JSON and which no browser could read
        # back.
        value = json.loads(body, parse_constant=_refuse, parse_float=_finite)
        if b"\\ud" in body.lower():  # a lone surrogate is valid JSON, but cannot be stored as UTF-8
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise InvalidRequest("the body is not JSON") from error
    return value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _finite(number: str) -> float:
    value = float(number)
    if math.isinf(value):
        raise ValueError("a number without bounds is not JSON")
    return value


def parse(model: type[Model], data: Any) -> Model:
    """Return `data` as a `model` or dataclass; raises InvalidRequest."""
    try:
        value: Model = _adapter(model).validate_python(data)
    except ValidationError as error:
        fields = sorted({".".join(str(part) for part in item["loc"]) for item in error.errors()})
        raise InvalidRequest("these fields do not fit: " + ", ".join(fields)) from error
    return value


def listed(name: str, data: Any) -> Any:
    """Accept a bare list as well as `{name: [...]}`."""
    return {name: data} if isinstance(data, list) else data


def body_model(model: type[Model]) -> Model:
    """Return the request's JSON body as a `model`.

    Raises:
        WrongContentType: the content type is not application/json.
        InvalidRequest: the body is not JSON, or fields do not fit.
    """
    return parse(model, body_json())


def no_body() -> None:
    """Require the empty body ``{}``, for an act that needs only its address.

    Raises:
        WrongContentType: the content type is not application/json.
        InvalidRequest: the body is anything else.
    """
    body_model(Form)


def image_response(data: bytes | None) -> Response:
    """Return a JPEG that must not be cached; 204 without one."""
    if not data:
        return Response(status=204, headers={"Cache-Control": "no-store"})
    return Response(data, mimetype="image/jpeg", headers={"Cache-Control": "no-store"})
