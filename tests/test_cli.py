"""The command line: output is data, standard error is talk, exit codes are an interface."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from kpitui.cli import main
from kpitui.cli.output import ProgressPrinter
from kpitui.log import format_error_trace
from kpitui.model.board import ReadingProgress
from kpitui.model.clean_tables import CLEAN_TABLES
from kpitui.text import count_hostile_characters
from tests.examples import Example, table

TARGET = "[indicators.permanence]\ntarget = 45.0\ntolerance = 5.0\nminimum = 0\n"


class Said(NamedTuple):
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def csv(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.out)))


Run = Callable[..., Said]


@pytest.fixture
def run(config: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command on the example's config, or on another."""

    def command(*arguments: str, on: Path | None = config) -> Said:
        command_words = [*arguments, *(["--config", str(on)] if on else [])]
        try:
            code = main(command_words)
        except SystemExit as end:
            code = int(str(end.code))
        return Said(code, *capsys.readouterr())

    return command


@pytest.fixture
def config(example: Example) -> Path:
    """Q3: A and B home of A, B and C; in Q2 only D, who was not.  Two referrals."""
    return example.write(
        {
            "care_episodes": table(
                "child decom rne ls place dec rec",
                "A 2018-01-01 S C2 U4 2018-11-05 E4A",
                "B 2018-01-01 S C2 U4 2018-11-06 E4B",
                "C 2018-01-01 S C2 U4 2018-11-07 E5",
                "D 2018-01-01 S C2 U4 2018-08-05 E17",
                "E 2018-01-01 S V4 U4 2018-11-05 E4A",
                "F 2018-01-01 S C2 U4 2019-02-05 E4A",
            ),
            "referrals": table("child referral_date nfa", "A 2018-11-05 N", "B 2018-12-01 N"),
        },
        TARGET,
    )


# status


def test_status_has_a_line_for_every_indicator(run: Run) -> None:
    result = run("status")
    assert result.code == 0
    assert result.err == ""
    first, *lines = result.out.splitlines()
    assert first.startswith("Wokingham  Q3 2018/19, as known on 25 March 2019: 1 green")
    (vp7,) = (line for line in lines if line.startswith("VP7"))
    assert "66.7%" in vp7
    assert "2 of 3" in vp7
    assert "Green" in vp7
    assert "better by 66.7 points" in vp7
    assert "84 days" in vp7


KEYS = """id code title theme unit polarity period period_start period_end status numerator
denominator value excluded target rag rag_reason to_target direction change previous data_age_days
sources history variants""".split()


def test_status_as_json_has_the_keys_of_the_contract(run: Run) -> None:
    result = run("status", "--json")
    board = result.json
    assert result.code == 0
    assert (board["council"], board["as_at"]) == ("Wokingham", "2019-03-25")
    assert board["period"] == "2018-19 Q3"
    assert len(board["indicators"]) >= 13
    for indicator in board["indicators"]:
        assert set(KEYS) <= set(indicator)
        assert indicator["rag"] in ("green", "amber", "red", "none")
        assert indicator["direction"] in ("better", "worse", "same", "none")
    (vp7,) = (indicator for indicator in board["indicators"] if indicator["code"] == "VP7")
    other_fields = {key: vp7[key] for key in KEYS if key not in ("sources", "history", "variants")}
    assert other_fields | {"value": 66.6, "change": 66.6, "title": "", "rag_reason": ""} == {
        "id": "permanence",
        "code": "VP7",
        "title": "",
        "theme": "Leaving care",
        "unit": "%",
        "polarity": "high",
        "period": "2018-19 Q3",
        "period_start": "2018-10-01",
        "period_end": "2018-12-31",
        "status": "official",
        "numerator": 2,
        "denominator": 3,
        "value": 66.6,
        "excluded": {"short break": 1},
        "target": 45.0,
        "rag": "green",
        "rag_reason": "",
        "to_target": None,
        "direction": "better",
        "change": 66.6,
        "previous": {"period": "2018-19 Q2", "numerator": 0, "denominator": 1, "value": 0.0},
        "data_age_days": 84,
    }
    assert vp7["value"] == 200 / 3  # unrounded
    (source,) = (source for source in vp7["sources"] if source["table"] == "care_episodes")
    assert {"table", "file", "last_event", "read"} <= set(source)
    assert source["last_event"] == "2019-02-05"
    assert {"period", "numerator", "denominator", "value", "rag"} <= set(vp7["history"][-1])
    assert [point["period"] for point in vp7["history"]] == ["2018-19 Q2", "2018-19 Q3"]
    assert {"id", "title", "numerator", "denominator", "value"} <= set(vp7["variants"][0])
    assert {variant["id"]: variant["value"] for variant in vp7["variants"]}["planned-return-only"] == 100 / 3


