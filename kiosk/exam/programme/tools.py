"""Tools of the answer page that a programme may switch off."""

from kiosk.exam.values import Table


class ToolRules(Table):
    """``[tools]`` of a programme file.

    ``calculator``: four functions, root, percent and memory, beside the question.
    """

    calculator: bool = True
