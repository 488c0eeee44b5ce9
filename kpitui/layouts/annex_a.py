"""Ofsted's Annex A lists (inspection of children's services): referrals and protection plans.

Many cells are chosen from lists, which councils write in many ways: `b) Female`, `s) 8: Other`. The
code is used, where there is one. Every list identifies its children.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from kpitui.layouts.declarations import Layout, TableMapping
from kpitui.readers.date_forms import read_certain_dates

# Lists have words, letters or the codes 1 and 2. A word boundary keeps `male` out of `female`.
_GENDER_TEXT = pl.col("gender").str.to_lowercase()
_CHILDREN_MAPPING = TableMapping(
    "children",
    {
        "child": "child unique id",
        "dob": "date of birth",
        "sex": pl.when(_GENDER_TEXT.str.contains(r"\b(?:female|f)\b") | (_GENDER_TEXT == "2"))
        .then(pl.lit("F"))
        .when(_GENDER_TEXT.str.contains(r"\b(?:male|m)\b") | (_GENDER_TEXT == "1"))
        .then(pl.lit("M"))
        .otherwise(pl.when(_GENDER_TEXT.is_not_null()).then(pl.lit("U"))),
        # The four-letter ethnicity code, wherever it is in the cell.
        "ethnic": pl.col("ethnicity").str.extract(r"\b([A-Z]{4})\b"),
    },
    row_filter=pl.col("date of birth").is_not_null(),
    distinct_rows=True,
)


def _strip_choice_letter(column_name: str) -> pl.Expr:
    """Strip the letter of the choice from a cell: `s) 8: Other` becomes `8: Other`."""
    return pl.col(column_name).str.replace(r"(?i)^[a-z]\)\s*", "")


def _parse_yes_no_choice(column_name: str) -> pl.Expr:
    """Reduce a yes or no in any spelling to its first letter."""
    return _strip_choice_letter(column_name).str.replace(r"(?i)^(y|n)(?:es|o)?\b.*$", "$1")


# Cells without a value. N/A must not be read as the N of no.
_MISSING_MARKS = ("n/a", "na", "#n/a", "null", "not applicable", "not known", "not recorded")
# A workbook saved as CSV has dates with a time of midnight.
_LIST_DATE_FORMATS = ("%d/%m/%Y", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M")
# Some councils leave out a full stop or a question mark in the names of columns.
_LIST_ALIASES = {
    **dict.fromkeys(
        (
            "child id",
            "child identifier",
            "child's unique id",
            "unique child id",
            "child unique identifier",
            "unique id",
            "child ref",
            "child reference",
            "person id",
            "client id",
        ),
        "child unique id",
    ),
    **dict.fromkeys(("dob", "child's date of birth", "child date of birth", "birth date"), "date of birth"),
    **dict.fromkeys(
        (
            "date of contact referral",
            "referral date",
            "date referral received",
            "date of referral received",
            "referral start date",
        ),
        "date of referral",
    ),
    **dict.fromkeys(("source of referral", "referral source code"), "referral source"),
    **dict.fromkeys(("referral nfa", "referral no further action", "nfa"), "referral nfa?"),
    **dict.fromkeys(("cp plan start date", "cpp start date", "plan start date"), "child protection plan start date"),
    **dict.fromkeys(("cp plan end date", "cpp end date", "plan end date"), "child protection plan end date"),
    **dict.fromkeys(
        ("number of previous cp plans", "previous child protection plans", "number of previous cpp"),
        "number of previous child protection plans",
    ),
    **dict.fromkeys(("initial category", "category of abuse"), "initial category of abuse"),
    **dict.fromkeys(("date started looked after", "date became looked after"), "date started to be looked after"),
    "sum of number of previous child protection plans": "number of previous child protection plans",
    "sex": "gender",
    **dict.fromkeys(
        ("number of referrals in the last 12 months", "referrals in last 12 months"),
        "number of referrals in last 12 months",
    ),
}


def _declare_list(list_title: str, required_columns: Sequence[str], *table_mappings: TableMapping) -> Layout:
    """Declare a list that is read: each gives its children beside its own rows."""
    return Layout(
        title=f"Annex A {list_title}",
        required_columns=tuple(required_columns),
        column_aliases=_LIST_ALIASES,
        missing_marks=_MISSING_MARKS,
        date_formats=_LIST_DATE_FORMATS,
        table_mappings=(*table_mappings, _CHILDREN_MAPPING),
    )


_EARLIER_REFERRALS = "number of referrals in last 12 months"


def _leave_out_own_referral(list_rows: pl.DataFrame) -> pl.DataFrame:
    """Leave the referral of the row itself out of its number of referrals, where a list counts it.

    Some child has not been referred before: a list without a 0 counts the referral itself.
    """
    number = pl.col(_EARLIER_REFERRALS).cast(pl.Float64, strict=False)
    earlier_number = pl.when(number.min() >= 1).then(number - 1).otherwise(number)
    return list_rows.with_columns(pl.coalesce(earlier_number.cast(pl.String), _EARLIER_REFERRALS))


REFERRALS_LIST = _declare_list(
    "list 3 (referrals)",
    ("child unique id", "date of birth", "date of referral", "referral source"),
    TableMapping(
        "referrals",
        {
            "child": "child unique id",
            "referral_date": "date of referral",
            "source": pl.coalesce(
                _strip_choice_letter("referral source").str.extract(r"(?i)^(\d{1,2}[A-F]?)\b").str.to_uppercase(),
                _strip_choice_letter("referral source"),
            ),
            "nfa": _parse_yes_no_choice("referral nfa?"),
            "earlier_referrals": _EARLIER_REFERRALS,
        },
        prepare_rows=_leave_out_own_referral,
    ),
)

PLANS_LIST = _declare_list(
    "list 7 (protection plans)",
    (
        "child unique id",
        "date of birth",
        "child protection plan start date",
        "child protection plan end date",
        "number of previous child protection plans",
    ),
    TableMapping(
        "protection_plans",
        {
            "child": "child unique id",
            "start_date": "child protection plan start date",
            "end_date": "child protection plan end date",
            "category": _strip_choice_letter("initial category of abuse"),
            "previous_plans": "number of previous child protection plans",
        },
    ),
)

ASSESSMENTS_LIST = _declare_list(
    "list 4 (assessments)",
    ("child unique id", "date of birth", "continuous assessment start date"),
    TableMapping(
        "assessments",
        {
            "child": "child unique id",
            "start_date": "continuous assessment start date",
            "end_date": "continuous assessment date of authorisation",
            "child_seen": _parse_yes_no_choice("child seen during continuous assessment"),
            "team": "allocated team",
        },
    ),
)

ENQUIRIES_LIST = _declare_list(
    "list 5 (section 47)",
    (
        "child unique id",
        "date of birth",
        "strategy discussion initiating section 47 enquiry start date",
        "number of section 47 enquiries in the last 12 months",
    ),
    TableMapping(
        "enquiries",
        {
            "child": "child unique id",
            "start_date": "strategy discussion initiating section 47 enquiry start date",
            "conference_date": "date of initial child protection conference",
            "conference_not_required": _parse_yes_no_choice(
                "was an initial child protection conference deemed unnecessary?"
            ),
            "team": "allocated team",
        },
    ),
)

NEED_LIST = _declare_list(
    "list 6 (children in need)",
    ("child unique id", "date of birth", "cin start date"),
    TableMapping(
        "need_episodes",
        {
            "child": "child unique id",
            "referral_date": "cin start date",
            "closure_date": "cin closure date",
            "closure_reason": pl.col("reason for closure").str.extract(r"\b(RC\d)\b"),
            "primary_need": pl.coalesce(pl.col("primary need code").str.extract(r"\b(N\d)\b"), "primary need code"),
        },
    ),
)

ADOPTION_LIST = _declare_list(
    "list 10 (adoption)",
    ("child unique id", "date the child entered care", "date of placement order"),
    TableMapping(
        "adoptions",
        {
            "child": "child unique id",
            "decision_date": "date of decision that child should be placed for adoption",
            "matched_date": "date of matching child and prospective adopters",
            "order_date": "date of placement order",
            "placed_date": "date placed for adoption",
            "reversed_date": "date of decision that child should no longer be placed for adoption",
        },
    ),
)


def _map_health_check(health_kind: str, date_column: str) -> TableMapping:
    """Map the date of a child's latest check of a kind."""
    return TableMapping(
        "health",
        {"child": "child unique id", "kind": pl.lit(health_kind), "date": date_column},
        row_filter=pl.col(date_column).is_not_null(),
    )


