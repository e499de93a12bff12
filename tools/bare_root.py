"""A minimal Debian in a folder with this machine's package sources, and commands run in it."""

import os
import re
import shlex
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).parents[1]
CHECKOUT = "/exam"
PACKAGES = "make,python3,git,ca-certificates"
PIP_FILES = (
    "/etc/pip.conf",
    "/etc/xdg/pip/pip.conf",
    "~/.config/pip/pip.conf",
    "~/.pip/pip.conf",
)
PASSED_ON = re.compile(
    r"PIP_\w+|\w+_proxy|\w+_PROXY|SSL_CERT_FILE|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE"
)
NAMED_PATH = re.compile(r"(?<![\w:/])(?:file://)?(/[^\s,'\"]+)")


@dataclass(frozen=True)
class Mirror:
    """The source of a suite, as debootstrap and as apt need it."""

    suite: str
    url: str
    sources: tuple[str, ...]


def mirror_of(suite: str) -> Mirror | None:
    """Return the suite on the mirrors of this machine's apt; None if they do not have it."""
    own = re.search(r"^VERSION_CODENAME=(\w+)", Path("/etc/os-release").read_text(), re.MULTILINE)
    names = rf"^({own[1] if own else 'stable'}|stable)(?![a-z])"
    listed = {
        (url, re.sub(names, suite, release), component)
        for url, release, component in _apt_targets()
        if re.search(names, release)
    }
    found = sorted(entry for entry in listed if _is_debian(*entry[:2]))
    main = [url for url, release, component in found if (release, component) == (suite, "main")]
    lines = tuple(f"deb {' '.join(entry)}" for entry in found)
    return Mirror(suite, main[0], lines) if main else None


def _apt_targets() -> Iterable[list[str]]:
    if not shutil.which("apt-get"):
        return []
    fields = "$(REPO_URI) $(RELEASE) $(COMPONENT)"
    targets = ["apt-get", "indextargets", "--format", fields, "Created-By: Packages"]
    lines = subprocess.run(targets, capture_output=True, text=True, check=True).stdout.splitlines()
    return [line.split() for line in lines if len(line.split()) == 3]


def _is_debian(url: str, release: str) -> bool:
    proxy = apt_proxy()
    handler = urllib.request.ProxyHandler({"http": proxy} if proxy else None)
    try:
        opener = urllib.request.build_opener(handler)
        with opener.open(f"{url}dists/{release}/Release", timeout=30) as answer:
            return b"Origin: Debian\n" in answer.read(4096)
    except (urllib.error.URLError, TimeoutError, ValueError):
        return False


def apt_settings() -> list[str]:
    """Return the lines of this machine's apt configuration that control how files are fetched."""
    dump = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=True)
    return re.findall(r"^Acquire::(?:https?|Check|Retries|Force).*", dump.stdout, re.MULTILINE)


def apt_proxy() -> str | None:
    """Return the proxy that apt is configured to use for plain HTTP, or None."""
    found = re.search(r'^Acquire::http::Proxy "(.+)";', "\n".join(apt_settings()), re.MULTILINE)
    return found[1] if found else None


def build(root: Path, mirror: Mirror, log: Path) -> None:
    """Create the root and clone the last commit into it.

    Raises:
        CalledProcessError: debootstrap or git failed.
    """
    proxy = apt_proxy()
    env = {**os.environ, "http_proxy": proxy} if proxy else None
    commands = (
        [
            "debootstrap",
            "--variant=minbase",
            f"--include={PACKAGES}",
            mirror.suite,
            str(root),
            mirror.url,
        ],
        ["git", "clone", "--quiet", "--depth", "1", SOURCE.as_uri(), f"{root}{CHECKOUT}"],
    )
    with log.open("ab") as output:
        for arguments in commands:
            subprocess.run(arguments, env=env, stdout=output, stderr=output, check=True)
    configure(root, mirror)


def configure(root: Path, mirror: Mirror) -> None:
    """Give the root this machine's package sources; prevent services from starting there."""
    (root / "etc/apt/sources.list").write_text("\n".join([*mirror.sources, ""]))
    (root / "etc/apt/apt.conf.d/90fetch").write_text("\n".join([*apt_settings(), ""]))
    policy = root / "usr/sbin/policy-rc.d"
    # policy-rc.d: 101 forbids packages to start their services when they are installed.
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    for path in [Path("/etc/hosts"), Path("/etc/resolv.conf"), *named(is_file=True)]:
        _copy(path, inside(root, path))
    for path in _pip_files():
        home = Path.home()
        own = path.is_relative_to(home)
        _copy(path, root / "root" / path.relative_to(home) if own else inside(root, path))
    for folder in named(is_file=False):
        inside(root, folder).mkdir(parents=True, exist_ok=True)


def inside(root: Path, path: Path) -> Path:
    """Return the same path inside the root."""
    return root / path.relative_to("/")


def _copy(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)


def _pip_files() -> list[Path]:
    return [path for name in PIP_FILES if (path := Path(name).expanduser()).is_file()]


def named(*, is_file: bool) -> list[Path]:
    """Return the files, or folders, named by pip's configuration and the passed environment.

    A folder called `simple` is a package index whose files are beside it, so its parent is
    returned.
    """
    texts = [path.read_text() for path in _pip_files()]
    texts += passed_on(os.environ).values()
    names = (name for text in texts for name in NAMED_PATH.findall(text))
    kept = {path for path in map(Path, names) if path.exists() and path.is_file() == is_file}
    return sorted({path.parent if path.name == "simple" else path for path in kept})


def passed_on(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables about proxies, certificates and pip."""
    return {name: value for name, value in variables.items() if PASSED_ON.fullmatch(name)}


def environment() -> dict[str, str]:
    """Return the environment of commands in the root: only what says where packages come from."""
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return {**passed_on(os.environ), "PATH": path, "HOME": "/root", "LANG": "C.UTF-8"}


def command(root: Path, arguments: list[str]) -> list[str]:
    """Return the command that runs ``arguments`` in the root.

    It uses mount and process namespaces that end with it. Folders are mounted only there, so
    that no mount remains and none is deleted with the root.
    """
    place = shlex.quote(str(root))
    mounts = [f"mount -t proc proc {place}/proc", f"mount --rbind /dev {place}/dev"]
    for folder in named(is_file=False):
        there = shlex.quote(str(inside(root, folder)))
        mounts += [
            f"mount --bind {shlex.quote(str(folder))} {there}",
            f"mount -o remount,bind,ro {there}",
        ]
    script = "; ".join([*mounts, f'exec chroot {place} "$@"'])
    unshare = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
    return [*unshare, "sh", "-ec", script, "sh", *arguments]
