"""Errors of printing: ``PrintingError`` ─ ``NoFont`` · ``PrintingFailed``."""

from kiosk.exam.errors import ExamError


class PrintingError(ExamError):
    """Base class of the errors of printing."""

    code = "printing_error"


class NoFont(PrintingError):
    """No font with Chinese characters is installed."""

    code = "no_font"
    message = (
        "No font with Chinese characters is installed, so nothing can be printed. Install the"
        " Debian package fonts-noto-cjk: apt-get install fonts-noto-cjk"
    )


class PrintingFailed(PrintingError):
    """The process that makes the PDF ended without one, or took too long; ``why`` says more."""

    code = "printing_failed"
    message = "The PDF could not be made: %(why)s"
