"""How bad an issue is, and how a code of an issue is declared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["note", "doubt", "fault"]
"""How bad an issue is.

`note`: read as certain, nothing lost. `doubt`: some number may be other than it seems. `fault`:
rows or files are not used.
"""
WORST_SEVERITY_FIRST: tuple[Severity, ...] = ("fault", "doubt", "note")


@dataclass(frozen=True, slots=True)
class IssueCode:
    """The declaration of a code: how bad it is, what happened in words, and the effect of it.

    Words and effect are templates. `{name}` stands for a value of the message, and `[cell|cells]`
    for the word that fits the count. What is in `<...>` is left out where a value in it is empty.
    `{count}` is how often the issue occurs, and `{place}` on which lines, if on several. `{all_name}`
    joins a list with `and`; `{name}` joins examples, which need not be all.
    """

    code: str
    severity: Severity
    words: str
    effect: str = ""
