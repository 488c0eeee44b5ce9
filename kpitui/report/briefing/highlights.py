"""Words what comes first in a briefing: shares of colours, exceptions, wins and concerns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kpitui import wording
from kpitui.model.board import Entry
from kpitui.report.briefing.document import BriefingItem, BriefingTheme, Highlight, RagShareText
from kpitui.report.briefing.withheld import is_withheld
from kpitui.summaries.entry_order import group_by_theme
from kpitui.summaries.tallies import share_rags


def explain_highlights(entries: Iterable[Entry], items_by_id: Mapping[str, BriefingItem]) -> tuple[Highlight, ...]:
    """Explain the wins or concerns, each with the figures that make it one."""
    items = (items_by_id[entry.indicator.id] for entry in entries)
    return tuple(Highlight(item, _explain_highlight(item)) for item in items)


def word_rag_shares(entries: Sequence[Entry]) -> tuple[RagShareText, ...]:
    """Word the share of each colour among the figures that are shown; without a colour only if there is any."""
    shown_entries = [entry for entry in entries if not (is_withheld(entry) and entry.judgement.rag == "none")]
    return tuple(
        RagShareText(
            share.rag, share.entry_count, _format_share(share.entry_count, share.total_count, share.percentage)
        )
        for share in share_rags(shown_entries)
    )


def build_themes(
    entries: Sequence[Entry], items_by_id: Mapping[str, BriefingItem], theme_order: Sequence[str]
) -> tuple[BriefingTheme, ...]:
    """Build the part of each theme, in the profile's order or else in order of appearance."""
    # A bar of shares over a single indicator would only repeat its colour.
    return tuple(
        BriefingTheme(
            theme_name,
            tuple(items_by_id[entry.indicator.id] for entry in theme_entries),
            word_rag_shares(theme_entries) if theme_entries[1:] else (),
        )
        for theme_name, theme_entries in group_by_theme(entries, theme_order).items()
    )


def _explain_highlight(item: BriefingItem) -> str:
    """Give the figures behind a win or concern, and its earlier colour if that was another."""
    point = item.entry.movement.earlier_point
    figures_text = item.figure
    if point is None or point.rag in (item.rag, "none"):
        return f"{figures_text}, {item.movement_since}"
    return f"{figures_text}, {item.movement_since}, when it was {wording.RAG_WORDS[point.rag].lower()}"


def _format_share(entry_count: int, total_count: int, percentage: float | None) -> str:
    percentage_text = "" if percentage is None else f" ({wording.format_number(percentage, 0)}%)"
    return f"{entry_count} of {total_count}{percentage_text}"
