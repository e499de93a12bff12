"""What keeps terminals from HTTPS stands on the staff page and in `kiosk check` (F)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.bootstrap.check import check
from kiosk.bootstrap.setup import SETTINGS
from kiosk.edge import watch
from kiosk.hall.machine.edge import EdgeWatch
from kiosk.settings import Settings, load_settings
from tests.centres import Site, usual_site

NOW = datetime(2026, 4, 25, 6, tzinfo=UTC)
NOWHERE = "https://192.0.2.7"
"""An address for documentation, which no machine has."""


def behind(site: Site, *proxies: str, origin: str = NOWHERE) -> Settings:
    """The settings of a centre behind these proxies."""
    path = site.data / SETTINGS
    text = path.read_text().replace("public_origins = []", f'public_origins = ["{origin}"]')
    listed = ", ".join(f'"{proxy}"' for proxy in proxies)
    path.write_text(text.replace("trusted_proxies = []", f"trusted_proxies = [{listed}]"))
    return load_settings(path)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A centre, set up and enrolled."""
    return usual_site(tmp_path / "centre")


def test_a_changed_address_is_told_once_and_taken_back(site: Site) -> None:
    edge = EdgeWatch()
    before = load_settings(site.data / SETTINGS)
    settings = behind(site, "127.0.0.1")
    watch.refresh_edge_watch(settings, edge, NOW)
    assert edge.alerts() == ["https_address"]
    assert edge.tell({f.text: f.kind for f in watch.edge_findings(settings, NOW) if f.bad}) == []
    watch.refresh_edge_watch(before, edge, NOW)
    assert edge.alerts() == []


def test_a_proxy_on_another_machine_is_nothing_that_this_one_can_judge(site: Site) -> None:
    assert watch.edge_findings(behind(site, "10.0.0.5"), NOW) == []


def test_a_centre_without_https_is_not_looked_at(site: Site) -> None:
    settings = behind(site, "127.0.0.1", origin="http://192.0.2.7")
    assert watch.edge_findings(settings, NOW) == []


def test_the_check_says_it_with_what_to_do(site: Site) -> None:
    assert [found.what for found in check(site.data) if found.what == "https"] == []
    behind(site, "127.0.0.1")
    found = [one for one in check(site.data) if one.what == "https"]
    assert {one.level for one in found} == {"bad"}
    assert f"{NOWHERE}: 192.0.2.7 is not this machine" in found[0].text
