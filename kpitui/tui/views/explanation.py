"""What the board says of the indicator under the cursor: what would meet the target, why, what is done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Final

from rich.cells import cell_len

from kpitui import wording
from kpitui.commentary.threads import select_actions, select_reasons
from kpitui.figure_wording import describe_cases_to_target, describe_reason, describe_warnings, list_brief_reasons
from kpitui.issue_wording import describe_problem
from kpitui.model.board import Board, CommentaryNote, Entry
from kpitui.summaries.highlights import find_telling_variant
from kpitui.summaries.missing_work import collect_outstanding
from kpitui.tui.styled_text import (
    BLANK_LINE,
    StyledLine,
    StyledSpan,
    crop_line,
    fit_line,
    make_line,
    make_span,
    wrap_line,
)
from kpitui.tui.views.commentary_lines import note_missing_reason
from kpitui.tui.views.history_chart import count_margin_lines, draw_history_chart
from kpitui.tui.views.rag_marks import describe_case_worth, draw_rag_mark

LONGEST_LINE_WIDTH: Final = 118
"""Cells of the longest line. A longer one is hard to read."""
LABEL_WIDTH: Final = 4
"""Cells of the labels "Why" and "Act", with the blank after them."""
SIDE_BY_SIDE_WIDTH, LOWEST_CHART_BLOCK = 96, 10
"""Width from which a chart stands beside the words, and the lines that it needs with axis and legend."""
LOWEST_PLOT, HIGHEST_PLOT = 4, 20


def draw_explanation(
    entry: Entry, line_width: int, row_count: int, *, with_commentary: bool = True
) -> tuple[StyledLine, ...]:
    """Explain an indicator in at most `row_count` lines: words, and its chart where there is room.

    Without `with_commentary` only the first line is given, which is all that a passing cursor needs.
    """
    summary_line = draw_summary_line(entry, min(line_width, LONGEST_LINE_WIDTH))
    if not with_commentary or row_count < 2:
        return (summary_line,)[:row_count]
    if has_room_for_chart(line_width, row_count):
        return _draw_chart_beside_words(entry, line_width, row_count)
    return (summary_line, *_draw_remarks(entry, min(line_width, LONGEST_LINE_WIDTH), row_count - 1))


def has_room_for_chart(line_width: int, row_count: int) -> bool:
    """Say whether an explanation of this size has its chart beside the words."""
    return line_width >= SIDE_BY_SIDE_WIDTH and row_count >= LOWEST_CHART_BLOCK


def draw_detail_pane(entry: Entry, pane_width: int, row_count: int) -> tuple[StyledLine, ...]:
    """Draw the indicator under the cursor beside the list: title, words, and its chart below."""
    title_line = make_line(make_span(f"{entry.indicator.code}  {entry.indicator.title}", "strong"))
    value_line = (*_draw_value(entry), make_span(f"   {wording.describe_tested_movement(entry.movement)}"))
    head_lines = [*wrap_line(title_line, pane_width), *wrap_line(value_line, pane_width), BLANK_LINE]
    summary_lines = wrap_line(_join_sentences(_list_summary_sentences(entry)), pane_width)
    word_lines = [BLANK_LINE, *summary_lines, BLANK_LINE, *_draw_remarks(entry, pane_width, row_count // 2)]
    chart_lines = _fit_chart(entry, pane_width, row_count - len(head_lines) - len(word_lines))
    return (*head_lines, *chart_lines, *word_lines)[:row_count]


def _fit_chart(entry: Entry, line_width: int, row_count: int) -> tuple[StyledLine, ...]:
    """Draw the chart as high as so many lines allow, with its axis and legend."""
    margin_lines = count_margin_lines(entry, line_width)
    plot_height = min(max(row_count - margin_lines, LOWEST_PLOT), HIGHEST_PLOT)
    return draw_history_chart(entry, line_width, plot_height)[:row_count]


def _draw_value(entry: Entry) -> StyledLine:
    """Draw colour, value, counts and target of an indicator."""
    count = entry.point.count
    figures = f"   {wording.format_count_value(count)}"
    target_text = wording.format_target(entry)
    return make_line(
        *draw_rag_mark(entry.judgement.rag),
        make_span(figures, "strong"),
        make_span(f"   {wording.format_fraction(count)}" + (f"   target {target_text}" if target_text else "")),
    )


def _draw_chart_beside_words(entry: Entry, line_width: int, row_count: int) -> tuple[StyledLine, ...]:
    """Draw the chart at the left and the words at its right, in so many lines below a blank one."""
    chart_width = line_width // 2
    word_width = line_width - chart_width - 3
    height = row_count - 1
    chart_lines = _fit_chart(entry, chart_width, height)
    title_lines = wrap_line(make_line(*_draw_full_title(entry)), word_width)
    summary_lines = wrap_line(_join_sentences(_list_summary_sentences(entry)), word_width)
    room = max(height - len(title_lines) - len(summary_lines) - 1, 1)
    word_lines = [*title_lines, *summary_lines, BLANK_LINE, *_draw_remarks(entry, word_width, room)]
    paired_lines = zip_longest(chart_lines, word_lines, fillvalue=BLANK_LINE)
    gutter = StyledSpan("   ")
    return (BLANK_LINE, *((*fit_line(left, chart_width), gutter, *right) for left, right in paired_lines))[:row_count]


def draw_summary_line(entry: Entry, line_width: int) -> StyledLine:
    """Draw in one line what would meet the target, what one case is worth, and why it has its colour.

    What does not fit is left out from the end; of the reason the longest wording that fits is given.
    """
    code_span = make_span(f"{entry.indicator.code} ", "strong")
    room = line_width - cell_len(code_span.text)
    *leading_sentences, reason_sentence = _list_summary_sentences(entry)
    brief_reasons = [] if entry.problem else list_brief_reasons(entry.judgement.reason)
    reasons = [reason_sentence, *map(wording.finish_sentence, brief_reasons)]
    candidates = [[*leading_sentences, reason] for reason in reasons]
    candidates += [leading_sentences[:count] for count in range(len(leading_sentences), 0, -1)]
    texts = [" ".join(sentences) for sentences in (*candidates, [reason_sentence])]
    text = next((text for text in texts if cell_len(text) <= room), texts[-1])
    return crop_line((code_span, make_span(text, max_characters=None)), line_width)


def _join_sentences(sentences: Iterable[str]) -> StyledLine:
    return make_line(make_span(" ".join(sentences), max_characters=None))


def _list_summary_sentences(entry: Entry) -> list[str]:
    """List what is to be said of a judgement in a line, the most important first."""
    if entry.problem:
        return [f"No value: {describe_problem(entry.problem)}"]
    cases_text = describe_cases_to_target(entry)
    to_target = f"{cases_text} would meet the target" if cases_text else ""
    return [
        wording.finish_sentence(text)
        for text in (to_target, describe_case_worth(entry), describe_reason(entry))
        if text
    ]


def _draw_remarks(entry: Entry, line_width: int, row_count: int) -> Iterator[StyledLine]:
    """Draw why, what is being done, the telling variant and the first doubt, in so many lines."""
    action_text, due_text = _describe_action(entry)
    why_lines = _draw_labelled("Why", _describe_reason(entry), line_width)
    action_lines = _draw_labelled("Act", make_span(f"{action_text}{due_text}", max_characters=None), line_width)
    action_room = min(len(action_lines), max(row_count - len(why_lines), 1))
    yield from _crop_lines(why_lines, row_count - action_room, line_width)
    yield from _crop_lines(action_lines, action_room, line_width, due_text)
    room = row_count - len(why_lines) - action_room
    for remark in _list_further_remarks(entry):
        lines = wrap_line(make_line(remark), line_width)
        if len(lines) <= room:
            yield from lines
        room -= len(lines)


def _list_further_remarks(entry: Entry) -> Iterator[StyledSpan]:
    """List what is worth saying where there is room: a doubt, and the variant that matters most."""
    if entry.restatements:
        yield make_span(wording.describe_restatements(entry.restatements), "amber", max_characters=None)
    for warning in describe_warnings(entry)[:1]:
        yield make_span(warning, "amber", max_characters=None)
    variant = find_telling_variant(entry)
    if variant is not None and variant.count is not None:
        value_text = wording.format_count_value(variant.count)
        shape = wording.RAG_SHAPES[variant.rag]
        yield make_span(f"Counted another way, {variant.title}: {shape} {value_text}", "dim", max_characters=None)


def _describe_reason(entry: Entry) -> StyledSpan:
    """Describe why the indicator stands where it does, in the words of the newest reason."""
    reasons = select_reasons(entry)
    if reasons:
        return make_span(reasons[-1].text, max_characters=None)
    return note_missing_reason(entry)


def _describe_action(entry: Entry) -> tuple[str, str]:
    """Describe what is being done, and by when: (text, due date), the second with a blank before it."""
    actions = select_actions(entry)
    if not actions:
        return "No action has been written yet.", ""
    action = next((note for note in actions if note in entry.overdue_actions), actions[-1])
    return wording.finish_sentence(action.text), _describe_due_date(entry, action)


def _describe_due_date(entry: Entry, action: CommentaryNote) -> str:
    if action.due_on is None or action.closed_on is not None:
        return ""
    word = "Overdue since" if action in entry.overdue_actions else "Due"
    return f" {word} {wording.format_date(action.due_on)}."


def _draw_labelled(label: str, text_span: StyledSpan, line_width: int) -> tuple[StyledLine, ...]:
    """Draw a text behind its label, later lines indented."""
    label_span = StyledSpan(label.ljust(LABEL_WIDTH), "head")
    return wrap_line((label_span, text_span), line_width, LABEL_WIDTH)


def _crop_lines(
    lines: tuple[StyledLine, ...], line_count: int, line_width: int, ending: str = ""
) -> tuple[StyledLine, ...]:
    """Return the first lines, say by … that there is more, and keep the ending in sight."""
    if len(lines) <= line_count or line_count < 1:
        return lines[: max(line_count, 0)]
    room = line_width - cell_len(ending)
    last_line = crop_line((*lines[line_count - 1], StyledSpan(" …", "dim")), room)
    last_line = (*last_line, make_span(ending)) if ending else last_line
    return (*lines[: line_count - 1], last_line)


def _draw_full_title(entry: Entry) -> StyledLine:
    """Draw the full title: the table may have room for the short one alone."""
    return make_line(make_span(f"{entry.indicator.code}  ", "dim"), make_span(entry.indicator.title, "strong"))


def draw_outstanding_line(board: Board, line_width: int) -> tuple[StyledLine, ...]:
    """Draw what is overdue and which reds have no reason, or nothing if all is in order."""
    outstanding = collect_outstanding(board)
    text = wording.summarise_outstanding(
        outstanding.overdue_action_count, outstanding.overdue_codes, outstanding.unexplained_codes
    )
    return (crop_line(make_line(make_span(text, "amber", max_characters=None)), line_width),) if text else ()
