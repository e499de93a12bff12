"""Sync at full size: results per second, cost as the database grows, bytes, days offline."""

import http.client
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import httpx

from kiosk.bench.hq.content import Made
from kiosk.bench.hq.growth import cost_growth
from kiosk.bench.hq.postgresql import available, postgresql
from kiosk.bench.hq.relay import relay
from kiosk.bench.hq.sites import SEATS, Site, copy, fill_outbox, make_site, open_site, served
from kiosk.bootstrap.link import Link
from kiosk.rehearsal.environment import CENTRE
from kiosk.system import SystemClock, entropy
from sync.wire.sealing.http_signing import sign_request
from sync.wire.sealing.keys import KeyPair

CLIENTS = 8
REPLY_SECONDS = 60.0
ROUND = 20
"""Number of results, and then of pictures, whose bytes are counted on the wire."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Sizes:
    """The quantities to measure."""

    bundles: int = 1000
    stored: int = 100_000
    waiting: int = 5000
    tried: int = 300
    processes: tuple[int, ...] = (1, 4)


@dataclass(frozen=True)
class Wire:
    """Bytes on the wire per candidate, in both directions with all headers."""

    package: int
    result: int
    picture: int


@dataclass(frozen=True)
class Figures:
    """``intake_per_s`` and ``cost_growth`` by database; None if PostgreSQL is not installed."""

    intake_per_s: Mapping[str, float | None]
    cost_growth: Mapping[str, float | None]
    wire: Wire
    sealed_bytes: int
    drain_s: float


@dataclass
class _Found:
    intake: dict[str, float | None] = field(default_factory=dict)
    growth: dict[str, float | None] = field(default_factory=dict)


def measure(sizes: Sizes, progress: Progress) -> Figures:
    """Measure everything with real processes on loopback and durable storage."""
    found = _Found()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sync-bench-")))
        progress("a headquarters on SQLite")
        site = make_site(folder / "sqlite")
        wire = _wire(copy(site, folder / "wire"), progress)
        drain = _drain(copy(site, folder / "drain"), sizes.waiting, progress)
        for count in sizes.processes:
            one = copy(site, folder / f"s{count}")
            found.intake[f"sqlite_{count}"] = _intake(one, count, sizes.bundles, progress)
        large = copy(site, folder / "large")
        found.growth["sqlite"] = cost_growth(site, large, sizes.stored, sizes.tried, progress)
        _on_postgresql(folder, sizes, found, stack, progress)
        sealed = round(median(len(bundle.data) for bundle in site.bundles(0, 20)))
    return Figures(found.intake, found.growth, wire, sealed, drain)


def _on_postgresql(
    folder: Path, sizes: Sizes, found: _Found, stack: ExitStack, progress: Progress
) -> None:
    names = [f"postgresql_{count}" for count in sizes.processes]
    if not available():
        progress("PostgreSQL is not installed: not measured")
        found.intake |= dict.fromkeys(names)
        found.growth["postgresql"] = None
        return
    for name, processes in zip(names, sizes.processes, strict=True):
        site = _postgresql_site(folder / name, stack)
        found.intake[name] = _intake(site, processes, sizes.bundles, progress)
    small, large = (_postgresql_site(folder / name, stack) for name in ("pg-few", "pg-many"))
    found.growth["postgresql"] = cost_growth(small, large, sizes.stored, sizes.tried, progress)


def _postgresql_site(folder: Path, stack: ExitStack) -> Site:
    server = stack.enter_context(postgresql(durable=True))
    stack.enter_context(server.password_known())
    return make_site(folder, server.url)


def _intake(site: Site, processes: int, count: int, progress: Progress) -> float:
    """Return the results per second over HTTP: signed requests from several clients at once."""
    progress(f"{count} results to {processes} processes: {site.hq.parent.name}")
    made = site.bundles(0, count)
    keys = KeyPair.load(site.centre / "keys")
    with served(site.hq, processes) as ports:
        requests = [_signed(one, ports[n % processes], keys) for n, one in enumerate(made)]
        shares = [requests[n::CLIENTS] for n in range(CLIENTS)]
        begun = time.perf_counter()
        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(_send, shares))
        return count / (time.perf_counter() - begun)


@dataclass(frozen=True)
class _Request:
    port: int
    path: str
    body: bytes
    headers: Mapping[str, str]


def _signed(one: Made, port: int, keys: KeyPair) -> _Request:
    """Return a request ready to be sent, so that the client's computation does not count."""
    path = f"/sync/v1/bundles/{one.id}"
    request = httpx.Request("PUT", f"http://127.0.0.1:{port}{path}", content=one.data)
    sign_request(request, keys, CENTRE, SystemClock().now(), entropy(12).hex())
    return _Request(port, path, one.data, dict(request.headers))


def _send(requests: Sequence[_Request]) -> None:
    connections: dict[int, http.client.HTTPConnection] = {}
    for request in requests:
        fresh = http.client.HTTPConnection("127.0.0.1", request.port, timeout=REPLY_SECONDS)
        link = connections.setdefault(request.port, fresh)
        link.request("PUT", request.path, request.body, dict(request.headers))
        reply = link.getresponse()
        said = reply.read()
        if reply.status != http.client.OK:
            raise RuntimeError(f"refused: {reply.status} {said[:200]!r}")
    for link in connections.values():
        link.close()


def _wire(site: Site, progress: Progress) -> Wire:
    """Return the bytes for one candidate: of the package, the result, and a picture of 30 kB."""
    progress(f"bytes on the wire of {ROUND} candidates")
    with served(site.hq) as ports, relay(ports[0]) as link, open_site(site, link.url) as opened:
        centre, ways = opened
        _whole_round(ways)
        package = link.count
        fill_outbox(centre, site, site.bundles(0, ROUND), 0)
        _whole_round(ways)
        results = link.count
        fill_outbox(centre, site, (), ROUND)
        _whole_round(ways)
        return Wire(
            package=round(package / SEATS),
            result=round((results - package) / ROUND),
            picture=round((link.count - results) / ROUND),
        )


def _drain(site: Site, count: int, progress: Progress) -> float:
    """Return the seconds to deliver everything of a centre that was offline for days."""
    progress(f"{count} results that wait at one centre")
    with served(site.hq) as ports, open_site(site, f"http://127.0.0.1:{ports[0]}") as opened:
        centre, ways = opened
        fill_outbox(centre, site, site.bundles(0, count), 0)
        begun = time.perf_counter()
        _whole_round(ways)
        return time.perf_counter() - begun


def _whole_round(ways: Link) -> None:
    ways.run_round()
    if waiting := ways.media.waiting():
        raise RuntimeError(f"{waiting} items were not delivered")
