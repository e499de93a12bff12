"""Why certificates are revoked or issued again: classes that the public may see."""

from enum import StrEnum


class Revocation(StrEnum):
    """Why a certificate no longer counts. The values are stored and published."""

    MISCONDUCT = "misconduct"
    RESULT_CHANGED = "result_changed"
    ISSUED_IN_ERROR = "issued_in_error"
    FALSE_PAPERS = "false_papers"
    HOLDER_ASKED = "holder_asked"


class Reissue(StrEnum):
    """Why a certificate is issued again under a new number. The values are stored."""

    LOST = "lost"
    NAME_CORRECTED = "name_corrected"
    DATA_CORRECTED = "data_corrected"
