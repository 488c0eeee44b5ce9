"""Marks of a judgement: shape, colour and word, never colour alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from kpitui import wording
from kpitui.drilldown.case_table import RowQuery
from kpitui.model.board import Board, Count, Entry, Rag
from kpitui.summaries.change_order import sort_outcomes
from kpitui.summaries.tallies import WORST_RAG_FIRST, share_rags
from kpitui.tui.styled_text import EN_DASH, StyledLine, StyledSpan, make_line, make_span, wrap_line
from kpitui.tui.theme import Tone

MADE_UP_MARK: Final = "†"


def draw_rag_mark(rag: Rag, *, is_short: bool = False) -> StyledLine:
    """Draw the colour of an indicator as shape and word: ``■ Red``."""
    rag_word = "None" if is_short and rag == "none" else wording.RAG_WORDS[rag]
    return (StyledSpan(wording.RAG_SHAPES[rag], rag), StyledSpan(f" {rag_word}", rag))


def draw_rag_heading(rag: Rag) -> StyledLine:
    """Draw the heading of the indicators of one colour: its word in its colour."""
    return (StyledSpan(wording.RAG_WORDS[rag], rag),)


def choose_sort_mark(row_query: RowQuery, column_name: str) -> str:
    """Choose the mark of a heading: which way the rows are sorted by it, or none."""
    return "" if row_query.sorted_by != column_name else "▾" if row_query.reverse else "▴"


def format_rate_or_dash(count: Count) -> str:
    """Format the value of a count: ``c`` if it is hidden, a dash if there is none."""
    return EN_DASH if count.value is None and not count.is_hidden else wording.format_short_count_value(count)


def draw_rag_tally(board: Board, *, with_words: bool = True) -> StyledLine:
    """Draw how many have each colour: ``■ 6 red  ▲ 2 amber  ● 4 green  · 1 no colour``."""
    tally_spans: list[StyledSpan] = []
    for share in share_rags(board.entries, WORST_RAG_FIRST):
        tally_spans.append(StyledSpan(f"{wording.RAG_SHAPES[share.rag]} {share.entry_count} ", share.rag))
        if with_words:
            word_tone: Tone = "text" if share.entry_count else "dim"
            tally_spans.append(StyledSpan(f"{wording.RAG_WORDS[share.rag].lower()}  ", word_tone))
    return tuple(tally_spans)


def describe_case_worth(entry: Entry) -> str:
    """Describe what one case is worth if numbers are small, or return an empty text."""
    points_per_case = entry.judgement.points_per_case
    if points_per_case is None:
        return ""
    return f"one {entry.indicator.noun[0]} is worth {wording.format_number(points_per_case)} points"


def draw_outcome_tally(entry: Entry, outcome_counts: Mapping[str, float], line_width: int) -> Iterator[StyledLine]:
    """Draw outcomes or reasons with their numbers, largest first. Codes get their names."""
    names = entry.indicator.outcome_names
    outcomes = sort_outcomes(outcome_counts)
    count_width = max((len(wording.format_count(count)) for _, count in outcomes), default=1)
    for outcome_code, case_count in outcomes:
        outcome_name = f"{names[outcome_code]} ({outcome_code})" if outcome_code in names else outcome_code
        yield from wrap_line(
            make_line(
                StyledSpan(f"  {wording.format_count(case_count):>{count_width}}  ", "strong"), make_span(outcome_name)
            ),
            line_width,
            count_width + 4,
        )
