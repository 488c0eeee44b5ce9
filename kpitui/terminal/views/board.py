"""The board in words: its headline, its panels by theme, its table and the line that says why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kpitui import words
from kpitui.model import Board, Entry, Movement, Rag
from kpitui.terminal.show import Align, Line, Span, crop, fit, line, plain_text, span, width
from kpitui.terminal.views.spark import cells_needed, spark

WORST_FIRST: Final[Mapping[Rag, int]] = {"red": 0, "amber": 1, "none": 2, "green": 3}
MADE_UP: Final = "†"


def rag_mark(rag: Rag, *, short: bool = False) -> Line:
    """The colour as shape and word: ``■ Red``."""
    word = "None" if short and rag == "none" else words.RAG_WORDS[rag]
    return (Span(words.RAG_SHAPES[rag], rag), Span(f" {word}", rag))


def tally(board: Board) -> Line:
    """How many are green, amber, red, none: ``● 4 green  ▲ 2 amber  ■ 6 red  · 1 no colour``."""
    parts: list[Span] = []
    for rag in words.RAG_WORDS:
        many = sum(entry.judgement.rag == rag for entry in board.entries)
        if many or rag != "none":
            parts.append(Span(f"{words.RAG_SHAPES[rag]} {many} ", rag))
            parts.append(Span(f"{words.RAG_WORDS[rag].lower()}  ", "text" if many else "dim"))
    return tuple(parts)


def why(entry: Entry) -> Line:
    """One line for the indicator under the cursor: why it has its colour, what would mend it."""
    if entry.problem:
        return line(span("No value: ", "strong"), span(entry.problem))
    judgement = entry.judgement
    said = judgement.reason.rstrip(".")
    if judgement.to_target and judgement.to_target not in said:
        said += f" · {judgement.to_target} would meet it"
    if judgement.one_case is not None:
        noun = entry.indicator.noun[0]
        said += f" · one {noun} is worth {words.number(judgement.one_case)} points"
    warned = [Span(f" · {warning}", "amber") for warning in entry.warnings[:1]]
    return line(*rag_mark(judgement.rag), span("  "), span(said), *warned)


# --- the table ---------------------------------------------------------------------------------

Cell = Callable[[Entry, int], Line]
Order = Callable[[Entry], object]


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """A column of the board; `need` is how early it is left out where there is no room."""

    id: str
    title: str
    need: int
    cell: Cell
    order: Order
    align: Align = "left"
    least: int = 0


def _code(entry: Entry, cells: int) -> Line:
    return (Span(entry.indicator.code, "strong"), Span(MADE_UP if entry.made_up else " ", "dim"))


def _title(entry: Entry, cells: int) -> Line:
    return (span(entry.indicator.title),)


def _value(entry: Entry, cells: int) -> Line:
    value = entry.point.count.value
    if value is None:
        return (Span("–", "dim"),)
    return (Span(words.percent(value, entry.indicator.unit), "strong"),)


def _fraction(entry: Entry, cells: int) -> Line:
    count = entry.point.count
    if not count.denominator and not count.numerator:
        return (Span("–", "dim"),)
    exact = words.fraction(count)
    for text in (exact, exact.replace(" of ", "/"), exact.replace(" of ", "/").replace(",", "")):
        if len(text) <= cells:
            return (Span(text),)
    return (Span(f"{_thousands(count.numerator)}/{_thousands(count.denominator)}"),)


def _thousands(value: float) -> str:
    return words.amount(value) if value < 1000 else f"{value / 1000:.0f}k"


def _target(entry: Entry, cells: int) -> Line:
    return (Span(words.target(entry) or "–", "text" if words.target(entry) else "dim"),)


def _rag(entry: Entry, cells: int) -> Line:
    return rag_mark(entry.judgement.rag, short=True)


def moved(movement: Movement, cells: int) -> Line:
    """Which way it moved, in words; the shorter wording where the longer does not fit."""
    if movement.change is None:
        return (Span("no earlier" if cells >= 10 else "–", "dim"),)
    long = words.movement(movement)
    tone = "text" if movement.direction == "worse" else "dim"
    short = long.replace(" by ", " ").removesuffix(" points").removesuffix(" point")
    return (Span(long if len(long) <= cells else short, tone),)


def _direction(entry: Entry, cells: int) -> Line:
    return moved(entry.movement, cells)


def _year(entry: Entry, cells: int) -> Line:
    return moved(entry.year_movement, cells)


def _age(entry: Entry, cells: int) -> Line:
    if entry.problem:
        return (Span("–", "dim"),)
    days = words.age(entry.data_age_days)
    return (Span(days if len(days) <= cells else f"{days.split()[0]}d", "dim"),)


def _reason(entry: Entry, cells: int) -> Line:
    return (span(entry.problem or entry.judgement.to_target or "", "text"),)


def _theme(entry: Entry, cells: int) -> Line:
    return (span(entry.indicator.theme, "dim"),)


def _target_reason(entry: Entry, cells: int) -> Line:
    since = [one for one in entry.indicator.targets if one.value == entry.point.target]
    return (span(since[-1].reason if since else "", "dim"),)


def _number(value: float | None) -> tuple[bool, float]:
    return (value is None, value or 0.0)


def _worst(entry: Entry) -> object:
    return WORST_FIRST[entry.judgement.rag]


COLUMNS: Final[tuple[BoardColumn, ...]] = (
    BoardColumn("code", "Code", 0, _code, lambda one: one.indicator.code),
    BoardColumn("title", "Indicator", 0, _title, lambda one: one.indicator.title, least=18),
    BoardColumn("theme", "Theme", 12, _theme, lambda one: one.indicator.theme),
    BoardColumn(
        "value", "Value", 1, _value, lambda one: _number(one.point.count.value), align="right"
    ),
    BoardColumn(
        "fraction", "Count", 5, _fraction, lambda one: one.point.count.denominator,
        align="right", least=7,
    ),
    BoardColumn("target", "Target", 3, _target, lambda one: _number(one.point.target),
                align="right"),
    BoardColumn("rag", "Status", 2, _rag, _worst),
    BoardColumn("direction", "Direction", 4, _direction,
                lambda one: _number(one.movement.change), least=11),
    BoardColumn("year", "On a year ago", 9, _year,
                lambda one: _number(one.year_movement.change), least=12),
    BoardColumn("trend", "Trend", 6, lambda entry, cells: spark(entry, cells),
                lambda one: _number(one.point.count.value), least=7),
    BoardColumn("to_target", "Would meet it", 10, _reason,
                lambda one: one.judgement.to_target or "", least=14),
    BoardColumn("target_reason", "Why this target", 13, _target_reason,
                lambda one: _target_reason(one, 0)[0].text, least=20),
    BoardColumn("age", "Age", 7, _age, lambda one: one.data_age_days, align="right", least=3),
)  # fmt: skip

TITLE_MOST: Final = 52


def layout(entries: Sequence[Entry], cells: int) -> tuple[tuple[BoardColumn, int], ...]:
    """The columns that fit with their widths: the needed first, then each as wide as it likes."""
    widths: dict[str, int] = {}
    for column in sorted(COLUMNS, key=lambda one: one.need):
        least = _least(column, entries)
        if sum(widths.values()) + len(widths) + least <= cells:
            widths[column.id] = least
    room = cells - sum(widths.values()) - len(widths) + 1
    for name in ("title", "fraction", "direction", "trend", "age", "year", "to_target", "title",
                 "target_reason"):  # fmt: skip
        column = next(one for one in COLUMNS if one.id == name)
        if name in widths and room > 0:
            more = min(room, max(_wish(column, entries) - widths[name], 0))
            if name == "title" and "age" in widths and widths["title"] < 24:
                more = min(more, 24 - widths["title"])
            widths[name] += more
            room -= more
    return tuple((column, widths[column.id]) for column in COLUMNS if column.id in widths)


def _least(column: BoardColumn, entries: Sequence[Entry]) -> int:
    if column.least:
        return column.least
    return max([len(column.title), *(width(column.cell(entry, 0)) for entry in entries)])


def _wish(column: BoardColumn, entries: Sequence[Entry]) -> int:
    if column.id == "trend":
        return cells_needed(entries)
    whole = max([len(column.title), *(width(column.cell(entry, 99)) for entry in entries)])
    return min(whole, TITLE_MOST)


def as_text(entry: Entry) -> str:
    """All that a filter looks at."""
    parts = [entry.indicator.code, entry.indicator.title, entry.indicator.theme]
    parts += [words.RAG_WORDS[entry.judgement.rag], entry.movement.direction]
    return " ".join(parts).lower()


# --- panels ------------------------------------------------------------------------------------


def themes(board: Board) -> Mapping[str, tuple[Entry, ...]]:
    """Entries by theme, in the board's order."""
    grouped: dict[str, list[Entry]] = {}
    for entry in board.entries:
        grouped.setdefault(entry.indicator.theme, []).append(entry)
    return {theme: tuple(entries) for theme, entries in grouped.items()}


