"""The centre server: runs the exam hall on one machine."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("exam-kiosk")
except PackageNotFoundError:  # a source tree that nobody installed
    __version__ = "0+unknown"
