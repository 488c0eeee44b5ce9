"""Collects reasons, actions, questions and answers; drafts a reason where nobody wrote one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kpitui import figure_wording, wording
from kpitui.commentary.threads import select_actions, select_reasons, select_threads
from kpitui.model.board import CommentaryNote, Entry, Movement
from kpitui.report.briefing import withheld
from kpitui.report.briefing.document import QuestionThread, Statement
from kpitui.summaries.missing_work import needs_draft


def collect_reasons(entry: Entry, *, is_public: bool = False) -> tuple[Statement, ...]:
    """Return the reasons written for the period as far as they may be shown.

    Under a red without one stands a draft from the figures; without a value, why there is none.
    """
    if entry.problem:
        return (Statement(f"No value: {withheld.explain_missing_figure(entry, is_public=is_public)}."),)
    if needs_draft(entry):
        return (Statement(draft_reason(entry), is_draft=True),)
    return tuple(quote_note(note) for note in select_reasons(entry) if not note.is_held_back)


def draft_reason(entry: Entry) -> str:
    """Draft a reason from the judgement. It states only what was computed."""
    period_label = entry.point.period.label
    movements = [movement for movement in (entry.movement, entry.year_movement) if movement.change is not None]
    movement_text = "".join(f", {describe_movement_since(movement)}" for movement in movements)
    sentences = [f"{_describe_drafted_figure(entry)} in {period_label}{movement_text}"]
    sentences.append(f"{wording.RAG_WORDS[entry.point.rag]}: {figure_wording.describe_reason(entry)}")
    if cases_text := figure_wording.describe_cases_to_target(entry):
        sentences.append(f"{cases_text} would have met the target")
    return " ".join(f"{sentence}." for sentence in sentences)


def _describe_drafted_figure(entry: Entry) -> str:
    """Describe a figure with its cases and their noun: ``31.3%* (5 of 16 children)``."""
    if withheld.is_withheld(entry):
        return withheld.print_fraction(entry) or "A number that is not shown"
    # A weighted count is of pupils or staff, so the noun for its cases would be wrong.
    is_weighted = entry.indicator.rule.weight_column or entry.indicator.rule.base_cohort
    has_no_noun = is_weighted or not entry.indicator.measure.traits.is_share
    text = wording.format_fraction(entry.point.count) + ("" if has_no_noun else f" {entry.indicator.noun[1]}")
    return f"{figure_wording.format_entry_value(entry)} ({text})"


def describe_movement_since(movement: Movement) -> str:
    """Describe a movement: ``worse by 15.8 points since Q2 2018/19``."""
    text = wording.describe_movement(movement)
    if movement.is_hidden:
        return "change not shown"
    if movement.earlier_point is None or movement.change is None:
        return text
    period = movement.earlier_point.period.label
    if movement.direction == "same":
        return f"the same as in {period}"
    return f"{text} since {period}" + (f", {movement.significance}" if movement.significance else "")


def collect_actions(entry: Entry, reason_statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """Return the actions of a briefing, each with who does it and by when.

    An action by the same author and date as the reason above it does not repeat them.
    """
    attributions = {statement.attribution for statement in reason_statements}
    statements = [
        replace(quote_note(note), due_text=describe_due(note, is_overdue=note in entry.overdue_actions))
        for note in select_actions(entry)
        if not note.is_held_back
    ]
    return tuple(
        replace(statement, attribution="") if statement.attribution in attributions else statement
        for statement in statements
    )


def describe_due(note: CommentaryNote, *, is_overdue: bool) -> str:
    """Describe who does an action, by when and to what value, or that it is overdue or done."""
    due_text = f"by {wording.format_date(note.due_on)}" if note.due_on else "no date"
    if is_overdue:
        due_text = f"overdue since {wording.format_date(note.due_on)}"
    # Closed wins over overdue: an action done late is done.
    if note.closed_on:
        due_text = f"done {wording.format_date(note.closed_on)}"
    expected_text = f"expected {note.expected}" if note.expected else ""
    return ", ".join(part for part in (note.owner, due_text, expected_text) if part)


def quote_note(note: CommentaryNote) -> Statement:
    """Return a note as a statement on one line, with its author and date."""
    attribution = ", ".join(part for part in (note.author, wording.format_date(note.written_on)) if part)
    return Statement(" ".join(note.text.split()), attribution)


def quote_threads(entry: Entry) -> Iterator[QuestionThread]:
    """Yield the questions of a briefing with their answers, oldest first.

    Of a thread with a text that is not shown nothing is: a question would stand there unanswered.
    """
    indicator = entry.indicator
    for thread in select_threads(entry):
        if any(note.is_held_back for note in (thread.question, *thread.answers)):
            continue
        answers = tuple(map(quote_note, thread.answers))
        yield QuestionThread(indicator.code, indicator.title, quote_note(thread.question), answers)