def panels(board: Board, cells: int, rows: int) -> tuple[Line, ...]:
    """A panel for each theme, side by side over the whole width, in at most so many rows."""
    grouped = themes(board)
    if not grouped:
        return ()
    widths = shares(cells, len(grouped))
    if min(widths) < 10 or rows < 3:
        return flow(board, cells)
    many = max(len(entries) for entries in grouped.values())
    full = rows >= many + 2 and min(widths) >= 15
    columns = [
        _panel(theme, entries, size - 1, many if full else 0)
        for (theme, entries), size in zip(grouped.items(), widths, strict=True)
    ]
    return tuple(
        tuple(part for column in columns for part in (*column[row], Span(" ")))
        for row in range(len(columns[0]))
    )


def shares(cells: int, many: int) -> tuple[int, ...]:
    """A width shared out evenly, the odd cells to the first."""
    size, over = divmod(cells + 1, many)
    return tuple(size + (1 if number < over else 0) for number in range(many))


def _panel(theme: str, entries: Sequence[Entry], cells: int, many: int) -> tuple[Line, ...]:
    """One panel: a bar in its worst colour, its name, its marks or its indicators."""
    worst = min((entry.judgement.rag for entry in entries), key=lambda rag: WORST_FIRST[rag])
    bar = Span("▌", worst)
    name = _two_lines(theme, cells - 1)
    if many:
        body = [_panel_row(entry, cells - 2) for entry in entries]
        body += [()] * (many - len(body))
        head: list[Line] = [(Span(theme, "strong"),) if len(theme) < cells else name[0], ()]
        lines = [*head[:1], *body]
    else:
        lines = [*name, _marks(entries)]
    return tuple(fit((bar, *crop(one, cells - 1)), cells) for one in lines)


