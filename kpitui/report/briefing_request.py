"""Prepares a briefing: asks for the board in the right view, and for what changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kpitui.config.profiles import BriefingProfile
from kpitui.locations import expand_home
from kpitui.model.drilldown import IndicatorCases
from kpitui.model.periods import Period, find_latest_complete
from kpitui.report.briefing.composer import Briefing, compose_briefing

if TYPE_CHECKING:
    from kpitui.council import Council


def request_briefing(
    council: Council,
    profile: BriefingProfile,
    as_at: date | None = None,
    period: Period | None = None,
    *,
    internal: bool,
    with_cases: bool = False,
) -> Briefing:
    """Return the briefing of a council on a date, public unless `internal`.

    `with_cases` adds the cases behind the numbers, in an internal briefing only. Raises
    `board.PeriodNotStarted` for a period that starts after the date.
    """
    from kpitui.board import build_board
    from kpitui.changes import compare_periods
    from kpitui.drilldown.cases import list_cases
    from kpitui.drilldown.splits import list_asked_splits

    if profile.template:
        # As all paths of a config, that of a template is relative to the config.
        template_path = council.settings.config_path.parent / expand_home(Path(profile.template))
        profile = replace(profile, template=str(template_path))
    if period is None and profile.period != "quarter":
        period = find_latest_complete(as_at or council.settings.get_meeting_date(), profile.period)
    # The one place that decides which view a briefing shows (docs/contributing.md).
    board = build_board(council, as_at, period, public_view=not internal)
    changes = compare_periods(council, board, board.period.previous, board.period)
    splits = {entry.indicator.id: list_asked_splits(council, board, entry) for entry in board.entries}
    # The items tell which indicators the profile selects, and so whose cases are needed.
    briefing = compose_briefing(board, changes, profile, splits=splits)
    if not (internal and with_cases):
        return briefing
    item_cases: tuple[IndicatorCases, ...] = tuple(list_cases(council, board, item.entry) for item in briefing.items)
    return compose_briefing(board, changes, profile, item_cases, splits=splits)
