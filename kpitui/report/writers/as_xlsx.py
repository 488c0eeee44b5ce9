"""The briefing as a workbook. Texts from the data are strings, never formulas or links."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from datetime import datetime, time
from io import BytesIO
from math import isnan
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range

from kpitui import words
from kpitui.behind import Cases
from kpitui.cases import lines
from kpitui.model import Rag, Scalar
from kpitui.periods import Period
from kpitui.report.briefing.shape import RESTATED, SCHOOLS, Briefing, Item, Pick, Written
from kpitui.report.tables import cell
from kpitui.report.writers.trend import COLOURS, TARGET
from kpitui.text import clean
from kpitui.words import SUPPRESSED

HIGH, TALLEST = 13, 400  # points; Excel allows a row at most 409
LONGEST = 32_767  # characters: the limit of a cell in Excel
# By default xlsxwriter turns strings that look like formulas or links into them.
PLAIN = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
SUMMARY = (
    ("Code", 9), ("Indicator", 36), ("Value", 9), ("As printed", 13), ("Numerator", 11),
    ("Denominator", 12), ("Target", 9), ("Status", 11), ("To target", 17), ("Since {before}", 21),
    ("Since {year_before}", 21), ("Age", 15),
)  # fmt: skip
REASONS = (
    ("Code", 9), ("Indicator", 30), ("Status", 11), ("Why", 32), ("Reason", 52), ("Actions", 44),
    ("Compared with", 70), ("Please note", 32),
)  # fmt: skip
CASES = (
    ("Code", 9), ("Period", 12), ("Subject", 16), ("Counted", 9), ("Left out because", 24),
    ("Numerator", 11), ("Denominator", 12), ("The row", 100),
)  # fmt: skip
CHANGES = (("", 44), ("", 34), ("", 30), ("", 34), ("", 20))
DEFINITIONS = (
    ("Code", 9), ("Indicator", 34), ("Good is", 9), ("Counted over", 18), ("Definition", 90),
    ("Source", 40), ("Target and why", 50), ("Other definitions", 70),
)  # fmt: skip
# A heading, and the width in characters.
Columns = Sequence[tuple[str, int]]


def write(told: Briefing) -> bytes:
    """Return the workbook; its dates are those of the meeting."""
    out = BytesIO()
    book = _Book(out, told)
    book.summary()
    book.reasons()
    book.trend()
    book.changes()
    if told.internal and told.cases:
        book.cases()
    book.definitions()
    book.book.close()
    return out.getvalue()


class _Book:
    """A workbook being written, with the cell formats its sheets share."""

    def __init__(self, out: BytesIO, told: Briefing) -> None:
        self.told = told
        self.book = xlsxwriter.Workbook(out, PLAIN)
        cover = told.cover
        self.book.set_properties(
            {
                "title": clean(cover.title),
                "subject": clean(f"{cover.council}, {cover.period}"),
                "author": clean(cover.council),
                "comments": cover.mark,
                # Not the present time: the same briefing must give the same bytes.
                "created": datetime.combine(told.as_at, time()),
            }
        )
        base = {"font_name": "Arial", "font_size": 10, "valign": "top"}

        def look(**more: Any) -> Any:
            return self.book.add_format(base | more)

        self.plain = look()
        self.wrapped = look(text_wrap=True)
        self.title = look(bold=True, font_size=16)
        self.part = look(bold=True, font_size=12, font_color=TARGET)
        self.head = look(bold=True, bottom=2, text_wrap=True, valign="bottom")
        self.head_right = look(bold=True, bottom=2, text_wrap=True, valign="bottom", align="right")
        self.right = look(align="right")
        self.mark = look(bold=True, font_color=COLOURS["red"] if told.internal else "#3c454f")
        self.whole = look(num_format="#,##0.##")
        self.point = look(num_format="0.0")
        self.rag = {
            rag: look(bold=True, indent=1, font_color=colour) for rag, colour in COLOURS.items()
        }

    # --- the sheets -------------------------------------------------------------------------------

    def summary(self) -> None:
        """Add a row of figures for each indicator, then the opening, wins and concerns."""
        sheet, row = self._sheet("Summary", SUMMARY, frozen=2, numbers=range(2, 7))
        for place, item in enumerate(self.told.items, row):
            self._figures(sheet, place, item)
        row += len(self.told.items) + 1
        for note in self.told.footnotes:
            self._text(sheet, row, 0, f"{note.name} {note.text}")
            row += 1
        told = self.told
        row = self._lines(sheet, row + 1, "In short", [told.opening])
        row = self._lines(sheet, row, "Wins", _picked(told.wins, told.wins_rule))
        self._lines(sheet, row, "Concerns", _picked(told.concerns, told.concerns_rule))

    def reasons(self) -> None:
        """Add the reasons, actions and comparators of each indicator."""
        sheet, row = self._sheet("Reasons", REASONS, frozen=2)
        for place, item in enumerate(self.told.items, row):
            compared = "\n".join(
                f"{one.name}: {one.value}" + (f" ({one.detail})" if one.detail else "")
                for one in item.comparators
            )
            notes = [one.text for one in item.facts if one.name in ("Small numbers", "Please note")]
            why = item.entry.problem or item.entry.judgement.reason
            texts = (
                item.code, item.title, _status(item.status), why, _said(item.reason),
                _said(item.actions), compared, "\n".join(notes),
            )  # fmt: skip
            self._row(sheet, place, texts, REASONS)
            # Written again over the wrapped cell, to give the status its colour.
            self._text(sheet, place, 2, _status(item.status), self.rag[item.status])

    def trend(self) -> None:
        """Add the value of every indicator in every period, with a sparkline."""
        periods = sorted(
            {point.period for item in self.told.items for point in _points(item)},
            # Official periods first and in one block: the sparkline is drawn over a range of cells.
            key=lambda one: (one.kind != self._kind, one.start),
        )
        heads = [_head(one, self._kind) for one in periods]
        columns = [("Code", 9), ("Indicator", 34), ("Trend", 26), *((head, 11) for head in heads)]
        sheet, row = self._sheet("Trend", columns, frozen=3, numbers=range(3, len(columns)))
        official = sum(one.kind == self._kind for one in periods)
        for place, item in enumerate(self.told.items, row):
            self._text(sheet, place, 0, item.code)
            self._text(sheet, place, 1, item.title)
            values = {point.period: point.count.value for point in _points(item)}
            for at, period in enumerate(periods):
                self._number(sheet, place, 3 + at, values.get(period), self.point)
            if official:
                low, high = item.trend.low, item.trend.high
                drawn = "'Trend'!" + xl_range(place, 3, place, 2 + official)
                sheet.add_sparkline(place, 2, {"range": drawn, "min": low, "max": high, **_SPARK})
            sheet.set_row(place, 24)

    def changes(self) -> None:
        """Add changed grades, restated figures and questions."""
        told = self.told
        sheet, row = self._sheet("What changed", CHANGES, headed=False)
        if told.schools_since:
            title = f"Schools and settings that changed grade: {told.schools_since}"
            row = self._table(sheet, row, title, SCHOOLS, told.schools)
        row = self._table(sheet, row, "Restated since last time", RESTATED, told.restated)
        asked = [
            (f"{one.code} {one.title}", one.asked.text, one.asked.by, _said(one.answers))
            for one in told.questions
        ]
        self._table(sheet, row, "Questions", ("Indicator", "Question", "By", "Answer"), asked)

    def cases(self) -> None:
        """Add the rows behind every number, filterable."""
        sheet, row = self._sheet("Cases", CASES, frozen=1, numbers=(5, 6))
        first = row - 1
        for found in self.told.cases:
            for line in lines(found):
                self._case(sheet, row, found, line)
                row += 1
        # Without cases the range is the heading alone: a filter may not end above its start.
        sheet.autofilter(first, 0, max(row - 1, first), len(CASES) - 1)

    def definitions(self) -> None:
        """Add the definition, source and target of each indicator, and the glossary."""
        sheet, row = self._sheet("Definitions", DEFINITIONS, frozen=2)
        for place, item in enumerate(self.told.items, row):
            about = item.entry.indicator
            aims = [fact.text for fact in item.facts if fact.name == "Target"]
            others = "\n".join(f"{one.title}: {one.note}".strip(": ") for one in about.variants)
            definition = " ".join(about.definition.split())
            texts = (
                about.code, about.title, about.polarity, about.rule.window, definition,
                about.source, " ".join(aims), others,
            )  # fmt: skip
            self._row(sheet, place, texts, DEFINITIONS)
        row += len(self.told.items) + 1
        terms = [(one.name, one.text) for one in self.told.glossary]
        self._text(sheet, row, 0, "Glossary", self.part)
        for place, (name, text) in enumerate(terms, row + 1):
            self._text(sheet, place, 0, name)
            self._text(sheet, place, 2, text)

    # --- their parts ------------------------------------------------------------------------------

    @property
    def _kind(self) -> str:
        """Return the kind of the period that the indicators are judged for."""
        return next((item.entry.point.period.kind for item in self.told.items), "quarter")

    def _sheet(
        self,
        name: str,
        columns: Columns,
        *,
        frozen: int = 0,
        headed: bool = True,
        numbers: Container[int] = (),
    ) -> tuple[Any, int]:
        """Add a sheet with its head; return it and the index of the next free row."""
        sheet, cover = self.book.add_worksheet(name), self.told.cover
        sheet.set_row(0, 24)
        self._text(sheet, 0, 0, f"{cover.title}: {name}", self.title)
        line = (cover.council, cover.committee, f"meeting of {cover.meeting}", cover.period)
        self._text(sheet, 1, 0, " · ".join(part for part in line if part))
        self._text(sheet, 2, 0, cover.mark, self.mark)
        self._text(
            sheet, 3, 0, " ".join(part for part in (cover.ages + ".", cover.made_up) if part)
        )
        for at, (title, width) in enumerate(columns):
            sheet.set_column(at, at, width)
            if headed:
                named = title.format(before=self.told.before, year_before=self.told.year_before)
                self._text(sheet, 5, at, named, self.head_right if at in numbers else self.head)
        if headed:
            sheet.freeze_panes(6, frozen)
            sheet.repeat_rows(5)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        # One page wide, as many high as it takes.
        sheet.fit_to_pages(1, 0)
        # 2 hides them on the screen too, not only in print.
        sheet.hide_gridlines(2)
        # "&" starts a code in a footer: &L left, &R right, &P page, &N pages.
        sheet.set_footer(f"&L{cover.mark.replace('&', '&&')}&R&P of &N")
        return sheet, 6 if headed else 5

    def _figures(self, sheet: Any, row: int, item: Item) -> None:
        point = item.entry.point
        texts = {
            0: item.code, 1: item.title, 8: item.to_target, 9: item.moved, 10: item.moved_year,
            11: words.age(item.entry.data_age_days),
        }  # fmt: skip
        for at, text in texts.items():
            self._text(sheet, row, at, text)
        value = None if item.entry.problem else point.count.value
        # The number to calculate with; the next column has it as printed.
        self._number(sheet, row, 2, value, self.point)
        self._text(sheet, row, 3, item.value, self.right)
        self._number(sheet, row, 4, point.count.numerator, self.whole)
        self._number(sheet, row, 5, point.count.denominator, self.whole)
        self._number(sheet, row, 6, point.target, self.point)
        self._text(sheet, row, 7, _status(item.status), self.rag[item.status])

    def _row(self, sheet: Any, row: int, texts: Sequence[str], columns: Columns) -> None:
        """Write a row of wrapped texts, as high as the longest needs."""
        high = 1
        for at, (text, (_, width)) in enumerate(zip(texts, columns, strict=True)):
            self._text(sheet, row, at, text, self.wrapped)
            # xlsxwriter does not measure text, so the height is estimated: a line of prose holds
            # about 1.1 characters for each unit of width.
            needed = sum(1 + len(line) * 10 // (width * 11) for line in text.splitlines())
            high = max(high, needed)
        sheet.set_row(row, min(HIGH * high + 3, TALLEST))

    def _case(self, sheet: Any, row: int, found: Cases, line: dict[str, Scalar | None]) -> None:
        named = ("numerator", "denominator", "counted", "left_out_because", found.subject)
        rest = "; ".join(
            f"{name} {cell(value)}"
            for name, value in line.items()
            if name not in named and value is not None
        )
        subject = cell(line[found.subject]) if found.subject else ""
        told = (found.entry.indicator.code, str(found.period), subject, cell(line["counted"]))
        for at, text in enumerate((*told, cell(line["left_out_because"]))):
            self._text(sheet, row, at, text)
        for at, name in ((5, "numerator"), (6, "denominator")):
            value = line[name]
            self._number(
                sheet, row, at, value if isinstance(value, int | float) else None, self.whole
            )
        self._text(sheet, row, 7, rest)

    def _lines(self, sheet: Any, row: int, title: str, texts: Iterable[str]) -> int:
        self._text(sheet, row, 0, title, self.part)
        for text in texts:
            row += 1
            self._text(sheet, row, 0, text)
        return row + 2

    def _table(
        self, sheet: Any, row: int, title: str, head: Sequence[str], rows: Sequence[Sequence[str]]
    ) -> int:
        self._text(sheet, row, 0, title, self.part)
        if not rows:
            self._text(sheet, row + 1, 0, "None.")
            return row + 3
        for at, name in enumerate(head):
            self._text(sheet, row + 1, at, name, self.head)
        for place, texts in enumerate(rows, row + 2):
            self._row(sheet, place, texts, CHANGES[: len(texts)])
        return row + 3 + len(rows)

    def _text(self, sheet: Any, row: int, at: int, text: str, look: Any = None) -> None:
        """Write a text as a string cell, whatever it looks like."""
        kept = "\n".join(map(clean, text.splitlines()))
        if len(kept) > LONGEST:
            kept = kept[: LONGEST - 1] + "…"
        if kept:
            sheet.write_string(row, at, kept, look or self.plain)

    def _number(self, sheet: Any, row: int, at: int, value: float | None, look: Any) -> None:
        if value is not None and isnan(value):
            # NaN stands for a hidden number, and Excel has no cell for NaN.
            self._text(sheet, row, at, SUPPRESSED, self.right)
        elif value is not None:
            sheet.write_number(row, at, value, look)


# Columns: LibreOffice does not print sparklines that are lines.
_SPARK = {
    "type": "column", "series_color": "#7b8794", "last_point": True, "last_color": TARGET,
}  # fmt: skip


def _points(item: Item) -> Sequence[Any]:
    entry = item.entry
    return () if entry.problem else (*entry.history, *entry.provisional)


def _head(period: Period, kind: str) -> str:
    return period.shown if period.kind == kind else f"{period.shown}, provisional"


def _status(rag: Rag) -> str:
    return f"{words.RAG_SHAPES[rag]} {words.RAG_WORDS[rag]}"


def _said(texts: Iterable[Written]) -> str:
    return "\n".join(
        ("Draft from the figures: " if one.draft else "")
        + one.text
        + (f" ({one.due})" if one.due else "")
        for one in texts
    )


def _picked(picks: Iterable[Pick], rule: str) -> list[str]:
    return [*(f"{one.item.code} {one.item.title}: {one.why}" for one in picks), rule]
