"""Small counts of people in free text: ``two stayed with their carers``, ``5/16``, ``all but one``.

The rule is wide on purpose. A number from 1 to 5 is a count of people unless the words beside it
say otherwise: 2 years, stage 2, Q3, 1 April, two schools. So is what two numbers leave between them
(``11 of the 16``), a share (``1 in 4``), an ordinal before people, and a word for a few of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from kpitui.model.board import LARGEST_HIDDEN_COUNT, SMALLEST_HIDDEN_COUNT

_MONTHS = frozenset(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
_VERBS_LIKE_MONTHS = frozenset(["may", "march"])
# 2 years, 3 miles, 5 points, 4 bed spaces.
_MEASURE_WORDS = frozenset(
    "year years month months week weeks fortnight day days hour hours minute minutes night nights term terms "
    "quarter quarters mile miles kilometre kilometres point points percent per pound pounds bed".split()
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
_NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split(),
        start=1,
    )
}
_ANY_NUMBER_WORD = "|".join(sorted(_NUMBER_WORDS, key=len, reverse=True))
_PEOPLE = (
    r"(?:child|children|young|pupils?|person|people|baby|babies|infants?|teenagers?|girls?|boys?|siblings?|"
    r"brothers?|sisters?|twins?|sons?|daughters?)"
)
# Dates, years, times, prices, decimals and numbers of four digits and more count no people.
_NOT_COUNTED = re.compile(
    r"\d{4}-\d\d-\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}\s?[/-]\s?\d{2,4}|\d{1,2}:\d\d"
    r"|[£$€]\s?\d[\d.,]*|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.(?!0+(?!\d))\d+(?!\s*%)"
)
_PERCENTAGE = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)\s*(?:%|per\s?cent\b|pc\b)", re.IGNORECASE)
# A number on its own: no part of a longer number or of a code.
_NUMBER = re.compile(
    rf"(?<![\w#.])(?<![A-Za-z]-)(?:(?P<digits>\d{{1,3}})(?:\.0+)?(?![\w#]|\.\d)|(?P<word>{_ANY_NUMBER_WORD})(?!\w))",
    re.IGNORECASE,
)
_NUMBER_TEXT = rf"(?:\d{{1,3}}(?:\.0+)?|{_ANY_NUMBER_WORD})"
# 11 of the 16, 5/16: the rest is known as well.
_PART_OF_WHOLE = re.compile(
    rf"(?<![\w#.])({_NUMBER_TEXT})(?:\s+\w+)?\s*(?:/|(?:out\s+)?\bof\b(?:\s+(?:the|all|our|these|those|a|total))*)"
    rf"\s*({_NUMBER_TEXT})(?![\w#%])",
    re.IGNORECASE,
)
_PERCENTAGE_OF = re.compile(rf"\s*of\s+(?:(?:the|all|our|these|those)\s+)*({_NUMBER_TEXT})(?![\w#%])", re.IGNORECASE)
# One child in five, 1 in 4: beside a number that is shown a share is a count.
_SHARE = re.compile(rf"(?<![\w#])({_NUMBER_TEXT})(?:\s+\w+)?\s+in\s+(?:every\s+)?({_NUMBER_TEXT})(?![\w#])", re.I)
_FEW_PEOPLE = re.compile(
    rf"\b(?:a|one|the)?\s*(?:couple|pair|trio|duo)(?:\s+of)?\s+(?:\w+\s+)?{_PEOPLE}\b|\ba (?:couple|pair) of\b(?!\s+\w*"
    r"\s*(?:years|months|weeks|days|hours|times|schools|homes))"
    rf"|\bboth\b(?!\s+(?:the\s+)?(?:schools?|homes?|settings?|years?|quarters?|figures?|targets?|indicators?))"
    r"|\bneither of\b|\b(?:twins|triplets|quadruplets|quintuplets)\b"
    rf"|\b(?:only|single|sole|lone|solitary)\s+(?:\w+\s+)?(?:child|pupil|person|baby|infant|teenager|girl|boy|sibling)\b",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    rf"(?<![\w#])(?:(?:1st|2nd|3rd|4th|5th)(?!\s+(?:of\s+)?(?P<month>[A-Za-z]+))"
    rf"|(?:1st|2nd|3rd|4th|5th)(?=\s+(?:\w+\s+)?{_PEOPLE}\b)|(?:second|third|fourth|fifth)(?=\s+(?:\w+\s+)?{_PEOPLE}\b))",
    re.IGNORECASE,
)
# 2 or 3, four to six, 5 and more: the noun comes after the second number.
_RANGE_TAIL = rf"(?:\s*(?:or|to|and|-)\s*(?:\d+|{_ANY_NUMBER_WORD}|more|fewer)\b)?"
# Half of them, two thirds of the children: but not the third quarter of the year.
_FRACTION_NAMES = {"half": 2, "halves": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
_FRACTION = re.compile(
    r"\b(?:(a|one|two|three|four|five|seven|nine)[\s-]+)?(half|halves|third|quarter|fifth|sixth|eighth|tenth)s?"
    r"(?=\s+(?:of|were|was|are|is|did|do|had|have|left|went|returned|stayed|moved)\b)",
    re.IGNORECASE,
)
# Three further local schools: adjectives may stand between the number and its noun.
_QUALIFIERS = (
    r"(?:\s+(?:working|calendar|whole|full|graded|inspected|small|early|primary|secondary|special|"
    r"local|other|permanent|more|further|years))*"
)
_FOLLOWING_WORDS = re.compile(rf"{_RANGE_TAIL}{_QUALIFIERS}[\s-]*(?P<word>[a-z]+)(?P<rest>(?:\s+\w+){{0,2}})", re.I)
_PRECEDING_WORD = re.compile(r"(?P<word>[A-Za-z]+)\s*$")
_CHILD_WORDS = re.compile(rf"\b{_PEOPLE}\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TextNumbers:
    """What a text says in numbers of people: counts as they are written, and shares from 0 to 1.

    A share has the largest distance from the true one that its rounding allows.
    """

    counts: dict[str, int]
    shares: dict[str, tuple[Fraction, Fraction]]


def find_small_counts(text: str) -> tuple[str, ...]:
    """Return what tells a number of people from 1 to 5, as it is written, each once."""
    plain_text = normalise_numbers(text)
    masked_text = _mask_others(plain_text)
    spans = [
        *(match for match in _iterate_counts(masked_text) if _is_small(_read_number(match[0]))),
        *_find_parts(masked_text),
        *_FEW_PEOPLE.finditer(masked_text),
        *(match for match in _ORDINAL.finditer(masked_text)),
        *_find_percentages_of(plain_text),
    ]
    return tuple(dict.fromkeys(match[0].strip() for match in sorted(spans, key=lambda match: match.start())))


def read_numbers(text: str) -> TextNumbers:
    """Read every count of people and every share in a text."""
    plain_text = normalise_numbers(text)
    masked_text = _mask_others(plain_text)
    counts = {match[0]: _read_number(match[0]) for match in _iterate_counts(masked_text)}
    shares: dict[str, tuple[Fraction, Fraction]] = {}
    for match in _PERCENTAGE.finditer(plain_text):
        decimals = len(match[1].partition(".")[2])
        shares[match[0]] = Fraction(match[1]) / 100, Fraction(1, 2 * 100 * 10**decimals)
    # "One in four" is said of what is nearer to it than to one in three or five.
    for share_text, part, whole in _list_fractions(masked_text):
        if 0 < part <= whole:
            shares[share_text] = Fraction(part, whole), Fraction(1, 2 * whole)
    return TextNumbers(counts, shares)


def _list_fractions(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield shares written with two numbers, and fractions in words."""
    for match in _SHARE.finditer(text):
        yield match[0], _read_number(match[1]), _read_number(match[2])
    for match in _FRACTION.finditer(text):
        is_named = match[1] is not None or match[2].lower() == "half"
        if is_named:
            part = 1 if match[1] is None or match[1].lower() == "a" else _read_number(match[1])
            yield match[0], part, _FRACTION_NAMES[match[2].lower()]


