"""Power cuts replayed: what a process asked of a disk is recorded, and the disk is made again as
it may look when the mains end after any of those requests.

Recorded are the system calls, by `strace`. A disk promises less than programs hope: what was
written is safe after an fsync of its file, and a name after an fsync of its folder.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

CALLS = (
    "openat,open,creat,write,pwrite64,lseek,fsync,fdatasync,ftruncate,fallocate,"
    "rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat,rmdir"
)
DONE = "done: "
"""What the recorded process prints, followed by a word, when a step is finished."""

_LINE = re.compile(r"^(\d+\.\d+) (\w+)\((.*)\) += (-?\d+)")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_NAMED = re.compile(r"(-?\w+)<((?:\\x[0-9a-f]{2})*)>")
_SHARED_MEMORY = "-shm"
"""Of SQLite: made again by whoever opens the database first."""


class Kept(Enum):
    """What of the requests that nobody has waited for is on the disk."""

    NOTHING = "neither names nor contents"
    NAMES = "names, but not what is in the files"
    HALF = "names, and half of what was written last"
    ALL = "everything"


@dataclass(frozen=True)
class Call:
    """One request: its name, what it was about (paths and contents), its numbers and its result."""

    at: float
    name: str
    paths: tuple[str, ...]
    data: bytes
    words: str
    result: int


def record(command: Sequence[str], folder: Path, seconds: float) -> list[Call]:
    """Run a command to its end and give its requests in their order."""
    folder.mkdir()
    trace = ["strace", "-ff", "-ttt", "-y", "-xx", "-s", "99999999", "-o", str(folder / "calls")]
    traced = [*trace, "-e", f"trace={CALLS}", *command]
    subprocess.run(traced, check=True, stdout=subprocess.DEVNULL, timeout=seconds)
    calls = [call for path in folder.iterdir() for call in _read(path)]
    return sorted(calls, key=lambda call: call.at)


def _read(path: Path) -> Iterator[Call]:
    with path.open(encoding="ascii", errors="replace") as lines:
        for line in lines:
            found = _LINE.match(line)
            if found and int(found[4]) >= 0:
                yield _call(float(found[1]), found[2], found[3], int(found[4]))


def _call(at: float, name: str, words: str, result: int) -> Call:
    texts = [_plain(text) for text in _TEXT.findall(words)]
    named = [_plain(text).decode(errors="replace") for _, text in _NAMED.findall(words)]
    bare = _TEXT.sub("", words)
    if name in ("write", "pwrite64"):
        return Call(at, name, (named[0],), texts[0] if texts else b"", bare, result)
    paths = [text.decode(errors="replace") for text in texts]
    if name in ("fsync", "fdatasync", "ftruncate", "fallocate", "lseek"):
        paths = named[:1]
    return Call(at, name, tuple(paths), b"", bare, result)


def _plain(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


@dataclass
class _File:
    content: bytearray = field(default_factory=bytearray)
    before: bytes = b""
    """The content before the last write."""
    safe: bytes = b""
    folder: bool = False


class Disk:
    """The files below a folder, as they are and as a power cut would leave them."""

    def __init__(self, root: Path) -> None:
        self._root = str(root)
        self._names: dict[str, _File] = {}
        self._safe: dict[str, _File] = {}
        self._offsets: dict[str, int] = {}
        self.done: list[str] = []

    def concerns(self, call: Call) -> bool:
        """Whether a request changes something here, or ends a step."""
        step = call.name == "write" and call.data.startswith(DONE.encode())
        return step or any(f"{path}/".startswith(f"{self._root}/") for path in call.paths)

    def apply(self, call: Call) -> None:
        """Do what was asked."""
        if call.name == "write" and call.data.startswith(DONE.encode()):
            self.done.append(call.data.decode().removeprefix(DONE).strip())
            return
        path = call.paths[0]
        match call.name:
            case "openat" | "open" | "creat":
                self._open(path, call.words)
            case "write":
                offset = self._offsets.get(path, 0)
                self._write(path, offset, call.data[: call.result])
                self._offsets[path] = offset + call.result
            case "pwrite64":
                offset = int(call.words.rpartition(",")[2])
                self._write(path, offset, call.data[: call.result])
            case "lseek":
                self._offsets[path] = call.result
            case "ftruncate":
                self._resize(path, int(call.words.rpartition(",")[2]), exactly=True)
            case "fallocate":
                *_, start, length = call.words.split(",")
                self._resize(path, int(start) + int(length), exactly=False)
            case "fsync" | "fdatasync":
                self._sync(path)
            case "rename" | "renameat" | "renameat2":
                self._rename(path, call.paths[1])
            case "link" | "linkat":
                self._names[call.paths[1]] = self._names[path]
            case "unlink" | "unlinkat" | "rmdir":
                self._names.pop(path, None)
            case "mkdir" | "mkdirat":
                self._names[path] = _File(folder=True)

    def write_to(self, target: Path, kept: Kept) -> None:
        """Make the folder as it would be found after a power cut now."""
        names = self._safe if kept is Kept.NOTHING else self._names
        for path, file in sorted(names.items()):
            relative = path.removeprefix(f"{self._root}/")
            place = target / relative
            if file.folder and place.parent.is_dir():
                place.mkdir(mode=0o700, exist_ok=True)
            elif not file.folder and place.parent.is_dir() and not path.endswith(_SHARED_MEMORY):
                place.write_bytes(_content(file, kept))
                place.chmod(0o600)

    def _open(self, path: str, words: str) -> None:
        if "O_DIRECTORY" in words:
            return
        if path not in self._names and "O_CREAT" in words:
            self._names[path] = _File()
        if "O_TRUNC" in words and path in self._names:
            self._resize(path, 0, exactly=True)
        self._offsets[path] = len(self._names[path].content) if "O_APPEND" in words else 0

    def _write(self, path: str, offset: int, data: bytes) -> None:
        file = self._names.get(path)
        if file is None:
            return
        file.before = bytes(file.content)
        file.content.extend(bytes(max(0, offset - len(file.content))))
        file.content[offset : offset + len(data)] = data

    def _resize(self, path: str, size: int, *, exactly: bool) -> None:
        file = self._names.get(path)
        if file is None:
            return
        file.before = bytes(file.content)
        file.content.extend(bytes(max(0, size - len(file.content))))
        if exactly:
            del file.content[size:]

    def _sync(self, path: str) -> None:
        file = self._names.get(path)
        if file is not None and not file.folder:
            file.safe = file.before = bytes(file.content)
            return
        for names in (self._safe, self._names):
            for name in [name for name in names if Path(name).parent == Path(path)]:
                if name in self._names:
                    self._safe[name] = self._names[name]
                else:
                    self._safe.pop(name, None)

    def _rename(self, old: str, new: str) -> None:
        for name in [name for name in self._names if name == old or name.startswith(f"{old}/")]:
            self._names[new + name.removeprefix(old)] = self._names.pop(name)
        for name in [name for name in self._safe if name.startswith(f"{old}/")]:
            self._safe[new + name.removeprefix(old)] = self._safe[name]


def _content(file: _File, kept: Kept) -> bytes:
    if kept is Kept.ALL:
        return bytes(file.content)
    if kept is Kept.HALF and file.content != file.safe:
        middle = (len(file.before) + len(file.content)) // 2
        return bytes(file.content[:middle])
    return file.safe


def traceable() -> bool:
    """Whether processes can be recorded here."""
    if shutil.which("strace") is None:
        return False
    tried = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, timeout=60)
    return tried.returncode == 0
