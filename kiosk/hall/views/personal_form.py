"""The personal data form, as the candidate's page and staff see it."""

from dataclasses import dataclass

from kiosk.exam.programme.personal_form import FieldFault, PersonalField


@dataclass(frozen=True)
class FormFieldView:
    """A field; ``fixed``: shown only. An identity number is masked. ``choices``: its values."""

    name: PersonalField
    value: str
    required: bool
    fixed: bool
    choices: tuple[str, ...]
    most: int


@dataclass(frozen=True)
class PersonalFormView:
    """A candidate's form. ``state``: ``open``, ``draft``, ``confirmed`` or ``skipped``."""

    state: str
    fields: list[FormFieldView]


@dataclass(frozen=True)
class FormReply:
    """Whether the form is confirmed, and what is wrong with it if not."""

    done: bool
    faults: list[FieldFault]


@dataclass(frozen=True)
class ComparedField:
    """A field as it was registered, and as the candidate entered it."""

    name: PersonalField
    registered: str
    given: str
    differs: bool


@dataclass(frozen=True)
class ComparedForm:
    """A form beside the registered data, for staff; ``by`` and ``reason`` of a skipped one."""

    state: str
    fields: list[ComparedField]
    by: str
    reason: str
