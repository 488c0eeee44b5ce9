"""Issues of one kind in one file: few are told one by one, many as one with their number."""

from __future__ import annotations

from kpitui.model.issues import Issue, create_text_issue
from kpitui.report.grouped_issues import MAX_SEPARATE_ISSUES, group_issues
from kpitui.report.text_output import format_check_summary, format_issues


def of_a_kind(number: int, file: str = "a.csv") -> list[Issue]:
    """Cells that are no dates, each with its line, and each another."""
    return [
        create_text_issue(file, f"dob {line} is not a date: read as missing", line, "children", "dob no date")
        for line in range(2, number + 2)
    ]


def test_few_are_told_one_by_one() -> None:
    assert format_issues(of_a_kind(MAX_SEPARATE_ISSUES)).splitlines() == [
        f"a.csv:{line}: dob {line} is not a date: read as missing" for line in range(2, MAX_SEPARATE_ISSUES + 2)
    ]


def test_many_are_told_as_one() -> None:
    """Beside others, and those of another file; of those that are too many, the number is told."""
    other = create_text_issue("a.csv", "is not UTF-8 from here on", 3)
    rest = create_text_issue("a.csv", "and 4,000 more like these", None, "children", "dob no date", 4_000)
    issues = [rest, *of_a_kind(1_000), other, *of_a_kind(2, "b.csv")]
    assert format_issues(issues).splitlines() == [
        "a.csv:2: dob 2 is not a date: read as missing - and 4,999 more like this, "
        "lines 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and so on",
        "a.csv:3: is not UTF-8 from here on",
        "b.csv:2: dob 2 is not a date: read as missing",
        "b.csv:3: dob 3 is not a date: read as missing",
    ]
    assert format_check_summary(issues, ()) == "5,003 issues in 4 lines"
    assert len(format_issues(issues, ungrouped=True).splitlines()) == len(issues)


def test_all_the_lines_are_named_where_there_is_room() -> None:
    (told,) = group_issues(of_a_kind(MAX_SEPARATE_ISSUES + 1))
    assert str(told).endswith("- and 5 more like this, lines 3, 4, 5, 6, 7")
    without = [create_text_issue("a.csv", "has no line", None, None, "x")] * (MAX_SEPARATE_ISSUES + 1)
    assert format_issues(without) == "a.csv: has no line - and 5 more like this"


def test_what_says_itself_how_many_more_there_are_is_not_said_twice() -> None:
    """The first of several files is told of rows that are too many to be named, in all of them."""
    told = "child is missing: row left out (1,234 more rows)"
    rest = create_text_issue("a.csv", told, None, "referrals", "", 1_234)
    assert format_issues([rest]) == f"a.csv: {told}"
    assert format_check_summary([rest], ()) == "1,234 issues in 1 line"
