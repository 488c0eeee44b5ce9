"""Publication by a named officer's decision: what is listed before, what is shown after."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kpitui.board import build_board
from kpitui.cli import main
from kpitui.council import open_council
from kpitui.disclosure.releases import normalise_kind, read_releases
from kpitui.model.periods import parse_period
from tests.examples import MEETING, QUARTER, Example

# Sixteen leavers of the quarter: three returned home, thirteen went on to independent living.
PEOPLE = "child,dob\n" + "".join(f"{number},2006-05-01\n" for number in range(16))
CASES = "child,decom,rne,ls,place,dec,rec\n" + "".join(
    f"{number},2016-01-01,S,C2,U1,2018-11-05,{'E4A' if number < 3 else 'E5'}\n" for number in range(16)
)
REASON = "Two of them went home, one of them to a father."
NOTES = f'indicator,period,text\nVP7,{QUARTER},"{REASON}"\n'


@pytest.fixture
def config(example: Example) -> Path:
    return example.write({"care_episodes": CASES, "children": PEOPLE, "commentary": NOTES})


def release(config: Path, what: str, *more: str) -> int:
    words = ["--config", str(config), "--as-at", str(MEETING), "release", "VP7", "--period", str(QUARTER)]
    return main([*words, "--what", what, "--by", "Director", "--reason", "minute 63", *more])


def test_a_release_lists_first_what_it_shows_and_is_recorded_when_confirmed(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    register = config.parent / "tables" / "releases.csv"
    assert release(config, "value") == 0
    output = capsys.readouterr()
    assert "VP7: counted: 3" in output.out
    assert "nothing is recorded yet: add --yes" in output.err
    assert "VP7" not in register.read_text()
    assert release(config, "value", "--yes") == 0
    assert register.read_text().splitlines() == [
        "indicator,period,what,released_by,released_date,reason",
        f"VP7,{QUARTER},value,Director,{MEETING},minute 63",
    ]
    register.unlink()
    assert release(config, "value", "--yes") == 0  # a new file has its header
    assert register.read_text().startswith("indicator,period,what")
    capsys.readouterr()
    assert release(config, "value", "--yes") == 2
    assert "has this release already" in capsys.readouterr().err


def test_what_is_released_is_shown_in_public_and_not_before_its_day(config: Path) -> None:
    def count(as_at: date) -> str:
        council = open_council(config)
        board = build_board(council, as_at, parse_period(QUARTER), public_view=True)
        entry = next(entry for entry in board.entries if entry.indicator.code == "VP7")
        notes = [note.text for note in entry.commentary_notes]
        return f"{entry.point.count.numerator} of {entry.point.count.denominator} {notes == [REASON]}"

    assert count(MEETING) == "nan of 16 False"
    release(config, "value", "--yes")
    assert count(MEETING) == "3 of 16 False"
    release(config, "notes", "--yes")
    assert count(MEETING) == "3 of 16 True"
    assert count(date(2019, 2, 1)) == "nan of 16 False"


def test_releases_are_told_to_whoever_prepares_the_public_report(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    release(config, "value", "--yes")
    capsys.readouterr()
    for view, is_told in ((), True), (("--internal",), False):
        main(["--config", str(config), "--as-at", str(MEETING), "--period", QUARTER, "report", *view])
        said = capsys.readouterr()
        text = "VP7, value of Q3 2018/19, released by Director on 25 March 2019: minute 63"
        assert (text in said.err) == is_told
        assert text not in said.out


def test_what_cannot_be_released_is_refused(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert release(config, "everything") == 2
    assert "choose one of value, outcomes" in capsys.readouterr().err


def test_releases_are_read_as_people_write_them() -> None:
    written = ("Value", "leavers-by-outcome", "left-out", "note", "With-Staying-Put")
    assert [normalise_kind(text) for text in written] == [
        "value", "outcomes", "left out", "notes", "with-staying-put",
    ]  # fmt: skip
    row = {"indicator": "VP7", "period": "2018-19 Q3", "what": "value", "released_by": None, "released_date": None}
    (only,) = read_releases([{**row, "reason": None}, {**row, "period": "soon", "reason": None}])
    assert only.period == parse_period("2018-19 Q3")
