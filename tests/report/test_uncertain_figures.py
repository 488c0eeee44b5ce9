"""A figure that is not certain, or not final, says so wherever it is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpitui.cli import main
from tests.examples import Example, table

CONFIG = """
[indicators.protection-visits-on-time]
target = 90.0
minimum = 0

[board]
show = ["VP8"]
"""
PLACE = "(protection_visits.csv:3)"
LOST = f"1 row of protection_visits could not be read. The figure may lack it {PLACE}"


@pytest.fixture
def config(example: Example) -> Path:
    """Two visits on time, and one whose date nobody can read."""
    return example.write(
        {
            "protection_plans": table("child start_date", "A 2018-10-01", "B 2018-10-01"),
            "protection_visits": table(
                "child visit_date seen",
                "A 2018-10-08 Y",
                "B 2018-31-31 Y",
                "B 2018-10-09 Y",
                *(f"{child} 2018-{day} Y" for child in "AB" for day in ("10-20", "11-01", "11-12", "11-23", "12-04")),
                *(f"{child} 2018-{day} Y" for child in "AB" for day in ("12-14", "12-27")),
            ),
        },
        CONFIG,
    )


def printed(config: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    main(["--config", str(config), *arguments])
    return capsys.readouterr().out


@pytest.mark.parametrize("command", [("status",), ("show", "VP8"), ("report", "--internal")])
def test_the_words_stand_in_every_text(config: Path, capsys: pytest.CaptureFixture[str], command: tuple[str]) -> None:
    text = " ".join(printed(config, capsys, *command).replace("\\", "").split())
    assert LOST in text
    assert "Not certain" in text


@pytest.mark.parametrize("command", [("status", "--public"), ("show", "VP8", "--public"), ("report",)])
def test_in_public_the_words_are_the_same_without_the_line_of_a_childs_row(
    config: Path, capsys: pytest.CaptureFixture[str], command: tuple[str]
) -> None:
    text = printed(config, capsys, *command)
    assert ":3" not in text
    assert "2018-31-31" not in text


def test_a_figure_that_is_certain_has_no_such_section(example: Example, capsys: pytest.CaptureFixture[str]) -> None:
    tables = {
        "protection_plans": table("child start_date", "A 2018-10-01"),
        "protection_visits": table("child visit_date seen setting", "A 2018-10-08 Y Home"),
    }
    assert "Not certain" not in printed(example.write(tables, CONFIG), capsys, "status")


@pytest.mark.parametrize(
    ("command", "heading"),
    [
        (("status",), "Q4 2018/19 (provisional), as known on"),
        (("show", "VP8"), "Q4 2018/19 (provisional), as known on"),
        (("report", "--internal"), "Q4 2018/19 (provisional)\n\nFigures so far of a period that ends on 31 March 2019"),
    ],
)
def test_a_period_that_is_not_over_is_provisional_in_the_heading_and_at_each_value(
    config: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...], heading: str
) -> None:
    late = table("child visit_date seen setting", "A 2019-01-10 Y Home", "B 2019-01-10 Y Home")
    (config.parent / "tables" / "protection_visits.csv").write_text(late, encoding="utf-8")
    text = printed(config, capsys, *command, "--period", "2018-19 Q4")
    assert heading in text
    if command[0] != "show":
        assert "%○" in text
        assert "provisional: a month, or a period that is not over" in text.replace("**", "")
    past = printed(config, capsys, *command, "--period", "2018-19 Q3")
    assert "%○" not in past
    assert "(provisional)" not in past.split("History")[0]
