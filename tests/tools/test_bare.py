"""A minimal Debian gets this machine's sources of packages, and nothing else of it."""

import sys
from pathlib import Path

import pytest

from tools import bare, bare_root


def test_without_root_it_says_so_and_succeeds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(sys, "argv", ["bare", "bookworm"])
    assert bare.main() == 0
    assert capsys.readouterr().out == "Skipped: only root can build a minimal Debian.\n"


def test_folders_that_pip_takes_files_from_are_mounted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, wheels, certificate = tmp_path / "index", tmp_path / "wheels", tmp_path / "ca.crt"
    (index / "simple").mkdir(parents=True)
    wheels.mkdir()
    certificate.write_text("")
    (tmp_path / "pip.conf").write_text(f"[global]\nextra-index-url = file://{index}/simple\n")
    monkeypatch.setattr(bare_root, "PIP_FILES", (str(tmp_path / "pip.conf"),))
    monkeypatch.setenv("PIP_CERT", str(certificate))
    monkeypatch.setenv("PIP_PROXY", f"http://127.0.0.1:3128{wheels}")
    assert index in bare_root.named(is_file=False)
    assert certificate in bare_root.named(is_file=True)
    assert wheels not in bare_root.named(is_file=False)
    assert f"mount --bind {index} /r{index}" in bare_root.command(Path("/r"), ["true"])[7]


def test_a_session_passes_on_only_where_packages_come_from() -> None:
    variables = {"PIP_INDEX_URL": "a", "https_proxy": "b", "PYTHONPATH": "c", "AWS_SECRET": "d"}
    assert bare_root.passed_on(variables) == {"PIP_INDEX_URL": "a", "https_proxy": "b"}
