"""Layouts: the files that councils have, recognised by their columns and mapped to clean tables.

There is one module for each family. A layout is a declaration, which `engine` carries out.
"""

from kpitui.layouts import (
    annex_a,
    cin,
    dfe,
    gias,
    neighbours,
    ofsted_childcare,
    ofsted_inspections,
    ofsted_schools,
    postcodes,
    safeguarding_dataset,
    ssda903,
    workforce,
)
from kpitui.layouts.declarations import Layout

LAYOUTS: tuple[Layout, ...] = (
    *ssda903.LAYOUTS,
    *ofsted_schools.LAYOUTS,
    *ofsted_inspections.LAYOUTS,
    *ofsted_childcare.LAYOUTS,
    *gias.LAYOUTS,
    *cin.LAYOUTS,
    *annex_a.LAYOUTS,
    *workforce.LAYOUTS,
    *safeguarding_dataset.LAYOUTS,
    *postcodes.LAYOUTS,
    *neighbours.LAYOUTS,
    *dfe.LAYOUTS,
)

__all__ = ["LAYOUTS", "Layout"]
