"""Page of one indicator: every section, as lines of a width."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from kpitui import figure_wording, wording
from kpitui.issue_wording import describe_problem
from kpitui.model.board import Count, Entry, HistoryPoint, Movement, VariantCount
from kpitui.model.catalogue import Target
from kpitui.model.drilldown import AdultOutcome
from kpitui.tui.styled_text import (
    BLANK_LINE,
    EN_DASH,
    StyledLine,
    StyledSpan,
    make_line,
    make_span,
    measure_line,
    wrap_line,
)
from kpitui.tui.theme import Tone
from kpitui.tui.views import source_lines
from kpitui.tui.views.big_figures import draw_big_figures
from kpitui.tui.views.commentary_lines import draw_chart_signals, draw_commentary, draw_comparators, draw_leading_notes
from kpitui.tui.views.history_chart import draw_history_chart
from kpitui.tui.views.not_counted import draw_not_counted, name_not_counted
from kpitui.tui.views.page_layout import (
    COLUMN_GUTTER,
    TWO_COLUMN_WIDTH,
    Page,
    PageSection,
    TableHead,
    draw_table,
    place_side_by_side,
    stack_sections,
)
from kpitui.tui.views.rag_marks import draw_rag_mark, format_rate_or_dash

SHORT_SCREEN_HEIGHT: Final = 30
"""Height of a screen below which the chart comes before what chance may explain."""
LARGE_FIGURES_WIDTH: Final = 70
"""Width from which a value in large figures has room beside its judgement."""
EVENT_MARK: Final = "┊"
"""Mark of a period in which something changed the series, as in the chart."""


@dataclass(frozen=True, slots=True)
class PageExtras:
    """What the page takes besides the entry: the keys that it names, and leavers who had turned 18."""

    restated: str = "x"
    doubts: str = "i"
    adult_outcomes: tuple[AdultOutcome, ...] = ()


def build_indicator_page(
    entry: Entry,
    line_width: int,
    screen_height: int,
    *,
    large_figures: bool = True,
    page_extras: PageExtras = PageExtras(),
) -> Page:
    """Build the page, in two columns where the width allows.

    Without `large_figures` the value takes one line, for terminals without box characters.
    """
    is_short = screen_height < SHORT_SCREEN_HEIGHT
    large_figures = large_figures and line_width >= LARGE_FIGURES_WIDTH and not is_short
    lines = tuple(_draw_summary_lines(entry, line_width, large_figures=large_figures, is_short=is_short))
    if line_width < TWO_COLUMN_WIDTH:
        body = stack_sections(_build_sections(entry, line_width, screen_height, page_extras), line_width)
    else:
        left_width = (line_width - COLUMN_GUTTER) * 10 // 19
        left_sections = (
            *_build_doubt_sections(entry, left_width, page_extras),
            *_build_leading_sections(entry, left_width, screen_height),
        )
        left_column = stack_sections(left_sections, left_width)
        right_width = line_width - left_width - COLUMN_GUTTER
        right_column = stack_sections(
            _build_further_sections(entry, right_width, page_extras), right_width, len(left_column.anchors) + 1
        )
        body = place_side_by_side(left_column, right_column, line_width, left_width)
    return Page((*lines, *body.lines), tuple(line + len(lines) for line in body.anchors))


def _build_sections(entry: Entry, line_width: int, screen_height: int, page_extras: PageExtras) -> list[PageSection]:
    """Build the sections of one column: reasons first, what is looked up last."""
    leading_sections = list(_build_leading_sections(entry, line_width, screen_height))
    further_sections = list(_build_further_sections(entry, line_width, page_extras))
    # The rival definitions come before every period: they are asked about in the meeting.
    ordered_sections = [*leading_sections[:2], *further_sections[:2], *leading_sections[2:], *further_sections[2:]]
    return [*_build_doubt_sections(entry, line_width, page_extras), *ordered_sections]


def _build_doubt_sections(entry: Entry, line_width: int, page_extras: PageExtras) -> Iterator[PageSection]:
    """Yield what is not certain of the figure, if anything is: it comes before all else."""
    if entry.point.reservations:
        yield PageSection("Not certain", tuple(_draw_reservations(entry, line_width, page_extras.doubts)))


def _build_leading_sections(entry: Entry, line_width: int, screen_height: int) -> Iterator[PageSection]:
    """Yield the reasons, the trend and every period, which belong at the left."""
    is_short = screen_height < SHORT_SCREEN_HEIGHT
    # On a low screen the plot is kept low, so that more of the page is in sight.
    chart_height = 5 if is_short else 9 if screen_height < 50 else 13
    # On a low screen chance comes below the chart, else beside the value.
    chance_lines = _wrap_sentences(_list_chance_sentences(entry), line_width) if is_short else ()
    yield PageSection("Why", tuple(draw_leading_notes(entry, line_width)))
    yield PageSection(
        "Trend",
        (*draw_history_chart(entry, line_width, chart_height), *chance_lines, *draw_chart_signals(entry, line_width)),
    )
    yield PageSection("Every period", tuple(_draw_period_table(entry, line_width)))


def _build_further_sections(entry: Entry, line_width: int, page_extras: PageExtras) -> Iterator[PageSection]:
    """Yield the sections that explain the value: who is not counted, definitions, comparators, sources."""
    yield PageSection(name_not_counted(entry), tuple(draw_not_counted(entry, page_extras.adult_outcomes, line_width)))
    yield PageSection("Counted another way", tuple(_draw_variant_table(entry, line_width)))
    yield PageSection("Compared with", tuple(draw_comparators(entry, line_width)))
    yield PageSection("Reasons and actions", tuple(draw_commentary(entry, line_width, page_extras.restated)))
    yield PageSection("Definition", tuple(_draw_definition(entry, line_width)))
    yield PageSection("Sources", tuple(source_lines.draw_entry_sources(entry, line_width)))


# --- the value and its judgement -----------------------------------------------------------------


def _draw_summary_lines(entry: Entry, line_width: int, *, large_figures: bool, is_short: bool) -> Iterator[StyledLine]:
    """Draw the value and its judgement: beside it in large figures, or behind it on one line."""
    if entry.problem:
        problem_text = describe_problem(entry.problem)
        yield from wrap_line(
            make_line(make_span("No value: ", "strong"), make_span(problem_text, max_characters=None)), line_width
        )
        yield BLANK_LINE
        return
    if not large_figures:
        yield from _draw_judgement(entry, line_width, is_short=is_short, with_value=True)
        yield BLANK_LINE
        return
    yield BLANK_LINE
    value_text, rag = figure_wording.format_judged_value(entry), entry.judgement.rag
    value_lines = draw_big_figures(value_text, rag)
    value_width = max(measure_line(line) for line in value_lines) + 3
    lines = tuple(_draw_judgement(entry, line_width - value_width, is_short=is_short))
    for line_number in range(max(len(value_lines), len(lines))):
        value_part = value_lines[line_number] if line_number < len(value_lines) else BLANK_LINE
        part = lines[line_number] if line_number < len(lines) else BLANK_LINE
        yield (*value_part, StyledSpan(" " * (value_width - measure_line(value_part))), *part)
    yield BLANK_LINE


def _draw_judgement(entry: Entry, line_width: int, *, is_short: bool, with_value: bool = False) -> Iterator[StyledLine]:
    """Draw the judgement: colour, count and period, the reason, and the warnings."""
    data_age = wording.format_age_in_days(entry.data_age_days)
    suffix = "" if entry.point.status == "official" else " · provisional"
    yield from wrap_line(
        make_line(
            *draw_rag_mark(entry.judgement.rag),
            make_span(f"   {figure_wording.format_judged_value(entry)}" if with_value else "", "strong"),
            make_span(f"   {wording.describe_cases(entry)}", "text"),
            make_span(f"   {entry.point.period.label}{suffix}, {data_age} old", "dim"),
        ),
        line_width,
    )
    sentences = list(_list_judgement_sentences(entry))
    # On a low screen the sentences run on: a line each would push the reason out of sight.
    yield from _wrap_sentences([" ".join(sentences)] if is_short else sentences, line_width)
    if not is_short:
        yield from _wrap_sentences(_list_chance_sentences(entry), line_width)
    for warning in figure_wording.describe_warnings(entry):
        yield from wrap_line(
            make_line(make_span("! ", "amber"), make_span(warning, "amber", max_characters=None)), line_width, 2
        )


def _list_judgement_sentences(entry: Entry) -> Iterator[str]:
    """Yield why the indicator has its colour, what would meet the target, and how it moved."""
    polarity_text = wording.POLARITY_TEXTS[entry.indicator.polarity]
    if cases_text := figure_wording.describe_cases_to_target(entry):
        yield f"{cases_text} would meet the target."
    yield f"{wording.begin_sentence(figure_wording.describe_reason(entry))} ({polarity_text})."
    yield f"{_describe_movement(entry.movement, 'the period before')}."
    yield f"{_describe_movement(entry.year_movement, 'a year ago')}."


def _list_chance_sentences(entry: Entry) -> Iterator[str]:
    """Yield what a single case is worth, and the range that chance alone explains."""
    judgement = entry.judgement
    if judgement.points_per_case is not None:
        points_per_case = f"{wording.format_number(judgement.points_per_case)} points"
        case_noun = entry.indicator.noun[0]
        yield f"Small numbers ({wording.SMALL_DENOMINATOR_TEXT}): one {case_noun} is worth {points_per_case}."
    if chance_text := wording.describe_chance_interval(entry):
        yield f"{chance_text} ({wording.get_interval_name(entry)})."
    if bands_text := wording.describe_bands(entry.point.count):
        yield f"{bands_text}."


def _wrap_sentences(sentences: Iterable[str], line_width: int) -> Iterator[StyledLine]:
    """Wrap each sentence to the width."""
    for sentence in sentences:
        yield from wrap_line(make_line(make_span(sentence, max_characters=None)), line_width)


def _describe_movement(movement: Movement, baseline_name: str) -> str:
    """Describe a movement: ``8.1 points worse than Q2 2018/19 (39.4%, 13 of 33)``."""
    # A change would give the hidden number away (docs/public.md).
    if movement.is_hidden:
        return f"Not compared with {baseline_name}: small numbers are hidden"
    if movement.earlier_point is None or movement.change is None:
        return f"Nothing to compare with {baseline_name}"
    count = movement.earlier_point.count
    text = wording.describe_movement(movement)
    figures = f"{wording.format_count_value(count)}, {wording.format_fraction(count)}"
    has_direction = wording.is_directed(movement)
    text = wording.describe_directed_change(movement) if has_direction else text
    conjunction = "than" if has_direction else "as in" if movement.direction == "same" else "since"
    sentence = f"{text[:1].upper()}{text[1:]} {conjunction} {movement.earlier_point.period.label} ({figures})"
    tested_text = f", {movement.significance}" if has_direction and movement.significance else ""
    return sentence + tested_text + figure_wording.describe_missing_test(movement)


def _draw_reservations(entry: Entry, line_width: int, doubts_key: str) -> Iterator[StyledLine]:
    """Draw what stands against the figure with its file and line, what its data covers, and the key to it."""
    for text in figure_wording.describe_reservations(entry.point):
        yield from wrap_line(make_line(make_span("? ", "amber"), make_span(text, max_characters=None)), line_width, 2)
    coverage_text = figure_wording.describe_coverage(entry.point.coverage)
    yield from _wrap_sentences([f"{coverage_text}."] if coverage_text else [], line_width)
    yield make_line(make_span(doubts_key, "accent"), make_span(" opens the file and line in the data", "dim"))


# --- tables --------------------------------------------------------------------------------------


def _draw_period_table(entry: Entry, line_width: int) -> Iterator[StyledLine]:
    """Draw every period, newest first, what happened in them, and whole years."""
    if not entry.history:
        yield make_line(make_span("No period has a value.", "dim"))
        return
    # One table, so that both parts have the same columns; the line with the year to date
    # comes between them.
    latest_rows = [_build_period_row(point, entry) for point in reversed((*entry.history, *entry.provisional_points))]
    year_rows = [_build_period_row(history_point, entry) for history_point in reversed(entry.complete_years)]
    table_head: TableHead = (
        ("Period", "left"),
        ("Value", "right"),
        ("Count", "right"),
        ("Target", "right"),
        ("Status", "left"),
        ("Left out", "right"),
    )
    table_lines = draw_table(table_head, [*latest_rows, *year_rows], line_width, flexible_column=5)
    yield from table_lines[: 1 + len(latest_rows)]
    yield from _draw_period_events(entry, line_width)
    if entry.year_to_date is not None:
        yield from wrap_line(make_line(*_format_year_to_date(entry, entry.year_to_date)), line_width)
    if year_rows:
        yield make_line(make_span("Whole years", "head"))
        yield from table_lines[1 + len(latest_rows) :]


def _draw_period_events(entry: Entry, line_width: int) -> Iterator[StyledLine]:
    """Draw what happened in the periods that carry the mark of an event."""
    for point in reversed((*entry.history, *entry.provisional_points)):
        for event_text in wording.describe_events(entry.indicator, point.period):
            yield from wrap_line(
                make_line(make_span(f"{EVENT_MARK} ", "head"), make_span(event_text, max_characters=None)),
                line_width,
                2,
            )


def _format_year_to_date(entry: Entry, count: Count) -> Iterator[StyledSpan]:
    yield make_span("Year to date  ", "head")
    yield make_span(wording.format_count_value(count), "strong")
    yield make_span(f"  {wording.format_fraction(count)}")


def _build_period_row(history_point: HistoryPoint, entry: Entry) -> list[StyledLine]:
    """Build the cells of a period: name, value, fraction, target, colour and cases left out."""
    target, measure = history_point.target, entry.indicator.measure
    target_text = "" if target is None else wording.format_target_value(target, measure)
    out_count = wording.format_count(history_point.count.excluded_total)
    period_marks = f" {wording.PROVISIONAL_MARK}" if history_point.status == "provisional" else ""
    period_marks += f" {EVENT_MARK}" if wording.describe_events(entry.indicator, history_point.period) else ""
    value_tone: Tone = "strong" if history_point == entry.point else "text"
    return [
        make_line(make_span(f"{history_point.period.label}{period_marks}", value_tone)),
        make_line(make_span(format_rate_or_dash(history_point.count), value_tone)),
        make_line(make_span(wording.format_fraction(history_point.count))),
        make_line(make_span(target_text)),
        draw_rag_mark(history_point.rag, is_short=True),
        make_line(make_span(out_count if out_count != "0" else "")),
    ]


def _draw_variant_table(entry: Entry, line_width: int) -> Iterator[StyledLine]:
    """Draw the value by each definition, and a note to those that need one."""
    table_head: TableHead = (
        ("Definition", "left"),
        ("Value", "right"),
        ("Count", "right"),
        ("Status", "left"),
        ("Difference" if entry.indicator.measure.difference != "points" else "Points", "right"),
    )
    reported_row: list[StyledLine] = [
        make_line(make_span("As reported", "strong")),
        make_line(make_span(wording.format_short_count_value(entry.point.count), "strong")),
        make_line(make_span(wording.format_fraction(entry.point.count))),
        draw_rag_mark(entry.judgement.rag, is_short=True),
        BLANK_LINE,
    ]
    table_rows = [reported_row, *(_build_variant_row(count, entry) for count in entry.variants)]
    yield from draw_table(table_head, table_rows, line_width)
    for variant_count in entry.variants:
        text = describe_problem(variant_count.problem) or figure_wording.describe_variant_note(variant_count)
        if text:
            line = make_line(make_span(f"{variant_count.title}: ", "dim"), make_span(text, "dim", max_characters=None))
            yield from wrap_line(line, line_width, 2)


def _build_variant_row(variant_count: VariantCount, entry: Entry) -> list[StyledLine]:
    """Build the cells of a definition: title, value, fraction, colour, and the difference."""
    if variant_count.count is None:
        return [
            make_line(make_span(variant_count.title)),
            make_line(make_span(EN_DASH, "dim")),
            BLANK_LINE,
            BLANK_LINE,
            BLANK_LINE,
        ]
    text = (
        "" if variant_count.points_difference is None else wording.format_signed_change(variant_count.points_difference)
    )
    return [
        make_line(make_span(variant_count.title)),
        make_line(make_span(wording.format_short_count_value(variant_count.count))),
        make_line(make_span(wording.format_fraction(variant_count.count))),
        draw_rag_mark(variant_count.rag, is_short=True),
        make_line(make_span("same" if variant_count.points_difference == 0 else text, "dim")),
    ]


def _list_target_facts(target: Target) -> Iterator[str]:
    """Yield who set the target, who owns it and when it is reviewed, as far as is known."""
    if target.is_national:
        yield "a national target"
    if target.owner:
        yield f"owned by {target.owner}"
    if target.review_date is not None:
        yield f"to be reviewed on {wording.format_date(target.review_date)}"


def _draw_definition(entry: Entry, line_width: int) -> Iterator[StyledLine]:
    """Draw the definition in words, the target with its reason, and the source."""
    indicator = entry.indicator
    # These texts may repeat one another: each is shown once.
    texts = tuple(dict.fromkeys(filter(None, (indicator.definition, indicator.rule.note, indicator.note))))
    for text in texts:
        for paragraph in text.strip().split("\n\n"):
            yield from wrap_line(make_line(make_span(paragraph, max_characters=None)), line_width)
    if not texts:
        yield make_line(make_span("No written definition.", "dim"))
    if entry.target is not None:
        target_line = make_line(make_span(f"Target {wording.format_target(entry)}: ", "dim"))
        reason_span = make_span(entry.target.reason or "no reason given", max_characters=None)
        yield from wrap_line((*target_line, reason_span), line_width)
        if target_facts := ", ".join(_list_target_facts(entry.target)):
            yield from wrap_line(
                make_line(make_span(wording.finish_sentence(target_facts), "dim", max_characters=None)), line_width
            )
    if norm_text := wording.describe_norm(indicator):
        yield from wrap_line(
            make_line(make_span("Norm: ", "dim"), make_span(norm_text, max_characters=None)), line_width
        )
    if entry.indicator.source:
        source_line = make_line(make_span("Source: ", "dim"), make_span(entry.indicator.source, max_characters=None))
        yield from wrap_line(source_line, line_width)
