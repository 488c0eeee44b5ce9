"""Briefing profiles: the committee that a briefing is for, and its contents.

A profile only selects from the board. The board is counted, judged and made safe to publish
first, so that two briefings of one day never contradict each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kpitui.catalogue.parser import parse_fields
from kpitui.catalogue.problem_collector import ProblemCollector
from kpitui.config_file import field_parsers
from kpitui.model.catalogue import Indicator
from kpitui.model.periods import PeriodKind

BriefingLength = Literal["summary", "full"]
NEIGHBOURS_LABEL = "Statistical neighbours"


@dataclass(frozen=True, slots=True)
class BriefingProfile:
    """A briefing's contents; without indicators, themes or comparators it has all of them."""

    name: str = ""
    title: str = "Children's services performance"
    committee: str = ""
    audience: str = ""
    indicators: tuple[str, ...] = ()  # ids, in order
    themes: tuple[str, ...] = ()  # in order
    comparators: tuple[str, ...] | None = None
    length: BriefingLength = "full"
    period: PeriodKind = "quarter"
    officer: str = ""
    contact: str = ""
    purpose: str = ""
    recommendation: str = ""
    template: str = ""  # the council's own Word template, beside the config


BUILT_IN_PROFILES: Mapping[str, BriefingProfile] = {
    "quarterly": BriefingProfile("quarterly"),
    "monthly": BriefingProfile("monthly", period="month"),
    "summary": BriefingProfile("summary", length="summary"),
}
"""Profiles that need no config; one of the config with the same name comes first."""


PROFILE_FIELDS: dict[str, field_parsers.FieldParser] = {
    "title": field_parsers.parse_text_field,
    "committee": field_parsers.parse_text_field,
    "audience": field_parsers.parse_text_field,
    "indicators": field_parsers.parse_text_list_field,
    "themes": field_parsers.parse_text_list_field,
    "comparators": field_parsers.parse_text_list_field,
    "length": field_parsers.make_choice_parser("summary", "full"),
    "period": field_parsers.make_choice_parser("month", "quarter", "year"),
    "officer": field_parsers.parse_text_field,
    "contact": field_parsers.parse_text_field,
    "purpose": field_parsers.parse_text_field,
    "recommendation": field_parsers.parse_text_field,
    "template": field_parsers.parse_text_field,
}


def parse_profiles(
    raw_profiles: Mapping[str, Any],
    board_indicators: Iterable[Indicator],
    indicator_names: Collection[str],
    broken_names: Collection[str],
    region: str,
    problems: ProblemCollector,
) -> dict[str, BriefingProfile]:
    """Parse the profiles of a config, by name; mistakes are added to `problems`.

    `board_indicators` are on the board, and `indicator_names` are the ids and codes of all
    indicators. `broken_names` are names and themes of indicators that may have mistakes of their
    own: to list one of them is no second mistake.
    """
    indicators = tuple(board_indicators)
    ids_by_name = {name: indicator.id for indicator in indicators for name in (indicator.id, indicator.code)}
    theme_names = {indicator.theme: indicator.theme for indicator in indicators}
    # The areas that every board compares with.
    area_names = {area_name: area_name for area_name in ("England", region, NEIGHBOURS_LABEL) if area_name}
    names_by_field = {
        "indicators": _ListableNames(ids_by_name, indicator_names, broken_names),
        "themes": _ListableNames(theme_names, (), broken_names),
        "comparators": _ListableNames(area_names),
    }
    return {name: _parse_profile(name, profile, names_by_field, problems) for name, profile in raw_profiles.items()}


@dataclass(frozen=True, slots=True)
class _ListableNames:
    """The names that a field may list, each with its meaning.

    A name of `off_board` exists but is not on the board, which gets a message of its own. One of
    `broken` is of an indicator with a mistake, and gets none.
    """

    meanings: Mapping[str, str]
    off_board: Collection[str] = ()
    broken: Collection[str] = ()


def _parse_profile(
    profile_name: str, raw_profile: Any, names_by_field: Mapping[str, _ListableNames], problems: ProblemCollector
) -> BriefingProfile:
    """Parse one profile; return it bare if it is no table."""
    key_path = ("profiles", profile_name)
    if not isinstance(raw_profile, dict):
        problems.add_problem(key_path, "config-not-table", example="[profiles.NAME]")
        return BriefingProfile(profile_name)
    fields = parse_fields(key_path, raw_profile, PROFILE_FIELDS, problems)
    for field_name, listable_names in names_by_field.items():
        if field_name in fields:
            fields[field_name] = _resolve_names((*key_path, field_name), fields[field_name], listable_names, problems)
    return BriefingProfile(profile_name, **fields)


def _resolve_names(
    key_path: tuple[str, ...], listed_names: Iterable[str], listable_names: _ListableNames, problems: ProblemCollector
) -> tuple[str, ...]:
    """Resolve names in any capitals to their meanings, each once and in order."""
    folded_meanings = {name.casefold(): meaning for name, meaning in listable_names.meanings.items()}
    meanings = []
    for listed_name in listed_names:
        folded_name = listed_name.casefold()
        if folded_name in folded_meanings:
            meanings.append(folded_meanings[folded_name])
        elif folded_name in map(str.casefold, listable_names.broken):
            continue
        elif folded_name in map(str.casefold, listable_names.off_board):
            problems.add_problem(key_path, "config-not-on-board", name=listed_name)
        else:
            problems.add_unknown_name(key_path, listed_name, listable_names.meanings)
    return tuple(dict.fromkeys(meanings))
