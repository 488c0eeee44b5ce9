"""Groups issues of the same kind, so that one bad column takes one line of output."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from kpitui.issue_wording import describe_issue
from kpitui.model.issues import Issue

MAX_SEPARATE_ISSUES = 5  # issues of one kind in one file that are still listed one by one
MAX_LISTED_LINES = 10  # line numbers listed for a group


@dataclass(slots=True)
class IssueGroup:
    """Issues of one kind in one file: the first as written, the others by line number."""

    first_issue: Issue
    issue_count: int = 0
    line_numbers: list[int] = field(default_factory=list)

    def add_issue(self, issue: Issue) -> None:
        """Add an issue; the first issue that has a line number becomes the one shown."""
        if self.first_issue.line is None and issue.line is not None:
            self.first_issue = issue
        self.issue_count += issue.occurrences
        self.line_numbers += [] if issue.line is None else [issue.line]

    @property
    def message(self) -> str:
        """Return the first message, then how many more issues there are and on which lines."""
        if self.issue_count == self.first_issue.occurrences:  # its message already gives the number
            return describe_issue(self.first_issue)
        # The first line number is not repeated: __str__ puts it before the message.
        listed_lines = self.line_numbers[1 : MAX_LISTED_LINES + 1]
        lines_text = f", lines {', '.join(map(str, listed_lines))}" if listed_lines else ""
        ending = " and so on" if listed_lines and self.issue_count - 1 > len(listed_lines) else ""
        return f"{describe_issue(self.first_issue)} - and {self.issue_count - 1:,} more like this{lines_text}{ending}"

    def __str__(self) -> str:
        line_suffix = "" if self.first_issue.line is None else f":{self.first_issue.line}"
        return f"{self.first_issue.file}{line_suffix}: {self.message}"


def group_issues(issues: Iterable[Issue]) -> list[IssueGroup]:
    """Group issues by file, table and kind, each group in the place of its first issue.

    Issues without a kind are compared by message. A kind with at most MAX_SEPARATE_ISSUES
    issues in a file is left ungrouped: each issue is a group of its own.
    """
    keyed_issues = [
        (issue, (issue.file, issue.table, str(issue.values.get("group_key")) or describe_issue(issue)))
        for issue in issues
    ]
    counts_by_key: Counter[tuple[str, str | None, str]] = Counter()
    for issue, group_key in keyed_issues:
        # One issue may stand for thousands of rows that the reader did not list.
        counts_by_key[group_key] += issue.occurrences
    issue_groups: list[IssueGroup] = []
    groups_by_key: dict[tuple[str, str | None, str], IssueGroup] = {}
    for issue, group_key in keyed_issues:
        if group_key not in groups_by_key or counts_by_key[group_key] <= MAX_SEPARATE_ISSUES:
            groups_by_key[group_key] = IssueGroup(issue)
            issue_groups.append(groups_by_key[group_key])
        groups_by_key[group_key].add_issue(issue)
    return issue_groups
