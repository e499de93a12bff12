"""Errors of upkeep.

``HqError``
 ├─ ``KeysOlder``, ``KeysForeign``        folder of keys and database do not belong together
 ├─ ``NextKeyThere``, ``NextKeyMissing``  a change of keys out of order
 ├─ ``KeyInUse``                          a key that cannot be given up now
 ├─ ``CentresBehind``                     centres that have not followed a change of keys
 ├─ ``StillServing``                      a server runs, or a move
 ├─ ``TargetInUse``, ``NotEmpty``         a target of a move or restore that is not empty
 ├─ ``OtherMove``, ``NothingToMove``      a move that cannot begin
 ├─ ``CopyDiffers``                       a copy that is not what was read
 ├─ ``BackupBroken``, ``BackupMissing``   a backup that cannot be used
 └─ ``KeysNeeded``, ``PassphraseWrong``   keys of a backup that cannot be opened
"""

from sync.hq.errors import HqError


class KeysOlder(HqError):
    """The folder of keys lacks statements that the database has."""

    code = "hq_keys_older"
    message = (
        "The folder of keys is older than the database: it lacks announcements of keys from number"
        " %(number)s on, and so perhaps the key that centres trust now. Put back the newest copy"
        " of the folder, or copy it from the machine where the keys were changed. Nothing was"
        " changed."
    )


class KeysForeign(HqError):
    """Folder of keys and database have different statements of one number."""

    code = "hq_keys_foreign"
    message = (
        "The folder of keys and the database belong to different headquarters, or were changed"
        " apart: announcement %(number)s differs. Put back the folder that belongs to this"
        " database. Nothing was changed."
    )


class NextKeyThere(HqError):
    """There is an announced key already."""

    code = "hq_next_key_there"
    message = "A next key has been announced already (%(fingerprint)s). Nothing was changed."


class NextKeyMissing(HqError):
    """There is no announced key to switch to."""

    code = "hq_next_key_missing"
    message = "No next key has been announced: prepare one first. Nothing was changed."


class KeyInUse(HqError):
    """The key is not a former one, or packages of coming sittings still need it."""

    code = "hq_key_in_use"
    message = (
        "Key %(fingerprint)s cannot be retired now: %(packages)s packages of sittings that are not"
        " over are signed with it. Wait until they are over, or revoke and build them again."
    )


class CentresBehind(HqError):
    """Centres have not followed the last announcement."""

    code = "hq_centres_behind"
    message = (
        "%(count)s centres have not followed the last announcement yet: %(centres)s. Let them sync,"
        " or bring them a USB stick. Nothing was changed."
    )


class StillServing(HqError):
    """A server runs, or the storage is being moved."""

    code = "hq_still_serving"
    message = (
        "A server of headquarters runs in %(folder)s, or its storage is being moved. Stop all"
        " servers, on all machines, and try again."
    )


class TargetInUse(HqError):
    """The target of a move or restore is not empty."""

    code = "hq_target_in_use"
    message = "%(target)s is not empty: it has %(what)s. Nothing was changed."


class OtherMove(HqError):
    """Another move was interrupted."""

    code = "hq_other_move"
    message = (
        "A move to %(target)s was interrupted. Repeat it, or delete %(file)s and empty that target."
    )


class NothingToMove(HqError):
    """The target is where the storage is already."""

    code = "hq_nothing_to_move"
    message = "The storage is there already. Nothing was changed."


class CopyDiffers(HqError):
    """What was copied is not what was read."""

    code = "hq_copy_differs"
    message = "%(place)s differs from its source: %(what)s. The source is as it was."


class BackupBroken(HqError):
    """A backup is damaged, incomplete or altered."""

    code = "hq_backup_broken"
    message = "This backup cannot be used: %(place)s – %(what)s. Use another one."


class BackupMissing(HqError):
    """There is no such backup."""

    code = "hq_backup_missing"
    message = "There is no complete backup of %(name)s in %(folder)s."


class BackupRunning(HqError):
    """Another backup is being made into the same folder."""

    code = "hq_backup_running"
    message = "Another backup into %(folder)s is being made. Wait until it has ended."


class PassphraseWrong(HqError):
    """The passphrase does not open the keys."""

    code = "hq_passphrase_wrong"
    message = "The passphrase is wrong, or the encrypted keys were altered."


class KeysNeeded(HqError):
    """A backup without the keys that belong to it."""

    code = "hq_keys_needed"
    message = (
        "This backup does not open without headquarters' keys. Name the copy of the folder of keys,"
        " or give the passphrase if the backup contains them."
    )


class NotEmpty(HqError):
    """A restore into a directory that has something."""

    code = "hq_not_empty"
    message = "%(folder)s is not empty. Restore into an empty directory. Nothing was changed."
