"""The Standard Safeguarding Dataset (SSD) as CSV, one file a table: people, referrals, plans, visits.

Only the columns that are needed are read: never a name or a UPN. Episodes of care need four tables of
the SSD joined, and are not read from it.
"""

from __future__ import annotations

import polars as pl

from kpitui.layouts.declarations import Layout, TableMapping

_MISSING_MARKS = ("null", "ssd_ph", "placeholder_data")
_SEX_CODES: dict[str, str | None] = {"m": "M", "f": "F", "u": "U", "i": "U", "unknown": "U"}
_CATEGORY_CODES: dict[str, str | None] = {
    "neglect": "NEG",
    "physical abuse": "PHY",
    "sexual abuse": "SAB",
    "emotional abuse": "EMO",
    "multiple": "MUL",
}
_UASC_WORDS = ("u", "uasc", "unaccompanied asylum seeking child")


def _has_person(column_name: str) -> pl.Expr:
    """Select the rows of real people: the SSD has -1 and 0 for nobody."""
    return ~pl.col(column_name).is_in(["-1", "0", "-1.0", "0.0"]).fill_null(True)


PEOPLE = Layout(
    title="SSD ssd_person",
    required_columns=("pers_person_id", "pers_dob"),
    missing_marks=_MISSING_MARKS,
    table_mappings=(
        TableMapping(
            "children",
            {
                "child": "pers_person_id",
                # An unborn child, or one whose date of birth is estimated, has the expected one alone.
                "dob": pl.coalesce("pers_dob", "pers_expected_dob"),
                "sex": "pers_sex",
                "ethnic": "pers_ethnicity",
            },
            row_filter=_has_person("pers_person_id"),
            code_maps={"sex": _SEX_CODES},
        ),
    ),
)
REFERRALS = Layout(
    title="SSD ssd_cin_episodes",
    required_columns=("cine_person_id", "cine_referral_date"),
    missing_marks=_MISSING_MARKS,
    table_mappings=(
        TableMapping(
            "referrals",
            {
                "child": "cine_person_id",
                "referral_date": "cine_referral_date",
                # A text may follow the code: "1A Individual".
                "source": pl.coalesce(
                    pl.col("cine_referral_source_code").str.extract(r"(?i)^(\d{1,2}[A-F]?)\b").str.to_uppercase(),
                    "cine_referral_source_code",
                ),
                "nfa": "cine_referral_nfa",
            },
            row_filter=_has_person("cine_person_id"),
        ),
    ),
)
PLANS = Layout(
    title="SSD ssd_cp_plans",
    required_columns=("cppl_person_id", "cppl_cp_plan_start_date"),
    caveat_code="plans-of-six-years",
    missing_marks=_MISSING_MARKS,
    table_mappings=(
        TableMapping(
            "protection_plans",
            {
                "child": "cppl_person_id",
                "start_date": "cppl_cp_plan_start_date",
                "end_date": "cppl_cp_plan_end_date",
                "category": "cppl_cp_plan_latest_category",
                "other_authority": "cppl_cp_plan_ola",
            },
            row_filter=_has_person("cppl_person_id"),
            code_maps={"category": _CATEGORY_CODES},
        ),
    ),
)
VISITS = Layout(
    title="SSD ssd_cp_visits",
    required_columns=("cppv_person_id", "cppv_cp_visit_date"),
    missing_marks=_MISSING_MARKS,
    table_mappings=(
        TableMapping(
            "protection_visits",
            {"child": "cppv_person_id", "visit_date": "cppv_cp_visit_date", "seen": "cppv_cp_visit_seen"},
            row_filter=_has_person("cppv_person_id"),
        ),
    ),
)
IMMIGRATION = Layout(
    title="SSD ssd_immigration_status",
    required_columns=("immi_person_id", "immi_immigration_status"),
    missing_marks=_MISSING_MARKS,
    table_mappings=(
        TableMapping(
            "uasc",
            {"child": "immi_person_id", "duc": "immi_immigration_status_end_date"},
            row_filter=_has_person("immi_person_id")
            & pl.col("immi_immigration_status").str.to_lowercase().is_in(_UASC_WORDS),
        ),
    ),
)

LAYOUTS = (PEOPLE, REFERRALS, PLANS, VISITS, IMMIGRATION)
