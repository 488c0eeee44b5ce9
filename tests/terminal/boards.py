"""Boards made by hand, so that screens can be tested without a council's files."""
# ruff: noqa: E501 - one row of the table is one line

# ruff: noqa: E501 - one row of the table is one line

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from kpitui.board import PeriodNotStarted
from kpitui.catalogue.due_list_parser import read_due_lists
from kpitui.catalogue.parser import read_catalogue, read_packaged_catalogue
from kpitui.catalogue.problem_collector import ProblemCollector
from kpitui.config.profiles import BriefingLength, BriefingProfile
from kpitui.drilldown.splits import ColumnNotFound
from kpitui.judge.quantities import tell_difference, tell_distance, tell_target, tell_value
from kpitui.model.areas import Area, AreaFigure, AreaRow, AreaTable
from kpitui.model.board import (
    Board,
    CommentaryNote,
    Comparator,
    Count,
    Entry,
    Funnel,
    HistoryPoint,
    Judgement,
    Movement,
    PeriodLimits,
    ProcessChart,
    Rag,
    Restatement,
    TableSource,
    VariantCount,
)
from kpitui.model.catalogue import CohortCall, Indicator, Rule, SeriesBreak, Target
from kpitui.model.drilldown import (
    CaseRestatement,
    GradeChange,
    IndicatorCases,
    IndicatorChange,
    IndicatorSplit,
    PeriodChanges,
    SplitGroup,
    Subject,
    TimelineEvent,
)
from kpitui.model.due_lists import DueCases, DueList, DueQuery
from kpitui.model.flow import FLOW_STEPS, CaseFlow, FlowStage
from kpitui.model.issues import Issue, MessageValue, create_message
from kpitui.model.measures import PROPORTION
from kpitui.model.periods import Period, list_periods, parse_period
from kpitui.report.briefing.composer import Briefing, compose_briefing
from kpitui.tui.desk_protocol import RecalledBoard

if TYPE_CHECKING:
    from kpitui.commentary.note_store import CommentaryDraft, WriteOutcome

MEETING = date(2019, 3, 25)
PERIOD = parse_period("2018-19 Q3")
FIRST = parse_period("2015-16 Q1")

# code, id, title, theme, polarity, target, scale, latest n and d, the d before, made up, noun
ROWS: tuple[tuple[str, str, str, str, str, float, tuple[float, float], float, float, bool, str], ...] = (
    ("EA1i", "schools-primary-good", "Primary schools that are Good or better", "Schools", "high", 95.0, (50, 100), 51, 53, False, "school"),
    ("EA1ii", "schools-secondary-good", "Secondary schools that are Good or better", "Schools", "high", 100.0, (50, 100), 8, 9, False, "school"),
    ("EA1iii", "schools-special-good", "Special schools that are Good or better", "Schools", "high", 100.0, (0, 100), 2, 3, False, "school"),
    ("EA2", "pupils-in-good-schools", "Pupils in schools that are Good or better", "Schools", "high", 92.0, (50, 100), 24210, 26034, False, "pupil"),
    ("EA3", "early-years-good", "Early years settings that are Good or better", "Early years", "high", 97.0, (50, 100), 204, 209, True, "setting"),
    ("CE20", "care-entrants-over-20-miles", "Entered care, placed over 20 miles away", "Children in care", "low", 25.0, (0, 100), 2, 9, True, "child"),
    ("CC20", "children-in-care-over-20-miles", "Children in care over 20 miles away", "Children in care", "low", 30.0, (0, 100), 28, 98, True, "child"),
    ("EA11", "social-worker-turnover", "Social worker turnover", "Workforce", "low", 13.0, (0, 40), 19, 98.5, True, "leaver"),
    ("RR12", "repeat-referrals", "Referrals within 12 months of an earlier one", "Referrals", "low", 22.0, (0, 50), 171, 842, True, "referral"),
    ("CP24", "repeat-plans-24-months", "Second plan within 24 months", "Child protection", "low", 12.0, (0, 50), 7, 81, True, "plan"),
    ("CPEV", "repeat-plans-ever", "Second or subsequent plan, ever", "Child protection", "low", 20.0, (0, 50), 14, 81, True, "plan"),
    ("VP7", "permanence", "Permanence on leaving care", "Leaving care", "high", 45.0, (0, 100), 5, 16, True, "child"),
    ("VP8", "protection-visits-on-time", "Child protection visits on time", "Child protection", "high", 90.0, (50, 100), 601, 743, True, "visit"),
)  # fmt: skip
SHORT = {"EA1i": "Primary schools", "EA1ii": "Secondary schools", "EA1iii": "Special schools"}
PLURALS = {"child": "children"}


