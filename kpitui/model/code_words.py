"""Words for the codes of the statutory returns, for readers who do not know them by heart.

The meanings are those of the guides to the SSDA903 and CIN returns. A code without words is shown
as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

GRADE_WORDS: Mapping[str, str] = {"1": "Outstanding", "2": "Good", "3": "Requires improvement", "4": "Inadequate"}
_SPECIAL_GUARDIANSHIP = ("E43", "E44", "E45", "E46", "E47", "E48")
EPISODE_END_WORDS: Mapping[str, str] = {
    "X1": "still in care, in another episode",
    "E11": "adopted",
    "E12": "adopted",
    "E13": "relatives without parental responsibility",
    "E14": "remand ended",
    "E15": "age assessed as 18 or over",
    "E16": "moved abroad",
    "E17": "stayed with carers",
    "E2": "died",
    "E3": "care taken over by another authority",
    "E41": "child arrangements order",
    "E4A": "planned return home",
    "E4B": "unplanned return home",
    "E5": "independent living with support",
    "E6": "independent living without support",
    "E7": "adult residential care",
    "E8": "other reason",
    "E9": "sentenced to custody",
    **dict.fromkeys(_SPECIAL_GUARDIANSHIP, "special guardianship"),
}
EPISODE_START_WORDS: Mapping[str, str] = {
    "S": "came into care",
    "L": "new legal status",
    "P": "new placement",
    "T": "new placement, same carers",
    "B": "new legal status and placement",
    "U": "new legal status and placement, same carers",
}
PLACEMENT_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("A3", "A4", "A5", "A6"), "placed for adoption"),
    "H5": "supported accommodation",
    "K1": "secure children's home",
    "K2": "children's home",
    "K3": "supported accommodation",
    "P1": "with parents",
    "P2": "independent living",
    "P3": "residential employment",
    "R1": "residential care home",
    "R2": "health service",
    "R3": "family centre",
    "R5": "custody",
    "S1": "residential school",
    **dict.fromkeys(("T0", "T1", "T2", "T3", "T4"), "temporary placement"),
    **dict.fromkeys(("U1", "U2", "U3"), "foster care with relatives or friends"),
    **dict.fromkeys(("U4", "U5", "U6"), "foster care"),
}
LEGAL_STATUS_WORDS: Mapping[str, str] = {
    "C1": "interim care order",
    "C2": "full care order",
    "E1": "placement order",
    "V2": "accommodated by agreement",
    "V3": "short breaks",
    "V4": "short breaks",
    "L1": "police protection",
    "L2": "emergency protection order",
    "L3": "child assessment order",
}
PLAN_CATEGORY_WORDS: Mapping[str, str] = {
    "NEG": "neglect",
    "PHY": "physical abuse",
    "SAB": "sexual abuse",
    "EMO": "emotional abuse",
    "MUL": "more than one category",
}
REFERRAL_SOURCE_WORDS: Mapping[str, str] = {
    "1A": "family member",
    "1B": "friend or neighbour",
    "1C": "the child",
    "1D": "other individual",
    "2A": "school",
    "2B": "education service",
    "3A": "GP",
    "3B": "health visitor",
    "3C": "school nurse",
    "3D": "other primary health service",
    "3E": "A&E",
    "3F": "other health service",
    "4": "housing",
    "5A": "council's social care",
    "5B": "another council service",
    "5C": "another authority",
    "6": "police",
    "7": "other legal agency",
    "8": "other",
    "9": "anonymous",
    "10": "source not known",
}
CODE_WORDS: Mapping[str, Mapping[str, str]] = {
    "rec": EPISODE_END_WORDS,
    "rne": EPISODE_START_WORDS,
    "place": PLACEMENT_WORDS,
    "ls": LEGAL_STATUS_WORDS,
    "category": PLAN_CATEGORY_WORDS,
    "source": REFERRAL_SOURCE_WORDS,
    "grade": GRADE_WORDS,
    "overall": GRADE_WORDS,
}
"""Words by column, then by code."""


def describe_code(column_name: str, cell_text: str) -> str:
    """Return the words of a code with the code behind them, or a text that has none as it is."""
    words = CODE_WORDS.get(column_name, {}).get(cell_text)
    return f"{words} ({cell_text})" if words else cell_text
