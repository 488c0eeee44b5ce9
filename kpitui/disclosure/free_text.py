"""Small counts of people in free text: ``two stayed with their carers``, ``3 of 8``.

The rule is wide on purpose. A number from 1 to 5 is a count of people unless the words beside it
say otherwise: 2 years, stage 2, Q3, 1 April, 3%, one child in five, two schools.
"""

from __future__ import annotations

import re

# 1 April, 2 years, 3 miles, 5 points, 4 bed spaces.
_MEASURE_WORDS = frozenset(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec year years month months week weeks fortnight "
    "day days hour hours minute minutes night nights term terms quarter quarters mile miles "
    "kilometre kilometres point points percent per pound pounds bed".split()
)
# Two schools, three panels: what is counted is not people.
_NON_PERSON_PLURALS = frozenset(
    "schools academies nurseries settings providers childminders homes teams panels meetings "
    "councils authorities indicators targets measures reasons ways things times steps stages "
    "reports".split()
)
# After "one" alone: one school, one another, one off, one third.
_NON_PERSON_SINGULARS = frozenset(
    "school academy nursery setting provider childminder home team panel meeting council "
    "authority indicator target measure reason way thing time step stage report off another third "
    "half".split()
)
_NUMBERED_LABELS = frozenset(  # stage 2, question 3
    "stage phase tier level band step part section question recommendation item page key grade "
    "paragraph chapter appendix version priority aged age".split()
)
_WORDS_BEFORE_PRONOUN_ONE = frozenset(  # no one, the main one
    "no this that each which every another any main last first next other new old same latest earlier previous".split()
)
_SMALL_NUMBER_WORDS = "one|two|three|four|five"
# A number on its own: no part of a longer number, a decimal, date, code, percentage or price.
_SMALL_NUMBER = re.compile(
    rf"(?<![\w.,/£$-])(?:[1-5](?![\w%]|[.,/:-]\d|\s*%)|(?:{_SMALL_NUMBER_WORDS})(?!\w))"
    r"|\b(?:a couple of|a pair of|both (?:of them|children|girls|boys|siblings|brothers|sisters)"
    r"|twins)\b",
    re.IGNORECASE,
)
# 2 or 3, four to six, 5 and more: the noun comes after the second number.
_RANGE_TAIL = rf"(?:\s*(?:or|to|and|-|\N{{EN DASH}})\s*(?:\d+|{_SMALL_NUMBER_WORDS}|six|more|fewer)\b)?"
# Three further local schools: adjectives may stand between the number and its noun.
_QUALIFIERS = (
    r"(?:\s+(?:working|calendar|whole|full|graded|inspected|small|early|primary|secondary|special|"
    r"local|other|permanent|more|further|years))*"
)
_FOLLOWING_WORDS = re.compile(rf"{_RANGE_TAIL}{_QUALIFIERS}[\s-]*(?P<word>[a-z]+)(?P<rest>(?:\s+\w+){{0,2}})", re.I)
_PRECEDING_WORD = re.compile(r"(?P<word>[A-Za-z]+)\s*$")
# One child in five: a proportion, and no count of children.
_SHARE_AFTER = re.compile(r"(?:\s+\w+)?\s+in\s+(?:every\s+)?(?:\d|two|three|four|five|six|eight|ten)\b")
_SHARE_BEFORE = re.compile(rf"(?:{_SMALL_NUMBER_WORDS}|\d)(?:\s+\w+)?\s+in\s+(?:every\s+)?$", re.IGNORECASE)
_CHILD_WORDS = re.compile(
    r"\b(?:child|children|young|pupils?|baby|babies|infants?|teenagers?|girls?|boys?|siblings?|"
    r"brothers?|sisters?|twins?)\b",
    re.IGNORECASE,
)


def find_small_counts(text: str) -> tuple[str, ...]:
    """Return the numbers from 1 to 5 that may count people, as they are written, each once."""
    matches = (match for match in _SMALL_NUMBER.finditer(text) if not _counts_something_else(text, match))
    return tuple(dict.fromkeys(number_match[0] for number_match in matches))


def mentions_children(text: str) -> bool:
    """Say whether a text speaks of children."""
    return _CHILD_WORDS.search(text) is not None


def _counts_something_else(text: str, number_match: re.Match[str]) -> bool:
    """Say whether the words around a number show that it does not count people."""
    text_before, text_after = text[: number_match.start()], text[number_match.end() :]
    if _SHARE_AFTER.match(text_after) or _SHARE_BEFORE.search(text_before):
        return True
    match, preceding_match = (_FOLLOWING_WORDS.match(text_after), _PRECEDING_WORD.search(text_before))
    word = match["word"].lower() if match else ""
    if word in _MEASURE_WORDS:
        return True
    # "Two children's homes" speaks of children before it speaks of homes: in doubt it is a count.
    if match is not None and mentions_children(match["word"] + match["rest"]):
        return False
    # "One" is often no number: the main one, no one, one another.
    is_number_one = number_match[0].lower() in ("1", "one")
    preceding_word = preceding_match["word"].lower() if preceding_match else ""
    if (
        preceding_word in _NUMBERED_LABELS
        or word in _NON_PERSON_PLURALS
        or (preceding_word == "quarter" and number_match[0].isdigit())
    ):
        return True
    return is_number_one and (word in _NON_PERSON_SINGULARS or preceding_word in _WORDS_BEFORE_PRONOUN_ONE)
