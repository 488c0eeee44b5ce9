"""The briefing as CSV: one row for each indicator, with unrounded numbers."""

from __future__ import annotations

from collections.abc import Sequence

from kpitui.model import Scalar
from kpitui.report.briefing.shape import Briefing, Compared, Item, Written
from kpitui.report.tables import STATUS_CSV, comma_separated, status_values

# These come after the columns of `kpitui status --csv`.
OWN = (
    "view", "year_direction", "year_change", "reason", "reason_is_draft", "actions",
    "comparators", "definition",
)  # fmt: skip


def write(told: Briefing) -> bytes:
    """Return the briefing as UTF-8 CSV with a header, safe to open in a spreadsheet."""
    view = "internal" if told.internal else "public"
    rows = [(*status_values(item.entry), view, *_own(item)) for item in told.items]
    return (comma_separated((*STATUS_CSV, *OWN), rows) + "\n").encode()


def _own(item: Item) -> Sequence[Scalar | None]:
    year = item.entry.year_movement
    return (
        year.direction,
        year.change,
        " ".join(one.text for one in item.reason),
        "Y" if any(one.draft for one in item.reason) else "N",
        "; ".join(map(_action, item.actions)),
        "; ".join(map(_compared, item.comparators)),
        item.definition,
    )


def _action(one: Written) -> str:
    return f"{one.text} ({one.due})"


def _compared(one: Compared) -> str:
    return f"{one.name}: {one.value}" + (f" ({one.detail})" if one.detail else "")
