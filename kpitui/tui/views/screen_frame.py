"""Header and footer of every screen: breadcrumbs, dates, warnings and keys."""

from __future__ import annotations

from collections.abc import Sequence

from kpitui import wording
from kpitui.model.board import Board
from kpitui.summaries.tallies import count_directions, has_small_numbers, is_provisional, measure_ages
from kpitui.tui import commands
from kpitui.tui.state import AppState
from kpitui.tui.styled_text import (
    BLANK_LINE,
    StyledLine,
    StyledSpan,
    justify_line,
    make_line,
    make_span,
    measure_line,
    wrap_line,
)
from kpitui.tui.views.rag_marks import MADE_UP_MARK, draw_rag_tally
from kpitui.tui.views.timeline_lines import format_event_day

READING_MESSAGE = "Reading the tables…"
JUST_MADE_TEXTS = ("Working out the variants…",)
REMEMBERED_TEXTS = ("As last read; reading the tables again…", "As last read; reading again…")
UNREADABLE_TEXTS = ("As last read; the tables cannot be read now", "As last read")
PUBLIC_BADGE = "PUBLIC VIEW"
OLD_BOARD_BADGE = "OLD BOARD"
PROVISIONAL_BADGE = "PROVISIONAL"
MAXIMUM_MESSAGE_LINES = 3
MINIMUM_TERMINAL_SIZE = (50, 14)
"""Columns and lines below which not even the rows of a table are legible."""
BOARD_ADDRESS = "board"
"""The address of the board as it opens, which need not be said."""
BREADCRUMB_SEPARATOR = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} "


def describe_small_terminal(column_count: int, row_count: int) -> str:
    """Describe a terminal that is too small to read, or return an empty text."""
    if column_count >= MINIMUM_TERMINAL_SIZE[0] and row_count >= MINIMUM_TERMINAL_SIZE[1]:
        return ""
    return f"{column_count} by {row_count} is too small: make it 60 by 20"


def draw_header(
    state: AppState,
    breadcrumbs: Sequence[str],
    address_texts: Sequence[str],
    line_width: int,
    *,
    filtered: tuple[int, int] | None = None,
) -> tuple[StyledLine, ...]:
    """Draw the header: breadcrumbs with the address, then the meeting with its warnings.

    Of the wordings of the address, the fullest first, the first that fits is drawn. `filtered` is how
    many rows a filter leaves, and of how many. Before there is a board, the second line says how far
    the reading is.
    """
    if state.board is not None and not breadcrumbs:
        return _draw_board_header(state, state.board, address_texts, line_width, filtered)
    council_name = state.board.council_name if state.board else "kpitui"
    trail_spans: list[StyledSpan] = [make_span(council_name, "strong" if not breadcrumbs else "text")]
    for crumb_number, crumb in enumerate(breadcrumbs, 1):
        trail_spans += [
            StyledSpan(BREADCRUMB_SEPARATOR, "dim"),
            make_span(crumb, "strong" if crumb_number == len(breadcrumbs) else "text"),
        ]
    line = justify_line(
        tuple(trail_spans),
        _choose_address_text(state, address_texts, line_width - measure_line(tuple(trail_spans))),
        line_width,
    )
    if state.board is None:
        return (line, make_line(make_span(_format_reading_progress(state) if state.is_reading else "", "dim")))
    return (line, justify_line(*_draw_meeting_line(state, state.board, line_width, filtered), line_width))


def _draw_board_header(
    state: AppState, board: Board, address_texts: Sequence[str], line_width: int, filtered: tuple[int, int] | None
) -> tuple[StyledLine, StyledLine]:
    """Draw the header of the board: how old it is, how many have each colour, and what moved."""
    title_line = make_line(make_span(f"{board.council_name} · {board.period.label}", "strong"))
    ages = measure_ages(board.entries)
    dated_lines = [
        (*title_line, make_span(f"  {age_text}", "dim"))
        for age_text in (wording.describe_ages(ages, board.as_at), wording.describe_ages(ages))
    ]
    wordings = [join_badges(badge_texts) for badge_texts in _list_badge_wordings(state, board, filtered)]
    pairs = [(left_line, badges) for left_line in (*dated_lines, title_line) for badges in wordings]
    fitting_pairs = (pair for pair in pairs if sum(map(measure_line, pair)) < line_width)
    first_line = justify_line(*next(fitting_pairs, pairs[-1]), line_width)
    tally_line = draw_rag_tally(board, with_words=line_width >= 70)
    reading_text = _choose_reading_text(state, line_width - measure_line(tally_line))
    right_line = make_line(make_span(reading_text or _describe_marks(board), "dim"))
    if not reading_text and address_texts[0] != BOARD_ADDRESS:
        address_room = line_width - measure_line(tally_line) - 1
        fitting_texts = (text for text in address_texts if len(text) <= address_room)
        right_line = make_line(make_span(next(fitting_texts, address_texts[-1]), "accent"))
    movements = wording.describe_directions(count_directions(board.entries), board.period.previous)
    moved_line = (*tally_line, make_span(f" {movements}", "dim"))
    room = line_width - measure_line(right_line) - 1
    second_line = moved_line if measure_line(moved_line) <= room else tally_line
    return first_line, justify_line(second_line, right_line, line_width)


def _describe_marks(board: Board) -> str:
    """Say what the marks after values mean, of those that are there."""
    small_numbers = f"{wording.SMALL_NUMBERS_MARK} small" if has_small_numbers(board.entries) else ""
    is_uncertain = any(wording.mark_doubt(entry.point.count) for entry in board.entries)
    return "  ".join(filter(None, (f"{wording.DOUBT_MARK} not certain" if is_uncertain else "", small_numbers)))


