"""Files of known layouts, damaged: rows add up, nothing hostile is left, nothing is raised."""

from __future__ import annotations

from folders import sheet
from hypothesis import given, settings
from hypothesis import strategies as st
from test_layouts_dfe import AREA
from test_layouts_gias import LINKS, SCHOOL
from test_layouts_neighbours import NUMBERS, wide
from test_layouts_ofsted_childcare import OF_2026, OLD
from test_layouts_ofsted_schools import BLOCKS_2026, GRADED, graded, one_of_all
from test_layouts_ofsted_schools import SCHOOL as SCHOOL_2026
from test_layouts_ssda903 import HEADER, episodes
from test_tables_fuzz import looked_at, mutated

from kpitui.layouts import LAYOUTS

EXAMPLES = {
    "gias": sheet(SCHOOL, {**SCHOOL, "URN": "2"}),
    "links": LINKS,
    "neighbours": wide(NUMBERS, name="SN_{n}", closeness="SNP"),
    "childcare": sheet(OLD, OLD),
    "childcare 2026": sheet(OF_2026),
    "all inspections": sheet(one_of_all("1", "12/09/2018", **GRADED)),
    "schools": sheet(graded("1", "12/09/2018", "2"), graded("2", "12/09/2018", "9")),
    "schools 2026": sheet({**SCHOOL_2026, **BLOCKS_2026}),
    "episodes": episodes("1 15/02/2016 S C2 U1 14/08/2017 X1", "1 14/08/2017 P C2 K2 . ."),
    "header": HEADER,
    "leavers": "CHILD,DOB,IN_TOUCH,ACTIV,ACCOM\n1,27/03/1999,YES,F1,Z1\n",
    "outcomes": "CHILD,DOB,SDQ_SCORE,CONVICTED\n1,27/03/2008,17,0\n",
    "missing": "CHILD,DOB,MISSING,MIS_START,MIS_END\n1,27/03/2008,M,13/11/2017,25/11/2017\n",
    "dfe": sheet({**AREA, "referral_count": "9", "rereferral_count": "2",
                  "rereferral_percent": "c"}),
}  # fmt: skip
WORDS = st.sampled_from(["", "NULL", "c", "1", "2019", "31/02/2018", "2018-01-01", "\x1b[31m", "-"])


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_mutated_files(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(EXAMPLES)))
    draw = st.composite(lambda draw: mutated(draw, EXAMPLES[name].encode()))
    looked_at({"x.csv": data.draw(draw()), "y.csv": EXAMPLES[name]})


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_any_cells_under_any_header_that_is_known(data: st.DataObject) -> None:
    layout = data.draw(st.sampled_from(LAYOUTS))
    cells = st.lists(WORDS, min_size=len(layout.required_columns), max_size=len(layout.required_columns))
    rows = data.draw(st.lists(cells, max_size=5))
    looked_at({"x.csv": "\n".join(",".join(row) for row in [list(layout.required_columns), *rows])})
