"""Errors of the vision part.

``VisionError``
 ├─ ``PictureRefused``    the picture cannot be looked at
 │   ├─ ``NotAJpeg``          another kind of file
 │   ├─ ``PictureTooLarge``   too many bytes or pixels
 │   └─ ``BrokenPicture``     a JPEG that cannot be decoded
 ├─ ``SoundRefused``      the snippet of sound cannot be listened to
 ├─ ``PortraitUnusable``  not exactly one clear face
 ├─ ``PackUnusable``      a face pack that is unknown, missing or damaged
 │   ├─ ``PackDownloadFailed``  the network did not bring it
 │   ├─ ``PackDamaged``         a file that is not the one in the manifest
 │   └─ ``LicenceNotAccepted``  nobody has agreed to its licence yet
 │   ├─ ``PackDownloadFailed``  the line broke too often
 │   ├─ ``PackDamaged``         a file is not the one that the manifest names
 │   └─ ``LicenceNotAccepted``  terms that somebody has to accept first
 ├─ ``PairsUnusable``     the list of pairs of an evaluation
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


class SoundRefused(VisionError):
    """Not a snippet of sound of the expected kind and length."""

    code = "sound_refused"
    message = "The sound must be {shortest} to {longest} seconds of 16-bit PCM at 16 kHz."


class PortraitUnusable(VisionError):
    """A portrait needs exactly one face that is clear enough."""

    code = "portrait_unusable"
    message = "The portrait must show exactly one clear face ({faces} found)."


class PackUnusable(VisionError):
    """The face pack is unknown, not built, or its files are damaged."""

    code = "pack_unusable"
    message = "The face pack {pack} cannot be used."


class PackDownloadFailed(PackUnusable):
    """A pack's file could not be fetched; says how to bring it without a network."""

    code = "pack_download_failed"
    message = (
        "{name} could not be fetched. What has come is kept: run the command again to go on. "
        "Without a network, fetch {url} ({size} bytes, SHA-256 {sha256}) on another machine, "
        "bring it on a stick, and run: kiosk models install FILE"
    )


class PackDamaged(PackUnusable):
    """A file is not the one that the manifest names; nothing was installed."""

    code = "pack_damaged"
    message = "{name} cannot be used; nothing was installed."


class LicenceNotAccepted(PackUnusable):
    """A pack whose licence somebody has to accept before it is used."""

    code = "licence_not_accepted"
    message = (
        "The pack {pack} comes under this licence: {licence}. "
        "Whoever may accept it for the centre runs the command with --accept-licence."
    )


class PairsUnusable(VisionError):
    """The list of pairs of an evaluation cannot be read."""

    code = "pairs_unusable"
    message = "The list of pairs cannot be used."


class AnalysisLost(VisionError):
    """The worker that had the picture died, or took too long."""

    code = "analysis_lost"
    message = "The picture was not analysed in time. Please try again."
