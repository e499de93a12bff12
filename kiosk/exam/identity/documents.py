"""Kinds of identity documents that applicants show."""

from enum import StrEnum


class DocumentKind(StrEnum):
    """A kind of identity document. Only numbers of resident cards have a check digit here."""

    RESIDENT = "resident"
    HK_MACAO_PERMIT = "hk_macao_permit"
    TAIWAN_PERMIT = "taiwan_permit"
    RESIDENCE_PERMIT = "residence_permit"
    FOREIGNER_CARD = "foreigner_card"
    PASSPORT = "passport"
    MILITARY = "military"
    OTHER = "other"