def board(period: Period = PERIOD, as_at: date = MEETING, *, hostile: str = "", entries: int = len(ROWS)) -> Board:
    """A board of thirteen indicators; `hostile` is put into every text that data can hold."""
    made = tuple(entry(row, period, as_at, hostile) for row in ROWS[:entries])
    sources = tuple({source.table: source for one in made for source in one.sources}.values())
    return Board(
        council_name=f"Wokingham Borough Council{hostile}",
        as_at=as_at,
        period=period,
        entries=made,
        sources=sources,
        issues=(
            Issue(
                create_message("code-not-known", column="phase", cells=(f"Infant{hostile}",)),
                f"data/schools.csv{hostile}",
                14,
                "schools",
            ),
            Issue(create_message("end-before-start", start="decom", end="dec"), "data/care_episodes.csv", 201),
        ),
        made_up_tables=tuple(source.table for source in sources if source.made_up),
    )


def entry(
    row: tuple[str, str, str, str, str, float, tuple[float, float], float, float, bool, str],
    period: Period,
    as_at: date,
    hostile: str = "",
) -> Entry:
    """One entry with a history that leads to its numbers."""
    indicator = _indicator(row, hostile)
    history = _history(row, indicator, period)
    point = history[-1]
    return Entry(
        indicator=indicator,
        point=point,
        target=indicator.targets[0],
        judgement=_judgement(indicator, point),
        movement=_movement(indicator, history, 1),
        year_movement=_movement(indicator, history, 4),
        history=history,
        provisional_points=_provisional(point, period),
        complete_years=_whole_years(indicator, history),
        year_to_date=Count(20, 48),
        restatements=(Restatement(period.previous, date(2018, 12, 1), Count(6, 15), Count(5, 15)),),
        variants=_variants(indicator, point, hostile),
        variant_history={},
        not_counted={"18 or over, stayed with carers": 3, f"transferred{hostile}": 2},
        comparators=_comparators(hostile),
        published_series=(),
        funnel=Funnel(
            _comparators(hostile)[0], 38.0, 85.8, create_message("funnel-below-chance", comparator=f"England{hostile}")
        ),
        process_chart=_chart(history, row[0]),
        no_chart_reason=None if row[0] in ("VP7", "VP8") else create_message("chart-of-same-cases"),
        commentary_notes=_notes(row[0], period, hostile),
        sources=(_source(row, as_at, hostile),),
        warnings=(create_message("history-too-short"),) if row[0] == "RR12" else (),
        problem=None,
        data_age_days=(as_at - point.period.last_day).days,
        made_up=row[9],
    )


def _indicator(row: Sequence[object], hostile: str) -> Indicator:
    code, name, title, theme, polarity, target, scale, _, _, _, noun = row
    return Indicator(
        id=str(name),
        code=str(code),
        title=f"{title}{hostile}",
        theme=str(theme),
        polarity="high" if polarity == "high" else "low",
        rule=Rule(str(name), str(title), CohortCall("care-leavers"), "period", ()),
        variants=(
            Rule("excluding-18-plus", f"Without those who turned 18{hostile}", CohortCall("care-leavers"), "period", ()),
            Rule("planned-only", "Planned returns only", CohortCall("care-leavers"), "period", ()),
        ),
        noun=(str(noun), PLURALS.get(str(noun), f"{noun}s")),
        definition=f"Of those who left care in the period, the share who left to a permanent home.{hostile}",
        source="SSDA903 guide 2018, page 41",
        targets=(Target(float(str(target)), None, f"The council's own, illustrative{hostile}", f"Director{hostile}", date(2019, 6, 1)),),
        short=f"{SHORT[str(code)]}{hostile}" if str(code) in SHORT else "",
        tolerance=5.0,
        scale=(float(scale[0]), float(scale[1])),  # type: ignore[index]
        breaks=(SeriesBreak(date(2016, 9, 1), f"the inspection framework changed{hostile}"),) if theme == "Schools" else (),
    )  # fmt: skip