_CARE_START, _PLACEMENT_START = "date started to be looked after", "start date of most recent placement"
_LATEST_COLUMNS = (
    "child's legal status",
    "placement type",
    "placement provider",
    "placement postcode",
    "urn of placement",
)


def _split_latest_placement(list_rows: pl.DataFrame) -> pl.DataFrame:
    """Split each child's time in care at the start of the latest placement, of which alone more is known.

    The rows get `_decom`, `_rne`, `_dec` and `_rec`. What the latest placement began as is not in the list.
    """
    start, placed = (read_certain_dates(list_rows[name]).cast(pl.String) for name in (_CARE_START, _PLACEMENT_START))
    began_later = (placed > start).fill_null(False)
    whole_rows = list_rows.with_columns(
        pl.when(began_later).then(placed).otherwise(pl.coalesce(start, _CARE_START)).alias("_decom"),
        pl.when(~began_later).then(pl.lit("S")).alias("_rne"),
        pl.col("date ceased to be looked after").alias("_dec"),
        _strip_choice_letter("reason ceased to be looked after").alias("_rec"),
    )
    earlier_rows = list_rows.with_columns(
        start.alias("_decom"), pl.lit("S").alias("_rne"), placed.alias("_dec"), pl.lit("X1").alias("_rec")
    ).filter(began_later)
    unknown = [pl.lit(None, dtype=pl.String).alias(name) for name in _LATEST_COLUMNS]
    return pl.concat([earlier_rows.with_columns(unknown), whole_rows])