def _format_reading_progress(state: AppState) -> str:
    return f"{READING_MESSAGE} {state.progress_text}".rstrip()


def _choose_address_text(state: AppState, address_texts: Sequence[str], available_width: int) -> StyledLine:
    """Return the address, or say that the figures are those of an earlier run."""
    reading_text = _choose_reading_text(state, available_width)
    if reading_text:
        return make_line(make_span(reading_text, "dim"))
    fitting_texts = (text for text in address_texts if len(text) < available_width)
    return make_line(make_span(next(fitting_texts, address_texts[-1]), "accent"))


def _choose_reading_text(state: AppState, available_width: int) -> str:
    """Say that the figures are those of an earlier run, or return an empty text."""
    if not state.tables_unread:
        return ""
    running_texts = JUST_MADE_TEXTS if state.just_made else REMEMBERED_TEXTS
    # Longer texts come first: the longest that fits is shown.
    texts: tuple[str, ...] = running_texts if state.is_reading else UNREADABLE_TEXTS
    if state.is_reading and state.progress_text:
        texts = (f"As last read; reading {state.progress_text}", *texts)
    return next((text for text in texts if len(text) < available_width), texts[-1])


def _draw_meeting_line(
    state: AppState, board: Board, line_width: int, filtered: tuple[int, int] | None
) -> tuple[StyledLine, StyledLine]:
    """Return the two ends of the second line: date, period and colours; then the warnings."""
    meeting_date = f"{wording.format_date(board.as_at)} · "
    period_spans: list[StyledSpan] = [make_span(board.period.label, "strong"), StyledSpan("   ")]
    rag_tally = draw_rag_tally(board)
    left_part = (make_span(meeting_date, "dim"), *period_spans, *rag_tally)
    badge_wordings = _list_badge_wordings(state, board, filtered)
    for badge_texts in badge_wordings:
        right_part = join_badges(badge_texts)
        if measure_line(left_part) + 1 + measure_line(right_part) <= line_width:
            return left_part, right_part
    # No wording fits: the shapes stand without their words, and the month is short.
    tally_shapes = draw_rag_tally(board, with_words=False)
    badges = join_badges(badge_wordings[-1])
    part = (
        make_span(f"{format_event_day(board.as_at).strip()} ", "dim"),
        *period_spans[:1],
        StyledSpan("  "),
        *tally_shapes,
    )
    return part, badges


def join_badges(badge_texts: Sequence[str]) -> StyledLine:
    """Join warnings side by side, each on a background of its own."""
    badge_spans: list[StyledSpan] = []
    for badge_text in badge_texts:
        badge_spans += [StyledSpan(" ")] if badge_spans else []
        badge_spans.append(make_span(f" {badge_text} ", "badge"))
    return tuple(badge_spans)


def _list_badge_wordings(state: AppState, board: Board, filtered: tuple[int, int] | None) -> list[list[str]]:
    """List the warnings in ever shorter wordings, the fullest first."""
    # That a board is public, old or provisional is never shortened.
    badge_conditions = (
        (PUBLIC_BADGE, board.is_public),
        (OLD_BOARD_BADGE, state.is_stale),
        (PROVISIONAL_BADGE, is_provisional(board)),
    )
    badges = [badge for badge, is_shown in badge_conditions if is_shown]
    if filtered is not None:
        badges.append(f"FILTERED {filtered[0]:,} of {filtered[1]:,}")
    full_badges = [*badges, *([state.time_notice] if state.time_notice else [])]
    short_badges = [*badges, *([state.short_time_notice] if state.time_notice else [])]
    if not board.made_up_tables:
        return [full_badges, short_badges]
    # Which tables those are is said by the data screen and by each indicator.
    made_up_badge = f"{MADE_UP_MARK} MADE-UP DATA"
    return [[*full_badges, made_up_badge], [*short_badges, made_up_badge], [*short_badges, f"{MADE_UP_MARK} MADE UP"]]


def draw_footer(
    screen_name: str,
    line_width: int,
    cursor_position: str,
    message_text: str,
    command_table: Sequence[commands.Command] = commands.COMMANDS,
) -> tuple[StyledLine, ...]:
    """Draw the keys that matter on a screen, or a message until the next key."""
    if message_text:
        return _draw_message(message_text, line_width, cursor_position)
    # A table gives its position in the same length on every row, so the keys do not move.
    width = line_width - (len(cursor_position) + 2 if cursor_position else 0)
    footer_spans: list[StyledSpan] = []
    for key_label, footer_word in commands.fit_footer(screen_name, width, command_table):
        footer_spans += [StyledSpan("  ")] if footer_spans else []
        footer_spans += [make_span(key_label, "accent"), make_span(f" {footer_word}", "panel")]
    position_line = make_line(make_span(cursor_position, "dim")) if cursor_position else BLANK_LINE
    return (justify_line(tuple(footer_spans), position_line, line_width),)


def _draw_message(message_text: str, line_width: int, cursor_position: str) -> tuple[StyledLine, ...]:
    message_line = make_line(make_span(message_text, "strong", max_characters=None))
    # A longer message would be cut to make room for the position, so it is wrapped.
    if measure_line(message_line) > line_width - 8:
        return wrap_line(message_line, line_width)[:MAXIMUM_MESSAGE_LINES]
    return (justify_line(message_line, make_line(make_span(cursor_position, "dim")), line_width),)
