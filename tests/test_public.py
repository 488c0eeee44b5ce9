"""The public view from end to end: what stands on its pages, and that nobody gets behind them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from math import isnan
from pathlib import Path

import pytest

from kpitui import wording
from kpitui.board import build_board
from kpitui.changes import compare_periods
from kpitui.cli import main
from kpitui.council import Council, open_council
from kpitui.disclosure.ledger import is_small_count
from kpitui.disclosure.people import is_about_children
from kpitui.disclosure.public_context import HELD_BACK_TEXT, list_held_back_notes
from kpitui.figure_wording import describe_reason, format_judged_value
from kpitui.model.board import Board, Count, Entry
from kpitui.model.periods import Period, list_periods, parse_period
from kpitui.report import json_output, text_output
from kpitui.restatements import save_figures
from tests.examples import MEETING, QUARTER, Example, Tables, table
from tests.public_attack import ATTACKS, Pages, attack, entrants, in_care, left_out, narrowed_down, permanence, plans

SAMPLE = Path(__file__).parent.parent / "config.toml"
PAGES = (*list_periods(parse_period("2017-18 Q4"), parse_period("2018-19 Q3")), parse_period("2017-18"))


@pytest.fixture(scope="module")
def council() -> Council:
    """The sample, of which nothing small is released (tests/test_minutes.py has what is)."""
    sample = open_council(SAMPLE)
    frames = {name: frame for name, frame in sample.tables.frames.items() if name != "releases"}
    return replace(sample, tables=replace(sample.tables, frames=frames))


@pytest.fixture(scope="module")
def boards(council: Council) -> Mapping[tuple[Period, bool], Board]:
    """The pages of many meetings, as they are and in public."""
    return {
        (period, public): build_board(council, MEETING, period, public_view=public)
        for period in PAGES
        for public in (True, False)
    }


def children(board: Board) -> list[Entry]:
    return [entry for entry in board.entries if is_about_children(entry.indicator)]


def counts(entry: Entry) -> Iterator[tuple[str, Count]]:
    """Every count of an entry, with where it stands."""
    points = [*entry.history, *entry.provisional_points, *entry.complete_years, entry.point]
    for moved in (entry.movement, entry.year_movement):
        points += [moved.earlier_point] if moved.earlier_point else []
    yield from ((str(point.period), point.count) for point in points)
    if entry.year_to_date is not None:
        yield f"{entry.point.period} to date", entry.year_to_date
    for variant in entry.variants:
        if variant.count is not None:
            yield f"{variant.id} {entry.point.period}", variant.count
    for name, numbers_found in entry.variant_history.items():
        pairs = zip(entry.history, numbers_found, strict=True)
        yield from ((f"{name} {point.period}", count) for point, count in pairs)
    yield f"{entry.point.period} gone", Count(0, 0, entry.not_counted)


def numbers(entry: Entry) -> dict[tuple[str, ...], float]:
    """Every number of an entry by where it stands; a reason that is not told of has no case."""
    numbers_found: dict[tuple[str, ...], float] = {}
    for where, count in counts(entry):
        numbers_found[where, "numerator"] = count.numerator
        numbers_found[where, "denominator"] = count.denominator
        numbers_found |= {(where, "left out", name): number for name, number in count.excluded.items()}
    return numbers_found


# --- what stands on the pages --------------------------------------------------------------------


def test_a_number_is_as_it_is_or_hidden(boards: Mapping[tuple[Period, bool], Board]) -> None:
    for period in PAGES:
        pairs = zip(boards[period, True].entries, boards[period, False].entries, strict=True)
        for public, internal in pairs:
            public_number, real = numbers(public), numbers(internal)
            wrong = {
                where: (public_number.get(where, 0), real.get(where, 0))
                for where in {*public_number, *real}
                if not isnan(public_number.get(where, 0)) and public_number.get(where, 0) != real.get(where, 0)
            }
            assert wrong == {}
            if not is_about_children(public.indicator):
                assert public_number == real


def test_no_count_of_children_on_any_page_is_from_1_to_5(boards: Mapping[tuple[Period, bool], Board]) -> None:
    small_numbers = [
        (entry.indicator.code, *where, number)
        for period in PAGES
        for entry in children(boards[period, True])
        for where, number in numbers(entry).items()
        if is_small_count(number)
    ]
    assert small_numbers == []


def test_some_numbers_are_shown_and_some_hidden(boards: Mapping[tuple[Period, bool], Board]) -> None:
    entry = {entry.indicator.code: entry for entry in boards[parse_period("2018-19 Q3"), True].entries}
    assert isnan(entry["VP7"].point.count.numerator)
    assert entry["VP7"].point.count.denominator == 16
    assert entry["VP7"].judgement.rag == "red"  # as any number from 1 to 5 would be
    assert (entry["CC20"].point.count.numerator, entry["CC20"].point.count.denominator) == (17, 78)
    assert describe_reason(entry["CE20"]) == "not shown, to protect small numbers"
    assert format_judged_value(entry["RR12"]) == "20.3%"


def test_a_number_is_shown_on_all_pages_or_on_none(
    council: Council, boards: Mapping[tuple[Period, bool], Board]
) -> None:
    seen: dict[tuple[str, ...], float] = {}
    pages = [entry for period in PAGES for entry in boards[period, True].entries]
    pages += [
        build_board(council, MEETING, parse_period("2018-19 Q3"), indicator, public_view=True).entries[0]
        for indicator in council.settings.indicators
        if indicator.code in ("CP24", "VP7")
    ]
    for entry in pages:
        for where, number in numbers(entry).items():
            key = (entry.indicator.code, *where)
            assert repr(seen.setdefault(key, number)) == repr(number)


def test_a_page_of_an_earlier_meeting_showed_the_same_numbers(
    council: Council, boards: Mapping[tuple[Period, bool], Board]
) -> None:
    """Of what counts today as it counted on 15 October 2018."""
    third = parse_period("2018-19 Q3")
    then = [build_board(council, date(2018, 10, 15), public_view=public) for public in (True, False)]
    now = [boards[third, public] for public in (True, False)]
    compared = 0
    for entries in zip(*(board.entries for board in (*then, *now)), strict=True):
        shown_then, real, shown_now, real_now = map(numbers, entries)
        for where in shown_then.keys() & shown_now.keys():
            if real.get(where, 0) == real_now.get(where, 0):
                compared += 1
                assert repr(shown_then[where]) == repr(shown_now[where])
    assert compared > 1000


def test_no_child_is_named_in_public(council: Council, boards: Mapping[tuple[Period, bool], Board]) -> None:
    names = {
        str(name)
        for table_of in ("care_episodes", "referrals", "protection_plans")
        for name in council.table_frames[table_of].collect()["child"].to_list()
    }
    board = boards[parse_period("2018-19 Q3"), True]
    moved = compare_periods(council, board, parse_period("2018-19 Q2"), parse_period("2018-19 Q3"))
    documents = [json_output.changes_to_json(moved), json_output.board_to_json(board)]
    documents += [json_output.entry_to_json(board, entry) for entry in board.entries]
    text = "\n".join(
        [json_output.encode_json(documents), text_output.format_changes(moved), text_output.format_board(board)]
    )
    assert names & set(re.findall(r"\w+", text)) == set()
    assert "NaN" not in text
    assert "nan%" not in text


# --- who tries to get behind them ----------------------------------------------------------------


@pytest.mark.parametrize("indicators", ATTACKS)
def test_an_attacker_who_reads_every_page_learns_no_small_number(
    indicators: tuple[str, ...], boards: Mapping[tuple[Period, bool], Board]
) -> None:
    pages = Pages.of(boards, indicators)
    assert narrowed_down(pages, attack(pages, [ATTACKS[indicators]])) == {}


def test_he_learns_none_from_all_indicators_together(boards: Mapping[tuple[Period, bool], Board]) -> None:
    pages = Pages.of(boards, [entry.indicator.id for entry in children(next(iter(boards.values())))])
    # Spells of the sample overlap, so that its stocks and flows do not add up.
    assert narrowed_down(pages, attack(pages, (permanence, plans, entrants, left_out, in_care))) == {}


def test_he_would_where_the_small_numbers_alone_were_hidden(boards: Mapping[tuple[Period, bool], Board]) -> None:
    pages = Pages.of(boards, ["permanence"])
    alone = {where: None if is_small_count(number) else number for where, number in pages.real.items()}
    attacker = Pages(alone, pages.real).attacker()
    third = (parse_period("2018-19 Q3").index,)
    assert narrowed_down(pages, attacker, 2)[("n", "permanence"), third] == (5, 5, 5)


# --- examples ------------------------------------------------------------------------------------


IN_QUARTERS = ("2018-05-15", "2018-08-15", "2018-11-15", "2019-02-15")


def left_care(*quarters: tuple[int, int], days: Iterable[str] = IN_QUARTERS) -> str:
    """Episodes that ended in the quarters of 2018/19: how many adopted, how many otherwise."""
    rows = [
        f"{day}-{rec}-{number} 2016-01-01 S C2 U1 {day} {rec}"
        for day, child_count in zip(days, quarters, strict=False)
        for rec, times in zip(("E11", "E5"), child_count, strict=True)
        for number in range(times)
    ]
    return table("child decom rne ls place dec rec", *rows)


def public(example: Example, tables: Tables, config: str = "", period: str = QUARTER) -> Board:
    return build_board(example.council(tables, config), MEETING, parse_period(period), public_view=True)


def entry_of(board: Board, code: str) -> Entry:
    return next(entry for entry in board.entries if entry.indicator.code == code)


def test_the_year_so_far_and_the_movement_go_with_a_small_quarter(example: Example) -> None:
    tables = {"care_episodes": left_care((8, 20), (9, 20), (3, 20))}
    entry = entry_of(public(example, tables), "VP7")
    assert wording.format_fraction(entry.point.count) == "c of 23"
    assert entry.year_to_date is not None
    assert wording.format_fraction(entry.year_to_date) == "c of 80"
    assert entry.movement.is_hidden
    assert wording.describe_movement(entry.movement) == "c"
    assert format_judged_value(entry) == "c"
    assert (entry.judgement.cases_to_target, entry.judgement.chance_interval) == (None, None)
    assert [wording.format_fraction(point.count) for point in entry.history[-3:]] == ["8 of 28", "9 of 29", "c of 23"]


def test_a_quarter_that_was_shown_stays_shown(example: Example) -> None:
    """On 10 October two quarters were over; a third does not change what they show."""
    tables = {"care_episodes": left_care((8, 20), (9, 20), (3, 20))}
    council = example.council(tables)
    before = build_board(council, date(2018, 10, 10), parse_period("2018-19 Q2"), public_view=True)
    assert wording.format_count_value(entry_of(before, "VP7").point.count) == "31.0%"


@pytest.mark.parametrize("period", ["2018-19 M12", "2018-19 Q4", "2018-19", "2018-19 M10"])
def test_what_is_not_over_and_months_are_not_told_of(example: Example, period: str) -> None:
    tables = {"care_episodes": left_care((8, 20), (9, 20), (9, 20), (9, 20))}
    entry = entry_of(public(example, tables, period=period), "VP7")
    assert wording.format_fraction(entry.point.count) == "c"


def test_the_last_day_of_a_month_stands_alone(example: Example) -> None:
    rows = [f"C{number} 2017-01-01 S C2 U1 . . {30 if number < 7 else 3}" for number in range(20)]
    in_care = table("child decom rne ls place dec rec distance_miles", *rows)
    entry = entry_of(public(example, {"care_episodes": in_care}, period="2018-19 M11"), "CC20")
    assert wording.format_fraction(entry.point.count) == "7 of 20"


EARLY_HELP = """
[indicators.early-help-in-time]
title = "Early help assessments completed in 45 days"
code = "EH"
table = "early_help"
date = "completed_date"
counted = { days_taken = { at_most = 45 } }
polarity = "high"
"""


def test_a_table_of_the_councils_own_is_of_children(example: Example) -> None:
    rows = [f"F{number} 2018-11-01 {40 if number < 3 else 50}" for number in range(20)]
    tables = {"early_help": table("family completed_date days_taken", *rows)}
    entry = entry_of(public(example, tables, EARLY_HELP), "EH")
    assert wording.format_fraction(entry.point.count) == "c of 20"
    assert entry.is_about_people
    (source,) = entry.sources
    assert isnan(source.rows_used)


def test_schools_and_staff_are_shown(example: Example) -> None:
    tables = {
        "schools": table("urn name phase la_code open_date", "1 A Special 872 1990-01-01"),
        "school_inspections": table("urn inspection_date kind overall", "1 2018-01-01 graded 2"),
    }
    board = public(example, tables)
    entry = entry_of(board, "EA1iii")
    assert wording.format_fraction(entry.point.count) == "1 of 1"
    assert not entry.is_about_people
    assert entry_of(board, "EA11").is_about_people  # their numbers are public, their rows are not


def test_a_published_figure_of_a_year_that_is_hidden_is_not_shown(example: Example) -> None:
    published = table(
        "area indicator period value source basis published_date",
        "Wokingham permanence 2017-18 10.0 DfE exact 2018-11-15",
        "England permanence 2017-18 45.0 DfE exact 2018-11-15",
    )
    episodes = left_care((3, 20), days=["2017-05-15"])
    tables = {"care_episodes": episodes, "published_series": published}
    entry = entry_of(public(example, tables), "VP7")
    (year,) = (point for point in entry.complete_years if str(point.period) == "2017-18")
    assert isnan(year.count.numerator)
    assert [(figure.value, figure.symbol) for figure in entry.published_series] == [(None, "c")]
    assert entry.comparators[0].value == 45.0


def test_what_was_said_is_restated_without_its_numbers(example: Example) -> None:
    tables = {"care_episodes": left_care((8, 20), (9, 20))}
    path = example.write(tables)
    council = open_council(path)
    earlier_board = build_board(council, date(2018, 10, 20), parse_period("2018-19 Q2"))
    save_figures(earlier_board, (), council.settings.saved_figures_folder)
    more = left_care((8, 20), (11, 20))
    (path.parent / "tables" / "care_episodes.csv").write_text(more, encoding="utf-8", newline="")
    board = build_board(open_council(path), MEETING, parse_period(QUARTER), public_view=True)
    (restatement,) = entry_of(board, "VP7").restatements
    assert wording.format_fraction(restatement.saved_count) == "c"
    assert wording.format_fraction(restatement.current_count) == "11 of 31"


COMMENTARY = """indicator,period,text,kind
permanence,2018-19 Q3,"Two stayed with their carers.",reason
permanence,2018-19 Q3,"Panels are held every two weeks.",action
schools-special-good,2018-19 Q3,"Two schools have new heads.",reason
schools-special-good,2018-19 Q3,"Two pupils moved.",reason
"""


def test_commentary_with_a_small_number_of_children_is_held_back(example: Example) -> None:
    board = public(example, {"commentary": COMMENTARY})
    texts = {
        commentary_note.text for code in ("VP7", "EA1iii") for commentary_note in entry_of(board, code).commentary_notes
    }
    assert texts == {HELD_BACK_TEXT, "Panels are held every two weeks.", "Two schools have new heads."}
    full = example.board({"commentary": COMMENTARY})
    mentions = [(note.entry.indicator.code, note.mentions) for note in list_held_back_notes(full, board)]
    assert sorted(mentions) == [("EA1iii", ("Two",)), ("VP7", ("Two",))]


def test_issues_quote_rows_and_are_not_public(example: Example) -> None:
    tables = {"care_episodes": left_care((8, 20)) + "X soon S C2 U1 . .\n".replace(" ", ",")}
    assert example.board(tables).issues
    assert public(example, tables).issues == ()


# --- the command line ----------------------------------------------------------------------------


def test_public_on_the_command_line(example: Example, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(example.write({"care_episodes": left_care((8, 20), (9, 20), (3, 20))}))
    assert main(["show", "VP7", "--public", "--json", "--config", path]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["public"] is True
    figures = {name: document[name] for name in ("numerator", "denominator", "value", "symbol")}
    assert figures == {"numerator": None, "denominator": 23, "value": None, "symbol": "c"}
    assert "symbol" not in document["history"][-2]
    for command in (["status"], ["changes"], ["show", "VP7"]):
        assert main([*command, "--public", "--config", path]) == 0
        assert "Public view: small counts of children are hidden" in capsys.readouterr().out


def test_the_cases_of_people_are_refused_in_public(example: Example, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(example.write({}))
    assert main(["cases", "VP7", "--public", "--config", path]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert "the public view does not show the people behind VP7" in output.err
    assert "kpitui show VP7 --public" in output.err
    assert main(["cases", "EA1i", "--public", "--config", path]) == 0
