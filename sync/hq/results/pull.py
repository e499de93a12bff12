"""``hq pull``: fetch results over the pull API and write them as JSON and CSV."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import httpx

from sync.hq.errors import PullFailed, PullInterrupted

Kind = Literal["results", "attempts"]
PAGE = 500
PAUSES = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
"""Seconds between tries for one page; together longer than a restart of headquarters."""

COLUMNS = (
    "cursor",
    "version",
    "bundle_id",
    "attempt_id",
    "revision",
    "programme",
    "sitting_id",
    "centre_code",
    "seat",
    "admission_no",
    "name",
    "status",
    "objective",
    "exact_total",
    "total",
    "passed",
    "pending_count",
    "answered",
    "end_reason",
    "ended_at",
    "leaves",
    "incidents",
    "chain_ok",
    "answer_findings",
    "answers_digest",
    "later_epochs",
    "received_at",
    "changed_at",
    "remark",
)
"""Columns of the CSV, in order."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First characters of cells that spreadsheets run as formulas, full-width ones included."""


def pull(
    client: httpx.Client,
    token: str,
    kind: Kind,
    after: int = 0,
    wait: Callable[[float], object] = lambda _seconds: None,
) -> Iterator[dict[str, Any]]:
    """Yield all entries after a cursor, page by page, in order of arrival.

    ``client`` has headquarters' address as its base URL. A page that fails is retried after
    calling ``wait`` with a growing number of seconds.

    Raises:
        PullFailed: headquarters refused, or did not answer in time.
    """
    more = True
    while more:
        page = _page_at_last(client, token, kind, after, wait)
        yield from page["entries"]
        after, more = page["cursor"], page["more"]


def write_files(
    folder: Path, results: Sequence[Mapping[str, Any]], attempts: Sequence[Mapping[str, Any]]
) -> Sequence[Path]:
    """Write ``results.json``, ``results.csv`` and ``attempts.json``; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    contents = {
        "results.json": _json(results),
        # With a BOM, or Excel reads the Chinese names in the system's encoding.
        "results.csv": "\ufeff" + to_csv(results),
        "attempts.json": _json(attempts),
    }
    return [_replace(folder / name, text) for name, text in contents.items()]


def to_csv(results: Iterable[Mapping[str, Any]]) -> str:
    """Return CSV with a header row. Cells that spreadsheets would run as formulas are escaped."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for result in results:
        writer.writerow([_cell(result.get(name)) for name in COLUMNS])
    return buffer.getvalue()


def _page_at_last(
    client: httpx.Client, token: str, kind: Kind, after: int, wait: Callable[[float], object]
) -> dict[str, Any]:
    for pause in PAUSES:
        try:
            return _page(client, token, kind, after)
        except PullInterrupted:
            wait(pause)
    return _page(client, token, kind, after)


def _page(client: httpx.Client, token: str, kind: Kind, after: int) -> dict[str, Any]:
    try:
        reply = client.get(
            f"/api/v1/{kind}",
            params={"after": after, "limit": PAGE},
            headers={"Authorization": f"Bearer {token}"},
        )
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        raise PullFailed(str(error)) from error
    except httpx.RequestError as error:
        raise PullInterrupted(f"no connection: {type(error).__name__}") from error
    if reply.is_server_error or reply.status_code == httpx.codes.TOO_MANY_REQUESTS:
        raise PullInterrupted(_refusal(reply))
    if reply.status_code != httpx.codes.OK:
        raise PullFailed(_refusal(reply))
    return _read(reply)


def _read(reply: httpx.Response) -> dict[str, Any]:
    try:
        page = reply.json()
        return {name: page[name] for name in ("entries", "cursor", "more")}
    except (ValueError, KeyError, TypeError) as error:
        raise PullFailed("what answers there is not headquarters") from error


def _refusal(reply: httpx.Response) -> str:
    try:
        return str(reply.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return f"status {reply.status_code}"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(map(_part, value))
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text


def _part(value: Any) -> str:
    """Return a finding as ``altered:3-7``, other values as text."""
    return "{what}:{first}-{last}".format_map(value) if isinstance(value, dict) else str(value)


def _json(entries: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps(entries, ensure_ascii=False, indent=2) + "\n"


def _replace(path: Path, text: str) -> Path:
    part = path.with_suffix(path.suffix + ".part")
    part.write_text(text, encoding="utf-8", newline="")
    part.replace(path)
    return path
