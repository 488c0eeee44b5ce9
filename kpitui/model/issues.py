"""What is wrong with a file, a table, the config or a figure: a code with values, and where it is.

Nothing here is a sentence. `kpitui.issue_wording` and `kpitui.figure_wording` make the words, last
of all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from kpitui.model.figure_codes import FIGURE_WORDS
from kpitui.model.issue_codes import ISSUE_CODES
from kpitui.model.periods import Period
from kpitui.model.severity import Severity


@dataclass(frozen=True, slots=True)
class CodedMessage:
    """What is to be told: a code, and the values that its words need.

    Codes of issues are in `issue_codes.ISSUE_CODES`, those of figures in `figure_codes.FIGURE_WORDS`.
    Create one with `create_message`, which puts the values in order.
    """

    code: str
    value_items: tuple[tuple[str, MessageValue], ...] = ()

    @property
    def values(self) -> Mapping[str, MessageValue]:
        """Return the values by name."""
        return dict(self.value_items)

    @property
    def severity(self) -> Severity:
        """Return the severity of the code: `note`, `doubt` or `fault`."""
        return ISSUE_CODES[self.code].severity

    def add_values(self, **values: MessageValue) -> CodedMessage:
        """Return the message with further values."""
        return create_message(self.code, **{**self.values, **values})


MessageValue = str | int | float | date | Period | CodedMessage | tuple["str | CodedMessage", ...]
"""A value of a message, which may be a message itself."""


def create_message(code: str, /, **values: MessageValue) -> CodedMessage:
    """Create a message. Raises KeyError for a code that is not declared."""
    assert code in ISSUE_CODES or code in FIGURE_WORDS, code
    return CodedMessage(code, tuple(sorted(values.items())))


@dataclass(frozen=True, slots=True)
class Issue:
    """One trouble in a file, a table or the config: what it is, where, and how often it occurs.

    `line` is the first line it is on. `lines` are the first ones, where it is on several.
    `occurrences` counts its cells, rows or columns. `section` is the sheet, record or member of an
    archive that it is in, where the file has several.
    """

    message: CodedMessage
    file: str
    line: int | None = None
    table: str | None = None
    occurrences: int = 1
    lines: tuple[int, ...] = ()
    section: str = ""

    @property
    def code(self) -> str:
        """Return the stable code of what is wrong."""
        return self.message.code

    @property
    def severity(self) -> Severity:
        """Return `note` (nothing lost), `doubt` (a number may be wrong) or `fault` (rows not used)."""
        return self.message.severity

    @property
    def values(self) -> Mapping[str, MessageValue]:
        """Return the values of the message by name."""
        return self.message.values


def has_trouble(issues: Iterable[Issue]) -> bool:
    """Say whether any issue is more than a note: a doubt or a fault."""
    return any(issue.severity != "note" for issue in issues)


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """Why a rule of the config cannot be used with the tables.

    One of the fields of the rule is at fault: the first of `field_names` that the config has.
    """

    message: CodedMessage
    field_names: tuple[str, ...] = ()
