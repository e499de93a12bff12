"""Tools of the answer page that a programme may switch off."""

from kiosk.exam.values import Table


class ToolRules(Table):
    """``[tools]`` of a programme file.

    ``calculator``: four functions, root, percent and memory, beside the question.
    ``notes``: a pad for the candidate's own notes, which headquarters receives and nobody scores.
    """

    younger = frozenset({"notes"})

    calculator: bool = True
    notes: bool = False