def mentions_children(text: str) -> bool:
    """Say whether a text speaks of children."""
    return _CHILD_WORDS.search(text) is not None


def normalise_numbers(text: str) -> str:
    """Write digits of all scripts, fractions and dashes in plain characters, and drop what is invisible."""
    plain_text = unicodedata.normalize("NFKC", text).replace("\N{FRACTION SLASH}", "/")
    characters = (
        str(unicodedata.digit(character))
        if character.isdigit()
        else "-"
        if unicodedata.category(character) == "Pd" or character == "\N{MINUS SIGN}"
        else character
        for character in plain_text
        if unicodedata.category(character) != "Cf"
    )
    return "".join(characters)


def _mask_others(text: str) -> str:
    """Blank out numbers that count no people: dates, prices, decimals and percentages."""
    for pattern in (_PERCENTAGE, _NOT_COUNTED):
        text = pattern.sub(lambda match: "#" * len(match[0]), text)
    return text


def _is_small(number: int) -> bool:
    return SMALLEST_HIDDEN_COUNT <= number <= LARGEST_HIDDEN_COUNT


def _read_number(number_text: str) -> int:
    """Read a number in digits or in words: 04, 4.0, four."""
    return _NUMBER_WORDS.get(number_text.lower()) or int(number_text.partition(".")[0])


