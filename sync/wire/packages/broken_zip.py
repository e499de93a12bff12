"""Errors of ``zipfile`` for archives that are damaged, encrypted, or compressed in unknown ways."""

import lzma
import struct
import zipfile
import zlib

BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    RuntimeError,
    OverflowError,
)
"""``NotImplementedError`` is a ``RuntimeError``, a name that cannot be decoded a ``ValueError``."""
