"""Groups issues of the same kind, so that one bad column takes one line of output."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from kpitui.model import Issue

FEW = 5  # issues of one kind in one file that are still listed one by one
NAMED = 10  # line numbers listed for a group


@dataclass(slots=True)
class Alike:
    """Issues of one kind in one file: the first as written, the others by line number."""

    first: Issue
    number: int = 0
    lines: list[int] = field(default_factory=list)

    def add(self, issue: Issue) -> None:
        """Add an issue; the first issue that has a line number becomes the one shown."""
        if self.first.line is None and issue.line is not None:
            self.first = issue
        self.number += issue.number
        self.lines += [] if issue.line is None else [issue.line]

    @property
    def message(self) -> str:
        """Return the first message, then how many more issues there are and on which lines."""
        if self.number == self.first.number:  # its message already gives the number
            return self.first.message
        # The first line number is not repeated: __str__ puts it before the message.
        others = self.lines[1 : NAMED + 1]
        where = f", lines {', '.join(map(str, others))}" if others else ""
        rest = " and so on" if others and self.number - 1 > len(others) else ""
        return f"{self.first.message} - and {self.number - 1:,} more like this{where}{rest}"

    def __str__(self) -> str:
        line = "" if self.first.line is None else f":{self.first.line}"
        return f"{self.first.file}{line}: {self.message}"


def alike(issues: Iterable[Issue]) -> list[Alike]:
    """Group issues by file, table and kind, each group in the place of its first issue.

    Issues without a kind are compared by message. A kind with at most MAX_SEPARATE_ISSUES
    issues in a file is left ungrouped: each issue is a group of its own.
    """
    every = [(issue, (issue.file, issue.table, issue.kind or issue.message)) for issue in issues]
    many: Counter[tuple[str, str | None, str]] = Counter()
    for issue, kind in every:
        # One issue may stand for thousands of rows that the reader did not list.
        many[kind] += issue.number
    found: list[Alike] = []
    groups: dict[tuple[str, str | None, str], Alike] = {}
    for issue, kind in every:
        if kind not in groups or many[kind] <= FEW:
            groups[kind] = Alike(issue)
            found.append(groups[kind])
        groups[kind].add(issue)
    return found
