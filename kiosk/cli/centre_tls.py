"""``kiosk tls``."""

from pathlib import Path

from kiosk.bootstrap.setup import SETTINGS, settings_of
from kiosk.command_line.common import data_option
from kiosk.command_line.tls import LOOPBACK, Served, behind, tls_commands
from kiosk.web.http.limits import EMERGENCY_BYTES, PACKAGE_BYTES


def _read(data: Path) -> Served:
    settings = settings_of(data)
    server = settings.server
    trusted = dict.fromkeys((*server.trusted_proxies, LOOPBACK))
    return Served(
        title=f"考点 {settings.centre_code} · Exam centre {settings.centre_code}",
        ca_name=f"Exam centre {settings.centre_code} CA",
        settings=data / SETTINGS,
        port=server.port,
        origins=server.public_origins,
        current=server.model_dump(),
        wanted={
            **behind(server.host, server.port),
            "secure_cookies": True,
            "trusted_proxies": list(trusted),
        },
        large_paths="/staff/api/*",
        small_body=EMERGENCY_BYTES,
        large_body=PACKAGE_BYTES,
        request_seconds=120,
        other_clock=settings.sync.hq_url,
        other_ca=settings.sync.hq_ca,
    )


tls = tls_commands("kiosk tls", "/var/lib/caddy/exam-kiosk", data_option, _read)
