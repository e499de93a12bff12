"""``hq tls``."""

from pathlib import Path

from kiosk.command_line.tls import Served, behind, tls_commands
from sync.hq.cli.common import data_option
from sync.hq.errors import NotInitialised
from sync.hq.services import SETTINGS_FILE, settings_of
from sync.hq.web.limits import MAX_FORM, MAX_UPLOAD


def _read(data: Path) -> Served:
    if not (data / SETTINGS_FILE).exists():
        raise NotInitialised(folder=str(data))
    server = settings_of(data).server
    return Served(
        title="考务总部 · Exam headquarters",
        ca_name="Exam headquarters CA",
        settings=data / SETTINGS_FILE,
        port=server.port,
        origins=server.public_origins,
        current=server.model_dump(),
        wanted={
            **behind(server.host, server.port),
            "secure_cookies": True,
            "proxies": max(1, server.proxies),
        },
        large_paths="/sync/* /imports/* /removable-media",
        small_body=MAX_FORM,
        large_body=MAX_UPLOAD,
        request_seconds=900,  # centres send parts of 16 MiB over slow links
    )


tls = tls_commands("hq tls", "/var/lib/caddy/exam-hq", data_option, _read)
