"""Layouts: the files that councils have, told by their columns and turned into clean tables.

One module for each family; a layout is a declaration that `engine` reads.
"""

from kpitui.tables.layouts import (
    annex_a,
    cin,
    dfe,
    gias,
    neighbours,
    ofsted_childcare,
    ofsted_inspections,
    ofsted_schools,
    postcodes,
    ssda903,
    workforce,
)
from kpitui.tables.layouts.layout import Layout

LAYOUTS: tuple[Layout, ...] = (
    *ssda903.LAYOUTS,
    *ofsted_schools.LAYOUTS,
    *ofsted_inspections.LAYOUTS,
    *ofsted_childcare.LAYOUTS,
    *gias.LAYOUTS,
    *cin.LAYOUTS,
    *annex_a.LAYOUTS,
    *workforce.LAYOUTS,
    *postcodes.LAYOUTS,
    *neighbours.LAYOUTS,
    *dfe.LAYOUTS,
)

__all__ = ["LAYOUTS", "Layout"]
