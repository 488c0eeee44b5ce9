"""Styled text for display. No other module makes any.

A screen is drawn from lines, and a line from spans: cleaned and cut text with the name of its tone.
Nothing here is markup and nothing is parsed, so a school called ``St John's [CofE]`` keeps its
brackets and ``[/]`` ends nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final, Literal, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.strip import Strip

from kpitui.text import clean_text
from kpitui.tui.theme import Background, Tone, resolve_style

MAX_CELL_CHARACTERS: Final = 200
"""Characters of a cell that are shown; its own view shows the whole text."""

Alignment = Literal["left", "right"]


class StyledSpan(NamedTuple):
    """A run of text in one tone."""

    text: str
    tone: Tone = "text"


StyledLine = tuple[StyledSpan, ...]
BLANK_LINE: Final[StyledLine] = ()
EN_DASH: Final = "\N{EN DASH}"
"""Stands for a missing value, and between two numbers of a range."""


def make_span(value: object, tone: Tone = "text", *, max_characters: int | None = MAX_CELL_CHARACTERS) -> StyledSpan:
    """Build a span from a value: cleaned, on one line, cut at `max_characters` if not None."""
    span_text = clean_text(format_plain_value(value))
    if "\n" in span_text or "\t" in span_text:
        span_text = span_text.replace("\n", " ").replace("\t", " ")
    if max_characters is not None and len(span_text) > max_characters:
        span_text = span_text[: max_characters - 1] + "…"
    return StyledSpan(span_text, tone)


def format_plain_value(value: object) -> str:
    """Format a value: ISO dates, floats without trailing zeros, an empty text for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.4f}".rstrip("0").rstrip(".").replace(",", "")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def make_line(*line_parts: StyledSpan | str) -> StyledLine:
    """Build a line of spans; a bare string becomes a span in the tone of ordinary text."""
    return tuple(part if isinstance(part, StyledSpan) else make_span(part, max_characters=None) for part in line_parts)


def measure_line(styled_line: StyledLine) -> int:
    """Return the number of terminal cells that a line takes."""
    return sum(cell_len(span.text) for span in styled_line)


def to_plain_text(styled_line: StyledLine) -> str:
    """Return the text of a line without its tones."""
    return "".join(span.text for span in styled_line)


def crop_line(styled_line: StyledLine, max_cells: int) -> StyledLine:
    """Return the first cells of a line, ending in … if something is cut off."""
    if measure_line(styled_line) <= max_cells:
        return styled_line
    spans: list[StyledSpan] = []
    cells_left = max_cells - 1
    for line_span in styled_line:
        span_cells = cell_len(line_span.text)
        if span_cells > cells_left:
            return (
                *spans,
                StyledSpan(set_cell_size(line_span.text, max(cells_left, 0)).rstrip() + "…", line_span.tone),
            )
        spans.append(line_span)
        cells_left -= span_cells
    return tuple(spans)


def fit_line(styled_line: StyledLine, line_cells: int, alignment: Alignment = "left") -> StyledLine:
    """Return a line of exactly this many cells, cut with … or padded."""
    if line_cells <= 0:
        return BLANK_LINE
    styled_line = crop_line(styled_line, line_cells)
    free_cells = line_cells - measure_line(styled_line)
    if not free_cells:
        return styled_line
    padding = StyledSpan(" " * free_cells)
    return (padding, *styled_line) if alignment == "right" else (*styled_line, padding)


def justify_line(left_line: StyledLine, right_line: StyledLine, line_cells: int) -> StyledLine:
    """Put two lines at the two ends of one; if both do not fit, the left one is cut."""
    left_cells = line_cells - measure_line(right_line)
    # With so little room the right part is dropped, not the left one.
    if not right_line or left_cells < 8:
        return fit_line(left_line, line_cells)
    return (*fit_line(left_line, left_cells - 1), StyledSpan(" "), *right_line)


def wrap_line(styled_line: StyledLine, line_cells: int, indent_cells: int = 0) -> tuple[StyledLine, ...]:
    """Break a line between words to fit a width; later lines are indented, and nothing is lost."""
    line_cells = max(line_cells, indent_cells + 2)
    lines: list[StyledLine] = []
    row_spans: list[StyledSpan] = []
    used_cells = 0
    for word_span in _split_words(styled_line, line_cells - indent_cells):
        word_cells = cell_len(word_span.text)
        if used_cells + word_cells > line_cells:
            if word_span.text == " ":
                continue
            lines.append(_trim_blanks(row_spans))
            row_spans, used_cells = (([StyledSpan(" " * indent_cells)] if indent_cells else []), indent_cells)
        # No space at the start of a wrapped line.
        if word_span.text == " " and lines and used_cells == indent_cells:
            continue
        row_spans.append(word_span)
        used_cells += word_cells
    return (*lines, _trim_blanks(row_spans))


def _split_words(styled_line: StyledLine, max_cells: int) -> Iterator[StyledSpan]:
    """Yield words and the spaces between them; a word longer than a line comes in parts."""
    for line_span in styled_line:
        for word_number, word_text in enumerate(line_span.text.split(" ")):
            if word_number:
                yield StyledSpan(" ", line_span.tone)
            while word_text:
                first_part, word_text = (
                    (word_text, "") if cell_len(word_text) <= max_cells else _split_long_word(word_text, max_cells)
                )
                yield StyledSpan(first_part, line_span.tone)


def _split_long_word(long_word: str, max_cells: int) -> tuple[str, str]:
    position = max_cells
    while cell_len(long_word[:position]) > max_cells:
        position -= 1
    # A wide character in a single cell never fits: take it all the same, or this would not end.
    position = max(position, 1)
    return long_word[:position], long_word[position:]


def _trim_blanks(row_spans: list[StyledSpan]) -> StyledLine:
    while row_spans and not row_spans[-1].text.strip():
        row_spans.pop()
    return tuple(row_spans)


def render_strip(styled_line: StyledLine, line_cells: int, theme_name: str, background: Background = "page") -> Strip:
    """Build Textual's strip for a line, padded to a width, on a background."""
    merged_spans = merge_spans(fit_line(styled_line, line_cells))
    return Strip(
        [Segment(span.text, resolve_style(theme_name, span.tone, background)) for span in merged_spans], line_cells
    )


def merge_spans(styled_line: StyledLine) -> StyledLine:
    """Join neighbouring spans of one tone, and blanks to what they follow: fewer bytes to send."""
    span_runs: list[StyledSpan] = []
    for line_span in styled_line:
        if not line_span.text:
            continue
        # A badge has a background of its own, so a blank beside it does not look the same inside.
        if (
            span_runs
            and line_span.tone != "badge"
            and (line_span.tone == span_runs[-1].tone or line_span.text.isspace())
        ):
            last_run = span_runs[-1]
            if last_run.tone != "badge":
                span_runs[-1] = StyledSpan(last_run.text + line_span.text, last_run.tone)
                continue
        span_runs.append(line_span)
    return tuple(span_runs)
