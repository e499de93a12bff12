"""Errors of the wire formats.

``WireError`` (an ``ExamError``)
 ├─ ``NotCanonical``          text that is not canonical JSON, or a value JSON cannot represent
 ├─ ``KeysUnusable``          key files that are missing or damaged
 │   ├─ ``KeysTooOpen``       key files that others may read
 │   └─ ``EmergencyKeyDamaged``  the key of emergency files cannot be read
 ├─ ``BadSignature``          a signature that does not fit text and key
 │   └─ ``HqKeysReplaced``    headquarters' new keys, which no key known here vouches for
 ├─ ``UnsupportedFormat``     a format or version that this software does not know
 ├─ ``WrongRecipient``        sealed to another key
 ├─ ``WrongCentre``           made for, or sent by, another centre
 ├─ ``OutOfWindow``           before its not-before or after its not-after
 ├─ ``OldVersion``            a lower package version than one already seen
 ├─ ``PackageDamaged``        an exam package whose content breaks a rule
 │   └─ ``PackageTooLarge``   ... or one of its size limits
 ├─ ``BundleDamaged``         a result bundle whose content breaks a rule
 ├─ ``BackupDamaged``         a backup that is incomplete or was altered
 ├─ ``MediaDamaged``          a USB stick or its file that is incomplete or was altered
 │   └─ ``MediaEmpty``        ... or contains nothing for this recipient
 ├─ ``EmergencyFileDamaged``  an emergency file that cannot be read, or is another centre's
 ├─ ``MistypedUnlockCode``    fails the check symbol; a typing mistake
 ├─ ``WrongUnlockCode``       well formed, but of another package
 ├─ ``TooBusy``               the work needs much memory, and others are already waiting for it
 │   └─ ``MemoryShort``       ... or the machine does not have enough
 └─ ``RequestRefused``        a sync request whose signature headers are missing or incomplete
     ├─ ``ClockWrong``        signed too long ago or in the future; says by how much
     └─ ``ReplayedRequest``   a nonce that was used before
"""

from kiosk.exam.errors import ExamError


class WireError(ExamError):
    """Base of all errors of ``sync.wire``."""

    code = "wire_error"
    message = "The data could not be read."


class NotCanonical(WireError):
    """Bytes that are not canonical JSON (RFC 8785), or a value that JSON cannot represent."""

    code = "not_canonical"
    message = "The text is not canonical JSON."


class KeysUnusable(WireError):
    """Key files are missing or damaged."""

    code = "keys_unusable"
    message = "The keys in %(folder)s cannot be used. Restore the files from a copy."


class BackupDamaged(WireError):
    """A backup is incomplete or altered, or the file is not a backup."""

    code = "backup_damaged"
    message = "This backup cannot be used. Use another one."


class EmergencyKeyDamaged(KeysUnusable):
    """The key of emergency files cannot be read."""

    code = "emergency_key_damaged"
    message = (
        "%(file)s is damaged. Restore it from a copy; or delete it, and a new one is made:"
        " older emergency answer files cannot be opened then."
    )


class KeysTooOpen(KeysUnusable):
    """A key file is readable by others than its owner."""

    code = "keys_too_open"
    message = "%(file)s may be read by others; set its mode to 0600."


class BadSignature(WireError):
    """The signature does not fit text and key."""

    code = "bad_signature"
    message = "The signature is not valid."


class HqKeysReplaced(BadSignature):
    """Headquarters announces keys that no key known here vouches for: people have to compare."""

    code = "hq_keys_replaced"
    message = (
        "Headquarters says that its keys were replaced, and no key that this centre knows vouches"
        " for the new ones (%(fingerprint)s). Compare this fingerprint with headquarters by"
        " telephone, then run 'kiosk enrol' with the new certificate."
    )


class UnsupportedFormat(WireError):
    """A format, or a version of it, that this software does not know."""

    code = "unsupported_format"
    message = "The format %(found)s is not supported; this software reads %(known)s."


class WrongRecipient(WireError):
    """Sealed to another key."""

    code = "wrong_recipient"
    message = "This was encrypted for another recipient and cannot be opened here."


class WrongCentre(WireError):
    """Made for another centre, or sent by another one."""

    code = "wrong_centre"
    message = "This belongs to centre %(found)s, not to centre %(expected)s."


class OutOfWindow(WireError):
    """Used before its not-before or after its not-after time."""

    code = "out_of_window"
    message = "This can be used only from %(not_before)s to %(not_after)s."


class OldVersion(WireError):
    """A package older than one that was imported for the same sitting."""

    code = "old_version"
    message = "The package has version %(found)s; version %(newest)s has already been imported."


class SoftwareTooOld(WireError):
    """The package has contents that only a newer version of this software understands."""

    code = "software_too_old"
    message = (
        "This exam package needs version %(needed)s of this software, or newer; version"
        " %(installed)s is installed. Update the software, then import the package again."
    )


class PackageDamaged(WireError):
    """The exam package was altered or damaged in transit."""

    code = "package_damaged"
    message = "The exam package is damaged."


class PackageTooLarge(PackageDamaged):
    """The exam package, or a member of it, exceeds a limit."""

    code = "package_too_large"
    message = "%(what)s is too large: %(size)s bytes, at most %(limit)s."


class BundleDamaged(WireError):
    """The result bundle was altered or damaged in transit."""

    code = "bundle_damaged"
    message = "The result bundle is damaged."


class MistypedUnlockCode(WireError):
    """The code fails its own check symbol."""

    code = "mistyped_unlock_code"
    message = "The unlock code was mistyped: four groups of four letters and digits are needed."


class WrongUnlockCode(WireError):
    """A well-formed code that does not open this package."""

    code = "wrong_unlock_code"
    message = "This unlock code does not open this exam package."


class MediaDamaged(WireError):
    """A USB stick, or the file for one, is incomplete or was altered."""

    code = "media_damaged"
    message = "The USB stick is incomplete or was altered: %(what)s."

    @staticmethod
    def at(where: str) -> "MediaDamaged":
        """Return the error for a file whose content breaks a rule there."""
        return MediaDamaged(what=where)


class MediaEmpty(MediaDamaged):
    """The USB stick contains nothing for this recipient."""

    code = "media_empty"
    message = "It contains nothing for %(whom)s."


class EmergencyFileDamaged(WireError):
    """An emergency file is damaged, or was made for another centre's key."""

    code = "emergency_file_damaged"
    message = "This is not an emergency answer file of this centre, or it is damaged."


class TooBusy(WireError):
    """Others already wait for work that is done one at a time; ``retry_after`` in seconds."""

    code = "too_busy"
    message = "The server is busy with other requests. Try again in %(retry_after)s seconds."

    def __init__(self) -> None:
        super().__init__(retry_after=2)


class MemoryShort(TooBusy):
    """The machine does not have enough free memory to derive the key of an unlock code."""

    code = "memory_short"
    message = "This machine has too little free memory for it. Close other programs, try again."


class RequestRefused(WireError):
    """A sync request without a complete and valid signature."""

    code = "request_refused"
    message = "The request is not signed correctly."


class ClockWrong(RequestRefused):
    """The sender's clock is off; ``params`` has ``offset_seconds`` (sender minus receiver)."""

    code = "clock_wrong"
    message = "The sender's clock is off by %(offset_seconds)s seconds."


class ReplayedRequest(RequestRefused):
    """The nonce has been used before."""

    code = "replayed_request"
    message = "This request has already been received."
