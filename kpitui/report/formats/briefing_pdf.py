"""The briefing as an accessible PDF (PDF/UA-1), set by Typst from `briefing.typ`.

Texts go in as data and are never read as markup. Only the fonts that come with Typst are
used, so that the pages are the same on every machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import typst

from kpitui.report.briefing.document import (
    GRADE_CHANGE_COLUMNS,
    RESTATEMENT_COLUMNS,
    SOURCE_COLUMNS,
    Briefing,
    BriefingItem,
    ComparedFigure,
    Highlight,
    LabelledText,
    QuestionThread,
    RagShareText,
    Statement,
)
from kpitui.report.formats.trend_svg import RAG_COLOURS, render_trend_svg
from kpitui.text import clean_text
from kpitui.wording import RAG_SHAPES, RAG_WORDS

TEMPLATE_PATH = Path(__file__).with_name("briefing.typ")


def render_pdf(briefing: Briefing) -> bytes:
    """Return the PDF; its dates are those of the meeting."""
    pdf_bytes = typst.compile(
        TEMPLATE_PATH.read_bytes(),
        format="pdf",
        sys_inputs={"briefing": json.dumps(_clean_values(_encode_briefing(briefing)), ensure_ascii=False)},
        pdf_standards="ua-1",
        ignore_system_fonts=True,
        # Not the present time: the same briefing must give the same bytes.
        timestamp=datetime.combine(briefing.as_at, time(), UTC),
    )
    assert isinstance(pdf_bytes, bytes)  # a list only for formats with one picture a page
    return pdf_bytes


def _clean_values(value: Any) -> Any:
    """Clean every text in nested dicts and lists of unprintable characters."""
    if isinstance(value, str):
        return clean_text(" ".join(value.split()))
    if isinstance(value, dict):
        return {key: _clean_values(member) for key, member in value.items()}
    return [_clean_values(member) for member in value] if isinstance(value, list) else value


def _encode_briefing(briefing: Briefing) -> dict[str, Any]:
    """Encode the briefing as JSON data, with the keys that `briefing.typ` reads."""
    cover = briefing.cover
    cover_parts = (cover.council, cover.committee, f"meeting of {cover.meeting_date}", cover.period)
    return {
        "title": cover.title,
        "council": cover.council,
        "year": briefing.as_at.year,
        "month": briefing.as_at.month,
        "day": briefing.as_at.day,
        "line": " · ".join(part for part in cover_parts if part),
        "short": f"{cover.council}, {cover.period}",
        "ages": cover.data_age,
        "audience": cover.audience,
        "made_up": cover.made_up_notice,
        "mark": cover.marking,
        "internal": briefing.internal,
        "colours": dict(RAG_COLOURS),
        "opening": briefing.opening,
        "shares": _encode_shares(briefing.shares),
        "exceptions": [_encode_item(item) for item in briefing.exceptions],
        "wins": [_encode_highlight(highlight) for highlight in briefing.wins],
        "wins_rule": briefing.wins_rule,
        "concerns": [_encode_highlight(highlight) for highlight in briefing.concerns],
        "concerns_rule": briefing.concerns_rule,
        "since": [f"Since {briefing.previous_period}", f"Since {briefing.year_earlier}"],
        "items": [_encode_item(item) for item in briefing.items],
        "themes": [
            {
                "name": theme.name,
                "shares": _encode_shares(theme.shares),
                "items": [_encode_item(item) for item in theme.items],
            }
            for theme in briefing.themes
            if briefing.is_full
        ],
        "schools_since": briefing.grade_changes_span,
        "schools": _encode_table(GRADE_CHANGE_COLUMNS, briefing.grade_changes),
        "restated": _encode_table(RESTATEMENT_COLUMNS, briefing.restatements),
        "questions": [_encode_question(thread) for thread in briefing.question_threads],
        "questions_rule": briefing.questions_rule,
        "glossary": _encode_labelled_texts(briefing.glossary),
        "sources": _encode_table(SOURCE_COLUMNS, briefing.sources),
        "footnotes": _encode_labelled_texts(briefing.footnotes),
    }


def _encode_item(item: BriefingItem) -> dict[str, Any]:
    return {
        "code": item.code,
        "title": item.title,
        "period": item.period,
        "age": item.data_age,
        "value": item.value,
        "of": item.case_fraction,
        "rag": item.rag,
        "status": f"{RAG_SHAPES[item.rag]} {RAG_WORDS[item.rag]}",
        "target": item.target,
        "moved": item.movement_text,
        "moved_year": item.year_movement_text,
        "since": item.movement_since,
        "definition": item.definition,
        "reason": _encode_statements(item.reasons),
        "actions": _encode_statements(item.actions),
        "facts": _encode_labelled_texts(item.facts),
        "trend": item.trend.description,
        # The template gives "trend" as alternative text (PDF/UA); a title would repeat it.
        "svg": render_trend_svg(item.trend, "", has_title=False) if item.trend.points else "",
        "provisional": item.trend.has_provisional,
        "comparators": _encode_comparisons(item.comparators),
        "variants": _encode_comparisons(item.variants),
    }


def _encode_shares(shares: Iterable[RagShareText]) -> list[dict[str, Any]]:
    return [
        {
            "rag": share.rag,
            "many": share.item_count,
            "status": f"{RAG_SHAPES[share.rag]} {RAG_WORDS[share.rag]}",
            "text": share.text,
        }
        for share in shares
        # `briefing.typ` adds 2 to each width, so an empty share would still be drawn.
        if share.item_count
    ]


def _encode_statements(statements: Iterable[Statement]) -> list[dict[str, Any]]:
    return [
        {"text": statement.text, "by": statement.attribution, "draft": statement.is_draft, "due": statement.due_text}
        for statement in statements
    ]


def _encode_labelled_texts(labelled_texts: Iterable[LabelledText]) -> list[list[str]]:
    return [[text.label, text.text] for text in labelled_texts]


def _encode_comparisons(comparisons: Iterable[ComparedFigure]) -> list[list[str]]:
    return [[comparison.name, comparison.value, comparison.detail] for comparison in comparisons]


def _encode_highlight(highlight: Highlight) -> list[str]:
    return [highlight.item.code, highlight.item.title, highlight.explanation]


def _encode_question(thread: QuestionThread) -> dict[str, Any]:
    question, answers = _encode_statements([thread.question]), _encode_statements(thread.answers)
    return {"code": thread.code, "title": thread.title, "asked": question, "answers": answers}


def _encode_table(column_names: Iterable[str], text_rows: Iterable[Iterable[str]]) -> dict[str, Any]:
    return {"head": list(column_names), "rows": [list(row) for row in text_rows]}
