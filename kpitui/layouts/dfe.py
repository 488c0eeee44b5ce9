"""The Department for Education's published tables (Explore Education Statistics), as comparators.

Each file has councils, regions and England by year. A suppressed cell is a symbol: it is kept as
one, and never read as 0. A figure made of several cells is suppressed where one of them is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from kpitui.layouts.declarations import ColumnSource, Layout, RowPreparation, TableMapping
from kpitui.model.clean_tables import CLEAN_TABLES, DFE_SYMBOLS
from kpitui.readers.data_files import LINE_COLUMN

# The name of an area is in the column of its own level.
_AREA_LEVEL = pl.col("geographic_level").str.to_lowercase()
_AREA_NAME = (
    pl.when(_AREA_LEVEL == "national")
    .then("country_name")
    .when(_AREA_LEVEL == "regional")
    .then("region_name")
    .when(_AREA_LEVEL == "local authority")
    .then("la_name")
)
_AREA_YEAR_COLUMNS = ("time_period", "geographic_level", "country_name", "region_name", "la_name")


def parse_year(column_name: str) -> pl.Expr:
    """Convert a year to a period: 2019 (the year to 31 March 2019) and 201819 are both 2018-19."""
    year_text = pl.col(column_name)
    ending_year = year_text.cast(pl.Int32, strict=False)
    year_period = pl.concat_str(
        (ending_year - 1).cast(pl.String), pl.lit("-"), (ending_year % 100).cast(pl.String).str.zfill(2)
    )
    two_year_period = pl.concat_str(year_text.str.slice(0, 4), pl.lit("-"), year_text.str.slice(4, 2))
    period = pl.when(year_text.str.contains(r"^\d{4}$")).then(year_period)
    return period.when(year_text.str.contains(r"^\d{6}$")).then(two_year_period).otherwise(year_text)


def parse_figure(column_name: str) -> pl.Expr:
    """Return a cell without thousands separators, or null where it is a symbol."""
    is_symbol = pl.col(column_name).is_in(DFE_SYMBOLS)
    return pl.when(~is_symbol).then(pl.col(column_name).str.replace_all(",", "", literal=True))


def extract_symbol(*column_names: str) -> pl.Expr:
    """Return the first symbol in several cells, or null where all are numbers."""
    return pl.coalesce(pl.when(pl.col(name).is_in(DFE_SYMBOLS)).then(pl.col(name)) for name in column_names)


def _map_series(
    indicator_id: str,
    publication: ColumnSource,
    basis: str,
    figure_columns: Mapping[str, ColumnSource],
    prepare_rows: RowPreparation | None = None,
) -> TableMapping:
    """Map a file to `published_series`: the columns of one indicator, with its publication.

    `basis` says how far the published figure is comparable with the council's own.
    """
    columns = {"area": _AREA_NAME, "indicator": pl.lit(indicator_id), "period": parse_year("time_period")}
    provenance = {"source": publication, "basis": pl.lit(basis)}
    return TableMapping("published_series", {**columns, **figure_columns, **provenance}, prepare_rows=prepare_rows)


def _declare_rate_file(
    title: str, indicator_id: str, publication: ColumnSource, basis: str,
    *, value_column: str, numerator_column: str, denominator_column: str,
) -> Layout:  # fmt: skip
    """Declare a file with a rate in one column, and its numerator and denominator in two others."""
    columns: Mapping[str, ColumnSource] = {
        "numerator": parse_figure(numerator_column),
        "denominator": parse_figure(denominator_column),
        "value": parse_figure(value_column),
        "symbol": extract_symbol(value_column),
    }
    return Layout(
        title=title,
        required_columns=("time_period", "geographic_level", value_column, denominator_column),
        table_mappings=(_map_series(indicator_id, publication, basis, columns),),
    )


_REREFERRALS_PUBLICATION = "DfE, Children in need: re-referrals within 12 months, whole year"
_SECOND_PLANS_PUBLICATION = "DfE, Children in need: second or subsequent protection plan, whole year"
# Published figures count all leavers, not only those who resigned: hence "not like-for-like" below.
_LEAVERS_PUBLICATION = "DfE, Children's social work workforce: all leavers in the year to 30 September"

REREFERRAL_RATES = _declare_rate_file(
    "DfE referrals and re-referrals (C1)",
    "repeat-referrals", pl.lit(_REREFERRALS_PUBLICATION), "close",
    value_column="rereferral_percent",
    numerator_column="rereferral_count",
    denominator_column="referral_count",
)  # fmt: skip
SECOND_PLAN_RATES = _declare_rate_file(
    "DfE second or subsequent protection plans (D3)",
    "repeat-plans-ever", pl.lit(_SECOND_PLANS_PUBLICATION), "close",
    value_column="cpp_subsequent_percent",
    numerator_column="cpp_subsequent",
    denominator_column="cpp_start",
)  # fmt: skip
TURNOVER_RATES = _declare_rate_file(
    "DfE children's social work workforce",
    "social-worker-turnover",
    pl.concat_str(pl.lit(_LEAVERS_PUBLICATION + " "), pl.col("time_period"), pl.lit(", headcount")),
    "not like-for-like",
    value_column="turnover_rate_headcount",
    numerator_column="leavers_headcount",
    denominator_column="inpost_headcount",
)  # fmt: skip

# The release of 2022 has rates without counts; the later ones have the same years again, with them.
HEADLINE_TURNOVER_RATES = Layout(
    title="DfE children's social work workforce, headline measures 2017 to 2022",
    required_columns=("time_period", "geographic_level", "turnover_rate_headcount_perc", "turnover_rate_fte_perc"),
    is_secondary=True,
    table_mappings=(
        _map_series(
            "social-worker-turnover",
            pl.concat_str(pl.lit(_LEAVERS_PUBLICATION + " "), pl.col("time_period"), pl.lit(", headcount")),
            "not like-for-like",
            {
                "value": parse_figure("turnover_rate_headcount_perc").str.strip_suffix("%"),
                "symbol": extract_symbol("turnover_rate_headcount_perc"),
            },
        ),
    ),
)


def _sum_categories(
    file_rows: pl.DataFrame, category_column: str, count_column: str, categories: tuple[str, ...], total_category: str
) -> pl.DataFrame:
    """Sum some categories of a total, by area and year, with a `symbol` where suppressed.

    `categories` are the values of `category_column` that are summed into `part`; `total_category`
    is the value of the row that holds the total. The result has `_line`, of the first row used.
    """
    number, is_counted = pl.col("_number"), pl.col(category_column).is_in(categories)
    area_sums = (
        file_rows.filter(is_counted | (pl.col(category_column) == total_category))
        .with_columns(_number=parse_figure(count_column).cast(pl.Float64, strict=False))
        .group_by(_AREA_YEAR_COLUMNS, maintain_order=True)
        .agg(
            pl.col(LINE_COLUMN).min(),
            part=number.filter(is_counted).sum(),
            known=number.filter(is_counted).count(),
            total=number.filter(pl.col(category_column) == total_category).first(),
            symbol=extract_symbol(count_column).drop_nulls().first(),
        )
    )
    return _mark_incomplete_sums(area_sums, len(categories))


def _mark_incomplete_sums(area_sums: pl.DataFrame, category_count: int) -> pl.DataFrame:
    """Remove the sums that lack a category, and mark them with a symbol; numbers become text."""
    # A missing category makes the sum unknown, as a suppressed one does: it is marked `x`, the
    # symbol for unavailable.
    is_complete = pl.col("symbol").is_null() & (pl.col("known") == category_count)
    return area_sums.with_columns(
        part=pl.when(is_complete).then(pl.col("part")).cast(pl.String),
        total=pl.col("total").cast(pl.String),
        symbol=pl.when(~is_complete).then(pl.col("symbol").fill_null("x")),
    )


_OVER_20_MILES = (
    "Placed inside LA boundary more than 20 miles from home",
    "Placed outside LA boundary more than 20 miles from home",
)
# The reasons that make up permanence: adopted, special guardianship, returned home.
_PERMANENT_EXITS = (
    "Adopted",
    "Special guardianship orders",
    "Returned home to live with parents or other person with parental responsibility "
    "which was part of the care planning process",
    "Returned home to live with parents or other person with parental responsibility "
    "which was not part of the care planning process",
)


def _declare_summed_file(
    title: str,
    indicator_id: str,
    publication: str,
    category_column: str,
    count_column: str,
    identifying_column: str,
    prepare_rows: RowPreparation,
) -> Layout:
    """Declare a file with a row for each category, some of which are summed into one figure.

    `identifying_column` is one more column by which the file is recognised.
    """
    columns: Mapping[str, ColumnSource] = {"numerator": "part", "denominator": "total", "symbol": "symbol"}
    return Layout(
        title=title,
        required_columns=("time_period", "geographic_level", category_column, count_column, identifying_column),
        table_mappings=(_map_series(indicator_id, pl.lit(publication), "not like-for-like", columns, prepare_rows),),
    )


def _sum_new_placements(file_rows: pl.DataFrame) -> pl.DataFrame:
    return _sum_categories(file_rows, "breakdown", "children_count", _OVER_20_MILES, "Total new placements")


def _sum_permanent_exits(file_rows: pl.DataFrame) -> pl.DataFrame:
    # Other groups of rows divide the same children by gender or age.
    reason_rows = file_rows.filter(pl.col("cla_group") == "Reason episode ceased")
    return _sum_categories(reason_rows, "characteristic", "number", _PERMANENT_EXITS, "Total")


NEW_PLACEMENTS = _declare_summed_file(
    "DfE new placements of looked-after children",
    "care-entrants-over-20-miles",
    "DfE, Children looked after: all new placements in the year, over 20 miles from home",
    "breakdown", "children_count", "characteristic", _sum_new_placements,
)  # fmt: skip
CEASED_CHILDREN = _declare_summed_file(
    "DfE looked-after children who ceased",
    "permanence",
    "DfE, Children looked after: adopted, special guardianship or returned home, "
    "of all who ceased in the year",
    "characteristic", "number", "cla_group", _sum_permanent_exits,
)  # fmt: skip

_NEED, _CARE = "DfE, Children in need", "DfE, Children looked after"
_LEAVERS, _STAFF = "DfE, Care leavers", "DfE, Children's social work workforce"
# Titles in the tool, each with the indicator, the publication and the basis.
_TOOL_INDICATORS: Mapping[str, tuple[str, str, str]] = {
    "LACDistance": (
        "children-in-care-over-20-miles",
        "DfE, Children looked after: over 20 miles from home and outside the council, 31 March",
        "not like-for-like",
    ),
    "ReReferral": ("repeat-referrals", _REREFERRALS_PUBLICATION, "close"),
    "PrevRegCPR": ("repeat-plans-ever", _SECOND_PLANS_PUBLICATION, "close"),
    "Work_Force_TO_Rate": (
        "social-worker-turnover",
        f"{_LEAVERS_PUBLICATION}, full-time equivalents",
        "not like-for-like",
    ),
    "CPP_Total_Rateper10,000": ("referrals-rate", _NEED, "close"),
    "CIN_Refferals_NFA": ("referrals-no-further-action", _NEED, "close"),
    "Continue_Assess_Comp": ("assessments-in-45-days", _NEED, "close"),
    "Section_47": ("section-47-rate", _NEED, "close"),
    "CP_conf_15days": ("conferences-in-15-days", _NEED, "close"),
    "ISCP_Conf": ("conferences-rate", _NEED, "close"),
    "CIN": ("children-in-need-rate", f"{_NEED}, 31 March", "exact"),
    "CPP_rate": ("protection-plans-rate", f"{_NEED}, 31 March", "exact"),
    "CPP_Abuse_Rate": ("protection-plan-starts-rate", _NEED, "exact"),
    "DeRegCPR": ("protection-plan-ends-rate", _NEED, "exact"),
    "CPPlans2yrs": ("plans-ended-2-years", _NEED, "exact"),
    "CPPlans2yrsActive": ("plans-open-2-years", f"{_NEED}, 31 March", "exact"),
    "RevCP": ("protection-reviews-on-time", f"{_NEED}, 31 March", "close"),
    "LAC": ("children-in-care-rate", f"{_CARE}, 31 March", "exact"),
    "LAC_Start_Rate": ("care-starts-rate", _CARE, "exact"),
    "LAC_Cease_Rate": ("care-ends-rate", _CARE, "exact"),
    "Unacc_Asylmn_Seek_Childn%": ("uasc-share", f"{_CARE}, 31 March", "exact"),
    "LACStable_2016on": ("three-or-more-placements", f"{_CARE}, 31 March", "close"),
    "LAC_LongStable%": ("placement-stability-2-years", f"{_CARE}, 31 March", "close"),
    "LAC_Foster_Placements": ("foster-share", f"{_CARE}, 31 March", "exact"),
    "LACHealth%": ("health-assessments-up-to-date", f"{_CARE}, 31 March", "exact"),
    "LACDental%": ("dental-checks", f"{_CARE}, 31 March", "exact"),
    "LACVaccinations%": ("immunisations", f"{_CARE}, 31 March", "exact"),
    "Emotional_LAC": ("sdq", f"{_CARE}, 31 March", "exact"),
    "LAC_Convictions": ("offending", f"{_CARE}, 31 March", "exact"),
    "Children_missing": ("missing-from-care", _CARE, "close"),
    "Stability_SocialWorker": ("three-or-more-social-workers", f"{_CARE}, 31 March", "exact"),
    "%_of LAC Adopted": ("adopted-share", _CARE, "exact"),
    "LAC_ceased_SGO%": ("sgo-share", _CARE, "exact"),
    "LAC_ceased_CAO%": ("arrangements-order-share", _CARE, "exact"),
    "CareLeaverEET": ("leavers-in-eet", f"{_LEAVERS} aged 19 to 21", "exact"),
    "CareLeaverAcc": ("leavers-in-suitable-homes", f"{_LEAVERS} aged 19 to 21", "exact"),
    "StayingPut": ("staying-put", f"{_LEAVERS} aged 18 to 20", "close"),
    "Work_Force_Agecy_Rate": ("agency-rate", f"{_STAFF}, 30 September", "exact"),
    "Work_Force_Vac_Rate": ("vacancy-rate", f"{_STAFF}, 30 September", "exact"),
    "Work_Force_AvgNumCase_SW": ("caseload", f"{_STAFF}, 30 September", "exact"),
}
# One series is near to two indicators.
_FURTHER_TOOL_INDICATORS: Mapping[str, tuple[str, str, str]] = {
    "Work_Force_TO_Rate": ("turnover-fte", f"{_STAFF}, year to 30 September", "exact")
}


def _map_tool_series(tool_indicators: Mapping[str, tuple[str, str, str]]) -> TableMapping:
    """Map the rows of the tool whose titles are known, each to its indicator."""

    def look_up(field_index: int) -> pl.Expr:
        field_by_title = {title: fields[field_index] for title, fields in tool_indicators.items()}
        return pl.col("short desc").replace_strict(field_by_title, default=None, return_dtype=pl.String)

    return TableMapping(
        "published_series",
        {
            "area": "la and regions",
            "indicator": look_up(0),
            "period": parse_year("years"),
            "value": parse_figure("values"),
            "symbol": extract_symbol("values"),
            "source": pl.concat_str(look_up(1), pl.lit(" (Local Authority Interactive Tool)")),
            "basis": look_up(2),
        },
        row_filter=pl.col("short desc").is_in(list(tool_indicators)),
    )


INTERACTIVE_TOOL = Layout(
    title="DfE Local Authority Interactive Tool",
    required_columns=("short desc", "years", "la and regions", "values"),
    # It repeats figures of other releases, without their counts: theirs are used first.
    is_secondary=True,
    table_mappings=(_map_tool_series(_TOOL_INDICATORS), _map_tool_series(_FURTHER_TOOL_INDICATORS)),
)

MID_YEAR_POPULATIONS = Layout(
    title="ONS mid-year population estimates, by DfE",
    required_columns=("time_period", "geographic_level", "age_group", "population_estimate"),
    table_mappings=(
        TableMapping(
            "populations",
            {
                "area": _AREA_NAME,
                "la_code": "old_la_code",
                # "Children aged 0 to 17 years" is 0-17.
                "age_band": pl.col("age_group").str.replace(r"^\D*(\d+)\D+(\d+)\D*$", "$1-$2"),
                "year": "time_period",
                "number": parse_figure("population_estimate"),
            },
        ),
    ),
)

# A series of the council's own, in the columns of the clean table and under any file name.
TIDY_SERIES = Layout(
    title="published series",
    required_columns=CLEAN_TABLES["published_series"].key_columns,
    table_mappings=(
        TableMapping("published_series", {name: name for name in CLEAN_TABLES["published_series"].columns}),
    ),
)

# Every file of Explore Education Statistics has these two columns.
OTHER_STATISTICS = Layout(
    title="DfE statistics", required_columns=("time_period", "geographic_level"), table_mappings=()
)

LAYOUTS = (
    REREFERRAL_RATES,
    SECOND_PLAN_RATES,
    TURNOVER_RATES,
    HEADLINE_TURNOVER_RATES,
    NEW_PLACEMENTS,
    CEASED_CHILDREN,
    INTERACTIVE_TOOL,
    MID_YEAR_POPULATIONS,
    TIDY_SERIES,
    OTHER_STATISTICS,
)
# Columns that files about anything may have.
_COMMON_COLUMNS = (*OTHER_STATISTICS.required_columns, "breakdown", "characteristic", "number")


def is_nearly_needed(header_names: Collection[str]) -> bool:
    """Say whether a file of DfE statistics is nearly one that an indicator needs.

    It lacks a single column of one, or has a column that only that one has.
    """
    return any(
        len({*layout.required_columns} - {*header_names}) == 1
        or any(name in header_names for name in layout.required_columns if name not in _COMMON_COLUMNS)
        for layout in LAYOUTS
        if "geographic_level" in layout.required_columns and layout.table_mappings
    )
