"""Text for display: the one module that makes it.

A screen is drawn from lines, a line from spans, and a span is text that was cleaned and cut, with
the name of its tone.  Nothing here is markup and nothing is ever parsed, so a school called
``St John's [CofE]`` stays whole and ``[/]`` ends nothing.
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
"""Characters of one cell that are shown; the whole text is in the view of its own."""

Align = Literal["left", "right"]


class Span(NamedTuple):
    """A run of text in one tone."""

    text: str
    tone: Tone = "text"


Line = tuple[Span, ...]
BLANK: Final[Line] = ()
DASH: Final = "\N{EN DASH}"
"""Stands where there is no value."""


def span(value: object, tone: Tone = "text", *, cut: int | None = CUT) -> Span:
    """One value as a run of text: cleaned, on one line, and cut at 200 characters."""
    text = clean(plain(value))
    if "\n" in text or "\t" in text:
        text = text.replace("\n", " ").replace("\t", " ")
    if cut is not None and len(text) > cut:
        text = text[: cut - 1] + "…"
    return Span(text, tone)


def plain(value: object) -> str:
    """A value as words: dates in ISO form, nothing for what is missing, no trailing zeros."""
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
    """A line of spans; a bare string takes the tone of what is read."""
    return tuple(part if isinstance(part, Span) else span(part, cut=None) for part in parts)


def width(content: Line) -> int:
    """Cells that a line takes."""
    return sum(cell_len(part.text) for part in content)


def plain_text(content: Line) -> str:
    """A line without its tones."""
    return "".join(part.text for part in content)


def crop(content: Line, cells: int) -> Line:
    """The first cells of a line, ending in … where something is cut off."""
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
    """A line made exactly so many cells wide, cut with … or padded."""
    if cells <= 0:
        return BLANK
    content = crop(content, cells)
    room = cells - width(content)
    if not room:
        return content
    pad = Span(" " * room)
    return (pad, *content) if align == "right" else (*content, pad)


def spread(left: Line, right: Line, cells: int) -> Line:
    """Two lines at the two ends of one; where both do not fit, the left one is cut."""
    room = cells - width(right)
    if not right or room < 8:
        return fit(left, cells)
    return (*fit(left, room - 1), Span(" "), *right)


def wrap(content: Line, cells: int, indent: int = 0) -> tuple[Line, ...]:
    """A line broken between words to a width; later lines are indented, and nothing is lost."""
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
        if word.text == " " and lines and used == indent:
            continue
        row.append(word)
        used += size
    return (*lines, _trim(row))


def _words(content: Line, longest: int) -> Iterator[Span]:
    """Words and the spaces between them; a word longer than a line comes in parts."""
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
    at = max(at, 1)
    return word[:at], word[at:]


def _trim(row: list[Span]) -> Line:
    while row and not row[-1].text.strip():
        row.pop()
    return tuple(row)


def strip(content: Line, cells: int, theme: str, ground: Ground = "page") -> Strip:
    """A line as Textual draws it, padded to a width on its ground."""
    parts = merged(fit(content, cells))
    return Strip([Segment(part.text, style(theme, part.tone, ground)) for part in parts], cells)


def merged(content: Line) -> Line:
    """Neighbours of one tone as one run, blanks going with what they follow: fewer bytes."""
    runs: list[Span] = []
    for part in content:
        if not part.text:
            continue
        if runs and part.tone != "badge" and (part.tone == runs[-1].tone or part.text.isspace()):
            last = runs[-1]
            if last.tone != "badge":
                runs[-1] = Span(last.text + part.text, last.tone)
                continue
        runs.append(part)
    return tuple(runs)
