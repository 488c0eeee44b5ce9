"""``kpitui report``: where it writes, what it refuses, and the profiles of a config."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from kpitui.cli import main
from kpitui.config.profiles import BriefingProfile
from kpitui.config.settings import ConfigError, load_settings
from kpitui.issue_wording import describe_issue
from kpitui.report.formats import BRIEFING_FORMATS
from tests.examples import Example, table

CONFIG = """
[indicators.permanence]
target = 45.0
minimum = 0
tolerance = 5.0

[board]
show = ["VP7", "RR12"]

[profiles.scrutiny]
title = "Performance for scrutiny"
committee = "Overview and Scrutiny"
indicators = ["rr12"]
comparators = ["England"]
length = "summary"
"""


class Said(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture
def config(example: Example) -> Path:
    """One of three left care to a permanent home: red, and nobody wrote why."""
    tables = {
        "care_episodes": table(
            "child decom rne ls place dec rec",
            "A 2018-01-01 S C2 U4 2018-11-05 E4A",
            "B 2018-01-01 S C2 U4 2018-11-06 E5",
            "C 2018-01-01 S C2 U4 2018-11-07 E5",
        ),
        "referrals": table("child referral_date", "A 2018-11-05", "B 2018-12-01"),
    }
    return example.write(tables, CONFIG)


@pytest.fixture
def run(config: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str) -> Said:
        return Said(main([*arguments, "--config", str(config)]), *capsys.readouterr())

    return command


def test_without_a_file_markdown_is_printed(run: Run) -> None:
    for target in ((), ("-o", "-")):
        result = run("report", "--internal", *target)
        assert result.code == 0
        assert result.out.startswith("# Children's services performance\n")
        assert "**VP7 Permanence on leaving care**: ■ Red, 33.3%\\* (1 of 3)" in result.out
        assert "VP7: red in Q3 2018/19 without a reason" in result.err


@pytest.mark.parametrize("form", BRIEFING_FORMATS)
def test_the_ending_chooses_the_form_and_internal_files_are_private(run: Run, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"briefing.{form}"
    result = run("report", "--internal", "-o", str(path))
    assert (result.code, result.out) == (0, "")
    assert result.err.endswith(f"wrote {path}, internal\n")
    assert path.stat().st_mode & 0o777 == 0o600
    first = path.read_bytes()
    refused = run("report", "--internal", "-o", str(path))
    assert refused.code == 2
    assert refused.err == f"kpitui: {path} already exists: add --replace to replace it\n"
    assert run("report", "--internal", "--replace", "-o", str(path)).code == 0
    assert path.read_bytes() == first


@pytest.mark.filterwarnings("ignore:Sparkline Group extension:UserWarning")
def test_the_workbook_alone_has_cases(run: Run, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    path = tmp_path / "briefing.xlsx"
    run("report", "--internal", "-o", str(path))
    sheet = openpyxl.load_workbook(path)["Cases"]
    rows = [[cell.value for cell in row[:4]] for row in sheet.iter_rows(min_row=7)]
    assert rows[:3] == [
        ["VP7", "2018-19 Q3", "A", "Y"],
        ["VP7", "2018-19 Q3", "B", "N"],
        ["VP7", "2018-19 Q3", "C", "N"],
    ]
    assert "rec E5" not in run("report", "--internal").out


def test_what_cannot_be_written_says_why(run: Run, tmp_path: Path) -> None:
    result = run("report", "--internal", "-o", str(tmp_path / "briefing.doc"))
    assert (result.code, result.out) == (2, "")
    assert "must end in one of .html, .pdf, .xlsx, .md, .csv" in result.err
    result = run("report", "--internal", "-o", str(tmp_path / "none" / "briefing.md"))
    assert (result.code, "no such folder" in result.err) == (2, True)
    assert run("report", "--internal", "--period", "2030-31 Q1").code == 2


def test_a_profile_chooses_and_one_that_is_not_there_is_told(run: Run) -> None:
    result = run("report", "--internal", "--profile", "scrutiny")
    assert result.out.startswith("# Performance for scrutiny\n")
    assert "Overview and Scrutiny" in result.out
    assert "VP7" not in result.out
    assert "## Referrals" not in result.out
    wrong = run("report", "--internal", "--profile", "scrutinny")
    assert wrong.code == 2
    assert wrong.err == "kpitui: the config has no profile scrutinny - did you mean scrutiny?\n"


# --- profiles in the config -----------------------------------------------------------------------


def mistakes(config: Path, more: str) -> list[str]:
    config.write_text(config.read_text(encoding="utf-8") + more, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_settings(config)
    return [describe_issue(issue) for issue in refused.value.issues]


def test_profiles_are_read(config: Path) -> None:
    assert load_settings(config).profiles == {
        "scrutiny": BriefingProfile(
            name="scrutiny",
            title="Performance for scrutiny",
            committee="Overview and Scrutiny",
            indicators=("repeat-referrals",),
            comparators=("England",),
            length="summary",
        )
    }


def test_every_mistake_in_a_profile_is_told_with_what_is_known(config: Path) -> None:
    more = """
[profiles.other]
titel = "A"
indicators = ["VP7", "VP77", "EA3"]
themes = ["Referals"]
comparators = ["Englnd"]
length = "long"
"""
    assert mistakes(config, more) == [
        "profiles.other.titel is not known - did you mean title?",
        "profiles.other.indicators names VP77, which is not known - did you mean VP7?",
        "profiles.other.indicators names EA3, which is not on the board: add it with [board] show or also",
        "profiles.other.themes names Referals, which is not known - did you mean Referrals?",
        "profiles.other.comparators names Englnd, which is not known - did you mean England?",
        "profiles.other.length must be one of summary, full",
    ]


def test_what_a_profile_names_is_no_mistake_where_an_indicator_has_one(config: Path) -> None:
    more = """
[indicators.repeat-referrals]
tolerence = 5.0
[indicators.ours]
theme = "Early help"
[profiles.other]
themes = ["Referrals", "Early help", "Late help"]
"""
    mistakes_text = mistakes(config, more)
    assert "indicators.repeat-referrals.tolerence is not known - did you mean tolerance?" in mistakes_text
    assert [mistake_line for mistake_line in mistakes_text if mistake_line.startswith("profiles.")] == [
        "profiles.other.themes names Late help, which is not known"
    ]


def test_a_profile_is_a_table(config: Path) -> None:
    text = config.read_text(encoding="utf-8").replace("[profiles.scrutiny]", "[elsewhere]")
    config.write_text("profiles = { scrutiny = 1 }\n" + text, encoding="utf-8")
    mistakes_text = mistakes(config, "")
    assert "profiles.scrutiny must be a table: [profiles.NAME]" in mistakes_text


# --- the public view ------------------------------------------------------------------------------


@pytest.mark.parametrize("form", BRIEFING_FORMATS)
def test_it_is_public_unless_asked_otherwise(run: Run, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"briefing.{form}"
    result = run("report", "-o", str(path))
    assert result.code == 0
    assert result.err.endswith(f"wrote {path}, public\n")


def test_a_small_count_of_children_is_not_shown_wherever_it_stands(run: Run) -> None:
    out = run("report").out
    assert "*Public: small counts of children are not shown.*" in out
    assert "| VP7 | Permanence on leaving care | not shown |" in out
    assert "33.3" not in out
    assert "1 of 3" not in out