def test_status_as_csv_has_unrounded_numbers(run: Run) -> None:
    rows = {row["code"]: row for row in run("status", "--csv").csv}
    vp7 = rows["VP7"]
    assert (vp7["numerator"], vp7["denominator"], vp7["rag"]) == ("2", "3", "green")
    assert float(vp7["value"]) == 200 / 3
    assert (rows["CE20"]["value"], rows["CE20"]["rag"]) == ("", "none")


def test_status_as_markdown_is_a_table(run: Run) -> None:
    lines = run("status", "--md").out.splitlines()
    (vp7,) = (line for line in lines if line.startswith("| VP7 |"))
    header = next(line for line in lines if line.startswith("| code"))
    assert vp7.count("|") == header.count("|")


@pytest.mark.parametrize("period_text", ["2018-19 Q2", "Q2 2018/19", "2018-19 q2"])
def test_status_of_another_period(run: Run, period_text: str) -> None:
    board = run("status", "--json", "--period", period_text).json
    (vp7,) = (indicator for indicator in board["indicators"] if indicator["code"] == "VP7")
    assert (board["period"], vp7["numerator"], vp7["denominator"]) == ("2018-19 Q2", 0, 1)


def test_a_month_and_a_period_that_is_not_over_are_provisional(run: Run) -> None:
    for period, status in (("2018-19 M08", "provisional"), ("2018-19 Q4", "provisional")):
        json = run("show", "VP7", "--json", "--period", period).json
        assert (json["period"], json["status"]) == (period, status)


def test_status_as_it_was_known_on_another_day(run: Run) -> None:
    """On 6 November A and B had left, in a quarter that was not over; C had not."""
    board = run("status", "--json", "--as-at", "2018-11-06", "--period", "2018-19 Q3").json
    (vp7,) = (indicator for indicator in board["indicators"] if indicator["code"] == "VP7")
    assert (board["as_at"], vp7["numerator"], vp7["denominator"]) == ("2018-11-06", 2, 2)
    assert vp7["status"] == "provisional"


def test_without_a_period_it_is_the_last_quarter_that_was_over(run: Run) -> None:
    assert run("status", "--json", "--as-at", "2018-12-31").json["period"] == "2018-19 Q2"
    assert run("status", "--json", "--as-at", "2019-01-01").json["period"] == "2018-19 Q3"


def test_without_a_terminal_kpitui_prints_the_status(run: Run) -> None:
    assert run().out == run("status").out
    assert run("VP7").out == run("status").out


# show


def test_show_tells_everything_of_one_indicator(run: Run) -> None:
    result = run("show", "VP7")
    assert result.code == 0
    for output in (
        "VP7  Permanence on leaving care  (Leaving care)",
        "66.7%  2 of 3  Q3 2018/19 (official)",
        "Green: 21.7 points better than the target of 45.0%",
        "Small numbers (fewer than 50): one case is worth 33.3 points",
        "With 3 children the true level could be anywhere from 21% to 94%; 45% is inside that (95% Wilson interval)",
        "short break",
        "E5 independent living with support",
        "Planned returns home only: 33.3% (1 of 3, \N{MINUS SIGN}33.3 points)",
        "England: no figure had been published by this date",
        "Q2 2018/19",
    ):
        assert output in result.out


@pytest.mark.parametrize("name", ["VP7", "vp7", "permanence", "PERMANENCE"])
def test_an_indicator_is_named_by_its_code_or_id_in_any_capitals(run: Run, name: str) -> None:
    assert run("show", name, "--json").json["id"] == "permanence"


def test_what_changed_a_series_is_told_wherever_its_figures_are(run: Run, example: Example) -> None:
    rows = table("child referral_date", "A 2018-05-01", "B 2018-08-01", "C 2018-11-05")
    event = 'breaks = [{ date = 2018-08-10, note = "A new front door" }]\n'
    path = example.write({"referrals": rows}, f"[indicators.repeat-referrals]\n{event}")
    text = "10 August 2018: A new front door"
    assert f"RR12: {text} - earlier figures may not be comparable" in run("status", on=path).out
    lines = run("show", "RR12", on=path).out.splitlines()
    assert [line.split()[0:2] for line in lines if line.endswith(f"official; {text}")] == [["Q2", "2018/19"]]
    json = run("show", "RR12", "--json", on=path).json
    assert [point["period"] for point in json["history"] if point["events"] == [text]] == ["2018-19 Q2"]
    (status,) = [
        indicator for indicator in run("status", "--json", on=path).json["indicators"] if indicator["code"] == "RR12"
    ]
    assert status["breaks"] == [{"date": "2018-08-10", "note": "A new front door",
                                 "restarts": False}]  # fmt: skip
    assert f"RR12: {text}" in run("changes", on=path).out
    assert run("changes", "--json", on=path).json["events"] == [f"RR12: {text}"]
    later = run("show", "RR12", "--period", "2019-20 Q3", "--as-at", "2020-01-20", on=path).out
    assert "may not compare" not in later