def _two_lines(theme: str, cells: int) -> list[Line]:
    """A name over two lines, broken where it is a word's end."""
    if len(theme) <= cells:
        return [(Span(theme, "strong"),), ()]
    cut = theme.rfind(" ", 0, cells + 1)
    first, second = (theme[:cut], theme[cut + 1 :]) if cut > 0 else (theme, "")
    return [crop((span(first, "strong"),), cells), crop((span(second, "strong"),), cells)]


def _marks(entries: Sequence[Entry]) -> Line:
    return tuple(
        Span(words.RAG_SHAPES[entry.judgement.rag] + " ", entry.judgement.rag) for entry in entries
    )


def _panel_row(entry: Entry, cells: int) -> Line:
    value = plain_text(_value(entry, 8))
    room = max(cells - len(value) - 2, 1)
    return (
        Span(f"{words.RAG_SHAPES[entry.judgement.rag]} ", entry.judgement.rag),
        *fit((Span(entry.indicator.code, "text"),), room),
        Span(value, entry.judgement.rag),
    )


def flow(board: Board, cells: int) -> tuple[Line, ...]:
    """Themes and their marks run on like words, for a narrow screen."""
    lines: list[Line] = [()]
    for theme, entries in themes(board).items():
        marks = "".join(words.RAG_SHAPES[entry.judgement.rag] for entry in entries)
        size = len(theme) + 1 + len(marks)
        if lines[-1] and width(lines[-1]) + 3 + size > cells:
            lines.append(())
        gap = (Span("   "),) if lines[-1] else ()
        shapes = tuple(
            Span(words.RAG_SHAPES[entry.judgement.rag], entry.judgement.rag) for entry in entries
        )
        lines[-1] = (*lines[-1], *gap, span(f"{theme} ", "text"), *shapes)
    return tuple(lines)
