"""The children in need census (DfE): referrals, assessments, enquiries, plans and their reviews, in XML or tables.

The elements used are the same in the XML of 2021 to 2026, except that GenderCurrent became Sex. The
census has no visits, and of earlier plans only their number.
"""

from __future__ import annotations

from kpitui.layouts.declarations import Layout, TableMapping

# Up to 2024 sex is a digit, from 2025 a letter.
_CENSUS_SEX_CODES = {"1": "M", "2": "F", "0": "U", "9": "U", "m": "M", "f": "F", "u": "U"}

CENSUS_CHILDREN = Layout(
    title="CIN census children",
    required_columns=("lachildid", "personbirthdate", "sex"),
    # The row of a referral or plan has the columns of its child too.
    absent_columns=(
        "cinreferraldate",
        "cppstartdate",
        "assessmentactualstartdate",
        "s47actualstartdate",
        "cppreviewdate",
    ),
    column_aliases={"gendercurrent": "sex", "gender": "sex"},
    missing_marks=("null",),
    table_mappings=(
        TableMapping(
            "children",
            {"child": "lachildid", "dob": "personbirthdate", "sex": "sex", "ethnic": "ethnicity"},
            code_maps={"sex": _CENSUS_SEX_CODES},
        ),
    ),
)

CENSUS_REFERRALS = Layout(
    title="CIN census referrals",
    required_columns=("lachildid", "cinreferraldate", "referralsource"),
    missing_marks=("null",),
    table_mappings=(
        TableMapping(
            "referrals",
            {
                "child": "lachildid",
                "referral_date": "cinreferraldate",
                "source": "referralsource",
                "nfa": "referralnfa",
            },
        ),
        TableMapping(
            "need_episodes",
            {
                "child": "lachildid",
                "referral_date": "cinreferraldate",
                "closure_date": "cinclosuredate",
                "closure_reason": "reasonforclosure",
                "nfa": "referralnfa",
                "primary_need": "primaryneedcode",
            },
        ),
    ),
)

CENSUS_ASSESSMENTS = Layout(
    title="CIN census assessments",
    required_columns=("lachildid", "assessmentactualstartdate"),
    missing_marks=("null",),
    table_mappings=(
        TableMapping(
            "assessments",
            {
                "child": "lachildid",
                "start_date": "assessmentactualstartdate",
                "end_date": "assessmentauthorisationdate",
            },
        ),
    ),
)

CENSUS_ENQUIRIES = Layout(
    title="CIN census section 47 enquiries",
    required_columns=("lachildid", "s47actualstartdate"),
    missing_marks=("null",),
    table_mappings=(
        TableMapping(
            "enquiries",
            {
                "child": "lachildid",
                "start_date": "s47actualstartdate",
                "conference_date": "dateofinitialcpc",
                "conference_target": "initialcpctarget",
                "conference_not_required": "icpcnotrequired",
            },
        ),
    ),
)

# CP24 cannot be told from the number of earlier plans: it needs several years of censuses together.
CENSUS_PLANS = Layout(
    title="CIN census protection plans",
    required_columns=("lachildid", "cppstartdate"),
    missing_marks=("null",),
    table_mappings=(
        TableMapping(
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

CENSUS_REVIEWS = Layout(
    title="CIN census reviews of plans",
    required_columns=("lachildid", "cppreviewdate"),
    missing_marks=("null",),
    table_mappings=(
        TableMapping(
            "protection_reviews", {"child": "lachildid", "review_date": "cppreviewdate", "plan_start": "cppstartdate"}
        ),
    ),
)

LAYOUTS = (CENSUS_CHILDREN, CENSUS_REFERRALS, CENSUS_ASSESSMENTS, CENSUS_ENQUIRIES, CENSUS_PLANS, CENSUS_REVIEWS)
