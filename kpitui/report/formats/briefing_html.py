"""The briefing as one HTML file, for screen and paper, with no script and no other files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path

from kpitui.model.board import Rag
from kpitui.report.briefing.document import (
    CONCERNS_RULE,
    GRADE_CHANGE_COLUMNS,
    QUESTIONS_RULE,
    RESTATEMENT_COLUMNS,
    SOURCE_COLUMNS,
    WINS_RULE,
    Briefing,
    BriefingItem,
    BriefingTheme,
    ComparedFigure,
    Highlight,
    LabelledText,
    QuestionThread,
    RagShareText,
    Statement,
)
from kpitui.report.formats.trend_svg import render_trend_svg
from kpitui.report.long_words import BREAK_OPPORTUNITY, break_long_words
from kpitui.text import clean_text
from kpitui.wording import RAG_SHAPES, RAG_WORDS

STYLESHEET_PATH = Path(__file__).with_name("briefing.css")
# A second line of defence: should a text slip past to_html, it still loads and runs nothing.
CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render_html(briefing: Briefing) -> bytes:
    """Return the page as UTF-8."""
    return ("\n".join(_render_page(briefing)) + "\n").encode()


def to_html(value: str) -> str:
    """Escape a text for HTML, cleaned, its whitespace collapsed, its long words to be broken."""
    escaped_text = escape(break_long_words(_collapse_text(value)))
    return escaped_text.replace(BREAK_OPPORTUNITY, "<wbr>")


def _to_attribute(value: str) -> str:
    """Escape a text for an attribute or a title, which hold no elements."""
    return escape(_collapse_text(value))


def _collapse_text(value: str) -> str:
    return clean_text(" ".join(value.split()))


def _render_page(briefing: Briefing) -> Iterator[str]:
    cover = briefing.cover
    page_title = f"{cover.title}, {cover.council}, {cover.period}"
    yield from _render_head(page_title, cover.marking)
    yield f'<body class="{"internal" if briefing.internal else "public"}">'
    yield '<a class="skip" href="#summary">To the summary</a>'
    yield from _render_cover(briefing)
    yield from _render_contents(briefing)
    yield "<main>"
    if briefing.sections:
        yield from _render_sections(briefing)
    yield from _render_summary(briefing)
    yield from _render_indicator_table(briefing)
    if briefing.is_full:
        for theme_number, theme in enumerate(briefing.themes, 1):
            yield from _render_theme(briefing, theme, theme_number)
    yield from _render_changes(briefing)
    yield from _render_appendix(briefing)
    yield "</main>"
    footer_text = f"{page_title}, meeting of {cover.meeting_date}"
    yield f"<footer>{_render_marking(briefing)}<p>{to_html(footer_text)}</p></footer>"
    yield "</body>\n</html>"


def _render_head(page_title: str, marking: str) -> Iterator[str]:
    yield '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{CONTENT_SECURITY_POLICY}">'
    yield f"<title>{_to_attribute(page_title)}</title>"
    yield f"<style>\n{STYLESHEET_PATH.read_text(encoding='utf-8')}{_render_print_css(marking)}</style>\n</head>"


def _render_cover(briefing: Briefing) -> Iterator[str]:
    cover = briefing.cover
    cover_parts = (cover.council, cover.committee, f"meeting of {cover.meeting_date}", cover.period)
    yield "<header>"
    yield _render_marking(briefing)
    yield f"<h1>{to_html(cover.title)}</h1>"
    yield f'<p class="cover">{" · ".join(to_html(part) for part in cover_parts if part)}</p>'
    yield f'<p class="ages">{to_html(cover.data_age)}</p>'
    if cover.audience:
        yield f'<p class="ages">For: {to_html(cover.audience)}</p>'
    if cover.officer:
        yield f'<p class="ages">Report of: {to_html(cover.officer)}</p>'
    if cover.made_up_notice:
        yield f'<p class="made-up">{to_html(cover.made_up_notice)}</p>'
    yield "</header>"


def _render_print_css(marking: str) -> str:
    """Render the CSS that prints the marking and page number on each page."""
    # Escaped for CSS, not HTML: a style element knows no entities, and "<" could close it.
    css_string = clean_text(marking).replace("\\", "\\\\").replace('"', '\\"').replace("<", "\\3c ")
    return (
        f'@page {{ @bottom-left {{ content: "{css_string}"; }}'
        ' @bottom-right { content: counter(page) " of " counter(pages); } }\n'
    )


def _render_marking(briefing: Briefing) -> str:
    return f'<p class="mark">{to_html(briefing.cover.marking)}</p>'


def _render_contents(briefing: Briefing) -> Iterator[str]:
    anchors = [("paper", "Purpose and decisions")] if briefing.sections else []
    anchors += [("summary", "Summary"), ("indicators", "Every indicator")]
    if briefing.is_full:
        anchors += [(f"theme-{number}", theme.name) for number, theme in enumerate(briefing.themes, 1)]
    # The anchors are those that _open_section is called with below.
    anchors += [("changes", "What changed"), ("words", "Glossary and data")]
    links = "".join(f'<li><a href="#{anchor}">{to_html(heading)}</a></li>' for anchor, heading in anchors)
    yield f'<nav aria-label="Contents"><ul>{links}</ul></nav>'


def _open_section(anchor: str, heading: str, briefing: Briefing, *, with_marking: bool = True) -> str:
    # Each section may start a printed page, and every page must say which view it is.
    marking_html = _render_marking(briefing) if with_marking else ""
    heading_html = f'<h2 id="{anchor}">{to_html(heading)}</h2>'
    return f'<section aria-labelledby="{anchor}">\n{marking_html}{heading_html}'


def _render_sections(briefing: Briefing) -> Iterator[str]:
    yield _open_section("paper", "Purpose and decisions", briefing, with_marking=False)
    for section in briefing.sections:
        yield f"<h3>{to_html(section.heading)}</h3>"
        for statement in section.statements:
            due_html = f' <span class="by">{to_html(statement.due_text)}</span>' if statement.due_text else ""
            by_html = f' <span class="by">{to_html(statement.attribution)}</span>' if statement.attribution else ""
            yield f"<p>{to_html(statement.text)}{due_html}{by_html}</p>"
    yield "</section>"


def _render_summary(briefing: Briefing) -> Iterator[str]:
    # Without sections before it the marking is in the page header, just above.
    yield _open_section("summary", "Summary", briefing, with_marking=bool(briefing.sections))
    yield f'<p class="opening">{to_html(briefing.opening)}</p>'
    yield _render_shares(briefing.shares)
    yield "<h3>Exceptions</h3>"
    yield from map(_render_exception, briefing.exceptions)
    if not briefing.exceptions:
        yield "<p>None: no indicator is red.</p>"
    yield '<div class="two">'
    yield _render_highlights("Wins", briefing.wins, WINS_RULE)
    yield _render_highlights("Concerns", briefing.concerns, CONCERNS_RULE)
    yield "</div>"
    yield f"{_render_footnotes(briefing.footnotes)}</section>"


def _render_shares(shares: Iterable[RagShareText]) -> str:
    bar_segments = "".join(
        f'<li class="{share.rag}" style="flex-grow:{share.item_count}">'
        f"{_render_rag(share.rag)} {to_html(share.text)}</li>"
        for share in shares
        # A segment with flex-grow 0 would still be as wide as its label.
        if share.item_count
    )
    return f'<ul class="shares" aria-label="Indicators by status">{bar_segments}</ul>'


def _render_rag(rag: Rag) -> str:
    # A screen reader reads the word; the shape is for those who cannot tell the colours apart.
    shape_html = f'<span aria-hidden="true">{RAG_SHAPES[rag]}</span>'
    return f'<span class="rag {rag}">{shape_html} {RAG_WORDS[rag]}</span>'


def _render_exception(item: BriefingItem) -> str:
    figures_html = f"{_render_figure(item)}, target {to_html(item.target)}, {to_html(item.movement_since)}"
    actions_html = _render_statements(item.actions) if item.actions else "<p>No action has been written.</p>"
    return (
        f'<article class="exception"><h4>{_render_item_name(item)}</h4>'
        f"<p>{_render_rag(item.rag)} {figures_html}</p>{_render_statements(item.reasons)}{actions_html}</article>"
    )


def _render_item_name(item: BriefingItem) -> str:
    return f'<span class="code">{to_html(item.code)}</span> {to_html(item.title)}'


def _render_figure(item: BriefingItem) -> str:
    html = f" ({to_html(item.case_fraction)})" if item.case_fraction else ""
    return f"<strong>{to_html(item.value)}</strong>{html}"


def _render_statements(statements: Iterable[Statement]) -> str:
    return "".join(map(_render_statement, statements))


def _render_statement(statement: Statement) -> str:
    if statement.is_draft:
        label = "Draft from the figures:"
        return f'<p class="draft"><span class="label">{label}</span> {to_html(statement.text)}</p>'
    due_html = f'<span class="label">Action, {to_html(statement.due_text)}:</span> ' if statement.due_text else ""
    html = f' <span class="by">{to_html(statement.attribution)}</span>' if statement.attribution else ""
    return f"<p>{due_html}{to_html(statement.text)}{html}</p>"


def _render_highlights(heading: str, highlights: Sequence[Highlight], rule: str) -> str:
    list_items = "".join(
        f"<li>{_render_item_name(highlight.item)}: {to_html(highlight.explanation)}</li>" for highlight in highlights
    )
    list_html = f"<ol>{list_items}</ol>" if list_items else "<p>None by this rule.</p>"
    return f'<div><h3>{heading}</h3>{list_html}<p class="rule">{to_html(rule)}</p></div>'


def _render_footnotes(footnotes: Sequence[LabelledText]) -> str:
    list_items = "".join(
        f"<li><b>{to_html(footnote.label)}</b> {to_html(footnote.text)}</li>" for footnote in footnotes
    )
    return f'<ul class="notes">{list_items}</ul>' if list_items else ""


# --- every indicator, and the pages of the themes -------------------------------------------------


def _render_indicator_table(briefing: Briefing) -> Iterator[str]:
    yield _open_section("indicators", "Every indicator", briefing)
    yield f'<p class="ages">{to_html(briefing.cover.data_age)}</p>'
    columns = (f"Since {briefing.previous_period}", f"Since {briefing.year_earlier}")
    column_names = ("Code", "Indicator", "Value", "Cases", "Target", "Status", *columns)
    body_rows = [
        "".join(
            (
                f'<th scope="row">{to_html(item.code)}</th><td>{to_html(item.title)}</td>',
                f'<td class="number">{to_html(item.value)}</td>',
                f'<td class="number">{to_html(item.case_fraction)}</td>',
                f'<td class="number">{to_html(item.target)}</td>',
                f"<td>{_render_rag(item.rag)}</td>",
                f'<td class="moved">{to_html(item.movement_text)}</td>',
                f'<td class="moved">{to_html(item.year_movement_text)}</td>',
            )
        )
        for item in briefing.items
    ]
    yield _wrap_in_scroller(_render_table(column_names, body_rows, numeric=(2, 3, 4)), "Every indicator")
    yield _render_footnotes(briefing.footnotes)
    for table in briefing.further_tables:
        yield f"<h3>{to_html(table.heading)}</h3>"
        yield _render_text_table(table.columns, table.rows, range(2, len(table.columns)), table.heading)
    yield "</section>"


def _render_theme(briefing: Briefing, theme: BriefingTheme, theme_number: int) -> Iterator[str]:
    yield _open_section(f"theme-{theme_number}", theme.name, briefing)
    if theme.shares:
        yield _render_shares(theme.shares)
    yield from map(_render_item, theme.items)
    yield "</section>"


def _render_item(item: BriefingItem) -> str:
    fact_list = "".join(f"<dt>{to_html(fact.label)}</dt><dd>{to_html(fact.text)}</dd>" for fact in item.facts)
    heading_id = f"indicator-{item.number}"
    trend_html = "" if not item.trend.points else _render_trend(item)
    return "\n".join(
        (
            f'<article class="item" aria-labelledby="{heading_id}">',
            f'<h3 id="{heading_id}">{_render_item_name(item)}</h3>',
            f'<p class="figure">{_render_rag(item.rag)} {_render_figure(item)} in {to_html(item.period)}, ',
            f'<span class="age">{to_html(item.data_age)}</span></p>',
            f'<p class="definition">{to_html(item.definition)}</p>' if item.definition else "",
            f'<div class="two"><div>{_render_statements(item.reasons)}{_render_statements(item.actions)}',
            f"<dl>{fact_list}</dl></div>",
            f"<div>{trend_html}",
            _render_comparisons("Compared with", item.comparators),
            _render_comparisons("By other definitions", item.variants),
            "</div></div></article>",
        )
    )


def _render_trend(item: BriefingItem) -> str:
    picture = render_trend_svg(item.trend, f"trend-{item.number}")
    return f"<figure>{picture}<figcaption>{to_html(item.trend.caption)}</figcaption></figure>"


def _render_comparisons(heading: str, comparisons: Sequence[ComparedFigure]) -> str:
    if not comparisons:
        return ""
    body_rows = [
        f'<th scope="row">{to_html(comparison.name)}<small>{to_html(comparison.detail)}</small></th>'
        f'<td class="number">{to_html(comparison.value)}</td>'
        for comparison in comparisons
    ]
    return _render_table((heading, "Value"), body_rows, numeric=(1,))


# --- what changed, questions, words ---------------------------------------------------------------


def _render_changes(briefing: Briefing) -> Iterator[str]:
    yield _open_section("changes", "What changed", briefing)
    if briefing.grade_changes_span:
        yield "<h3>Schools and settings that changed grade</h3>"
        yield f"<p>{to_html(briefing.grade_changes_span)}.</p>"
        # Nothing changed; a briefing without schools leaves out the heading as well.
        yield (
            _render_text_table(GRADE_CHANGE_COLUMNS, briefing.grade_changes)
            if briefing.grade_changes
            else "<p>None.</p>"
        )
    yield "<h3>Restated since last time</h3>"
    yield (
        _render_text_table(RESTATEMENT_COLUMNS, briefing.restatements)
        if briefing.restatements
        else "<p>No published figure has changed.</p>"
    )
    yield "<h3>Questions and answers</h3>"
    yield from map(_render_question, briefing.question_threads)
    if not briefing.question_threads:
        yield "<p>None.</p>"
    yield f'<p class="rule">{to_html(QUESTIONS_RULE)}</p></section>'


def _render_question(thread: QuestionThread) -> str:
    answers = _render_statements(thread.answers) if thread.answers else "<p>No answer yet.</p>"
    head = f'<h4><span class="code">{to_html(thread.code)}</span> {to_html(thread.title)}</h4>'
    question = f'<div class="asked">{_render_statement(thread.question)}</div>'
    return f'<article class="question">{head}{question}<div class="answers">{answers}</div></article>'


def _render_appendix(briefing: Briefing) -> Iterator[str]:
    yield _open_section("words", "Glossary and data", briefing)
    term_list = "".join(f"<dt>{to_html(term.label)}</dt><dd>{to_html(term.text)}</dd>" for term in briefing.glossary)
    yield f'<dl class="glossary">{term_list}</dl>'
    yield "<h3>How old the data is</h3>"
    yield f"{_render_text_table(SOURCE_COLUMNS, briefing.sources)}</section>"


def _render_text_table(
    column_names: Sequence[str], text_rows: Iterable[Sequence[str]], numeric: Sequence[int] = (), table_name: str = ""
) -> str:
    body_rows = [
        f'<th scope="row">{to_html(row[0])}</th>'
        + "".join(
            f"<td{' class=number' if index in numeric else ''}>{to_html(text)}</td>"
            for index, text in enumerate(row[1:], 1)
        )
        for row in text_rows
    ]
    return _wrap_in_scroller(_render_table(column_names, body_rows, numeric), table_name or column_names[0])


def _render_table(column_names: Sequence[str], body_rows: Iterable[str], numeric: Sequence[int] = ()) -> str:
    header_cells = "".join(
        f'<th scope="col"{" class=number" if index in numeric else ""}>{to_html(name)}</th>'
        for index, name in enumerate(column_names)
    )
    body_html = "".join(f"<tr>{_label_cells(row, column_names)}</tr>\n" for row in body_rows)
    return f"<table><thead><tr>{header_cells}</tr></thead>\n<tbody>{body_html}</tbody></table>"


def _wrap_in_scroller(table: str, table_name: str) -> str:
    """Wrap a table so that a screen of middling width scrolls the table and not the page."""
    label = f"Table: {_to_attribute(table_name)}"
    # WCAG 2.1.1: a region that scrolls must take the focus, so that keys can scroll it.
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{label}">{table}</div>'


def _label_cells(row_html: str, column_names: Sequence[str]) -> str:
    """Give each cell the name of its column, which stands before it where a phone shows a row as a list."""
    parts = row_html.split("<td")
    labelled_parts = (
        f'<td data-column="{_to_attribute(name)}"{part}' for name, part in zip(column_names[1:], parts[1:], strict=True)
    )
    return parts[0] + "".join(labelled_parts)
