"""Markdown and CSV: what a mail, a wiki and another program take."""

from __future__ import annotations

import csv
import io
import re

import pytest
from briefings import entry, hostile_briefing, note, told

from kpitui.report.formats import BRIEFING_FORMATS, render_briefing
from kpitui.report.markdown_text import to_markdown
from kpitui.text import count_hostile_characters


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a|b", r"a\|b"),
        ("[x](y)", r"\[x\](y)"),
        ("<b>", r"\<b\>"),
        ("*a_b*", r"\*a\_b\*"),
        ("# a", r"\# a"),
        ("- a", r"\- a"),
        ("1. a", r"1\. a"),
        ("45.0%", "45.0%"),
        ("http://a.b", r"http\://a.b"),
        ("www.a.b", r"www\.a.b"),
        ("two\nlines", "two lines"),
        ("St John's", "St John's"),
    ],
)
def test_text_is_never_markup(text: str, escaped: str) -> None:
    assert to_markdown(text) == escaped


def test_the_parts_stand_in_their_order() -> None:
    notes = (note("reason", "Because."), note("action", "Something.", due="2019-05-31"))
    text = render_briefing(told(entry("A1", (5, 10), notes=notes), entry("B1", theme="Care")), "md").decode()
    heads = [line for line in text.splitlines() if line.startswith("#")]
    assert heads == [
        "# Children's services performance", "## Purpose", "## Recommendation", "## Summary", "### Exceptions",
        "### Wins", "### Concerns", "### Every indicator", "### Over time and beside others",
        "### Activity: how many cases there were", "## Schools", "### A1 Title of A1", "## Care",
        "### B1 Title of B1", "## Schools and settings that changed grade",
        "## Restated since last time", "## Questions and answers", "## Glossary",
        "## How old the data is",
    ]  # fmt: skip
    assert "- Because. *The team, 14 March 2019*\n- **Action, by 31 May 2019:** Something." in text
    assert "| A1 | Title of A1 | 50.0%\\* | 5 of 10 | 75.0% | ■ Red |" in text
    assert text.count("INTERNAL") == 4  # the head, two themes, the end


def test_csv_has_a_row_for_each_indicator_with_unrounded_numbers() -> None:
    board = told(entry("A1", (2, 3), notes=(note("reason", "Because."),)), entry("B1", (2, 10)))
    first_row, second_row = csv.DictReader(io.StringIO(render_briefing(board, "csv").decode()))
    assert float(first_row["value"]) == pytest.approx(200 / 3)
    assert (first_row["view"], first_row["reason"], first_row["reason_is_draft"]) == ("internal", "Because.", "N")
    assert second_row["reason_is_draft"] == "Y"
    assert first_row["comparators"].startswith("England: 81.2% (2017/18, close, DfE); South East")


def test_hostile_text_is_text_in_both() -> None:
    for form in ("md", "csv"):
        assert count_hostile_characters(render_briefing(hostile_briefing(), form).decode().replace("\n", "")) == 0
    text = render_briefing(hostile_briefing(), "md").decode()
    assert "<script>" not in text
    assert not re.search(r"(?<!\\)\]\(", text)
    cells = csv.reader(io.StringIO(render_briefing(hostile_briefing(), "csv").decode()))
    assert not any(cell.startswith("=") for row in cells for cell in row)


@pytest.mark.parametrize("form", BRIEFING_FORMATS)
def test_a_board_without_indicators_is_a_briefing_still(form: str) -> None:
    assert render_briefing(told(), form)