def _history(row: Sequence[object], indicator: Indicator, last: Period) -> tuple[HistoryPoint, ...]:
    top, bottom = float(str(row[7])), float(str(row[8]))
    periods = list_periods(FIRST, last) if last.kind == "quarter" else list_periods(last.previous, last)
    points = []
    for period in periods:
        back = PERIOD.index - period.index if last.kind == "quarter" else last.index - period.index
        shift = ((back * 7) % 5 - 2) * max(1, round(bottom / 60)) if back else 0
        lower = max(bottom - (back % 4), 1.0)
        count = Count(min(max(top + shift, 0), lower), lower, {"short break": 2} if back % 3 == 0 else {})
        if back == 9:
            count = Count(0, 0)
        points.append(HistoryPoint(period, "official", count, indicator.targets[0].value, rag(indicator, count)))
    return tuple(points)


def rag(indicator: Indicator, count: Count) -> Rag:
    """The colour of a count against the indicator's one target."""
    if count.value is None:
        return "none"
    gap = count.value - indicator.targets[0].value
    gap = gap if indicator.polarity == "high" else -gap
    return "green" if gap >= 0 else "amber" if gap >= -indicator.tolerance else "red"


def _judgement(indicator: Indicator, point: HistoryPoint) -> Judgement:
    value, target = point.count.value, indicator.targets[0].value
    if value is None:
        return Judgement("none", create_message("nothing-to-count"), create_message("value-missing"), None, None, None)
    code = "target-beaten" if point.rag == "green" else "target-missed-beyond"
    values: dict[str, MessageValue] = {
        "distance": tell_distance(value - target, PROPORTION, indicator.polarity),
        "target": tell_target(target, PROPORTION),
        "tolerance": tell_difference(float(indicator.tolerance), PROPORTION),
        "tolerance_amount": float(indicator.tolerance),
    }
    small = point.count.denominator < 50
    return Judgement(
        rag=point.rag,
        reason=create_message(code, **values),
        printed_value=tell_value(value, PROPORTION),
        cases_to_target=None if point.rag == "green" else 3,
        points_per_case=100 / point.count.denominator if small else None,
        chance_interval=(14.2, 55.6) if small else None,
    )


def _movement(indicator: Indicator, history: Sequence[HistoryPoint], back: int) -> Movement:
    if len(history) <= back:
        return Movement("none", None, None)
    now, before = history[-1].count.value, history[-1 - back].count.value
    if now is None or before is None:
        return Movement("none", None, None)
    change = now - before
    if abs(change) < 0.05:
        return Movement("same", change, history[-1 - back])
    better = (change > 0) == (indicator.polarity == "high")
    return Movement("better" if better else "worse", change, history[-1 - back])


def _provisional(point: HistoryPoint, period: Period) -> tuple[HistoryPoint, ...]:
    if period != PERIOD:
        return ()
    months = list_periods(parse_period("2018-19 M10"), parse_period("2018-19 M11"))
    counts = (replace(point.count, numerator=point.count.numerator * 0.9), point.count)
    return tuple(
        HistoryPoint(month, "provisional", count, point.target, point.rag)
        for month, count in zip(months, counts, strict=True)
    )


def _whole_years(indicator: Indicator, history: Sequence[HistoryPoint]) -> tuple[HistoryPoint, ...]:
    years = list_periods(parse_period("2015-16"), parse_period("2017-18"))
    count = Count(41, 96, {"short break": 7})
    target = indicator.targets[0].value
    return tuple(HistoryPoint(year, "official", count, target, rag(indicator, count)) for year in years)


def _variants(indicator: Indicator, point: HistoryPoint, hostile: str) -> tuple[VariantCount, ...]:
    first, second = indicator.variants
    less = Count(point.count.numerator, max(point.count.denominator - 7, 1))
    value, other = point.count.value or 0.0, less.value or 0.0
    note = f"Those who turned 18 are out of the denominator{hostile}"
    return (
        VariantCount(first.id, first.title, note, less, rag(indicator, less), other - value, 0),
        VariantCount(second.id, second.title, "", point.count, point.rag, 0.0, 0),
    )


