"""Errors of registration about banned people."""

from sync.hq.errors import HqError


class Banned(HqError):
    """Somebody who is banned would be registered or seated."""

    code = "hq_banned"
    message = "%(count)s people are banned: %(names)s. Refuse them first. Nothing was changed."
