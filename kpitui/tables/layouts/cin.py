"""The children in need census (DfE): referrals and protection plans, from XML or tables made of it.

The elements used are the same in the XML of 2021 to 2026, except that GenderCurrent became Sex. The
census has no visits, and of earlier plans only their number.
"""

from __future__ import annotations

from kpitui.tables.layouts.layout import Gives, Layout

# Up to 2024 sex is a digit, from 2025 a letter.
_SEX = {"1": "M", "2": "F", "0": "U", "9": "U", "m": "M", "f": "F", "u": "U"}

CHILDREN = Layout(
    title="CIN census children",
    needs=("lachildid", "personbirthdate", "sex"),
    # The row of a referral or plan has the columns of its child too.
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

# CP24 cannot be told from the number of earlier plans: it needs several years of censuses together.
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
