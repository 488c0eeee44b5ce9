"""Small counts of people in free text: ``two stayed with their carers``, ``3 of 8``.

The rule is wide on purpose. A number from 1 to 5 is a count of people unless the words beside it
say otherwise: 2 years, stage 2, Q3, 1 April, 3%, one child in five, two schools.
"""

from __future__ import annotations

import re

# 1 April, 2 years, 3 miles, 5 points, 4 bed spaces.
_MEASURES = frozenset(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec year years month months week weeks fortnight "
    "day days hour hours minute minutes night nights term terms quarter quarters mile miles "
    "kilometre kilometres point points percent per pound pounds bed".split()
)
# Two schools, three panels: what is counted is not people.
_PLACES = frozenset(
    "schools academies nurseries settings providers childminders homes teams panels meetings "
    "councils authorities indicators targets measures reasons ways things times steps stages "
    "reports".split()
)
# After "one" alone: one school, one another, one off, one third.
_ONE_PLACE = frozenset(
    "school academy nursery setting provider childminder home team panel meeting council "
    "authority indicator target measure reason way thing time step stage report off another third "
    "half".split()
)
_NAMED = frozenset(  # stage 2, question 3
    "stage phase tier level band step part section question recommendation item page key grade "
    "paragraph chapter appendix version priority aged age".split()
)
_NOT_ONE = frozenset(  # no one, the main one
    "no this that each which every another any main last first next other new old same latest "
    "earlier previous".split()
)
_WORDS = "one|two|three|four|five"
# A number on its own: no part of a longer number, a decimal, date, code, percentage or price.
_NUMBER = re.compile(
    rf"(?<![\w.,/£$-])(?:[1-5](?![\w%]|[.,/:-]\d|\s*%)|(?:{_WORDS})(?!\w))"
    r"|\b(?:a couple of|a pair of|both (?:of them|children|girls|boys|siblings|brothers|sisters)"
    r"|twins)\b",
    re.IGNORECASE,
)
# 2 or 3, four to six, 5 and more: the noun comes after the second number.
_RANGE = rf"(?:\s*(?:or|to|and|-|\N{{EN DASH}})\s*(?:\d+|{_WORDS}|six|more|fewer)\b)?"
# Three further local schools: adjectives may stand between the number and its noun.
_QUALIFIED = (
    r"(?:\s+(?:working|calendar|whole|full|graded|inspected|small|early|primary|secondary|special|"
    r"local|other|permanent|more|further|years))*"
)
_NEXT = re.compile(rf"{_RANGE}{_QUALIFIED}[\s-]*(?P<word>[a-z]+)(?P<rest>(?:\s+\w+){{0,2}})", re.I)
_LAST = re.compile(r"(?P<word>[A-Za-z]+)\s*$")
# One child in five: a proportion, and no count of children.
_SHARE = re.compile(r"(?:\s+\w+)?\s+in\s+(?:every\s+)?(?:\d|two|three|four|five|six|eight|ten)\b")
_OF_SHARE = re.compile(rf"(?:{_WORDS}|\d)(?:\s+\w+)?\s+in\s+(?:every\s+)?$", re.IGNORECASE)
_CHILDREN = re.compile(
    r"\b(?:child|children|young|pupils?|baby|babies|infants?|teenagers?|girls?|boys?|siblings?|"
    r"brothers?|sisters?|twins?)\b",
    re.IGNORECASE,
)


def small_counts(text: str) -> tuple[str, ...]:
    """Return the numbers from 1 to 5 that may count people, as they are written, each once."""
    found = (match for match in _NUMBER.finditer(text) if not _something_else(text, match))
    return tuple(dict.fromkeys(match[0] for match in found))


def about_children(text: str) -> bool:
    """Say whether a text speaks of children."""
    return _CHILDREN.search(text) is not None


def _something_else(text: str, number: re.Match[str]) -> bool:
    """Say whether the words around a number show that it does not count people."""
    before, after = text[: number.start()], text[number.end() :]
    if _SHARE.match(after) or _OF_SHARE.search(before):
        return True
    following, last = _NEXT.match(after), _LAST.search(before)
    word = following["word"].lower() if following else ""
    if word in _MEASURES:
        return True
    # "Two children's homes" speaks of children before it speaks of homes: in doubt it is a count.
    if following is not None and about_children(following["word"] + following["rest"]):
        return False
    # "One" is often no number: the main one, no one, one another.
    one = number[0].lower() in ("1", "one")
    named = last["word"].lower() if last else ""
    if named in _NAMED or word in _PLACES or (named == "quarter" and number[0].isdigit()):
        return True
    return one and (word in _ONE_PLACE or named in _NOT_ONE)
