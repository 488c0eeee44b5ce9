"""Statistical neighbours: the models of the Department for Education, ten neighbours a council.

The file has a row for each council, with the numbers of its neighbours from the nearest on, and how
close each is in between. The year of the model is only in the file's name.
"""

from __future__ import annotations

import polars as pl

from kpitui.tables.files import LINE
from kpitui.tables.layouts.councils import council_name
from kpitui.tables.layouts.layout import Gives, Layout

_RANKS = {f"sn{rank}": str(rank) for rank in range(1, 11)}


def _one_a_row(frame: pl.DataFrame) -> pl.DataFrame:
    """Unpivot to a row for each neighbour of a council: la_code, rank, neighbour (its number)."""
    long = frame.select(LINE, "la_code", *_RANKS).unpivot(
        [*_RANKS],
        index=[LINE, "la_code"],
        variable_name="rank",
        value_name="neighbour",
    )
    # A number may be written 301.0. A cell without a number, such as a dash, is not a neighbour.
    numbered = long.with_columns(
        pl.col("la_code", "neighbour").str.extract(r"^(\d{3})(?:\.0)?$"),
        pl.col("rank").replace_strict(_RANKS, return_dtype=pl.String),
    )
    return numbered.drop_nulls(["la_code", "neighbour"]).sort(LINE, maintain_order=True)


MODEL = Layout(
    title="DfE statistical neighbours",
    needs=("la_code", *_RANKS),
    aliases={
        "la num": "la_code",
        "la number": "la_code",
        "la no": "la_code",
        "old_la_code": "la_code",
        **{f"sn_{rank}": f"sn{rank}" for rank in _RANKS.values()},
    },
    year_of_name="model",
    gives=(
        Gives(
            "statistical_neighbours",
            {
                "la_code": "la_code",
                "neighbour": council_name("neighbour"),
                "rank": "rank",
            },
            prepare=_one_a_row,
        ),
    ),
)

LAYOUTS = (MODEL,)
