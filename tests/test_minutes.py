"""What the minutes of 25 March 2019 tell, sentence by sentence, is told by the sample's public report."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpitui.config.profiles import BriefingProfile
from kpitui.council import open_council
from kpitui.report.briefing_request import request_briefing
from kpitui.report.formats import render_briefing

SAMPLE = Path(__file__).parent.parent / "config.toml"
SENTENCES = {
    "Secondary schools are amber: The Forest School is the one below Good.": (
        "### EA1ii Secondary schools Good or better\n\n▲ Amber",
        "The Forest School is the one graded secondary school below Good",
    ),
    "Keep Hatch went from Requires improvement to Good.": (
        "| Keep Hatch Primary School | Primary | Requires improvement | Good |",
    ),
    "Special schools are red: Northern House was judged Inadequate.": (
        "### EA1iii Special schools Good or better\n\n■ Red",
        "Northern House was judged Inadequate",
    ),
    "Two early years providers are Inadequate.": ("Two providers were judged Inadequate in the quarter",),
    "They are independent, refused support at first, and now work with the council.": (
        "independent providers. At first they refused support; now they work with the council",
    ),
    "Fewer of those who enter care are placed over 20 miles away, on very small numbers.": (
        "| CE20† | Entered care, placed over 20 miles away | 16.7%\\* | 2 of 12 | 20.0% | ● Green |",
    ),
    "Fewer of the children in care live over 20 miles away.": ("21.8% | 17 of 78 | 20.0% | ▲ Amber | better by 3.5",),
    "Turnover of social workers is red.": ("EA11† Social worker turnover**: ■ Red",),
    "There are a workforce strategy and a recruitment drive.": ("A workforce strategy and a recruitment drive",),
    "Repeat referrals are better and on target.": ("20.3% | 200 of 985 | 23.0% | ● Green | better by 1.1",),
    "Repeat plans are better and on target; one child was on a plan as a baby and is again at 17.": (
        "17.5% | 22 of 126 | 20.0% | ● Green | better by 2.1",
        "on a plan as a baby and is again at 17",
    ),
    "Permanence is red and worse: 5 of 16.": ("■ Red, 31.3%\\* (5 of 16), target 45.0%, worse by 15.8 points",),
    "Seven had turned 18: one with family, two with their carers, three in the same supported accommodation.": (
        "Seven of the young people who left care had turned 18",
        "one went to live with family, two stayed with their carers, three stayed in the same supported accommodation",
    ),
    "One of the seven has high needs.": ("one with high needs",),
    "Members asked whether those who turn 18 should count, and had an answer.": (
        "Is it right that young people who turn 18",
        "They are in the number by the rule that every council uses",
    ),
    "Visits are slightly better and still red; they are expected to rise in increments.": (
        "■ Red, 78.4% (650 of 829), target 90.0%, better by 2.1 points",
        "The figure is expected to rise in increments",
        "expected 83.4%",
    ),
    "RESOLVED: That the report be noted.": ("RESOLVED: That the report be noted.",),
}


@pytest.fixture(scope="module")
def report() -> str:
    return render_briefing(request_briefing(open_council(SAMPLE), BriefingProfile(), internal=False), "md").decode()


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_public_report_says_what_the_minutes_say(sentence: str, report: str) -> None:
    assert [phrase for phrase in SENTENCES[sentence] if phrase not in report] == []


def test_what_the_minutes_do_not_tell_stays_hidden(report: str) -> None:
    assert "| CP24† | Second plan within 24 months | not shown | 126 plans in all |" in report
    assert "Planned returns home only" not in report  # its numerator was not released, and is small