def _comparators(hostile: str) -> tuple[Comparator, ...]:
    return (
        Comparator(f"England{hostile}", "2017-18", 62.0, "", f"DfE SFR 2018{hostile}", date(2018, 11, 15), "close"),
        Comparator("South East", "2017-18", None, "c", "DfE SFR 2018", None, "close"),
    )  # fmt: skip


def _chart(history: Sequence[HistoryPoint], code: str) -> ProcessChart | None:
    if code not in ("VP7", "VP8"):
        return None
    values = [point.count.value for point in history if point.count.value is not None]
    mean = sum(values) / len(values)
    limits = tuple(PeriodLimits(point.period, mean - 12, mean + 12) for point in history)
    signals, variation = (
        (create_message("signal-run-below", length=7, period_noun="quarter"),),
        create_message("variation-worse"),
    )
    return ProcessChart(
        mean, mean - 12, mean + 12, history[0].period, signals, None, variation, "p-chart", len(history), False, limits
    )


def _notes(code: str, period: Period, hostile: str) -> tuple[CommentaryNote, ...]:
    if code != "VP7":
        return ()
    text = f"Seven turned 18 in the quarter; three stayed with their carers.{hostile}"
    return (
        CommentaryNote(period, "reason", text, f"Service manager{hostile}", date(2019, 2, 28), None),
        CommentaryNote(
            period, "action", "Tracking panel every month.", "Service manager", date(2019, 2, 28), date(2019, 6, 30)
        ),
    )


def _source(row: Sequence[object], as_at: date, hostile: str) -> TableSource:
    names: Mapping[str, str] = {
        "Schools": "schools", "Early years": "early_years_settings", "Children in care": "care_episodes",
        "Workforce": "social_workers", "Referrals": "referrals", "Child protection": "protection_plans",
        "Leaving care": "care_episodes",
    }  # fmt: skip
    table = names[str(row[3])]
    last = as_at - timedelta(days=25)
    return TableSource(
        table, f"data/{table}.csv{hostile}", 1204, 1201, 3, last, datetime(2019, 3, 25, 9, 0), bool(row[9])
    )


def done(board: Board | None, *, just_made: bool = False) -> Future[RecalledBoard | None]:
    """What the desk recalls, when it is known at once."""
    recalled: Future[RecalledBoard | None] = Future()
    recalled.set_result(RecalledBoard(board, just_made) if board else None)
    return recalled


def area_table(as_at: date, period: Period, place: str) -> AreaTable:
    """Three councils: repeat plans of one are worse than chance, and of one better."""
    indicators = tuple(entry.indicator for entry in board(period, as_at).entries)
    repeat_plans = {
        "868": AreaFigure(Count(30, 40), "worse", (10.0, 40.0), 25.0, 3),
        "870": AreaFigure(Count(9, 40), "within", (10.0, 40.0), 25.0, 2),
        "872": AreaFigure(Count(1, 40), "better", (10.0, 40.0), 25.0, 1),
    }
    usual_figure = AreaFigure(Count(20, 40), "within", None, 50.0, 1)
    rows = tuple(
        AreaRow(
            Area(la_code, name, "South East"),
            {
                indicator.id: repeat_plans[la_code] if indicator.code == "CP24" else usual_figure
                for indicator in indicators
            },
            as_at,
            date(2019, 2, 28),
        )
        for la_code, name in AREA_NAMES.items()
    )
    return AreaTable(as_at, period, "council", place, "England", 3, indicators, rows)


AREA_NAMES = {"868": "Windsor and Maidenhead", "870": "Reading", "872": "Wokingham"}


@cache
def packaged_lists() -> tuple[DueList, ...]:
    documents = (read_packaged_catalogue(),)
    return read_due_lists(documents[0], read_catalogue(None)[0], ProblemCollector(documents))


