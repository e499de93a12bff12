"""The pull API from the other side: pages of a list, over connections that break."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from sync.hq.errors import PullFailed, PullInterrupted
from sync.hq.exchange.openapi import PREFIX

PAGE = 500
PAUSES = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
"""Seconds between tries for one page; together longer than a restart of headquarters."""


@dataclass(frozen=True)
class PulledPage:
    """Entries of a list, and the cursor after them."""

    entries: list[dict[str, Any]]
    cursor: str
    more: bool


class PullClient:
    """Pulls lists. ``http`` has headquarters' address as its base URL.

    A page that fails is asked for again after ``wait`` was called with a growing number of seconds.
    """

    def __init__(
        self,
        http: httpx.Client,
        token: str,
        wait: Callable[[float], object] = lambda _seconds: None,
    ) -> None:
        self._http = http
        self._headers = {"Authorization": f"Bearer {token}"}
        self._wait = wait

    def pages(
        self, kind: str, after: str | None = None, filters: Mapping[str, str] | None = None
    ) -> Iterator[PulledPage]:
        """Yield the pages of a list after a cursor, until there is nothing more.

        Raises:
            PullFailed: headquarters refused, or did not answer in time.
        """
        more = True
        while more:
            begun = {} if after is None else {"after": after}
            page = self._page_at_last(kind, {**(filters or {}), **begun, "limit": str(PAGE)})
            yield page
            after, more = page.cursor, page.more

    def entries(
        self, kind: str, after: str | None = None, filters: Mapping[str, str] | None = None
    ) -> Iterator[dict[str, Any]]:
        """Yield all entries; raises as :meth:`pages`."""
        for page in self.pages(kind, after, filters):
            yield from page.entries

    def _page_at_last(self, kind: str, parameters: Mapping[str, str]) -> PulledPage:
        for pause in PAUSES:
            try:
                return self._page(kind, parameters)
            except PullInterrupted:
                self._wait(pause)
        return self._page(kind, parameters)

    def _page(self, kind: str, parameters: Mapping[str, str]) -> PulledPage:
        address = f"{PREFIX}/{kind}"
        try:
            reply = self._http.get(address, params=parameters, headers=self._headers)
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise PullFailed(str(error)) from error
        except httpx.RequestError as error:
            raise PullInterrupted(f"no connection: {type(error).__name__}") from error
        if reply.is_server_error or reply.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise PullInterrupted(_refusal(reply))
        if reply.status_code != httpx.codes.OK:
            raise PullFailed(_refusal(reply))
        return _read(reply)


def _read(reply: httpx.Response) -> PulledPage:
    try:
        page = reply.json()
        return PulledPage(page["entries"], page["cursor"], page["more"])
    except (ValueError, KeyError, TypeError) as error:
        raise PullFailed("what answers there is not headquarters") from error


def _refusal(reply: httpx.Response) -> str:
    try:
        return str(reply.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return f"status {reply.status_code}"