def _extract_code(column_name: str, code_pattern: str) -> pl.Expr:
    """Return the code that a choice begins with; a choice without one stays as it is."""
    choice = _strip_choice_letter(column_name)
    return pl.coalesce(choice.str.extract(rf"(?i)^({code_pattern})\b").str.to_uppercase(), choice)


_LATEST_CARE_MAPPING = TableMapping(
    "care_episodes",
    {
        "child": "child unique id",
        "decom": "_decom",
        "rne": "_rne",
        "ls": _extract_code("child's legal status", "[A-Z][0-9]"),
        "cin": _extract_code("child's category of need", "N[0-9]"),
        "place": _extract_code("placement type", "[A-Z][0-9]{1,2}"),
        "place_provider": _extract_code("placement provider", "PR[0-5]"),
        "dec": "_dec",
        "rec": pl.coalesce(
            pl.col("_rec").str.extract(r"(?i)^(X1|E1[1-7]|E4[1-8AB]|E[2-9])\b").str.to_uppercase(), "_rec"
        ),
        "pl_post": "placement postcode",
        "urn": "urn of placement",
    },
    prepare_rows=_split_latest_placement,
    is_fallback=True,
    caveat_code="care-of-list-8",
)

# Of reviews and visits the list has the latest alone, which cannot tell whether earlier ones were in time.
LOOKED_AFTER_LIST = replace(
    _declare_list(
        "list 8 (looked-after children)",
        ("child unique id", "date of birth", "date started to be looked after"),
        _map_health_check("assessment", "date of last health assessment"),
        _map_health_check("dental", "date of last dental check"),
        _LATEST_CARE_MAPPING,
    ),
    other_columns=(_PLACEMENT_START, "date ceased to be looked after", "reason ceased to be looked after"),
)


def _declare_unused_list(list_title: str, *required_columns: str) -> Layout:
    """Declare a list that no indicator needs, so that it is recognised and left alone."""
    return Layout(
        title=f"Annex A {list_title}", required_columns=("child unique id", *required_columns), table_mappings=()
    )


LAYOUTS = (
    REFERRALS_LIST,
    PLANS_LIST,
    LOOKED_AFTER_LIST,
    _declare_unused_list("list 1 (contacts)", "date of contact"),
    _declare_unused_list("list 2 (early help)", "assessment start date", "assessment completion date"),
    ASSESSMENTS_LIST,
    ENQUIRIES_LIST,
    NEED_LIST,
    _declare_unused_list("list 9 (care leavers)", "eligibility category"),
    ADOPTION_LIST,
    Layout("Annex A list 11 (adopters)", ("individual adopter identifier",), ()),
)
