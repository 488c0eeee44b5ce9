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

from kpitui.terminal.theme import Ground, Tone, style
from kpitui.text import clean

CUT: Final = 200
"""Characters of a cell that are shown; its own view shows the whole text."""

Align = Literal["left", "right"]


class Span(NamedTuple):
    """A run of text in one tone."""

    text: str
    tone: Tone = "text"


Line = tuple[Span, ...]
BLANK: Final[Line] = ()
DASH: Final = "\N{EN DASH}"
"""Stands for a missing value, and between two numbers of a range."""


def span(value: object, tone: Tone = "text", *, cut: int | None = CUT) -> Span:
    """Build a span from a value: cleaned, on one line, cut at `max_characters` if not None."""
    text = clean(plain(value))
    if "\n" in text or "\t" in text:
        text = text.replace("\n", " ").replace("\t", " ")
    if cut is not None and len(text) > cut:
        text = text[: cut - 1] + "…"
    return Span(text, tone)


def plain(value: object) -> str:
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


def line(*parts: Span | str) -> Line:
    """Build a line of spans; a bare string becomes a span in the tone of ordinary text."""
    return tuple(part if isinstance(part, Span) else span(part, cut=None) for part in parts)


def width(content: Line) -> int:
    """Return the number of terminal cells that a line takes."""
    return sum(cell_len(part.text) for part in content)


def plain_text(content: Line) -> str:
    """Return the text of a line without its tones."""
    return "".join(part.text for part in content)


def crop(content: Line, cells: int) -> Line:
    """Return the first cells of a line, ending in … if something is cut off."""
    if width(content) <= cells:
        return content
    kept: list[Span] = []
    left = cells - 1
    for part in content:
        size = cell_len(part.text)
        if size > left:
            return (*kept, Span(set_cell_size(part.text, max(left, 0)).rstrip() + "…", part.tone))
        kept.append(part)
        left -= size
    return tuple(kept)


def fit(content: Line, cells: int, align: Align = "left") -> Line:
    """Return a line of exactly this many cells, cut with … or padded."""
    if cells <= 0:
        return BLANK
    content = crop(content, cells)
    room = cells - width(content)
    if not room:
        return content
    pad = Span(" " * room)
    return (pad, *content) if align == "right" else (*content, pad)


def spread(left: Line, right: Line, cells: int) -> Line:
    """Put two lines at the two ends of one; if both do not fit, the left one is cut."""
    room = cells - width(right)
    # With so little room the right part is dropped, not the left one.
    if not right or room < 8:
        return fit(left, cells)
    return (*fit(left, room - 1), Span(" "), *right)


def wrap(content: Line, cells: int, indent: int = 0) -> tuple[Line, ...]:
    """Break a line between words to fit a width; later lines are indented, and nothing is lost."""
    cells = max(cells, indent + 2)
    lines: list[Line] = []
    row: list[Span] = []
    used = 0
    for word in _words(content, cells - indent):
        size = cell_len(word.text)
        if used + size > cells:
            if word.text == " ":
                continue
            lines.append(_trim(row))
            row, used = ([Span(" " * indent)] if indent else []), indent
        # No space at the start of a wrapped line.
        if word.text == " " and lines and used == indent:
            continue
        row.append(word)
        used += size
    return (*lines, _trim(row))


def _words(content: Line, longest: int) -> Iterator[Span]:
    """Yield words and the spaces between them; a word longer than a line comes in parts."""
    for part in content:
        for number, word in enumerate(part.text.split(" ")):
            if number:
                yield Span(" ", part.tone)
            while word:
                head, word = (word, "") if cell_len(word) <= longest else _split(word, longest)
                yield Span(head, part.tone)


def _split(word: str, cells: int) -> tuple[str, str]:
    at = cells
    while cell_len(word[:at]) > cells:
        at -= 1
    # A wide character in a single cell never fits: take it all the same, or this would not end.
    at = max(at, 1)
    return word[:at], word[at:]


def _trim(row: list[Span]) -> Line:
    while row and not row[-1].text.strip():
        row.pop()
    return tuple(row)


def strip(content: Line, cells: int, theme: str, ground: Ground = "page") -> Strip:
    """Build Textual's strip for a line, padded to a width, on a background."""
    parts = merged(fit(content, cells))
    return Strip([Segment(part.text, style(theme, part.tone, ground)) for part in parts], cells)


def merged(content: Line) -> Line:
    """Join neighbouring spans of one tone, and blanks to what they follow: fewer bytes to send."""
    runs: list[Span] = []
    for part in content:
        if not part.text:
            continue
        # A badge has a background of its own, so a blank beside it does not look the same inside.
        if runs and part.tone != "badge" and (part.tone == runs[-1].tone or part.text.isspace()):
            last = runs[-1]
            if last.tone != "badge":
                runs[-1] = Span(last.text + part.text, last.tone)
                continue
        runs.append(part)
    return tuple(runs)
