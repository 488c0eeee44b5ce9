"""The figures that the made-up tables show, quarter by quarter.

Hand-written: a small council's ups and downs, and in the last full quarter, October to December
2018, what the committee of 25 March 2019 was told.  The quarters that nobody was told of vary as
much as chance alone would make so few cases vary.  Everything else is made to add up to these.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from made_up.dates import Span, quarters

FIRST_DAY = date(2015, 4, 1)  # of the history that is shown
LAST_DAY = date(2019, 2, 28)  # of the extract: two months after the quarter are in it

# 15 quarters, then January and February 2019.
SPANS = (*quarters(2015, 15), Span(date(2019, 1, 1), date(2019, 1, 31)), Span(date(2019, 2, 1), date(2019, 2, 28)))
THE_QUARTER = SPANS[14]

# Referrals and plans start earlier, so that looking back 12 and 24 months finds what it should.
REFERRAL_SPANS = (*quarters(2013, 8), *SPANS)
PLAN_SPANS = (*quarters(2012, 12), *SPANS)
WORKFORCE_SPANS = (*quarters(2014, 4), *SPANS)


class Care(NamedTuple):
    """Children in care in one span: who came, who went, who was far from home at its end."""

    entries: int  # beside short breaks and unaccompanied children
    entries_far: int
    leavers: int  # beside short breaks
    permanent: int
    far_share: float  # of the children in care that are counted, on the last day
    unaccompanied: tuple[int, int]  # came, went (within leavers)
    short_breaks: tuple[int, int]  # came, went
    returned: int = 0  # of the entries: had left care before
    withheld: int = 0  # more entries, with an address that was withheld
    with_parents: int = 0  # more entries, placed with their own parents


CARE = (
    Care(13, 5, 16, 9, 0.33, (1, 1), (1, 1)),
    Care(14, 2, 10, 2, 0.34, (2, 1), (2, 1), withheld=1),
    Care(22, 8, 14, 6, 0.35, (1, 1), (1, 2), returned=1),
    Care(24, 5, 18, 11, 0.36, (2, 1), (2, 1)),
    Care(10, 4, 20, 8, 0.37, (1, 2), (2, 1), withheld=1, with_parents=1),
    Care(11, 4, 12, 5, 0.38, (2, 1), (1, 2), returned=1),
    Care(11, 1, 13, 3, 0.37, (2, 1), (2, 1)),
    Care(14, 5, 19, 10, 0.36, (1, 1), (1, 2), withheld=1, with_parents=1),
    Care(14, 6, 13, 6, 0.34, (2, 1), (2, 2), returned=1),
    Care(11, 2, 14, 8, 0.31, (1, 2), (1, 1)),
    Care(14, 3, 17, 8, 0.29, (2, 1), (2, 2), withheld=1, returned=1),
    Care(6, 1, 12, 7, 0.27, (2, 2), (2, 1), with_parents=1),
    Care(13, 3, 15, 7, 0.26, (1, 1), (1, 1), withheld=1, returned=1),
    Care(14, 4, 17, 8, 0.247, (2, 2), (2, 2), with_parents=1),
    Care(12, 2, 16, 5, 0.218, (1, 2), (2, 2)),
    Care(4, 1, 5, 2, 0.215, (0, 1), (1, 0)),
    Care(5, 0, 4, 2, 0.21, (1, 0), (0, 1)),
)
IN_CARE_AT_FIRST = {"usual": 78, "unaccompanied": 6, "short break": 5}
NOT_COUNTED_AT_LAST = 6  # in care on 31 December 2018 with parents or at a withheld address

# The sixteen who left care in the quarter, less those of permanence: (reason, turned 18).
LEFT_IN_THE_QUARTER = (
    ("E12", False),
    ("E45", False),
    ("E4A", False),
    ("E4A", False),
    ("E4B", False),
    ("E13", True),
    ("E17", True),
    ("E17", True),
    ("E5", True),
    ("E7", True),
    ("E41", False),
    ("E3", False),
    ("E8", False),
    ("E9", False),
)
UNACCOMPANIED_LEFT_IN_THE_QUARTER = (("E5", True), ("E5", True))


class Plans(NamedTuple):
    """Protection plans that start in one span."""

    starts: int
    within_24_months: int
    ever: int  # the ones within 24 months included


PLANS = (
    *(Plans(27, 2, 5), Plans(24, 1, 4), Plans(27, 3, 6), Plans(23, 2, 4)),
    *(Plans(31, 3, 7), Plans(26, 1, 4), Plans(32, 2, 6), Plans(28, 3, 6)),
    *(Plans(30, 1, 4), Plans(31, 2, 5), Plans(29, 4, 8), Plans(30, 3, 7)),
    *(Plans(31, 1, 4), Plans(35, 4, 6), Plans(31, 5, 8), Plans(25, 1, 3)),
    *(Plans(26, 4, 7), Plans(31, 7, 12), Plans(28, 2, 4), Plans(31, 3, 8)),
    *(Plans(35, 5, 9), Plans(38, 5, 9), Plans(36, 4, 8), Plans(40, 4, 8)),
    *(Plans(42, 5, 9), Plans(40, 4, 7), Plans(44, 3, 6)),
    *(Plans(14, 1, 3), Plans(13, 1, 2)),
)


class Referrals(NamedTuple):
    """Referrals of one span, and how many of them come within 12 months of another."""

    all: int
    repeats: int


REFERRALS = (
    *(Referrals(289, 49), Referrals(241, 55), Referrals(289, 65), Referrals(293, 52)),
    *(Referrals(297, 64), Referrals(238, 43), Referrals(300, 69), Referrals(283, 54)),
    *(Referrals(284, 47), Referrals(255, 60), Referrals(311, 58), Referrals(314, 76)),
    *(Referrals(312, 55), Referrals(268, 64), Referrals(322, 71), Referrals(297, 52)),
    *(Referrals(330, 76), Referrals(290, 65), Referrals(345, 75), Referrals(340, 71)),
    *(Referrals(345, 78), Referrals(300, 60), Referrals(340, 62)),
    *(Referrals(118, 22), Referrals(105, 20)),
)

# Of the protection visits that fall due in a span, the share made in time.
VISITS_BEFORE = 0.73
VISITS = (
    *(0.735, 0.75, 0.73, 0.755),
    *(0.75, 0.725, 0.74, 0.72),
    *(0.725, 0.71, 0.73, 0.74),
    *(0.75, 0.76, 0.78),
    *(0.79, 0.785),
)
# What was told of the two quarters before the meeting, by their numbers in SPANS.
VISITS_TOLD = {(13, "due"): 847, (13, "in time"): 646, (14, "due"): 829, (14, "in time"): 650}


class Staff(NamedTuple):
    """Social workers in one span: in post on its last day, and who left."""

    in_post: int
    voluntary: int
    other: int


STAFF_AT_FIRST = 86
STAFF = (
    *(Staff(87, 3, 1), Staff(87, 4, 0), Staff(88, 6, 1), Staff(88, 8, 0)),
    *(Staff(87, 2, 1), Staff(88, 5, 0), Staff(88, 7, 1), Staff(89, 3, 1)),
    *(Staff(89, 6, 0), Staff(88, 2, 1), Staff(89, 5, 0), Staff(90, 4, 1)),
    *(Staff(89, 4, 1), Staff(89, 5, 0), Staff(90, 6, 1), Staff(91, 5, 1)),
    *(Staff(91, 5, 0), Staff(91, 5, 1), Staff(90, 7, 1)),
    *(Staff(90, 2, 0), Staff(91, 1, 0)),
)

# Early years settings newly graded below Good: grades by the quarter of the inspection, from
# April 2012.  Most are Good again within a year.  The last two 4s are the two of the meeting.
BELOW_GOOD = {
    **dict.fromkeys((0, 1, 2, 3), (3, 3, 3, 4)),
    **dict.fromkeys((4, 5, 6, 7), (3, 3, 3)),
    **dict.fromkeys((8, 9, 10, 11), (3, 3, 3)),
    12: (3, 3, 4),
    13: (3, 3),
    14: (3, 3, 3),
    15: (3, 3),
    16: (3, 3),
    17: (3, 4),
    18: (3, 3),
    19: (3, 3),
    20: (3,),
    21: (3, 3),
    22: (3,),
    23: (3, 3),
    24: (3,),
    25: (3, 3, 3),
    26: (4, 4, 3),
}
SETTINGS_OPEN = 230
