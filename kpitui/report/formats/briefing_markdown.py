"""The briefing as Markdown, for email or a wiki. Texts from the data are escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kpitui.report.briefing.document import (
    CONCERNS_RULE,
    GRADE_CHANGE_COLUMNS,
    QUESTIONS_RULE,
    RESTATEMENT_COLUMNS,
    SOURCE_COLUMNS,
    WINS_RULE,
    Briefing,
    BriefingItem,
    ComparedFigure,
    Highlight,
    QuestionThread,
    RagShareText,
    Statement,
)
from kpitui.report.markdown_text import to_markdown
from kpitui.wording import RAG_SHAPES, RAG_WORDS


def render_markdown(briefing: Briefing) -> bytes:
    """Return the briefing in UTF-8, in GitHub's Markdown."""
    return ("\n\n".join(filter(None, _write_blocks(briefing))) + "\n").encode()


def _write_blocks(briefing: Briefing) -> Iterator[str]:
    cover = briefing.cover
    yield f"# {to_markdown(cover.title)}"
    cover_parts = [cover.council, cover.committee, f"meeting of {cover.meeting_date}", cover.period]
    yield to_markdown(" · ".join(part for part in cover_parts if part))
    yield to_markdown(cover.data_age)
    yield _write_marking(briefing)
    if cover.made_up_notice:
        yield f"**{to_markdown(cover.made_up_notice)}**"
    if cover.audience:
        yield to_markdown(f"For: {cover.audience}")
    if cover.officer:
        yield to_markdown(f"Report of: {cover.officer}")
    for section in briefing.sections:
        yield f"## {to_markdown(section.heading)}"
        yield _write_bullets(map(_write_noted, section.statements))
    yield from _write_summary(briefing)
    for table in briefing.further_tables:
        yield f"### {to_markdown(table.heading)}"
        yield _write_table(table.columns, table.rows, right_aligned=range(2, len(table.columns)))
    if briefing.is_full:
        for theme in briefing.themes:
            yield f"## {to_markdown(theme.name)}"
            yield _write_marking(briefing)
            if theme.shares:
                yield _write_shares(theme.shares)
            for item in theme.items:
                yield from _write_item(item)
    yield from _write_changes(briefing)
    yield from _write_questions(briefing)
    yield from _write_appendix(briefing)


def _write_marking(briefing: Briefing) -> str:
    # Bold for internal: that marking must not be missed.
    return (
        f"**{to_markdown(briefing.cover.marking)}**"
        if briefing.internal
        else f"*{to_markdown(briefing.cover.marking)}*"
    )


def _write_summary(briefing: Briefing) -> Iterator[str]:
    yield "## Summary"
    yield to_markdown(briefing.opening)
    yield _write_shares(briefing.shares)
    yield "### Exceptions"
    yield from map(_write_exception, briefing.exceptions)
    if not briefing.exceptions:
        yield "None: no indicator is red."
    for heading, highlights, rule in (
        ("Wins", briefing.wins, WINS_RULE),
        ("Concerns", briefing.concerns, CONCERNS_RULE),
    ):
        yield f"### {heading}"
        yield _write_bullets(map(_write_highlight, highlights)) or "None by this rule."
        yield f"*{to_markdown(rule)}*"
    yield "### Every indicator"
    yield to_markdown(briefing.cover.data_age)
    columns = (f"Since {briefing.previous_period}", f"Since {briefing.year_earlier}")
    column_names = ("Code", "Indicator", "Value", "Cases", "Target", "Status", *columns)
    yield _write_table(column_names, [_list_item_cells(item) for item in briefing.items], right_aligned=(2, 3, 4))
    yield _write_bullets(
        f"**{to_markdown(footnote.label)}** {to_markdown(footnote.text)}" for footnote in briefing.footnotes
    )


def _write_rag(item: BriefingItem) -> str:
    return f"{RAG_SHAPES[item.rag]} {RAG_WORDS[item.rag]}"


def _list_item_cells(item: BriefingItem) -> Sequence[str]:
    return (
        item.code, item.title, item.value, item.case_fraction, item.target, _write_rag(item), item.movement_text,
        item.year_movement_text,
    )  # fmt: skip


def _write_exception(item: BriefingItem) -> str:
    heading = f"**{to_markdown(f'{item.code} {item.title}')}**: {_write_rag(item)}, "
    figures_text = f"{item.figure}, target {item.target}, {item.movement_since}"
    lines = [
        heading + to_markdown(figures_text),
        *map(_write_statement, item.reasons),
        *map(_write_action, item.actions),
    ]
    if not item.actions:
        lines.append("No action has been written.")
    # The figures are a paragraph; the reasons and actions are a list under it.
    return "\n".join([lines[0], *(f"- {line}" for line in lines[1:])])


