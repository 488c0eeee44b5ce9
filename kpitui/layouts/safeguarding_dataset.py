"""The Standard Safeguarding Dataset (SSD) as CSV, one file a table: people, referrals, plans, visits.

Only the columns that are needed are read: never a name or a UPN. Episodes of care need four tables of
the SSD joined, and are not read from it.
"""

from __future__ import annotations

from dataclasses import replace

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


def _declare_table(
    title: str, required_columns: tuple[str, ...], table_mapping: TableMapping, caveat_code: str = ""
) -> Layout:
    """Declare a table of the SSD, of which only real people are read; its first column names the person."""
    row_filters = (_has_person(required_columns[0]), table_mapping.row_filter)
    row_filter = pl.all_horizontal(*(condition for condition in row_filters if condition is not None))
    return Layout(
        title=title,
        required_columns=required_columns,
        table_mappings=(replace(table_mapping, row_filter=row_filter),),
        missing_marks=_MISSING_MARKS,
        caveat_code=caveat_code,
    )


PEOPLE = _declare_table(
    "SSD ssd_person",
    ("pers_person_id", "pers_dob"),
    TableMapping(
        "children",
        {
            "child": "pers_person_id",
            # An unborn child, or one whose date of birth is estimated, has the expected one alone.
            "dob": pl.coalesce("pers_dob", "pers_expected_dob"),
            "sex": "pers_sex",
            "ethnic": "pers_ethnicity",
        },
        code_maps={"sex": _SEX_CODES},
    ),
)
REFERRALS = _declare_table(
    "SSD ssd_cin_episodes",
    ("cine_person_id", "cine_referral_date"),
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
    ),
)
PLANS = _declare_table(
    "SSD ssd_cp_plans",
    ("cppl_person_id", "cppl_cp_plan_start_date"),
    TableMapping(
        "protection_plans",
        {
            "child": "cppl_person_id",
            "start_date": "cppl_cp_plan_start_date",
            "end_date": "cppl_cp_plan_end_date",
            "category": "cppl_cp_plan_latest_category",
            "other_authority": "cppl_cp_plan_ola",
        },
        code_maps={"category": _CATEGORY_CODES},
    ),
    caveat_code="plans-of-six-years",
)
VISITS = _declare_table(
    "SSD ssd_cp_visits",
    ("cppv_person_id", "cppv_cp_visit_date"),
    TableMapping(
        "protection_visits",
        {"child": "cppv_person_id", "visit_date": "cppv_cp_visit_date", "seen": "cppv_cp_visit_seen"},
    ),
)
IMMIGRATION = _declare_table(
    "SSD ssd_immigration_status",
    ("immi_person_id", "immi_immigration_status"),
    TableMapping(
        "uasc",
        {"child": "immi_person_id", "duc": "immi_immigration_status_end_date"},
        row_filter=pl.col("immi_immigration_status").str.to_lowercase().is_in(_UASC_WORDS),
    ),
)

LAYOUTS = (PEOPLE, REFERRALS, PLANS, VISITS, IMMIGRATION)
