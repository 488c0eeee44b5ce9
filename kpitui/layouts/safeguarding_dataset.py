"""The Standard Safeguarding Dataset (SSD), from files or a database: people, referrals, plans, visits, care.

Only the columns that are needed are read: never a name or a UPN. Episodes of care are joined from
four tables: see `safeguarding_joins`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import polars as pl

from kpitui.layouts.declarations import Layout, TableMapping
from kpitui.layouts.safeguarding_joins import (
    ADDRESSES_TITLE,
    LEGAL_STATUS_TITLE,
    PLACEMENT_COLUMNS,
    PLACEMENTS_TITLE,
    PLANS_TITLE,
    join_care_tables,
    join_visited_children,
)

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


def _find_health_kind() -> pl.Expr:
    """Find the kind of a health check in its words; none where they name another."""
    kind_words = pl.col("clah_health_check_type").str.to_lowercase()
    return (
        pl.when(kind_words.str.contains("dent"))
        .then(pl.lit("dental"))
        .when(kind_words.str.contains("initial"))
        .then(pl.lit("initial"))
        .when(kind_words.str.contains("assessment"))
        .then(pl.lit("assessment"))
    )


def _declare_table(title: str, required_columns: tuple[str, ...], *table_mappings: TableMapping) -> Layout:
    """Declare a table of the SSD, of which only the rows of real people are read."""
    has_person = _has_person(str(table_mappings[0].column_sources["child"]))
    return Layout(
        title=title,
        required_columns=required_columns,
        table_mappings=tuple(
            replace(mapping, row_filter=has_person if mapping.row_filter is None else has_person & mapping.row_filter)
            for mapping in table_mappings
        ),
        missing_marks=_MISSING_MARKS,
    )


def _declare_companion(title: str, required_columns: tuple[str, ...], *other_columns: str) -> Layout:
    """Declare a table of the SSD that only completes the rows of another."""
    return Layout(title, required_columns, (), missing_marks=_MISSING_MARKS, other_columns=other_columns)


def _extract_code(column_name: str, code_pattern: str) -> pl.Expr:
    """Return the code in front of words, in capitals; a cell without one stays as it is."""
    code = pl.col(column_name).str.extract(rf"(?i)^({code_pattern})\b").str.to_uppercase()
    return pl.coalesce(code, column_name)


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
            "source": _extract_code("cine_referral_source_code", r"\d{1,2}[A-F]?"),
            "nfa": "cine_referral_nfa",
        },
    ),
    TableMapping(
        "need_episodes",
        {
            "child": "cine_person_id",
            "referral_date": "cine_referral_date",
            "closure_date": "cine_close_date",
            "closure_reason": pl.col("cine_close_reason").str.extract(r"(?i)\b(RC\d)\b").str.to_uppercase(),
            "nfa": "cine_referral_nfa",
            "primary_need": pl.coalesce(
                pl.col("cine_cin_primary_need_code").str.extract(r"\b(N\d)\b"), "cine_cin_primary_need_code"
            ),
        },
    ),
)
ASSESSMENTS = _declare_table(
    "SSD ssd_cin_assessments",
    ("cina_person_id", "cina_assessment_start_date"),
    TableMapping(
        "assessments",
        {
            "child": "cina_person_id",
            "start_date": "cina_assessment_start_date",
            "end_date": "cina_assessment_auth_date",
            "child_seen": "cina_assessment_child_seen",
            "team": "cina_assessment_team",
        },
    ),
)
MISSING_EPISODES = _declare_table(
    "SSD ssd_missing",
    ("miss_la_person_id", "miss_mis_epi_start"),
    TableMapping(
        "missing",
        {
            "child": "miss_la_person_id",
            "start": "miss_mis_epi_start",
            "end": "miss_mis_epi_end",
            "kind": "miss_mis_epi_type",
            "interview_offered": "miss_mis_epi_rhi_offered",
            "interview_accepted": "miss_mis_epi_rhi_accepted",
        },
        code_maps={"kind": {"missing": "M", "absent": "A", "away": "A"}},
    ),
)
HEALTH = _declare_table(
    "SSD ssd_cla_health",
    ("clah_person_id", "clah_health_check_date"),
    TableMapping(
        "health",
        {
            "child": "clah_person_id",
            "kind": _find_health_kind(),
            "date": "clah_health_check_date",
            "status": "clah_health_check_status",
        },
        row_filter=_find_health_kind().is_not_null(),
    ),
)
ADOPTIONS = _declare_table(
    "SSD ssd_permanence",
    ("perm_person_id", "perm_adm_decision_date"),
    TableMapping(
        "adoptions",
        {
            "child": "perm_person_id",
            "decision_date": "perm_adm_decision_date",
            "matched_date": "perm_matched_date",
            "foster_carer": "perm_adopted_by_carer_flag",
            "order_date": "perm_placement_order_date",
            "placed_date": "perm_placed_for_adoption_date",
            "reversed_date": "perm_decision_reversed_date",
        },
        # Other children have orders of another kind, and no plan for adoption.
        row_filter=pl.col("perm_adm_decision_date").is_not_null(),
    ),
)
PROTECTION_REVIEWS = _declare_table(
    "SSD ssd_cp_reviews",
    ("cppr_person_id", "cppr_cp_review_date"),
    TableMapping(
        "protection_reviews",
        {"child": "cppr_person_id", "review_date": "cppr_cp_review_date"},
        # One that is due and was not held has no date yet.
        row_filter=pl.col("cppr_cp_review_date").is_not_null(),
    ),
)
CARE_VISITS = _declare_table(
    "SSD ssd_cla_visits",
    ("clav_person_id", "clav_cla_visit_date"),
    TableMapping(
        "care_visits",
        {
            "child": "clav_person_id",
            "visit_date": "clav_cla_visit_date",
            "seen": "clav_cla_visit_seen",
            "seen_alone": "clav_cla_visit_seen_alone",
        },
    ),
)
PLANS = replace(
    _declare_table(
        PLANS_TITLE,
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
    ),
    caveat_code="plans-of-six-years",
    other_columns=("cppl_cp_plan_id",),
)
VISITS = replace(
    _declare_table(
        "SSD ssd_cp_visits",
        ("cppv_cp_plan_id", "cppv_cp_visit_date"),
        TableMapping(
            "protection_visits",
            {"child": "cppv_person_id", "visit_date": "cppv_cp_visit_date", "seen": "cppv_cp_visit_seen"},
            # Eclipse has a visit once for each plan that covers it.
            distinct_rows=True,
        ),
    ),
    companions=(PLANS,),
    join_rows=join_visited_children,
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
PLACEMENTS = _declare_companion(
    PLACEMENTS_TITLE,
    ("clap_cla_placement_id", "clap_cla_placement_start_date"),
    "clap_person_id",
    "clap_cla_placement_end_date",
    *PLACEMENT_COLUMNS,
)
LEGAL_STATUSES = _declare_companion(
    LEGAL_STATUS_TITLE,
    ("lega_person_id", "lega_legal_status_start_date"),
    "lega_legal_status",
    "lega_legal_status_end_date",
)
ADDRESSES = _declare_companion(
    ADDRESSES_TITLE, ("addr_person_id", "addr_address_postcode"), "addr_address_type", "addr_address_start_date"
)
_URN_OF_ADDRESS = r"^\d{9,12}$"
"""What Eclipse has for the URN of a placement is that of its address."""
CARE_EPISODES = replace(
    _declare_table(
        "SSD ssd_cla_episodes",
        ("clae_person_id", "clae_cla_episode_start_date"),
        TableMapping(
            "care_episodes",
            {
                "child": "clae_person_id",
                "decom": "clae_cla_episode_start_date",
                "rne": _extract_code("clae_cla_episode_start_reason", "[SLPTBU]"),
                "ls": "lega_legal_status",
                "cin": _extract_code("clae_cla_primary_need_code", "N[0-9]"),
                "place": _extract_code("clap_cla_placement_type", "[A-Z][0-9]{1,2}"),
                "place_provider": _extract_code("clap_cla_placement_provider", "PR[0-5]"),
                "dec": "clae_cla_episode_ceased_date",
                "rec": _extract_code("clae_cla_episode_ceased_reason", "X1|E1[1-7]|E4[1345678AB]|E[2356789]"),
                "reason_place_change": "clap_cla_placement_change_reason",
                "home_post": "addr_address_postcode",
                "pl_post": "clap_cla_placement_postcode",
                "urn": pl.when(~pl.col("clap_cla_placement_urn").str.contains(_URN_OF_ADDRESS)).then(
                    pl.col("clap_cla_placement_urn")
                ),
                "distance_miles": "clap_cla_placement_distance",
            },
        ),
    ),
    column_aliases={"clae_cla_primary_need": "clae_cla_primary_need_code"},
    caveat_code="homes-before-care",
    companions=(PLACEMENTS, LEGAL_STATUSES, ADDRESSES),
    join_rows=join_care_tables,
    other_columns=("clae_cla_placement_id", "clae_entered_care_date"),
)

LAYOUTS = (
    *(PEOPLE, REFERRALS, PLANS, VISITS, IMMIGRATION, CARE_EPISODES, PLACEMENTS, LEGAL_STATUSES, ADDRESSES),
    *(ASSESSMENTS, PROTECTION_REVIEWS, CARE_VISITS, MISSING_EPISODES, HEALTH, ADOPTIONS),
)
# The columns of every table begin with four letters of their own.
_UNUSED_TABLES = {
    "cinf": "ssd_assessment_factors",
    "clea": "ssd_care_leavers",
    "cinp": "ssd_cin_plans",
    "cinv": "ssd_cin_visits",
    "lacp": "ssd_cla_care_plan",
    "clac": "ssd_cla_convictions",
    "clai": "ssd_cla_immunisations",
    "lapp": "ssd_cla_previous_permanence",
    "clar": "ssd_cla_reviews",
    "clas": "ssd_cla_substance_misuse",
    "clav": "ssd_cla_visits",
    "cont": "ssd_contacts",
    "cppr": "ssd_cp_reviews",
    "icpc": "ssd_initial_cp_conference",
    "prof": "ssd_professionals, which has no dates of employment",
    "invo": "ssd_involvements",
    "fami": "ssd_family",
    "earl": "ssd_early_help_episodes",
    "s47e": "ssd_s47_enquiry",
    "moth": "ssd_mother",
    "disa": "ssd_disability",
    "prep": "ssd_pre_proceedings",
    "send": "ssd_send",
    "senn": "ssd_sen_need",
    "csdq": "ssd_sdq_scores",
    "dept": "ssd_department",
    "link": "ssd_linked_identifiers",
    "s251": "ssd_s251_finance",
    "ehcr": "ssd_ehcp_requests",
    "ehca": "ssd_ehcp_assessment",
    "ehcn": "ssd_ehcp_named_plan",
    "ehcp": "ssd_ehcp_active_plans",
}
_UNUSED_LAYOUTS = {prefix: Layout(f"SSD {title}", (), ()) for prefix, title in _UNUSED_TABLES.items()}


def find_unused_table(header_names: Collection[str]) -> Layout | None:
    """Find the table of the SSD that no indicator needs: all of its columns begin as that table's do."""
    prefixes = {name[:5] for name in header_names}
    (prefix,) = prefixes if len(prefixes) == 1 and len(header_names) > 1 else ("",)
    return _UNUSED_LAYOUTS.get(prefix[:4]) if prefix.endswith("_") else None
