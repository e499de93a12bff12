"""Styles and scripts are packed once, whatever their addresses look like."""

import gzip

import pytest
from flask import Flask

from kiosk.web.http.static_files import _Packed


def test_a_file_with_many_addresses_is_packed_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed: list[int] = []
    pack = gzip.compress

    def counted(data: bytes, level: int, *, mtime: float) -> bytes:
        packed.append(len(data))
        return pack(data, level, mtime=mtime)

    monkeypatch.setattr(gzip, "compress", counted)
    client = app.test_client()
    with client.get("/static/css/exam.css") as reply:
        plain = reply.data
    found = 0
    for number in range(20):
        for path in (f"x{number}/../css", f"{number}/%2e%2e/css", f"{'y' * 4000}{number}/../css"):
            headers = {"Accept-Encoding": "gzip"}
            with client.get(f"/static/{path}/exam.css", headers=headers) as reply:
                found += reply.status_code == 200
                if reply.status_code == 200:
                    assert gzip.decompress(reply.data) == plain
    assert len(packed) == (1 if found else 0)


def test_a_changed_file_is_packed_anew() -> None:
    files = _Packed()
    first, second = files.of(b"a" * 100), files.of(b"b" * 100)
    assert (gzip.decompress(first), gzip.decompress(second)) == (b"a" * 100, b"b" * 100)
