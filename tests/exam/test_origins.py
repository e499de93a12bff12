"""Origins: what browsers write, and which of them are a server's own."""

import pytest

from kiosk.exam.origins import is_own_origin, normal_origin

PUBLIC = ("https://exam.example", "https://192.168.1.10:8443")


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("https://exam.example", "https://exam.example"),
        ("HTTPS://Exam.Example:443/", "https://exam.example"),
        ("http://exam.example:80", "http://exam.example"),
        ("https://exam.example.", "https://exam.example"),
        ("https://exam.example:8443", "https://exam.example:8443"),
        ("https://[FD00:0::1]:443", "https://[fd00::1]"),
        ("https://考场.example", "https://xn--mesz26g.example"),
        (" https://192.168.1.10 ", "https://192.168.1.10"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(written: str, normal: str) -> None:
    assert normal_origin(written) == normal


@pytest.mark.parametrize(
    "bad",
    ["", "null", "exam.example", "ftp://exam.example", "https://", "https://exam.example/staff",
     "https://exam.example?x", "https://me@exam.example", "https://exam.example:99999",
     "https://exam.example:x", "https://exam..example", f"https://{'x' * 64}.example",
     "https://exam example", "https://[fd00"],
)  # fmt: skip
def test_anything_else_is_no_origin(bad: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        normal_origin(bad)
    assert not is_own_origin(bad, bad, ())


@pytest.mark.parametrize(
    "host", ["exam.example", "127.0.0.1:8080", "exam.example:8443", "", "x" * 99]
)
def test_a_public_origin_is_welcome_whatever_host_a_proxy_says(host: str) -> None:
    assert is_own_origin("https://exam.example", host, PUBLIC)
    assert is_own_origin("https://192.168.1.10:8443", host, PUBLIC)


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://exam.example", "https://exam.example:8443", "null",
     "https://192.168.1.10", "https://exam.example.evil.example"],
)  # fmt: skip
def test_with_public_origins_no_other_is_welcome(origin: str) -> None:
    assert not is_own_origin(origin, origin.split("://")[-1], PUBLIC)


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1:8080", "[::1]:8080"])
def test_the_machine_itself_is_always_welcome(host: str) -> None:
    assert is_own_origin(f"http://{host}", host, PUBLIC)
    assert not is_own_origin(f"http://{host}", "exam.example", PUBLIC)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_without_public_origins_the_host_decides(scheme: str) -> None:
    assert is_own_origin(f"{scheme}://10.0.0.5:8080", "10.0.0.5:8080", ())
    assert not is_own_origin(f"{scheme}://10.0.0.5:8080", "10.0.0.5", ())
    assert not is_own_origin(f"{scheme}://evil.example", "10.0.0.5:8080", ())
