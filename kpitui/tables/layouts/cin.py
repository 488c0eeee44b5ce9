"""The children in need census (DfE): referrals and protection plans, from XML or tables made of it.

What is needed is the same in the XML of 2021 to 2026, but that GenderCurrent became Sex.  The
census has no visits, and of earlier plans only how many there were.
"""

from __future__ import annotations

from kpitui.tables.layouts.layout import Gives, Layout

_SEX = {"1": "M", "2": "F", "0": "U", "9": "U", "m": "M", "f": "F", "u": "U"}

CHILDREN = Layout(
    title="CIN census children",
    needs=("lachildid", "personbirthdate", "sex"),
    without=("cinreferraldate", "cppstartdate"),
    aliases={"gendercurrent": "sex", "gender": "sex"},
    missing=("null",),
    gives=(
        Gives(
            "children",
            {"child": "lachildid", "dob": "personbirthdate", "sex": "sex", "ethnic": "ethnicity"},
            codes={"sex": _SEX},
        ),
    ),
)

REFERRALS = Layout(
    title="CIN census referrals",
    needs=("lachildid", "cinreferraldate", "referralsource"),
    missing=("null",),
    gives=(
        Gives(
            "referrals",
            {
                "child": "lachildid",
                "referral_date": "cinreferraldate",
                "source": "referralsource",
                "nfa": "referralnfa",
            },
        ),
    ),
)

PLANS = Layout(
    title="CIN census protection plans",
    needs=("lachildid", "cppstartdate"),
    missing=("null",),
    gives=(
        Gives(
            "protection_plans",
            {
                "child": "lachildid",
                "start_date": "cppstartdate",
                "end_date": "cppenddate",
                "category": "initialcategoryofabuse",
                "previous_plans": "numberofpreviouscpp",
            },
        ),
    ),
)

LAYOUTS = (CHILDREN, REFERRALS, PLANS)