def test_show_as_json_adds_to_what_status_says(run: Run) -> None:
    json = run("show", "VP7", "--json").json
    assert set(KEYS) <= set(json)
    more = {"definition", "comparators", "commentary", "not_counted", "process_chart"}
    assert more <= set(json)
    assert json["not_counted"] == {"E5": 1}


# cases


def test_the_cases_behind_a_number(run: Run) -> None:
    rows = run("cases", "VP7", "--csv").csv
    assert [(row["child"], row["counted"], row["left_out_because"]) for row in rows] == [
        ("A", "Y", ""),
        ("B", "Y", ""),
        ("C", "N", ""),
        ("E", "N", "short break"),
    ]


def test_cases_as_json_add_up(run: Run) -> None:
    json = run("cases", "VP7", "--json").json
    assert (json["numerator"], json["denominator"]) == (2, 3)
    assert sum(case["numerator"] for case in json["cases"]) == 2
    first = json["cases"][0]
    assert (first["child"], first["dec"], first["counted"]) == ("A", "2018-11-05", True)
    assert first["left_out_because"] is None


def test_cases_of_a_period_and_of_a_variant(run: Run) -> None:
    assert [row["child"] for row in run("cases", "VP7", "--csv", "--period", "2018-19 Q2").csv] == ["D"]
    csv = run("cases", "VP7", "--csv", "--variant", "planned-return-only").csv
    assert [(row["child"], row["counted"]) for row in csv][:2] == [("A", "Y"), ("B", "N")]


def test_cases_as_text_cut_nothing(run: Run) -> None:
    header, *lines = run("cases", "VP7").out.splitlines()
    assert header.split()[0] == "child"
    assert len(lines) == 4
    assert any("short break" in line for line in lines)


# check and init


def test_check_is_clean_or_lists_every_issue(run: Run, example: Example) -> None:
    result = run("check")
    assert (result.code, result.out) == (0, "")
    assert "no issues" in result.err
    doubtful = example.write({"referrals": table("child referral_date nfa", "A 2018-13-05 N", "B . N")})
    result = run("check", on=doubtful)
    assert result.code == 3
    lines = result.out.splitlines()
    assert ["referrals.csv:2:" in lines[0], "referrals.csv:3:" in lines[-1]] == [True, True]
    doubled_rows = example.write({"referrals": table("child referral_date nfa", *["A 2018-10-01 N"] * 9)})
    (line,) = run("check", on=doubled_rows).out.splitlines()
    second = "8 duplicate rows, with the same child and referral_date, first on line 3. The rows were left out."
    assert line.endswith(f"referrals.csv:3: {second}")
    output = run("check", "--json", on=doubtful)
    assert output.code == 3
    assert len(output.json["issues"]) == len(lines)
    issue = output.json["issues"][0]
    assert issue.pop("file").endswith("referrals.csv")
    assert issue == {
        "code": "row-date-not-read",
        "severity": "fault",
        "table": "referrals",
        "line": 2,
        "lines": [2],
        "message": "1 date in referral_date could not be read: 2018-13-05",
        "effect": "The row was left out.",
        "number": 1,
    }


def test_the_reading_is_told_once_a_second_and_only_at_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter([0.0, 0.5, 1.5, 1.5, 1.9, 2.6, 2.6])
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    waiting = ProgressPrinter()
    for rows in (10, 20, 30, 40):
        waiting(ReadingProgress("a.csv", 1, 3, rows))
    assert capsys.readouterr().err.splitlines() == [
        f"kpitui: reading file 1 of 3, {rows} rows so far: a.csv" for rows in (20, 40)
    ]
    monkeypatch.setattr("time.monotonic", lambda: 0.0)
    monkeypatch.setattr("sys.stderr.isatty", lambda: False)
    silent = ProgressPrinter()
    monkeypatch.setattr("time.monotonic", lambda: 99.0)
    silent(ReadingProgress("a.csv", 1, 3, 10))
    assert capsys.readouterr().err == ""


