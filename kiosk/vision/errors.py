"""Errors of the vision part.

``VisionError``
 ├─ ``PictureRefused``    the picture cannot be looked at
 │   ├─ ``NotAJpeg``          another kind of file
 │   ├─ ``PictureTooLarge``   too many bytes or pixels
 │   └─ ``BrokenPicture``     a JPEG that cannot be decoded
 ├─ ``PortraitUnusable``  not exactly one clear face
 ├─ ``PackUnusable``      a face pack that is unknown, missing or damaged
 └─ ``AnalysisLost``      the worker died or was too slow; the picture may be sent again
"""

from kiosk.exam.errors import ExamError


class VisionError(ExamError):
    """Base of the vision errors."""

    code = "vision_error"
    message = "The picture could not be analysed."


class PictureRefused(VisionError):
    """Base of what is wrong with a picture that was sent."""

    code = "picture_refused"


class NotAJpeg(PictureRefused):
    """The bytes are not a JPEG picture."""

    code = "not_a_jpeg"
    message = "The picture is not a JPEG."


class PictureTooLarge(PictureRefused):
    """More bytes or pixels than are looked at."""

    code = "picture_too_large"
    message = "The picture is too large: at most {limit}."


class BrokenPicture(PictureRefused):
    """A JPEG that cannot be decoded."""

    code = "broken_picture"
    message = "The picture is damaged and cannot be read."


class PortraitUnusable(VisionError):
    """A portrait needs exactly one face that is clear enough."""

    code = "portrait_unusable"
    message = "The portrait must show exactly one clear face ({faces} found)."


class PackUnusable(VisionError):
    """The face pack is unknown, not built, or its files are damaged."""

    code = "pack_unusable"
    message = "The face pack {pack} cannot be used."


class AnalysisLost(VisionError):
    """The worker that had the picture died, or took too long."""

    code = "analysis_lost"
    message = "The picture was not analysed in time. Please try again."
