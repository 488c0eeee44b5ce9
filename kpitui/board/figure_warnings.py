"""What a reader should know before relying on a figure."""

from __future__ import annotations

from collections.abc import Iterable

import narwhals as nw

from kpitui.board.board_data import BoardData
from kpitui.board.rule_sources import list_helper_tables, list_rule_tables, pick_latest_sources, select_table_sources
from kpitui.disclosure.cell_values import hide_message_cells
from kpitui.judge import rag
from kpitui.model.board import HistoryPoint, TableSource
from kpitui.model.catalogue import Indicator, LookBack
from kpitui.model.clean_tables import find_clean_table
from kpitui.model.issues import CodedMessage, create_message
from kpitui.model.periods import Period, get_month_start
from kpitui.model.windows import get_window_months
from kpitui.tables.as_known_on import TableFrame


def list_warnings(board_data: BoardData, indicator: Indicator, point: HistoryPoint) -> Iterable[CodedMessage]:
    """Yield what a reader should know before relying on the figure."""
    period = point.period
    if point.count.bounds is not None:
        doubt = rag.explain_doubt(indicator, point.count)
        is_hidden = doubt.code == "small-numbers-hidden"
        yield create_message("value-in-hidden-doubt") if is_hidden else create_message("value-in-doubt", doubt=doubt)
    if _is_history_short(board_data, indicator):
        yield create_message("history-too-short")
    for table_name, message in board_data.la_code_problems.items():
        if table_name in list_rule_tables(indicator):
            yield hide_message_cells(message) if board_data.public_view else message
    used_sources = select_table_sources(board_data.dated_sources, indicator)
    # Several files of one table give one warning, by the latest of them.
    latest_sources = pick_latest_sources(used_sources)
    yield from _warn_of_late_sources(board_data, latest_sources)
    # The figure is compared with the period before and with that of a year ago, so a break
    # anywhere in that year matters.
    for series_break in indicator.list_breaks_between(period.year_earlier.first_day, period.last_day):
        yield create_message(
            "series-broken", occurred_on=series_break.occurred_on, description=series_break.description
        )
    yield from _warn_of_early_ends(board_data, latest_sources, period)
    loaded_tables = {source.table for source in used_sources}
    for helper_table in list_helper_tables(indicator):
        if helper_table not in loaded_tables:
            yield create_message("helper-table-missing", table=helper_table)
    if indicator.note:
        yield create_message("indicator-note", note=indicator.note)


def _warn_of_late_sources(board_data: BoardData, sources: Iterable[TableSource]) -> Iterable[CodedMessage]:
    """Yield a warning for each source that is older than the config's `stale` limit allows."""
    for source in sources:
        limit_days = board_data.settings.stale_after_days.get(source.table)
        if limit_days is None or source.last_event is None:
            continue
        age_days = (board_data.as_at - source.last_event).days
        if age_days > limit_days:
            days = {"age_days": age_days, "excess_days": age_days - limit_days}
            yield create_message("source-late", table=source.table, **(days if _may_date(board_data, source) else {}))


def _warn_of_early_ends(
    board_data: BoardData, sources: Iterable[TableSource], period: Period
) -> Iterable[CodedMessage]:
    """Yield a warning for each source whose last event is before the period."""
    for source in sources:
        if source.last_event is None or source.last_event >= period.first_day:
            continue
        if _may_date(board_data, source):
            yield create_message("source-ends-early", table=source.table, last_event=source.last_event)
        else:
            yield create_message("source-without-events", table=source.table)


def _may_date(board_data: BoardData, source: TableSource) -> bool:
    """Say whether the day of a source's last event may be told: in public it may be one child's."""
    return not board_data.public_view or find_clean_table(source.table).subject.has_public_rows


def _is_history_short(board_data: BoardData, indicator: Indicator) -> bool:
    """Say whether the look-back table starts too late for the indicator's window.

    With too little history a repeat may be missed, so the figure reads too low (definitions.md,
    RR12).
    """
    look_back = indicator.look_back
    if look_back is None or look_back.table not in board_data.table_frames:
        return False
    table_frame = board_data.table_frames[look_back.table]
    if table_frame.collect_schema().get(look_back.column) != nw.Date or _is_recorded(look_back, table_frame):
        return False
    first_date = board_data.find_span(look_back.table).first_day
    if first_date is None:
        first_date = table_frame.select(nw.col(look_back.column).min()).collect().item()
    window_month, _ = get_window_months(indicator.rule.window, board_data.period)
    return first_date is not None and first_date > get_month_start(window_month - look_back.months)


def _is_recorded(look_back: LookBack, table_frame: TableFrame) -> bool:
    """Say whether every row of a table says itself what came before it."""
    recorded_column = look_back.recorded_column
    if recorded_column not in table_frame.collect_schema().names():
        return False
    return bool(table_frame.select(nw.col(recorded_column).is_null().sum()).collect().item() == 0)
