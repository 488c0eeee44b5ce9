"""A fault or doubt in a file or in the config."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Issue:
    """A fault or doubt in a file: where it is, what it is and what was done about it.

    Issues with the same `group_key` are reported together; without one, the message is the key.
    `occurrences` is more than 1 where there are too many to list one by one.
    """

    file: str
    message: str
    line: int | None = None
    table: str | None = None
    group_key: str = ""
    occurrences: int = 1

    def __str__(self) -> str:
        location = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{location}: {self.message}"
