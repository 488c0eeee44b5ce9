"""Postcodes with eastings and northings: the ONS directory, or Code-Point Open with a header."""

from __future__ import annotations

import polars as pl

from kpitui.layouts.declarations import Layout, TableMapping

POSTCODE_DIRECTORY = Layout(
    title="postcodes",
    required_columns=("postcode", "easting", "northing"),
    # Files about schools and childcare have postcodes and grid references too.
    absent_columns=("urn", "establishmentname", "provider urn"),
    column_aliases={
        "pcd": "postcode",
        "pcds": "postcode",
        "pcd7": "postcode",
        "pcd8": "postcode",
        "oseast1m": "easting",
        "east1m": "easting",
        "eastings": "easting",
        "osnrth1m": "northing",
        "north1m": "northing",
        "northings": "northing",
    },
    table_mappings=(
        TableMapping(
            "postcodes",
            {"postcode": "postcode", "easting": "easting", "northing": "northing"},
            # Northern Ireland uses the Irish grid. Distances measured across the two grids would be
            # wrong.
            row_filter=~pl.col("postcode").str.to_uppercase().str.starts_with("BT").fill_null(False),
        ),
    ),
)

LAYOUTS = (POSTCODE_DIRECTORY,)