def _iterate_counts(text: str) -> Iterator[re.Match[str]]:
    """Yield the numbers that may count people."""
    return (match for match in _NUMBER.finditer(text) if not _counts_something_else(text, match))


def _find_parts(text: str) -> Iterator[re.Match[str]]:
    """Yield parts of a whole of which few people are in neither, and shares of few."""
    for match in _PART_OF_WHOLE.finditer(text):
        part, whole = _read_number(match[1]), _read_number(match[2])
        if part <= whole and (_is_small(part) or _is_small(whole - part)) and not _is_of_things(text, match):
            yield match
    for match in _SHARE.finditer(text):
        if 0 < _read_number(match[1]) <= _read_number(match[2]) and not _is_of_things(text, match):
            yield match


def _is_of_things(text: str, number_match: re.Match[str]) -> bool:
    following_match = _FOLLOWING_WORDS.match(text[number_match.end() :])
    return following_match is not None and following_match["word"].lower() in _NON_PERSON_PLURALS | _MEASURE_WORDS


def _find_percentages_of(text: str) -> Iterator[re.Match[str]]:
    """Yield percentages of a number beside them, where few people are in the part or in the rest."""
    for match in _PERCENTAGE.finditer(text):
        whole_match = _PERCENTAGE_OF.match(text[match.end() :])
        if whole_match is not None:
            whole = _read_number(whole_match[1])
            part = round(Fraction(match[1]) * whole / 100)
            if _is_small(part) or _is_small(whole - part):
                yield match


def _counts_something_else(text: str, number_match: re.Match[str]) -> bool:
    """Say whether the words around a number show that it does not count people."""
    text_before, text_after = text[: number_match.start()], text[number_match.end() :]
    match, preceding_match = (_FOLLOWING_WORDS.match(text_after), _PRECEDING_WORD.search(text_before))
    word = match["word"].lower() if match else ""
    if word in _MEASURE_WORDS or (match is not None and _is_month(match["word"], number_match[0])):
        return True
    # "Two children's homes" speaks of children before it speaks of homes: in doubt it is a count.
    if match is not None and mentions_children(match["word"] + match["rest"]):
        return False
    preceding_word = preceding_match["word"].lower() if preceding_match else ""
    is_quarter = preceding_word == "quarter" and number_match[0].isdigit()
    if preceding_word in _NUMBERED_LABELS or word in _NON_PERSON_PLURALS or is_quarter:
        return True
    # "One" is often no number: the main one, no one, one another.
    is_number_one = number_match[0].lower() in ("1", "one")
    return is_number_one and (word in _NON_PERSON_SINGULARS or preceding_word in _WORDS_BEFORE_PRONOUN_ONE)


def _is_month(word: str, number_text: str) -> bool:
    """Say whether a word after a number makes it a day: 1 April, but not "two may return"."""
    if word.lower() not in _MONTHS or not number_text.isdigit():
        return False
    return word[0].isupper() or word.lower() not in _VERBS_LIKE_MONTHS
