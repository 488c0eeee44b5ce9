"""Marks of a judgement: shape, colour and word, never colour alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isnan
from typing import Final

from rich.cells import cell_len

from kpitui import words
from kpitui.model import Board, Count, Entry, Rag
from kpitui.terminal.rows import Wish
from kpitui.terminal.show import DASH, Line, Span, line, span, width, wrap

WORST_FIRST: Final[Mapping[Rag, int]] = {"red": 0, "amber": 1, "none": 2, "green": 3}
MADE_UP: Final = "†"


def rag_mark(rag: Rag, *, short: bool = False) -> Line:
    """Draw the colour of an indicator as shape and word: ``■ Red``."""
    word = "None" if short and rag == "none" else words.RAG_WORDS[rag]
    return (Span(words.RAG_SHAPES[rag], rag), Span(f" {word}", rag))


def order_mark(wish: Wish, column: str) -> str:
    """Choose the mark of a heading: which way the rows are sorted by it, or none."""
    return "" if wish.sorted_by != column else "▾" if wish.reverse else "▴"


def rate_or_dash(count: Count, unit: str) -> str:
    """Format the value of a count: ``c`` if it is hidden, a dash if there is none."""
    return DASH if count.value is None and not count.hidden else words.rate(count, unit)


def tally(board: Board) -> Line:
    """Draw how many have each colour: ``● 4 green  ▲ 2 amber  ■ 6 red  · 1 no colour``."""
    parts: list[Span] = []
    for rag in words.RAG_WORDS:
        many = sum(entry.judgement.rag == rag for entry in board.entries)
        # The three colours are named even where no indicator has them.
        if many or rag != "none":
            parts.append(Span(f"{words.RAG_SHAPES[rag]} {many} ", rag))
            parts.append(Span(f"{words.RAG_WORDS[rag].lower()}  ", "text" if many else "dim"))
    return tuple(parts)


def why(entry: Entry, cells: int = 999) -> Line:
    """Explain in one line why an indicator has its colour, and what would meet the target.

    A line that is too long ends at the end of a clause: the row above has the target.
    """
    if entry.problem:
        return line(span("No value: ", "strong"), span(entry.problem))
    judgement = entry.judgement
    said = judgement.reason.rstrip(".").removesuffix(" points")  # the unit is named at its start
    if judgement.to_target and judgement.to_target not in said:
        said = f"{judgement.to_target} would meet the target · {said}"
    mark = line(*rag_mark(judgement.rag), span("  "))
    # The last clauses say least: they are dropped one after another.
    for end in (", beyond", ", within", " than the target"):
        if width(mark) + cell_len(said) > cells:
            said = said.partition(end)[0]
    return (*mark, span(said, cut=None))


def worth(entry: Entry) -> str:
    """Describe what one case is worth if numbers are small, or return an empty text."""
    one_case = entry.judgement.one_case
    if one_case is None:
        return ""
    return f"one {entry.indicator.noun[0]} is worth {words.number(one_case)} points"


def tallied(entry: Entry, tally: Mapping[str, float], cells: int) -> Iterator[Line]:
    """Draw outcomes or reasons with their numbers, largest first. Codes get their names."""
    names = entry.indicator.outcome_names
    # The public view hides small numbers as NaN: they come last, then equal numbers by name.
    ordered = sorted(tally.items(), key=lambda pair: (isnan(pair[1]), -pair[1], pair[0]))
    size = max((len(words.amount(many)) for _, many in ordered), default=1)
    for code, many in ordered:
        name = f"{names[code]} ({code})" if code in names else code
        yield from wrap(
            line(Span(f"  {words.amount(many):>{size}}  ", "strong"), span(name)), cells, size + 4
        )
