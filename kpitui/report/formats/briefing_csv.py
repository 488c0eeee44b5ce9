"""The briefing as CSV: one row for each indicator, with unrounded numbers."""

from __future__ import annotations

from collections.abc import Sequence

from kpitui.model.catalogue import Scalar
from kpitui.report.briefing.document import Briefing, BriefingItem, ComparedFigure, Statement
from kpitui.report.table_formats import STATUS_CSV_COLUMNS, export_status_row, format_csv

# These come after the columns of `kpitui status --csv`.
BRIEFING_COLUMNS = (
    "view", "year_direction", "year_change", "reason", "reason_is_draft", "actions",
    "comparators", "definition",
)  # fmt: skip


def render_csv(briefing: Briefing) -> bytes:
    """Return the briefing as UTF-8 CSV with a header, safe to open in a spreadsheet."""
    view_name = "internal" if briefing.internal else "public"
    csv_rows = [(*export_status_row(item.entry), view_name, *_export_item_columns(item)) for item in briefing.items]
    return (format_csv((*STATUS_CSV_COLUMNS, *BRIEFING_COLUMNS), csv_rows) + "\n").encode()


def _export_item_columns(item: BriefingItem) -> Sequence[Scalar | None]:
    movement = item.entry.year_movement
    return (
        movement.direction,
        movement.change,
        " ".join(statement.text for statement in item.reasons),
        "Y" if item.is_reason_drafted else "N",
        "; ".join(map(_format_csv_action, item.actions)),
        "; ".join(map(_format_csv_comparison, item.comparators)),
        item.definition,
    )


def _format_csv_action(statement: Statement) -> str:
    return f"{statement.text} ({statement.due_text})"


def _format_csv_comparison(comparison: ComparedFigure) -> str:
    return f"{comparison.name}: {comparison.value}" + (f" ({comparison.detail})" if comparison.detail else "")
