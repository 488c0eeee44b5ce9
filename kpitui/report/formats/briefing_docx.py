"""The briefing as a Word document, with the council's own styles if the profile names a template.

The headings are Word's own, so that a reader of the document can find their way by them. Tables
repeat their header row on each page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from kpitui.regular_files import read_regular_file
from kpitui.report.briefing.document import (
    CONCERNS_RULE,
    GRADE_CHANGE_COLUMNS,
    RESTATEMENT_COLUMNS,
    SOURCE_COLUMNS,
    WINS_RULE,
    Briefing,
    BriefingItem,
    Highlight,
    LabelledText,
    QuestionThread,
    Statement,
)
from kpitui.report.formats import UnusableTemplate
from kpitui.text import clean_text
from kpitui.wording import RAG_SHAPES, RAG_WORDS

BODY_FONT, BODY_SIZE = "Arial", 12
_TEMPLATE_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
_DOCUMENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_CONTENT_TYPES = "[Content_Types].xml"
_ARCHIVE_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that an archive can hold: not the present time


def render_docx(briefing: Briefing) -> bytes:
    """Return the document; its dates are those of the meeting.

    Raises UnusableTemplate for a template that cannot be used.
    """
    document = _open_template(briefing.template)
    writer = _DocumentWriter(document, briefing)
    writer.write_cover()
    writer.write_summary()
    writer.write_tables()
    if briefing.is_full:
        writer.write_themes()
    writer.write_changes()
    writer.write_appendix()
    buffer = BytesIO()
    document.save(buffer)
    return _fix_dates(buffer.getvalue())


def _open_template(template_name: str) -> Any:
    """Open the council's template without its text, or Word's plain one in the body font."""
    if template_name:
        try:
            document = docx.Document(BytesIO(_read_as_document(Path(template_name))))
        except (OSError, ValueError, KeyError, BadZipFile) as error:
            reason = getattr(error, "strerror", None) or "it is not a Word document or template"
            raise UnusableTemplate(f"{template_name} cannot be used as a template: {reason}") from None
        body = document.element.body
        for element in [element for element in body if element.tag != qn("w:sectPr")]:
            body.remove(element)
        return document
    document = docx.Document()
    document.styles["Normal"].font.name = BODY_FONT
    document.styles["Normal"].font.size = Pt(BODY_SIZE)
    return document


def _read_as_document(template_path: Path) -> bytes:
    """Read a document, or a template as the document that it would begin."""
    template_bytes, buffer = read_regular_file(template_path), BytesIO()
    with ZipFile(BytesIO(template_bytes)) as archive, ZipFile(buffer, "w", ZIP_DEFLATED) as copied_archive:
        for member in archive.infolist():
            content = archive.read(member)
            if member.filename == _CONTENT_TYPES:
                content = content.replace(_TEMPLATE_TYPE.encode(), _DOCUMENT_TYPE.encode())
            copied_archive.writestr(member, content)
    return buffer.getvalue()


def _fix_dates(document_bytes: bytes) -> bytes:
    """Give every part of the archive the same date: the same briefing must give the same bytes."""
    buffer = BytesIO()
    with ZipFile(BytesIO(document_bytes)) as archive, ZipFile(buffer, "w", ZIP_DEFLATED) as fixed_archive:
        for name in archive.namelist():
            fixed_archive.writestr(ZipInfo(name, _ARCHIVE_DATE), archive.read(name), ZIP_DEFLATED)
    return buffer.getvalue()


class _DocumentWriter:
    """A document being written."""

    def __init__(self, document: Any, briefing: Briefing) -> None:
        self.document, self.briefing = document, briefing
        properties, cover = document.core_properties, briefing.cover
        properties.title, properties.author = clean_text(cover.title), clean_text(cover.council)
        properties.subject = clean_text(f"{cover.council}, {cover.period}")
        properties.comments, properties.language = cover.marking, "en-GB"
        properties.created = properties.modified = datetime.combine(briefing.as_at, time())
        header = document.sections[0].header.paragraphs[0]
        header.text = clean_text(cover.marking)

    # --- the parts --------------------------------------------------------------------------------

    def write_cover(self) -> None:
        """Write the title, the meeting, and the sections before the summary."""
        cover = self.briefing.cover
        self._add_heading(cover.title, 0)
        parts = (cover.council, cover.committee, f"meeting of {cover.meeting_date}", cover.period)
        self._add_paragraph(" · ".join(filter(None, parts)))
        officer_text = f"Report of: {cover.officer}" if cover.officer else ""
        audience_text = f"For: {cover.audience}" if cover.audience else ""
        for text in (cover.data_age, officer_text, audience_text, cover.made_up_notice):
            if text:
                self._add_paragraph(text)
        for section in self.briefing.sections:
            self._add_heading(section.heading, 1)
            self._add_statements(section.statements)

    def write_summary(self) -> None:
        """Write the opening, the exceptions, the wins and the concerns."""
        briefing = self.briefing
        self._add_heading("Summary", 1)
        self._add_paragraph(briefing.opening)
        self._add_paragraph(
            ", ".join(f"{RAG_SHAPES[share.rag]} {RAG_WORDS[share.rag]} {share.text}" for share in briefing.shares)
        )
        self._add_heading("Exceptions", 2)
        for item in briefing.exceptions:
            self._add_paragraph(f"{_name_item(item)}: {_describe_figure(item)}, {item.movement_since}", is_bold=True)
            self._add_statements((*item.reasons, *item.actions))
        if not briefing.exceptions:
            self._add_paragraph("None: no indicator is red.")
        self._add_highlights("Wins", briefing.wins, WINS_RULE)
        self._add_highlights("Concerns", briefing.concerns, CONCERNS_RULE)

    def write_tables(self) -> None:
        """Write the table of every indicator and those beside it."""
        briefing = self.briefing
        self._add_heading("Every indicator", 1)
        columns = ("Code", "Indicator", "Value", "Cases", "Target", "Status", f"Since {briefing.previous_period}")
        rows = [
            (item.code, item.title, item.value, item.case_fraction, item.target, _name_rag(item), item.movement_text)
            for item in briefing.items
        ]
        self._add_table(columns, rows)
        self._add_labelled_texts(briefing.footnotes)
        for table in briefing.further_tables:
            self._add_heading(table.heading, 2)
            self._add_table(table.columns, table.rows)

    def write_themes(self) -> None:
        """Write the indicators of each theme."""
        for theme in self.briefing.themes:
            self._add_heading(theme.name, 1)
            for item in theme.items:
                self._add_item(item)

    def write_changes(self) -> None:
        """Write changed grades, restated figures and questions."""
        briefing = self.briefing
        self._add_heading("What changed", 1)
        if briefing.grade_changes_span:
            self._add_heading("Schools and settings that changed grade", 2)
            self._add_table(GRADE_CHANGE_COLUMNS, briefing.grade_changes)
        self._add_heading("Restated since last time", 2)
        self._add_table(RESTATEMENT_COLUMNS, briefing.restatements)
        self._add_heading("Questions and answers", 2)
        for thread in briefing.question_threads:
            self._add_thread(thread)
        if not briefing.question_threads:
            self._add_paragraph("None.")

    def write_appendix(self) -> None:
        """Write the glossary and the ages of the data."""
        self._add_heading("Glossary", 1)
        self._add_labelled_texts(self.briefing.glossary)
        self._add_heading("How old the data is", 1)
        self._add_table(SOURCE_COLUMNS, self.briefing.sources)

    # --- their elements ---------------------------------------------------------------------------

    def _add_item(self, item: BriefingItem) -> None:
        self._add_heading(_name_item(item), 2)
        self._add_paragraph(f"{_describe_figure(item)}; in {item.period}, {item.data_age}", is_bold=True)
        if item.definition:
            self._add_paragraph(item.definition)
        self._add_statements((*item.reasons, *item.actions))
        self._add_table(("About the figure", ""), [(fact.label, fact.text) for fact in item.facts])
        self._add_paragraph(f"{item.trend.description}.")
        for heading, figures in (("Compared with", item.comparators), ("By other definitions", item.variants)):
            if figures:
                self._add_table((heading, "Value", ""), [(one.name, one.value, one.detail) for one in figures])

    def _add_thread(self, thread: QuestionThread) -> None:
        self._add_paragraph(f"{thread.code} {thread.title}".strip(), is_bold=True)
        self._add_statements((thread.question, *(thread.answers or (Statement("No answer yet."),))))

    def _add_highlights(self, heading: str, highlights: Iterable[Highlight], rule: str) -> None:
        self._add_heading(heading, 2)
        for highlight in highlights:
            self._add_bullet(f"{_name_item(highlight.item)}: {highlight.explanation}")
        self._add_paragraph(rule)

    def _add_statements(self, statements: Iterable[Statement]) -> None:
        for statement in statements:
            draft_text = "Draft from the figures: " if statement.is_draft else ""
            details = "; ".join(filter(None, (statement.due_text, statement.attribution)))
            self._add_bullet(f"{draft_text}{statement.text}" + (f" ({details})" if details else ""))

    def _add_labelled_texts(self, labelled_texts: Iterable[LabelledText]) -> None:
        for labelled_text in labelled_texts:
            self._add_bullet(f"{labelled_text.label}: {labelled_text.text}")

    def _add_heading(self, text: str, level: int) -> None:
        names = ("Title",) if level == 0 else (f"Heading {level}", f"heading {level}")
        self.document.add_paragraph(clean_text(text), style=self._find_style(*names))

    def _add_paragraph(self, text: str, *, is_bold: bool = False) -> None:
        run = self.document.add_paragraph().add_run(_flatten(text))
        run.bold = is_bold or None

    def _add_bullet(self, text: str) -> None:
        style = self._find_style("List Bullet")
        self.document.add_paragraph(_flatten(text) if style else f"• {_flatten(text)}", style=style)

    def _add_table(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Add a table whose header is repeated on each page; without rows, a sentence."""
        if not rows:
            self._add_paragraph("None.")
            return
        table = self.document.add_table(rows=1, cols=len(columns), style=self._find_style("Table Grid"))
        for cell, text in zip(table.rows[0].cells, columns, strict=True):
            cell.paragraphs[0].add_run(_flatten(text)).bold = True
        row_properties = table.rows[0]._tr.get_or_add_trPr()
        row_properties.append(OxmlElement("w:tblHeader"))
        for row in rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.paragraphs[0].add_run(_flatten(text))
        self.document.add_paragraph()

    def _find_style(self, *style_names: str) -> Any:
        """Return the first of these styles that the template has, or None."""
        names = {style.name for style in self.document.styles}
        return next((self.document.styles[name] for name in style_names if name in names), None)


def _flatten(text: str) -> str:
    return clean_text(" ".join(text.split()))


def _name_item(item: BriefingItem) -> str:
    return f"{item.code} {item.title}"


def _name_rag(item: BriefingItem) -> str:
    return f"{RAG_SHAPES[item.rag]} {RAG_WORDS[item.rag]}"


def _describe_figure(item: BriefingItem) -> str:
    return f"{_name_rag(item)}, {item.figure}, target {item.target}"
