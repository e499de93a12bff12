"""Repeats the HTTPS checks while the server runs, and warns staff before terminals fail."""

import logging
from datetime import datetime

from kiosk.edge.status import Finding, https_of, report
from kiosk.hall.machine.edge import EdgeWatch
from kiosk.settings import Settings

LOOPBACK = "127.0.0.1"
EVERY_SECONDS = 600
_log = logging.getLogger(__name__)


def edge_findings(settings: Settings, now: datetime) -> list[Finding]:
    """Return what ``kiosk tls status`` reports about a proxy on this machine, if there is one."""
    server, sync = settings.server, settings.sync
    origins = https_of(server.public_origins)
    if not origins or LOOPBACK not in server.trusted_proxies:
        return []
    return report(origins, sync.hq_url, sync.hq_ca, now)


def refresh_edge_watch(settings: Settings, watch: EdgeWatch, now: datetime) -> None:
    """Show staff what is wrong now, and log it once."""
    bad = [finding for finding in edge_findings(settings, now) if finding.bad]
    for finding in watch.tell({finding.text: finding.kind for finding in bad}):
        _log.warning("%s", finding)
