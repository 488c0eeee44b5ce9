"""The Department for Education's published tables (Explore Education Statistics), as comparators.

Each file has councils, regions and England by year. A suppressed cell is a symbol: it is kept as
one, and never read as 0. A figure made of several cells is suppressed where one of them is.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from kpitui.tables.files import LINE
from kpitui.tables.layouts.layout import From, Gives, Layout, Prepare
from kpitui.tables.schema import SYMBOLS, TABLES

# The name of an area is in the column of its own level.
_LEVEL = pl.col("geographic_level").str.to_lowercase()
_AREA = (
    pl.when(_LEVEL == "national")
    .then("country_name")
    .when(_LEVEL == "regional")
    .then("region_name")
    .when(_LEVEL == "local authority")
    .then("la_name")
)
_PLACE = ("time_period", "geographic_level", "country_name", "region_name", "la_name")


def year_ending(name: str) -> pl.Expr:
    """Convert a year to a period: 2019 (the year to 31 March 2019) and 201819 are both 2018-19."""
    text = pl.col(name)
    year = text.cast(pl.Int32, strict=False)
    ending = pl.concat_str(
        (year - 1).cast(pl.String), pl.lit("-"), (year % 100).cast(pl.String).str.zfill(2)
    )
    spanning = pl.concat_str(text.str.slice(0, 4), pl.lit("-"), text.str.slice(4, 2))
    known = pl.when(text.str.contains(r"^\d{4}$")).then(ending)
    return known.when(text.str.contains(r"^\d{6}$")).then(spanning).otherwise(text)


def number(name: str) -> pl.Expr:
    """Return a cell without thousands separators, or null where it is a symbol."""
    symbol = pl.col(name).is_in(SYMBOLS)
    return pl.when(~symbol).then(pl.col(name).str.replace_all(",", "", literal=True))


def symbol(*names: str) -> pl.Expr:
    """Return the first symbol in several cells, or null where all are numbers."""
    return pl.coalesce(pl.when(pl.col(name).is_in(SYMBOLS)).then(pl.col(name)) for name in names)


def _series(
    indicator: str,
    source: From,
    basis: str,
    columns: Mapping[str, From],
    prepare: Prepare | None = None,
) -> Gives:
    """Map a file to `published_series`: the columns of one indicator, with its publication.

    `basis` says how far the published figure is comparable with the council's own.
    """
    return Gives(
        "published_series",
        {
            "area": _AREA,
            "indicator": pl.lit(indicator),
            "period": year_ending("time_period"),
            **columns,
            "source": source,
            "basis": pl.lit(basis),
        },
        prepare=prepare,
    )


def _published(
    title: str, indicator: str, source: From, basis: str,
    *, value: str, numerator: str, denominator: str,
) -> Layout:  # fmt: skip
    """Declare a file with a rate in one column, and its numerator and denominator in two others."""
    figures: Mapping[str, From] = {
        "numerator": number(numerator),
        "denominator": number(denominator),
        "value": number(value),
        "symbol": symbol(value),
    }
    return Layout(
        title=title,
        needs=("time_period", "geographic_level", value, denominator),
        gives=(_series(indicator, source, basis, figures),),
    )


_REREFERRALS = "DfE, Children in need: re-referrals within 12 months, whole year"
_SECOND_PLANS = "DfE, Children in need: second or subsequent protection plan, whole year"
# Published figures count all leavers, not only those who resigned: hence "not like-for-like" below.
_LEAVERS = "DfE, Children's social work workforce: all leavers in the year to 30 September"

REFERRALS = _published(
    "DfE referrals and re-referrals (C1)",
    "repeat-referrals", pl.lit(_REREFERRALS), "close",
    value="rereferral_percent",
    numerator="rereferral_count",
    denominator="referral_count",
)  # fmt: skip
PLANS = _published(
    "DfE second or subsequent protection plans (D3)",
    "repeat-plans-ever", pl.lit(_SECOND_PLANS), "close",
    value="cpp_subsequent_percent",
    numerator="cpp_subsequent",
    denominator="cpp_start",
)  # fmt: skip
WORKFORCE = _published(
    "DfE children's social work workforce",
    "social-worker-turnover",
    pl.concat_str(pl.lit(_LEAVERS + " "), pl.col("time_period"), pl.lit(", headcount")),
    "not like-for-like",
    value="turnover_rate_headcount",
    numerator="leavers_headcount",
    denominator="inpost_headcount",
)  # fmt: skip


def _shares(
    frame: pl.DataFrame, of: str, count: str, parts: tuple[str, ...], total: str
) -> pl.DataFrame:
    """Sum some categories of a total, by area and year, with a `symbol` where suppressed.

    `categories` are the values of `category_column` that are summed into `part`; `total_category`
    is the value of the row that holds the total. The result has `_line`, of the first row used.
    """
    wanted = frame.filter(pl.col(of).is_in([*parts, total]))
    counts = wanted.with_columns(
        _number=number(count).cast(pl.Float64, strict=False), _symbol=symbol(count)
    )
    mine = pl.col(of).is_in(parts)
    found = counts.group_by(_PLACE, maintain_order=True).agg(
        pl.col(LINE).min(),
        part=pl.col("_number").filter(mine & pl.col("_number").is_not_null()).sum(),
        known=pl.col("_number").filter(mine).count(),
        total=pl.col("_number").filter(pl.col(of) == total).first(),
        symbol=pl.col("_symbol").drop_nulls().first(),
    )
    # A missing category makes the sum unknown, as a suppressed one does: it is marked `x`, the
    # symbol for unavailable.
    whole = pl.col("symbol").is_null() & (pl.col("known") == len(parts))
    symbol_or_unknown = pl.when(~whole).then(pl.col("symbol").fill_null("x"))
    return found.with_columns(
        part=pl.when(whole).then(pl.col("part")).cast(pl.String),
        total=pl.col("total").cast(pl.String),
        symbol=symbol_or_unknown,
    )


_OVER_20 = (
    "Placed inside LA boundary more than 20 miles from home",
    "Placed outside LA boundary more than 20 miles from home",
)
# The reasons that make up permanence: adopted, special guardianship, returned home.
_PERMANENT = (
    "Adopted",
    "Special guardianship orders",
    "Returned home to live with parents or other person with parental responsibility "
    "which was part of the care planning process",
    "Returned home to live with parents or other person with parental responsibility "
    "which was not part of the care planning process",
)


def _summed(
    title: str, indicator: str, source: str, of: str, count: str, told: str, prepare: Prepare
) -> Layout:
    """Declare a file with a row for each category, some of which are summed into one figure.

    `identifying_column` is one more column by which the file is recognised.
    """
    shares: Mapping[str, From] = {"numerator": "part", "denominator": "total", "symbol": "symbol"}
    return Layout(
        title=title,
        needs=("time_period", "geographic_level", of, count, told),
        gives=(_series(indicator, pl.lit(source), "not like-for-like", shares, prepare),),
    )


def _new_placements(frame: pl.DataFrame) -> pl.DataFrame:
    return _shares(frame, "breakdown", "children_count", _OVER_20, "Total new placements")


def _ceased(frame: pl.DataFrame) -> pl.DataFrame:
    # Other groups of rows divide the same children by gender or age.
    reasons = frame.filter(pl.col("cla_group") == "Reason episode ceased")
    return _shares(reasons, "characteristic", "number", _PERMANENT, "Total")


NEW_PLACEMENTS = _summed(
    "DfE new placements of looked-after children",
    "care-entrants-over-20-miles",
    "DfE, Children looked after: all new placements in the year, over 20 miles from home",
    "breakdown", "children_count", "characteristic", _new_placements,
)  # fmt: skip
CEASED = _summed(
    "DfE looked-after children who ceased",
    "permanence",
    "DfE, Children looked after: adopted, special guardianship or returned home, "
    "of all who ceased in the year",
    "characteristic", "number", "cla_group", _ceased,
)  # fmt: skip

# Titles in the tool, each with the indicator, the publication and the basis.
_TOOL: Mapping[str, tuple[str, str, str]] = {
    "LACDistance": (
        "children-in-care-over-20-miles",
        "DfE, Children looked after: over 20 miles from home and outside the council, 31 March",
        "not like-for-like",
    ),
    "ReReferral": (
        "repeat-referrals",
        _REREFERRALS,
        "close",
    ),
    "PrevRegCPR": (
        "repeat-plans-ever",
        _SECOND_PLANS,
        "close",
    ),
    "Work_Force_TO_Rate": (
        "social-worker-turnover",
        f"{_LEAVERS}, full-time equivalents",
        "not like-for-like",
    ),
}


def _of_tool(place: int) -> pl.Expr:
    """Look up one field of the tool's indicators by the title in each row."""
    told = {name: words[place] for name, words in _TOOL.items()}
    return pl.col("short desc").replace_strict(told, default=None, return_dtype=pl.String)


INTERACTIVE_TOOL = Layout(
    title="DfE Local Authority Interactive Tool",
    needs=("short desc", "years", "la and regions", "values"),
    # It repeats figures of other releases, without their counts: theirs are used first.
    second_hand=True,
    gives=(
        Gives(
            "published_series",
            {
                "area": "la and regions",
                "indicator": _of_tool(0),
                "period": year_ending("years"),
                "value": number("values"),
                "symbol": symbol("values"),
                "source": pl.concat_str(_of_tool(1), pl.lit(" (Local Authority Interactive Tool)")),
                "basis": _of_tool(2),
            },
            where=pl.col("short desc").is_in(list(_TOOL)),
        ),
    ),
)

# A series of the council's own, in the columns of the clean table and under any file name.
TIDY = Layout(
    title="published series",
    needs=TABLES["published_series"].key,
    gives=(Gives("published_series", {name: name for name in TABLES["published_series"].columns}),),
)

LAYOUTS = (REFERRALS, PLANS, WORKFORCE, NEW_PLACEMENTS, CEASED, INTERACTIVE_TOOL, TIDY)
