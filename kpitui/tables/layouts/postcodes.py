"""Postcodes with their places on the grid: the ONS directory, Code-Point Open with a header, …"""

from __future__ import annotations

import polars as pl

from kpitui.tables.layouts.layout import Gives, Layout

DIRECTORY = Layout(
    title="postcodes",
    needs=("postcode", "easting", "northing"),
    # Other files have postcodes and places too, and are about something else.
    without=("urn", "establishmentname", "provider urn"),
    aliases={
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
    gives=(
        Gives(
            "postcodes",
            {"postcode": "postcode", "easting": "easting", "northing": "northing"},
            # Northern Ireland is on another grid: distances across the two would be wrong.
            where=~pl.col("postcode").str.to_uppercase().str.starts_with("BT").fill_null(False),
        ),
    ),
)

LAYOUTS = (DIRECTORY,)
