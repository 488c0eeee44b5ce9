"""Issues that are many of one kind told as one: the first of them, how many, and where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from kpitui.model import Issue

FEW = 5  # of one kind in one file that are told one by one
NAMED = 10  # lines of those that are told as one


@dataclass(slots=True)
class Alike:
    """An issue, and those of its kind in its file that are told with it."""

    first: Issue
    number: int = 0
    lines: list[int] = field(default_factory=list)

    def add(self, issue: Issue) -> None:
        """Take an issue more; the first that has a line is shown."""
        if self.first.line is None and issue.line is not None:
            self.first = issue
        self.number += issue.number
        self.lines += [] if issue.line is None else [issue.line]

    @property
    def message(self) -> str:
        """What is told of all of them."""
        if self.number == self.first.number:  # which says itself how many it stands for
            return self.first.message
        others = self.lines[1 : NAMED + 1]
        where = f", lines {', '.join(map(str, others))}" if others else ""
        rest = " and so on" if others and self.number - 1 > len(others) else ""
        return f"{self.first.message} - and {self.number - 1:,} more like this{where}{rest}"

    def __str__(self) -> str:
        line = "" if self.first.line is None else f":{self.first.line}"
        return f"{self.first.file}{line}: {self.message}"


def alike(issues: Iterable[Issue]) -> list[Alike]:
    """The issues, of which those that are many of one kind in one file stand where the first is."""
    every = [(issue, (issue.file, issue.table, issue.kind or issue.message)) for issue in issues]
    many: Counter[tuple[str, str | None, str]] = Counter()
    for issue, kind in every:
        many[kind] += issue.number
    found: list[Alike] = []
    groups: dict[tuple[str, str | None, str], Alike] = {}
    for issue, kind in every:
        if kind not in groups or many[kind] <= FEW:
            groups[kind] = Alike(issue)
            found.append(groups[kind])
        groups[kind].add(issue)
    return found
