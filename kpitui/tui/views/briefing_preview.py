"""Preview of a briefing before it is saved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpitui.report.formats import BRIEFING_FORMATS, find_missing_extra
from kpitui.tui.styled_text import BLANK_LINE, StyledLine, StyledSpan, make_line, make_span, measure_line, wrap_line
from kpitui.tui.views.page_layout import Page, PageSection, stack_sections
from kpitui.wording import RAG_SHAPES, format_quantity

if TYPE_CHECKING:
    from kpitui.report.briefing.composer import Briefing

WHOLE_BOARD = "the whole board"


@dataclass(frozen=True, slots=True)
class BriefingChoice:
    """Format, audience and profile chosen for a briefing."""

    file_format: str = next(iter(BRIEFING_FORMATS))
    internal: bool = False
    profile: str = ""


def build_briefing_page(briefing: Briefing, choice: BriefingChoice, line_width: int) -> Page:
    """Build the preview: the choices, what is still missing, and what each part will hold."""
    choice_lines = (*_draw_choices(briefing, choice, line_width), BLANK_LINE)
    sections = (
        PageSection("The summary, as it will read", tuple(_draw_summary(briefing, line_width))),
        PageSection("To do before the meeting", tuple(_draw_missing_items(briefing, line_width))),
        PageSection("What it will contain", tuple(_draw_contents(briefing, choice, line_width))),
    )
    body = stack_sections(sections, line_width)
    return Page((*choice_lines, *body.lines), tuple(line + len(choice_lines) for line in body.anchors))


def draw_unavailable_briefing(choice: BriefingChoice, reason_text: str, line_width: int) -> tuple[StyledLine, ...]:
    """Draw the audience chosen, and why there is no briefing to preview."""
    audience = "internal" if choice.internal else "public"
    return (
        *wrap_line(make_line(make_span(f"View     {audience}", "dim")), line_width),
        BLANK_LINE,
        *_wrap_text(reason_text, line_width),
    )


def _draw_choices(briefing: Briefing, choice: BriefingChoice, line_width: int) -> Iterator[StyledLine]:
    """Draw the cover, and the audience, format and profile chosen."""
    cover_page = briefing.cover
    yield make_line(make_span(cover_page.title, "strong"))
    details = (cover_page.committee, f"meeting of {cover_page.meeting_date}", cover_page.period)
    yield make_line(make_span(" · ".join(detail for detail in details if detail), "dim"))
    yield BLANK_LINE
    badge = StyledSpan(cover_page.marking, "badge" if briefing.internal else "text")
    yield from _draw_labelled_choice("View", (badge,), line_width)
    format_line = (
        make_span(f"{choice.file_format}  ", "strong"),
        make_span(BRIEFING_FORMATS[choice.file_format], "dim"),
    )
    yield from _draw_labelled_choice("Form", format_line, line_width)
    if missing_extra := find_missing_extra(choice.file_format):
        note = f"cannot be made here: {missing_extra}"
        yield from _draw_labelled_choice("", (make_span(note, "accent", max_characters=None),), line_width)
    yield from _draw_labelled_choice("Profile", (make_span(choice.profile or WHOLE_BOARD, "strong"),), line_width)


def _draw_labelled_choice(choice_label: str, choice_content: StyledLine, line_width: int) -> tuple[StyledLine, ...]:
    return wrap_line((StyledSpan(f"{choice_label:<9}", "dim"), *choice_content), line_width, 9)


def _draw_summary(briefing: Briefing, line_width: int) -> Iterator[StyledLine]:
    """Draw the opening words and a line for each indicator that is off target, with its reason."""
    yield from _wrap_text(briefing.opening, line_width)
    for item in briefing.exceptions:
        mark_span = StyledSpan(f"{RAG_SHAPES[item.rag]} ", item.rag)
        figure = f"{item.code} {item.title}: {item.value}, {item.case_fraction}, target {item.target}"
        yield from wrap_line(make_line(mark_span, make_span(figure, max_characters=None)), line_width, 2)
        for reason in item.reasons[:1]:
            reason_line = make_line(make_span(f"  {reason.text}", "dim", max_characters=None))
            yield from wrap_line(reason_line, line_width, 2)


def _draw_missing_items(briefing: Briefing, line_width: int) -> Iterator[StyledLine]:
    """Draw what someone still has to write or check before the meeting."""
    for missing_item in briefing.missing_work:
        yield from wrap_line(make_line(make_span(missing_item, max_characters=None)), line_width, 2)
    if not briefing.missing_work:
        yield make_line(make_span("Nothing.", "dim"))
    for release_text in briefing.release_texts:
        yield from wrap_line(make_line(make_span(release_text, "dim", max_characters=None)), line_width, 2)


def _draw_contents(briefing: Briefing, choice: BriefingChoice, line_width: int) -> Iterator[StyledLine]:
    """Draw a line for each part of the briefing, with how much it holds."""
    yield from _draw_content_row("Summary", _summarise_highlights(briefing), line_width)
    yield from _draw_content_row("Indicators", format_quantity(len(briefing.items), "indicator"), line_width)
    # Only a full briefing has a page for each theme.
    for theme_items in briefing.themes if briefing.is_full else ():
        codes = ", ".join(item.code for item in theme_items.items)
        yield from _draw_content_row(theme_items.name, codes, line_width)
    drafts_text = f"{format_quantity(briefing.drafted_count, 'reason')} drafted from the figures"
    yield from _draw_content_row("Drafts", drafts_text, line_width)
    # Empty if no indicator of the board counts schools or settings.
    if briefing.grade_changes_span:
        yield from _draw_content_row("Changed grade", _count_regraded_places(len(briefing.grade_changes)), line_width)
    yield from _draw_content_row("Restated", format_quantity(len(briefing.restatements), "figure"), line_width)
    questions_text = format_quantity(len(briefing.question_threads), "question")
    summary = f"{questions_text}, {briefing.unanswered_count} without an answer"
    yield from _draw_content_row("Questions", summary, line_width)
    # Only a workbook has room for the rows, and only internal briefings hold them.
    if choice.file_format == "xlsx" and briefing.internal:
        yield from _draw_content_row("Cases", "a sheet of the rows behind the numbers", line_width)


def _summarise_highlights(briefing: Briefing) -> str:
    """Count exceptions, wins and concerns."""
    counts = (
        format_quantity(len(briefing.exceptions), "exception"),
        format_quantity(len(briefing.wins), "win"),
        format_quantity(len(briefing.concerns), "concern"),
    )
    return ", ".join(counts)


def _draw_content_row(content_label: str, content_text: str, line_width: int) -> tuple[StyledLine, ...]:
    """Draw a label and the content next to it, wrapped below itself."""
    label_span = make_span(f"{content_label:<18}", "strong")
    return wrap_line(
        (label_span, make_span(content_text, max_characters=None)), line_width, min(measure_line((label_span,)), 18)
    )


def _count_regraded_places(number: int) -> str:
    return "1 school or setting" if number == 1 else f"{number:,} schools and settings"


def _wrap_text(text: str, line_width: int) -> Sequence[StyledLine]:
    return wrap_line(make_line(make_span(text, max_characters=None)), line_width)