def test_check_lists_the_mistakes_of_a_config(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[council]\nname = "Rutland"\nla_cod = "857"\n', encoding="utf-8")
    result = run("check", on=path)
    assert result.code == 3
    assert result.out.splitlines() == [
        f"{path}:1: council needs la_code",
        f"{path}:3: council.la_cod is not known - did you mean la_code?",
    ]


def test_check_lists_views_that_are_none(run: Run, example: Example) -> None:
    views = 'open = "Leaver"\n[views]\nLeavers = "VP7/cases"\nOther = "VP77"\n'
    result = run("check", on=example.write({}, views))
    assert result.code == 3
    assert [line.split(": ", 1)[1] for line in result.out.splitlines()] == [
        "views.Other: no indicator or screen is called 'VP77' - did you mean VP7?",
        "open: no indicator or screen is called 'Leaver'",
    ]


def test_a_view_is_opened_by_its_name(run: Run, example: Example) -> None:
    path = example.write({}, '[views]\n"Who left" = "VP7/cases"\n')
    assert run("who left", on=path).code == 0  # no terminal: as status
    assert run("who came", on=path).code == 2


def test_init_writes_a_starter_that_opens(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    result = run("init", str(folder), on=None)
    assert (result.code, result.out) == (0, "")
    assert list((folder / "tables").iterdir()) == []  # nothing there reads as data
    assert {path.stem for path in (folder / "templates").iterdir()} == set(CLEAN_TABLES)
    assert f"Run: kpitui check --config {folder}/config.toml" in result.err
    config = (folder / "config.toml").read_text(encoding="utf-8")
    assert config.count("\n# target = ") == 13
    assert "# VP7: " in config
    assert "# [indicators.permanence]" in config
    assert run("check", on=folder / "config.toml").code == 0
    status = run("status", on=folder / "config.toml")
    assert status.code == 0
    assert "Our council" in status.out
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.rglob("*.csv"))


def test_every_target_of_the_starter_can_be_filled_in(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    run("init", str(folder), on=None)
    config = folder / "config.toml"
    lines = config.read_text(encoding="utf-8").splitlines()
    target_lines = ("# [indicators.", "# target = ", "# tolerance = ")
    start = next(number for number, line in enumerate(lines) if line.startswith("# EA1i:"))
    end = next(number for number, line in enumerate(lines) if line.startswith("# An indicator of your own"))
    lines[start:end] = [line[2:] if line.startswith(target_lines) else line for line in lines[start:end]]
    config.write_text("\n".join(lines), encoding="utf-8")
    status = run("status", "--json", on=config)
    assert {indicator["target"] for indicator in json.loads(status.out)["indicators"]} == {0.0}


def test_init_writes_over_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    for place in (tmp_path, tmp_path / "mine.txt"):
        result = run("init", str(place), on=None)
        assert result.code == 2
        assert result.err == f"kpitui: {place} is not empty: choose a new folder\n"
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "config.toml").exists()


# Exit codes


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", "VP9"], "no such indicator: VP9 - did you mean VP8?"),
        (["show", "permanance"], "did you mean permanence?"),
        (["show"], "required: code"),
        (["status", "--period", "Q9"], "'Q9' is not a period"),
        (["status", "--period", "2030-31 Q1"], "Q1 2030/31 starts after 2019-03-25"),
        (["status", "--as-at", "soon"], "'soon' is not a date"),
        (["status", "--as-at", "0001-01-01"], "'0001-01-01' is not a date"),
        (["status", "--jsn"], "unrecognized arguments: --jsn"),
        (["status", "--json", "--csv"], "not allowed with"),
        (["cases", "VP7", "--variant", "adults"], "VP7 has no variant adults: it has excluding-18"),
        (["statsu"], "statsu"),
    ],
)
def test_wrong_usage_is_told_with_exit_code_2(run: Run, arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert (result.code, result.out) == (2, "")
    assert message in result.err


def test_a_config_with_mistakes_is_exit_code_2(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('as_at = 5\n[council]\nname = "Rutland"\n', encoding="utf-8")
    result = run("status", on=path)
    assert (result.code, result.out) == (2, "")
    assert result.err.splitlines() == [
        f"{path}:1: as_at must be a date: 2019-03-25",
        f"{path}:2: council needs la_code",
        "kpitui: 2 problems in the config",
    ]


def test_a_config_that_is_not_there_is_exit_code_2(run: Run, tmp_path: Path) -> None:
    result = run("status", on=tmp_path / "config.toml")
    assert result.code == 2
    assert "no such file - kpitui init DIR writes a starter config" in result.err


@pytest.mark.parametrize("text", ["", "child,decom\nA,2018-01-01\n", None])
def test_a_broken_table_takes_only_its_own_indicators_with_it(run: Run, config: Path, text: str | None) -> None:
    """Without the care episodes, referrals are counted all the same."""
    path = config.parent / "tables" / "care_episodes.csv"
    path.unlink()
    if text is not None:
        path.write_text(text, encoding="utf-8")
    result = run("status", "--json")
    indicators = {indicator["code"]: indicator for indicator in result.json["indicators"]}
    assert result.code == 0
    assert indicators["RR12"]["denominator"] == 2
    assert indicators["VP7"]["value"] is None
    assert "care_episodes" in indicators["VP7"]["problem"]
    assert run("show", "VP7").code == 3
    assert run("cases", "VP7").code == 3
    assert run("show", "RR12").code == 0
    assert (run("check").code == 3) is (text is not None)


def test_a_folder_that_is_not_there_is_told_by_check(run: Run, config: Path) -> None:
    config.write_text(config.read_text(encoding="utf-8").replace('"tables"', '"tabels"'))
    result = run("check")
    assert result.code == 3
    assert "tabels" in result.out
    assert run("status").code == 0


def kpitui(*arguments: str, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "kpitui", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | environment,
    )


def test_a_reader_that_has_had_enough_is_no_error(config: Path) -> None:
    process = kpitui("status", "--config", str(config))
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert (process.stderr.read(), process.wait(30)) == (b"", 0)
    process.stderr.close()


def test_a_bug_is_logged_without_its_message() -> None:
    """A message may quote a cell; the places in the code do not."""
    try:
        raise ValueError("child 4711 of Rose Lane")
    except ValueError as error:
        error_trace = format_error_trace(error)
    assert "ValueError" in error_trace
    assert "test_cli.py" in error_trace
    assert "4711" not in error_trace


# The same everywhere, and harmless


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "C"},
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONIOENCODING": "latin-1"},
    ],
)
@pytest.mark.parametrize("command", ["status", "show VP7", "cases VP7 --json"])
def test_output_is_the_same_in_every_locale(config: Path, environment: dict[str, str], command: str) -> None:
    command_words = [*command.split(), "--config", str(config)]
    first_output, second_output = kpitui(*command_words, PYTHONUTF8="1"), kpitui(*command_words, **environment)
    (out, _), (same, err) = first_output.communicate(timeout=60), second_output.communicate(timeout=60)
    assert (second_output.returncode, err) == (0, b"")
    assert same == out
    assert out.decode("utf-8")


