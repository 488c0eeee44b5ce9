"""From referral to care: who goes on, who is lost between, worked by hand."""

from __future__ import annotations

import json
from datetime import date

import pytest

from kpitui.cli import main
from kpitui.drilldown.flow import trace_flow
from kpitui.model.flow import CaseFlow
from kpitui.model.periods import parse_period
from tests.examples import Example, Tables, table

# A goes all the way; B ends after the assessment; C has no further action; D is referred twice, and
# only the second leads on; E's enquiry needs no conference; F comes to care without a plan.
TABLES: Tables = {
    "referrals": table(
        "child referral_date nfa",
        "A 2018-10-01 N",
        "B 2018-10-02 N",
        "C 2018-10-03 Y",
        "D 2018-10-04 N",
        "D 2018-11-04 N",
        "E 2018-10-05 N",
        "G 2018-09-30 N",
    ),
    "assessments": table(
        "child start_date end_date",
        "A 2018-10-02 2018-11-01",
        "B 2018-10-09 .",
        "D 2018-11-04 .",
        "E 2018-10-05 2018-12-01",
        "G 2018-10-01 .",
    ),
    "enquiries": table(
        "child start_date conference_date conference_not_required transfer_in",
        "A 2018-10-10 2018-10-20 . .",
        "E 2018-10-11 . Y .",
        "H . 2018-11-01 . Y",
    ),
    "protection_plans": table(
        "child start_date end_date other_authority", "A 2018-10-20 . N", "H 2018-11-01 . Y", "D 2018-12-01 2018-12-31 N"
    ),
    "care_episodes": table(
        "child decom rne ls place dec rec",
        "A 2019-01-05 S C2 U4 . .",
        "F 2018-12-05 S C2 U4 . .",
        "G 2018-12-05 S V4 U4 . .",
    ),
}


def traced(example: Example, tables: Tables = TABLES, as_at: date = date(2019, 3, 25)) -> CaseFlow:
    return trace_flow(example.council(tables), as_at, parse_period("2018-19 Q3"))


def numbers(flow: CaseFlow) -> dict[str, tuple[int, int | None, int, dict[str, int]]]:
    return {
        stage.step.id: (stage.case_count, stage.linked_count, stage.went_on_count, dict(stage.lost_counts or {}))
        for stage in flow.stages
        if stage.problem is None
    }


def test_every_step_by_hand(example: Example) -> None:
    assert numbers(traced(example)) == {
        "referral": (6, None, 4, {"no assessment recorded": 1, "no further action": 1}),
        # G was referred in the quarter before.
        "assessment": (5, 5, 2, {"no section 47 enquiry recorded": 3}),
        "enquiry": (2, 2, 1, {"no conference required": 1}),
        # H came with the plan of another council, and is no conference of this one.
        "conference": (1, 1, 1, {}),
        "plan": (2, 1, 1, {"the plan has ended": 1}),
        "care": (1, 0, 0, {}),
    }


def test_a_replayed_day_sees_what_had_happened(example: Example) -> None:
    step_counts = numbers(traced(example, as_at=date(2018, 12, 31)))
    # A came to care in January only; D's plan ends on the day.
    assert step_counts["plan"] == (2, 1, 0, {"no start of care recorded": 1, "the plan has ended": 1})


def test_a_step_without_a_table_is_passed_over(example: Example) -> None:
    config = example.write(TABLES)
    for name in ("assessments", "enquiries"):
        (config.parent / "tables" / f"{name}.csv").unlink()
    from kpitui.council import open_council

    flow = trace_flow(open_council(config), date(2019, 3, 25), parse_period("2018-19 Q3"))
    assert [stage.step.id for stage in flow.stages if stage.problem] == ["assessment", "enquiry", "conference"]
    assert numbers(flow)["referral"] == (6, None, 2, {"no protection plan recorded": 3, "no further action": 1})


@pytest.mark.parametrize(
    ("assessed", "went_on"), [("2018-10-01", 1), ("2018-09-30", 0), ("2018-11-09", 1), ("2018-11-10", 0)]
)
def test_a_case_goes_on_from_its_day_until_the_next_of_its_step(example: Example, assessed: str, went_on: int) -> None:
    tables = {
        "referrals": table("child referral_date", "A 2018-10-01", "A 2018-11-10", "B 2018-10-01"),
        "assessments": table("child start_date", f"A {assessed}"),
    }
    flow = traced(example, tables)
    first = flow.stages[0]
    assert first.lost_frame is not None
    lost_days = [str(day) for child, day, _ in first.lost_frame.iter_rows() if child == "A"]
    assert ("2018-10-01" not in lost_days) == bool(went_on)


def test_the_command(example: Example, capsys: pytest.CaptureFixture[str]) -> None:
    config = str(example.write(TABLES))
    assert main(["flow", "--config", config]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[3].split() == (
        "referrals 6 4 to assessments 66.7% 2 1 no assessment recorded, 1 no further action".split()
    )
    assert "1 of 2 protection plans came without the step before." in lines
    assert main(["flow", "--config", config, "--json", "--period", "2018-19 M07"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["steps"][0]["lost_cases"][0] == {"child": "C", "day": "2018-10-03", "reason": "no further action"}


@pytest.mark.parametrize(
    ("words", "message"),
    [(["--public"], "the flow counts children at every step"), (["--period", "2019-20"], "2019/20 had not begun")],
)
def test_what_is_refused(example: Example, words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["flow", *words, "--config", str(example.write(TABLES))]) == 2
    assert message in capsys.readouterr().err
