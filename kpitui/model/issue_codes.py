"""Every code of an issue, declared once: its severity, its words and its effect.

The words are templates. `{name}` stands for a value of the message, and `{count}` for how often the
issue occurs. Plain English: what happened; the effect says what it means for the figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Severity = Literal["note", "doubt", "fault"]
"""How bad an issue is.

`note`: read as certain, nothing lost. `doubt`: some number may be other than it seems. `fault`:
rows or files are not used.
"""


@dataclass(frozen=True, slots=True)
class IssueCode:
    """The declaration of a code: how bad it is, its words for one and for several, its effect.

    Without `plural` the words are the same for any count.
    """

    code: str
    severity: Severity
    singular: str
    plural: str = ""
    effect: str = ""


def _index_codes(declarations: Iterable[IssueCode]) -> Mapping[str, IssueCode]:
    return {declaration.code: declaration for declaration in declarations}


_TRANSITIONAL_CODES = (
    # What still comes as a sentence. Each module that gets codes of its own leaves this behind.
    IssueCode("text-note", "note", "{text}"),
    IssueCode("text", "doubt", "{text}"),
    IssueCode("text-fault", "fault", "{text}"),
)

ISSUE_CODES: Mapping[str, IssueCode] = _index_codes(_TRANSITIONAL_CODES)
