"""Ofsted's Annex A lists (inspection of children's services): referrals and protection plans.

Many cells are chosen from lists, which councils write in many ways: `b) Female`, `s) 8: Other`. The
code is used, where there is one. Every list identifies its children.
"""

from __future__ import annotations

import polars as pl

from kpitui.tables.layouts.layout import Gives, Layout

# Lists have words, letters or the codes 1 and 2. A word boundary keeps `male` out of `female`.
_GENDER = pl.col("gender").str.to_lowercase()
_CHILDREN = Gives(
    "children",
    {
        "child": "child unique id",
        "dob": "date of birth",
        "sex": pl.when(_GENDER.str.contains(r"\b(?:female|f)\b") | (_GENDER == "2"))
        .then(pl.lit("F"))
        .when(_GENDER.str.contains(r"\b(?:male|m)\b") | (_GENDER == "1"))
        .then(pl.lit("M"))
        .otherwise(pl.when(_GENDER.is_not_null()).then(pl.lit("U"))),
        # The four-letter ethnicity code, wherever it is in the cell.
        "ethnic": pl.col("ethnicity").str.extract(r"\b([A-Z]{4})\b"),
    },
    where=pl.col("date of birth").is_not_null(),
    distinct=True,
)


def _choice(name: str) -> pl.Expr:
    """Strip the letter of the choice from a cell: `s) 8: Other` becomes `8: Other`."""
    return pl.col(name).str.replace(r"(?i)^[a-z]\)\s*", "")


def _yes_no(name: str) -> pl.Expr:
    """Reduce a yes or no in any spelling to its first letter."""
    return _choice(name).str.replace(r"(?i)^(y|n)(?:es|o)?\b.*$", "$1")


# Cells without a value. N/A must not be read as the N of no.
_MISSING = ("n/a", "na", "#n/a", "null", "not applicable", "not known", "not recorded")
# A workbook saved as CSV has dates with a time of midnight.
_DATES = ("%d/%m/%Y", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M")
# Some councils leave out a full stop or a question mark in the names of columns.
_ALIASES = {
    "child id": "child unique id",
    "child_id": "child unique id",
    "dob": "date of birth",
    "date_of_birth": "date of birth",
    "referral nfa": "referral nfa?",
    "sum of number of previous child protection plans": "number of previous child protection plans",
    "sex": "gender",
}

REFERRALS = Layout(
    title="Annex A list 3 (referrals)",
    needs=("child unique id", "date of birth", "date of referral", "referral source"),
    aliases=_ALIASES,
    missing=_MISSING,
    dates=_DATES,
    gives=(
        Gives(
            "referrals",
            {
                "child": "child unique id",
                "referral_date": "date of referral",
                "source": pl.coalesce(
                    _choice("referral source")
                    .str.extract(r"(?i)^(\d{1,2}[A-F]?)\b")
                    .str.to_uppercase(),
                    _choice("referral source"),
                ),
                "nfa": _yes_no("referral nfa?"),
            },
        ),
        _CHILDREN,
    ),
)

PLANS = Layout(
    title="Annex A list 7 (protection plans)",
    needs=(
        "child unique id",
        "date of birth",
        "child protection plan start date",
        "child protection plan end date",
        "number of previous child protection plans",
    ),
    aliases=_ALIASES,
    missing=_MISSING,
    dates=_DATES,
    gives=(
        Gives(
            "protection_plans",
            {
                "child": "child unique id",
                "start_date": "child protection plan start date",
                "end_date": "child protection plan end date",
                "category": _choice("initial category of abuse"),
                "previous_plans": "number of previous child protection plans",
            },
        ),
        _CHILDREN,
    ),
)

# One row a child, with the latest placement only and no home address: no episodes can be made from
# it.
LOOKED_AFTER = Layout(
    title="Annex A list 8 (looked-after children)",
    needs=("child unique id", "date of birth", "date started to be looked after"),
    aliases=_ALIASES,
    missing=_MISSING,
    dates=_DATES,
    gives=(_CHILDREN,),
)


def _other(title: str, *needs: str) -> Layout:
    """Declare a list that no indicator needs, so that it is recognised and left alone."""
    return Layout(title=f"Annex A {title}", needs=("child unique id", *needs), gives=())


LAYOUTS = (
    REFERRALS,
    PLANS,
    LOOKED_AFTER,
    _other("list 1 (contacts)", "date of contact"),
    _other("list 2 (early help)", "assessment start date", "assessment completion date"),
    _other("list 4 (assessments)", "continuous assessment start date"),
    _other("list 5 (section 47)", "number of section 47 enquiries in the last 12 months"),
    _other("list 6 (children in need)", "cin start date"),
    _other("list 9 (care leavers)", "eligibility category"),
    _other("list 10 (adoption)", "date the child entered care", "date of placement order"),
    Layout("Annex A list 11 (adopters)", ("individual adopter identifier",), ()),
)