RISKY = ["=1+1", "+44", "-1+1", "@SUM(A1)"]


def test_a_cell_that_a_spreadsheet_would_run_is_kept_from_it(run: Run, example: Example) -> None:
    lines = (f"{number} 2018-11-05 {text}" for number, text in enumerate(RISKY))
    path = example.write({"referrals": table("child referral_date team", *lines)})
    team_cells = [row["team"] for row in run("cases", "RR12", "--csv", on=path).csv]
    assert team_cells == [f"'{text}" for text in RISKY]
    json = run("cases", "RR12", "--json", on=path).json
    assert [case["team"] for case in json["cases"]] == RISKY  # a machine gets what is there


HOSTILE = "\x1b[2J\x9b31m\u202egnp.\u2066\x07"


@pytest.mark.parametrize(
    "command",
    [
        "status",
        "status --json",
        "status --csv",
        "status --md",
        "show repeat-referrals",
        "show repeat-referrals --json",
        "cases repeat-referrals",
        "cases repeat-referrals --json",
        "cases repeat-referrals --csv",
        "check",
        "check --json",
    ],
)
def test_hostile_text_is_cleaned_on_its_way_out(run: Run, example: Example, command: str) -> None:
    text = HOSTILE.encode("unicode_escape").decode().replace("\\x", "\\u00")
    path = example.write(
        {
            "referrals": f"child,referral_date,team\nA{HOSTILE},2018-11-05,{HOSTILE}\n",
            "commentary": f"indicator,period,text\nRR12,2018-19 Q3,{HOSTILE}\n",
        },
        f'[indicators.repeat-referrals]\ntitle = "{text}"\ncode = "R{text}"\n',
    )
    result = run(*command.split(), on=path)
    assert result.code == (3 if command.startswith("check") else 0)
    assert [line for line in result.out.splitlines() if count_hostile_characters(line)] == []
    if command.endswith("--json"):
        assert count_hostile_characters(json.dumps(result.json, ensure_ascii=False)) == 0
