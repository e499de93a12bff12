"""Errors of rulings and challenges."""

from sync.hq.errors import HqError


class ItemNotSat(HqError):
    """An item that no paper of the sitting, or of any, has asked."""

    code = "hq_item_not_sat"
    message = "No paper has asked item %(item)s there. Nothing was changed."


class KeyUnusable(HqError):
    """A key that the item cannot have."""

    code = "hq_key_unusable"
    message = "The item cannot have this key: %(why)s. Nothing was changed."


class RulingDecided(HqError):
    """A ruling that was applied, rejected or revoked before."""

    code = "hq_ruling_decided"
    message = "This ruling was decided before. Nothing was changed."


class ChallengeDecided(HqError):
    """A challenge that was answered before."""

    code = "hq_challenge_decided"
    message = "This challenge was answered before. Nothing was changed."
