"""Looks again and again at what terminals meet, and says to staff what will keep them out."""

import logging
from datetime import datetime

from kiosk.edge.status import Finding, https_of, report
from kiosk.hall.machine.edge import EdgeWatch
from kiosk.settings import Settings

LOOPBACK = "127.0.0.1"
EVERY_SECONDS = 600
_log = logging.getLogger(__name__)


def edge_findings(settings: Settings, now: datetime) -> list[Finding]:
    """What ``kiosk tls status`` reports of a proxy on this machine; nothing without one."""
    server, sync = settings.server, settings.sync
    origins = https_of(server.public_origins)
    if not origins or LOOPBACK not in server.trusted_proxies:
        return []
    return report(origins, sync.hq_url, sync.hq_ca, now)


def look_again(settings: Settings, watch: EdgeWatch, now: datetime) -> None:
    """Say to staff what is bad now, and write it into the log once."""
    bad = [finding for finding in edge_findings(settings, now) if finding.bad]
    for finding in watch.tell({finding.text: finding.kind for finding in bad}):
        _log.warning("%s", finding)
