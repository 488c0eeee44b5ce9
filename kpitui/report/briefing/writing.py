"""Collects reasons, actions, questions and answers; drafts a reason where nobody wrote one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from kpitui import words
from kpitui.model import Entry, Movement, Note
from kpitui.periods import Period
from kpitui.report.briefing.shape import Question, Written

QUESTIONS = (
    "Questions on this period and the one before, and older ones without an answer.  An answer"
    " stands with the oldest question on its indicator that had none."
)


def reasons(entry: Entry) -> tuple[Written, ...]:
    """Return the reasons written for the period, or a draft from the figures."""
    here = entry.point.period
    found = [note for note in entry.notes if note.kind == "reason" and note.period == here]
    if found:
        return tuple(written(note) for note in _oldest_first(found))
    return (Written(draft(entry), draft=True),)


def draft(entry: Entry) -> str:
    """Draft a reason from the judgement. It states only what was computed."""
    if entry.problem:
        return f"No value: {entry.problem}."
    point, noun = entry.point, entry.indicator.noun[1]
    # A weighted count is of pupils or staff, so the noun for its cases would be wrong.
    weighed = entry.indicator.rule.weight or entry.indicator.rule.base
    of = words.fraction(point.count) + ("" if weighed else f" {noun}")
    moves = [one for one in (entry.movement, entry.year_movement) if one.change is not None]
    moved = "".join(f", {since(one)}" for one in moves)
    parts = [f"{words.value(entry)} ({of}) in {point.period.shown}{moved}"]
    parts.append(f"{words.RAG_WORDS[point.rag]}: {entry.judgement.reason}")
    if entry.judgement.to_target:
        parts.append(f"{entry.judgement.to_target} would have met the target")
    return " ".join(f"{part}." for part in parts)


def since(moved: Movement) -> str:
    """Describe a movement: ``worse by 15.8 points since Q2 2018/19``."""
    said = words.movement(moved)
    # A hidden change goes on: "c" alone would not say what is hidden.
    if moved.against is None or (moved.change is None and said != words.SUPPRESSED):
        return said
    when = moved.against.period.shown
    if moved.direction == "same":
        return f"the same as in {when}"
    return f"change {said} since {when}" if said == words.SUPPRESSED else f"{said} since {when}"


def actions(entry: Entry, reason: Sequence[Written]) -> tuple[Written, ...]:
    """Return the actions of the period, those still due when it began, and overdue ones.

    An overdue action stays until it is closed. An action by the same author and date as the
    reason above it does not repeat them.
    """
    here = entry.point.period
    signed = {one.by for one in reason}
    found = [
        replace(written(note), due=_by_when(entry, note))
        for note in _oldest_first(entry.notes)
        if note.kind == "action"
        and (
            note.period == here
            or note in entry.overdue
            or (note.due is not None and note.due >= here.start)
        )
    ]
    return tuple(replace(one, by="") if one.by in signed else one for one in found)


def _by_when(entry: Entry, note: Note) -> str:
    """Describe who does an action and by when, or that it is overdue or done."""
    when = f"by {words.day(note.due)}" if note.due else "no date"
    if note in entry.overdue:
        when = f"overdue since {words.day(note.due)}"
    # Closed wins over overdue: an action done late is done.
    if note.closed:
        when = f"done {words.day(note.closed)}"
    return ", ".join(part for part in (note.owner, when) if part)


def written(note: Note) -> Written:
    """Return a note as a statement on one line, with its author and date."""
    by = ", ".join(part for part in (note.author, words.day(note.written)) if part)
    return Written(" ".join(note.text.split()), by)


def questions(entry: Entry) -> Iterator[Question]:
    """Yield questions of this period and the last, and unanswered ones, oldest first."""
    asked: list[tuple[Note, list[Note]]] = []
    for note in _oldest_first(entry.notes):
        if note.kind == "question":
            asked.append((note, []))
        elif note.kind == "answer" and asked:
            # Notes do not name the question they answer, so QUESTIONS_RULE decides and is printed.
            waiting = next((answers for _, answers in asked if not answers), asked[-1][1])
            waiting.append(note)
    for question, answers in asked:
        if not answers or question.period in _recent(entry.point.period):
            about = entry.indicator
            told = tuple(written(one) for one in answers)
            yield Question(about.code, about.title, written(question), told)


def _recent(period: Period) -> tuple[Period, Period]:
    return period, period.previous


def _oldest_first(notes: Sequence[Note]) -> list[Note]:
    # The date is optional: a note without one counts as the oldest.
    return sorted(notes, key=lambda note: (note.written or date.min, note.period.start))