class FakeDesk:
    """A desk that answers from boards made by hand, and remembers what it was asked."""

    def __init__(self, *, hostile: str = "", rows: int = 18) -> None:
        self.hostile, self.rows = hostile, rows
        self.asked: list[str] = []
        self.files: tuple[tuple[str, int, int], ...] = (("data/schools.csv", 1204, 1),)

    def build_board(self, as_at: date | None, period: Period | None, *, reread: bool, public: bool = False) -> Board:
        wanted = f"{' reread' if reread else ''}{' public' if public else ''}"
        self.asked.append(f"board {as_at} {period}{wanted}")
        made = board(period or PERIOD, as_at or MEETING, hostile=self.hostile)
        return replace(made, is_public=public)

    def build_area_table(self, as_at: date, period: Period, place: str) -> AreaTable:
        self.asked.append(f"areas {as_at} {period} {place}".strip())
        return area_table(as_at, period, place)

    def build_area_board(self, la_code: str, as_at: date | None, period: Period | None) -> Board:
        self.asked.append(f"area {la_code} {as_at} {period}")
        return replace(board(period or PERIOD, as_at or MEETING), council_name=f"Council {la_code}")

    def compare_periods(self, board: Board, before: Period, after: Period) -> PeriodChanges:
        self.asked.append(f"changes {before} {after}")
        moved = tuple(self._moved(entry) for entry in board.entries)
        graded = GradeChange(
            "110062", f"Keep Hatch{self.hostile}", "school", "Requires improvement", "Good", date(2018, 10, 9)
        )
        return PeriodChanges(board, before, after, moved, (graded,))

    def _moved(self, entry: Entry) -> IndicatorChange:
        came = (f"MU0001{self.hostile}", "MU0002") if entry.indicator.code == "CC20" else ()
        return IndicatorChange(
            entry, entry.history[-2], entry.point, entry.movement, came, came[:1], (), entry.not_counted
        )

    def compose_briefing(
        self, board: Board, profile: str, *, internal: bool, with_cases: bool
    ) -> tuple[Briefing, tuple[str, ...]]:
        self.asked.append(f"briefing {profile}{' internal' if internal else ''}")
        if profile == "broken":
            raise PeriodNotStarted("nothing of it is known yet")
        found = self.compare_periods(board, board.period.previous, board.period)
        length: BriefingLength = "summary" if profile else "full"
        cases = self.find_cases(board, board.entries[0], None, None) if with_cases else None
        first, *rest = board.entries
        entries = (replace(first, reason_missing=True), *rest)
        shown = replace(board, is_public=not internal, entries=entries)
        told = compose_briefing(shown, found, BriefingProfile(profile, length=length), (cases,) if cases else ())
        return told, ("scrutiny", "broken")

    def find_restated_cases(self, board: Board, entry: Entry) -> tuple[tuple[CaseRestatement, ...], ...]:
        self.asked.append(f"restated {entry.indicator.code}")
        then = f"left out: short break{self.hostile}"
        cases = (
            CaseRestatement(f"MU0001{self.hostile}", "not there", "counted"),
            CaseRestatement("MU0002", then, "not counted"),
        )
        return tuple(cases for _ in entry.restatements)

    def list_due_lists(self, board: Board) -> tuple[DueCases, ...]:
        self.asked.append("due")
        return tuple(self._due_cases(board, due_list) for due_list in packaged_lists())

    def list_due_cases(self, board: Board, list_name: str) -> DueCases:
        from kpitui.drilldown.due_lists import require_due_list

        self.asked.append(f"due {list_name}")
        return self._due_cases(board, require_due_list(packaged_lists(), list_name))

    def _due_cases(self, board: Board, due_list: DueList) -> DueCases:
        days = [board.as_at + timedelta(days) for days in (-20, -1, 0, 3)]
        frame = pl.DataFrame(
            {
                "child": [f"MU{number:04}{self.hostile}" for number in range(4)],
                "due": days,
                "days_left": [(day - board.as_at).days for day in days],
                "team": ["North", "South", "North", None],
                "worker": pl.Series([None] * 4, dtype=pl.String),
                "reason": [f"last seen on 1 Mar 2019{self.hostile}"] * 4,
                "category": ["NEG"] * 4,
            }
        )
        reach = (("protection_visits", board.as_at - timedelta(3)),)
        return DueCases(due_list, board.as_at, DueQuery(), frame, "child", 1, reach)

    def trace_flow(self, board: Board) -> CaseFlow:
        self.asked.append("flow")
        lost = pl.DataFrame(
            {"child": [f"MU0001{self.hostile}"], "day": [board.period.first_day], "reason": ["no further action"]}
        )
        referral, *_, care = FLOW_STEPS
        stages = (FlowStage(referral, 12, None, care, 11, {"no further action": 1}, lost), FlowStage(care, 15, 11))
        return CaseFlow(board.period, board.as_at, stages)

    def split_indicator(self, board: Board, entry: Entry, column_name: str) -> tuple[IndicatorSplit, tuple[str, ...]]:
        self.asked.append(f"split {column_name}")
        names = ("age", "sex", "place")
        if column_name and column_name not in names:
            raise ColumnNotFound(column_name, names)
        groups = (
            SplitGroup(f"F{self.hostile}", Count(2, 9)),
            SplitGroup("M", Count(3, 6)),
            SplitGroup("not recorded", Count(0, 1)),
        )
        split = IndicatorSplit(
            entry, entry.indicator.rule, board.period, column_name or "age", groups, Count(5, 16, {"short break": 2})
        )
        return split, names

    def draft_commentary(self, board: Board, entry: Entry) -> CommentaryDraft:
        from kpitui.commentary.note_store import CommentaryUnavailable  # polars, which few tests need

        raise CommentaryUnavailable("These boards are made by hand: there is no file to write to")

    def write_commentary(self, draft: CommentaryDraft, text: str) -> WriteOutcome:
        raise NotImplementedError

    def recall_board(self) -> Future[RecalledBoard | None]:
        return done(None)

    def search_subjects(self, board: Board, text: str) -> tuple[Subject, ...]:
        self.asked.append(f"find {text}")
        known = (
            Subject("schools", "urn", "110000", f"Keep Hatch{self.hostile}"),
            Subject("children", "child", "MU0002"),
        )
        return tuple(one for one in known if text.lower() in f"{one.id} {one.name}".lower())

    def find_first_entry(self, board: Board, subject: Subject) -> Entry | None:
        return next((one for one in board.entries if subject.id_column == "child"), None)

    def save_snapshot(self, board: Board) -> None:
        self.asked.append(f"keep {board.period}")

    def read_tables(self) -> None:
        pass

    def get_board_stamp(self) -> tuple[tuple[str, int, int], ...] | None:
        return None

    def stamp_files(self) -> tuple[tuple[str, int, int], ...]:
        return self.files

    def find_cases(self, board: Board, entry: Entry, variant: str | None, period: Period | None) -> IndicatorCases:
        self.asked.append(f"cases {entry.indicator.code} {variant}")
        rules = {rule.id: rule for rule in entry.indicator.variants}
        rule = rules[variant] if variant else entry.indicator.rule
        columns = ("child", "name", "dec", "rec", "age", "numerator", "denominator", "counted", "left_out_because")
        rows = [self._case(number) for number in range(self.rows)]
        frame = pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None)
        return IndicatorCases(entry, rule, period or board.period, frame)

    def _case(self, number: int) -> tuple[str | int | date | bool | None, ...]:
        left_out = f"short break{self.hostile}" if number % 6 == 5 else None
        counted = number % 3 == 0 and left_out is None
        return (
            f"MU{number + 1:04}", f"Child {number + 1}{self.hostile}", date(2018, 10, 1) + timedelta(days=number),
            "E11" if counted else "E17", 5 + number % 14, int(counted), int(left_out is None), counted, left_out,
        )  # fmt: skip

    def build_timeline(self, board: Board, column: str, subject: str) -> tuple[TimelineEvent, ...]:
        self.asked.append(f"timeline {column} {subject}")
        what = f"care episode: began as S, placement U1{self.hostile}"
        return (
            TimelineEvent(date(2004, 5, 2), None, "born", "children", {"child": subject}, "birth"),
            TimelineEvent(date(2016, 2, 1), date(2017, 3, 4), what, "care_episodes", {"child": subject}, "spell"),
            TimelineEvent(
                date(2017, 3, 4), date(2018, 10, 9), "care episode: began as P", "care_episodes", {}, "spell"
            ),
            TimelineEvent(date(2018, 5, 1), None, "referred: by School", "referrals", {}),
        )


def entry_codes() -> list[str]:
    """The codes of the board by hand, in its order."""
    return [entry.indicator.code for entry in board(PERIOD, MEETING).entries]