def _write_statement(statement: Statement) -> str:
    if statement.is_draft:
        return f"*Draft from the figures:* {to_markdown(statement.text)}"
    return (
        f"{to_markdown(statement.text)} *{to_markdown(statement.attribution)}*"
        if statement.attribution
        else to_markdown(statement.text)
    )


def _write_noted(statement: Statement) -> str:
    due_text = f" *{to_markdown(statement.due_text)}*" if statement.due_text else ""
    return _write_statement(statement) + due_text


def _write_action(statement: Statement) -> str:
    return f"**Action, {to_markdown(statement.due_text)}:** {to_markdown(statement.text)}"


def _write_highlight(highlight: Highlight) -> str:
    return f"**{to_markdown(f'{highlight.item.code} {highlight.item.title}')}**: {to_markdown(highlight.explanation)}"


def _write_item(item: BriefingItem) -> Iterator[str]:
    yield f"### {to_markdown(f'{item.code} {item.title}')}"
    figures_text = f"{item.figure} in {item.period}, {item.data_age}" if item.case_fraction else item.value
    yield f"{_write_rag(item)}, **{to_markdown(figures_text)}**"
    if item.definition:
        yield to_markdown(item.definition)
    yield _write_bullets(f"{to_markdown(fact.label)}: {to_markdown(fact.text)}" for fact in item.facts)
    yield to_markdown(item.trend.description) + "."
    yield _write_comparisons("Compared with", item.comparators)
    yield _write_comparisons("By other definitions", item.variants)
    yield _write_bullets([*map(_write_statement, item.reasons), *map(_write_action, item.actions)])


def _write_comparisons(heading: str, comparisons: Sequence[ComparedFigure]) -> str:
    if not comparisons:
        return f"{heading}: nothing."
    column_names = (heading, "Value", "Detail")
    return _write_table(
        column_names,
        [(comparison.name, comparison.value, comparison.detail) for comparison in comparisons],
        right_aligned=(1,),
    )


def _write_changes(briefing: Briefing) -> Iterator[str]:
    if briefing.grade_changes_span:
        yield "## Schools and settings that changed grade"
        yield to_markdown(briefing.grade_changes_span) + "."
        yield (_write_table(GRADE_CHANGE_COLUMNS, briefing.grade_changes) if briefing.grade_changes else "None.")
    yield "## Restated since last time"
    yield (
        _write_table(RESTATEMENT_COLUMNS, briefing.restatements)
        if briefing.restatements
        else "No published figure has changed."
    )


def _write_questions(briefing: Briefing) -> Iterator[str]:
    yield "## Questions and answers"
    yield from map(_write_question, briefing.question_threads)
    if not briefing.question_threads:
        yield "None."
    yield f"*{to_markdown(QUESTIONS_RULE)}*"


def _write_question(thread: QuestionThread) -> str:
    line = f"**{to_markdown(f'{thread.code} {thread.title}'.strip())}**: {_write_statement(thread.question)}"
    return "\n".join([line, *(f"- {_write_statement(answer)}" for answer in thread.answers or _NO_ANSWER)])


_NO_ANSWER = (Statement("No answer yet."),)


def _write_appendix(briefing: Briefing) -> Iterator[str]:
    yield "## Glossary"
    yield _write_bullets(f"**{to_markdown(term.label)}**: {to_markdown(term.text)}" for term in briefing.glossary)
    yield "## How old the data is"
    yield _write_table(SOURCE_COLUMNS, briefing.sources)
    yield _write_marking(briefing)


def _write_shares(shares: Iterable[RagShareText]) -> str:
    return ", ".join(f"{RAG_SHAPES[share.rag]} {RAG_WORDS[share.rag]} {to_markdown(share.text)}" for share in shares)


def _write_bullets(bullet_texts: Iterable[str]) -> str:
    return "\n".join(f"- {text}" for text in bullet_texts)


def _write_table(
    column_names: Sequence[str], text_rows: Iterable[Sequence[str]], right_aligned: Sequence[int] = ()
) -> str:
    alignment_row = ["---:" if index in right_aligned else "---" for index in range(len(column_names))]
    table_rows = [column_names, alignment_row, *([to_markdown(cell) for cell in text_row] for text_row in text_rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in table_rows)
