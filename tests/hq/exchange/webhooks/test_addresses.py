"""No registered address leads to the machines around headquarters."""

import pytest

from sync.hq.exchange.errors import WebhookUnusable
from sync.hq.exchange.webhooks.addresses import Destinations

PUBLIC = Destinations(())
LOCAL = Destinations(("127.0.0.0/8", "10.20.0.0/16"))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.1", "255.255.255.255", "224.0.0.1", "192.0.0.1", "198.18.0.1", "::1", "::",
        "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "2001::1", "::7f00:1", "fec0::1", "::ffff:0:7f00:1",
        "64:ff9b:1::7f00:1", "100:0:0:1::1", "4000::1",
    ],
)  # fmt: skip
def test_private_addresses_are_refused_however_they_are_written(address: str) -> None:
    assert not PUBLIC.may_connect(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808"])
def test_public_addresses_may_be_called(address: str) -> None:
    assert PUBLIC.may_connect(address)


def test_the_settings_allow_networks_and_nothing_beside_them() -> None:
    assert LOCAL.may_connect("10.20.3.4")
    assert LOCAL.may_connect("::ffff:10.20.3.4")
    assert not LOCAL.may_connect("10.21.0.1")
    assert not LOCAL.may_connect("::1")


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "https://", "http://example.org/", "ftp://example.org/", "file:///etc/passwd",
        "https://user:word@example.org/", "https://example.org/#part", "https://example.org:0/",
        "https://example.org:99999/", "https://10.0.0.1/", "https://[::1]/", "https://2130706433/",
        "https://0x7f000001/", "https://127.1/", "https://localhost/", "https://LOCALHOST./",
        "https://169.254.169.254/latest/meta-data", "https://例子.测试/", "https://a b/",
        "https://[::ffff:10.0.0.1]/", "https://exa mple.org/", "https://example.org/" + "a" * 500,
        "http://127.0.0.1:8080/", "gopher://example.org/", "//example.org/", "https://[::1",
        "https://exa\tmple.org/", "https://exa\nmple.org/", "https://exa\0mple.org/",
        "https://example.org/\0", "https://example.org/\x7f",
    ],
)  # fmt: skip
def test_what_cannot_be_called_is_not_registered(url: str) -> None:
    with pytest.raises(WebhookUnusable):
        PUBLIC.require_url(url)


def test_https_is_needed_except_on_this_machine_where_that_is_allowed() -> None:
    assert (
        PUBLIC.require_url(" https://example.org:8443/a?b=c ") == "https://example.org:8443/a?b=c"
    )
    assert LOCAL.require_url("http://127.0.0.1:8080/hook") == "http://127.0.0.1:8080/hook"
    for url in ("http://10.20.3.4/", "http://localhost.example.org/", "http://[::1]/"):
        with pytest.raises(WebhookUnusable):
            LOCAL.require_url(url)
