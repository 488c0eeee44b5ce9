"""Statistical neighbours: the models of the Department for Education, ten neighbours a council.

The file has a row for each council, with the numbers of its neighbours from the nearest on, and how
close each is in between. The year of the model is only in the file's name.
"""

from __future__ import annotations

import polars as pl

from kpitui.layouts.council_names import find_council_name
from kpitui.layouts.declarations import Layout, TableMapping
from kpitui.readers.data_files import LINE_COLUMN

_RANK_COLUMNS = {f"sn{rank}": str(rank) for rank in range(1, 11)}


def _unpivot_neighbours(council_rows: pl.DataFrame) -> pl.DataFrame:
    """Unpivot to a row for each neighbour of a council: la_code, rank, neighbour (its number)."""
    rows = council_rows.select(LINE_COLUMN, "la_code", *_RANK_COLUMNS).unpivot(
        [*_RANK_COLUMNS], index=[LINE_COLUMN, "la_code"], variable_name="rank", value_name="neighbour"
    )
    # A number may be written 301.0, and some files have names instead. A dash is not a neighbour.
    number = pl.col("la_code", "neighbour").str.extract(r"^(\d{3})(?:\.0)?$")
    council_name = pl.col("neighbour").str.extract(r"^(\p{L}.*\p{L}.*)$")
    numbered_rows = rows.with_columns(council_name.alias("_name"), number).with_columns(
        pl.coalesce("neighbour", "_name").alias("neighbour"),
        pl.col("rank").replace_strict(_RANK_COLUMNS, return_dtype=pl.String),
    )
    return numbered_rows.drop("_name").drop_nulls(["la_code", "neighbour"]).sort(LINE_COLUMN, maintain_order=True)


NEIGHBOUR_MODEL = Layout(
    title="DfE statistical neighbours",
    required_columns=("la_code", *_RANK_COLUMNS),
    column_aliases={
        "la num": "la_code",
        "la number": "la_code",
        "la no": "la_code",
        "old_la_code": "la_code",
        **{f"sn_{rank}": f"sn{rank}" for rank in _RANK_COLUMNS.values()},
    },
    filename_year_column="model",
    table_mappings=(
        TableMapping(
            "statistical_neighbours",
            {"la_code": "la_code", "neighbour": find_council_name("neighbour"), "rank": "rank"},
            prepare_rows=_unpivot_neighbours,
        ),
    ),
)

LAYOUTS = (NEIGHBOUR_MODEL,)
