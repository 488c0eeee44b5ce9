"""Preview of a briefing before it is saved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpitui.report.writers import FORMATS
from kpitui.terminal.show import BLANK, Line, Span, line, span, width, wrap
from kpitui.terminal.views.page import Page, Section, stack

if TYPE_CHECKING:
    from kpitui.report.briefing import Briefing

WHOLE = "the whole board"


@dataclass(frozen=True, slots=True)
class Choice:
    """Format, audience and profile chosen for a briefing."""

    form: str = next(iter(FORMATS))
    internal: bool = False
    profile: str = ""


def briefing_page(told: Briefing, choice: Choice, cells: int) -> Page:
    """Build the preview: the choices, what is still missing, and what each part will hold."""
    head = (*_choices(told, choice, cells), BLANK)
    sections = (
        Section("Still to write or to look at", tuple(_missing(told, cells))),
        Section("What will be in it", tuple(_parts(told, choice, cells))),
    )
    body = stack(sections, cells)
    return Page((*head, *body.lines), tuple(at + len(head) for at in body.anchors))


def choices_alone(choice: Choice, why: str, cells: int) -> tuple[Line, ...]:
    """Draw the audience chosen, and why there is no briefing to preview."""
    view = "internal" if choice.internal else "public"
    return (*wrap(line(span(f"View     {view}", "dim")), cells), BLANK, *_text(why, cells))


def _choices(told: Briefing, choice: Choice, cells: int) -> Iterator[Line]:
    """Draw the cover, and the audience, format and profile chosen."""
    cover = told.cover
    yield line(span(cover.title, "strong"))
    parts = (cover.committee, f"meeting of {cover.meeting}", cover.period)
    yield line(span(" · ".join(part for part in parts if part), "dim"))
    yield BLANK
    view = Span(cover.mark, "badge" if told.internal else "text")
    yield from _labelled("View", (view,), cells)
    form = (span(f"{choice.form}  ", "strong"), span(FORMATS[choice.form], "dim"))
    yield from _labelled("Form", form, cells)
    yield from _labelled("Profile", (span(choice.profile or WHOLE, "strong"),), cells)


def _labelled(name: str, content: Line, cells: int) -> tuple[Line, ...]:
    return wrap((Span(f"{name:<9}", "dim"), *content), cells, 9)


def _missing(told: Briefing, cells: int) -> Iterator[Line]:
    """Draw what someone still has to write or check before the meeting."""
    for one in told.missing:
        yield from wrap(line(span(one, cut=None)), cells, 2)
    if not told.missing:
        yield line(span("Nothing.", "dim"))


def _parts(told: Briefing, choice: Choice, cells: int) -> Iterator[Line]:
    """Draw a line for each part of the briefing, with how much it holds."""
    yield from _counted("Summary", _summary(told), cells)
    yield from _counted("Indicators", _many(len(told.items), "indicator"), cells)
    # Only a full briefing has a page for each theme.
    for theme in told.themes if told.full else ():
        codes = ", ".join(item.code for item in theme.items)
        yield from _counted(theme.name, codes, cells)
    drafts = sum(any(one.draft for one in item.reason) for item in told.items)
    yield from _counted("Drafts", f"{_many(drafts, 'reason')} drafted from the figures", cells)
    # Empty if no indicator of the board counts schools or settings.
    if told.schools_since:
        yield from _counted("Changed grade", _moved(len(told.schools)), cells)
    yield from _counted("Restated", _many(len(told.restated), "figure"), cells)
    waiting = sum(not one.answers for one in told.questions)
    asked = f"{_many(len(told.questions), 'question')}, {waiting} without an answer"
    yield from _counted("Questions", asked, cells)
    # Only a workbook has room for the rows, and only internal briefings hold them.
    if choice.form == "xlsx" and told.internal:
        yield from _counted("Cases", "a sheet of the rows behind the numbers", cells)


def _summary(told: Briefing) -> str:
    """Count exceptions, wins and concerns."""
    parts = (
        _many(len(told.exceptions), "exception"),
        _many(len(told.wins), "win"),
        _many(len(told.concerns), "concern"),
    )
    return ", ".join(parts)


def _counted(name: str, text: str, cells: int) -> tuple[Line, ...]:
    """Draw a label and the content next to it, wrapped below itself."""
    named = span(f"{name:<18}", "strong")
    return wrap((named, span(text, cut=None)), cells, min(width((named,)), 18))


def _many(number: int, noun: str) -> str:
    """Format a number with its noun: ``1 win``, ``1,204 figures``."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _moved(number: int) -> str:
    return "1 school or setting" if number == 1 else f"{number:,} schools and settings"


def _text(text: str, cells: int) -> Sequence[Line]:
    return wrap(line(span(text, cut=None)), cells)
