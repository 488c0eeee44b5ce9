"""Addresses: each view of the program as one line that can be typed, copied and opened again.

``VP7`` · ``VP7@2018-19 Q3`` · ``VP7@2018-19 Q3/cases`` · ``VP7/cases/MU0001`` · ``VP7/restated`` ·
``VP7/by/sex`` · ``due`` · ``due/L1`` · ``flow`` ·
``board`` · ``board@2018-19 Q2`` · ``data`` · ``changes`` · ``changes@2017-18 Q3..2018-19 Q3`` ·
``areas`` · ``areas@2018-19 Q3/South East`` · ``areas/South East/RR12``

What decides what is shown besides follows a question mark, with ``&`` between:
``VP7@2018-19 Q3/cases?as-at=2019-03-25&definition=with-staying-put&filter=turned 18&sort=age&reverse``,
``group=because``, ``open=because:adopted (E12)``, ``row=2``, ``issues``, ``public``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from kpitui.model.periods import Period
from kpitui.model.typed_dates import parse_typed_period
from kpitui.text import format_name_hint
from kpitui.tui.view_options import NO_OPTIONS, ViewOptions, decode_reserved, encode_reserved, parse_options

ScreenName = Literal[
    "board", "indicator", "cases", "case", "restated", "data", "changes", "due", "flow", "split", "areas"
]
CASE_SCREENS: Final[tuple[ScreenName, ...]] = ("cases", "case")
TOP_LEVEL_SCREENS: Final[tuple[ScreenName, ...]] = ("board", "data", "changes", "due", "flow")
CHILDREN_SCREENS: Final[tuple[ScreenName, ...]] = ("due", "flow")
"""Screens that name children, and are never public."""


@dataclass(frozen=True, slots=True)
class Address:
    """The screen, indicator, period and case subject that an address names, and its options.

    Without a `period` the address stands for the board's own. The subject of `due` is a list, and of
    `split` a column.
    """

    screen_name: ScreenName = "board"
    indicator_code: str = ""
    period: Period | None = None
    subject_id: str = ""
    earlier_period: Period | None = None  # for changes: the period to compare with, if not the one before
    place: str = ""  # for areas: the region or group that they are of
    options: ViewOptions = field(default=NO_OPTIONS)

    def __str__(self) -> str:
        return self.path_text + str(self.options)

    @property
    def path_text(self) -> str:
        """Return the address without its options."""
        if self.screen_name == "areas":
            return "/".join(filter(None, (_join_period("areas", self.period), self.place, self.indicator_code)))
        address_text = self.indicator_code or self.screen_name
        if self.earlier_period is not None:
            return f"{address_text}@{self.earlier_period}..{self.period}"
        if self.period is not None:
            address_text = f"{address_text}@{self.period}"
        if self.screen_name in ("cases", "case"):
            address_text = f"{address_text}/cases"
        if self.screen_name == "restated":
            address_text = f"{address_text}/restated"
        if self.screen_name == "split":
            address_text = f"{address_text}/by"
        has_subject = self.screen_name in ("case", "due", "split") and self.subject_id
        return f"{address_text}/{encode_reserved(self.subject_id)}" if has_subject else address_text


def parse_address(address_text: str, indicator_names: Iterable[str], reference_period: Period | None = None) -> Address:
    """Read an address; an indicator may be named by code or id, in upper or lower case.

    A period without a year, such as ``Q1``, is of the year of `reference_period`. Raises ValueError
    with what was expected and the nearest name.
    """
    path, question_mark, options_text = address_text.strip().partition("?")
    address = _parse_path(path, tuple(indicator_names), reference_period)
    if not question_mark:
        return address
    return replace(address, options=parse_options(options_text, address.screen_name))


def _parse_path(address_text: str, indicator_names: tuple[str, ...], reference_period: Period | None) -> Address:
    """Read an address without its options. Raises ValueError."""
    target_text, path_text = _split_target(address_text)
    target_name, _, period_text = target_text.partition("@")
    target_name = target_name.strip()
    if ".." in period_text:
        return _parse_compared_periods(target_name.lower(), period_text, address_text, reference_period)
    period = parse_typed_period(period_text, reference_period) if period_text.strip() else None
    if target_name.lower() == "areas":
        return _parse_areas_address(period, path_text, indicator_names)
    # Without a name, as in "@2018-19 Q2", the address means the board of that period.
    if target_name.lower() in TOP_LEVEL_SCREENS or not target_name:
        return _parse_top_level_address(target_name.lower() or "board", period, path_text, address_text)
    return _parse_indicator_address(
        _match_indicator_name(target_name, indicator_names), period, path_text, address_text
    )


def _split_target(address_text: str) -> tuple[str, str]:
    """Split an address at the slash that begins its path; one in a period, as in 2018/19, is none."""
    target_text, slash, path_text = address_text.partition("/")
    while slash and "@" in target_text and path_text[:2].isdigit() and path_text[2:3] in ("", "/", " ", "."):
        digits, slash, path_text = path_text.partition("/")
        target_text = f"{target_text}/{digits}"
    return target_text, path_text


def _parse_compared_periods(
    screen_text: str, period_text: str, address_text: str, reference_period: Period | None
) -> Address:
    """Read two periods of the same kind, the earlier first. Raises ValueError."""
    period, later_period = (parse_typed_period(part, reference_period) for part in period_text.split("..", 1))
    if screen_text != "changes":
        raise ValueError(f"{address_text!r} is not an address: only the changes screen takes two periods")
    # Counts of a quarter and of a year cover different lengths of time.
    if period.kind != later_period.kind:
        raise ValueError(f"{period} and {later_period} are not the same kind of period")
    if period >= later_period:
        raise ValueError(f"{period} is not before {later_period}: put the earlier period first")
    return Address("changes", period=later_period, earlier_period=period)


def _parse_top_level_address(screen_text: str, period: Period | None, path_text: str, address_text: str) -> Address:
    if path_text and screen_text != "due":
        raise ValueError(f"{address_text!r} is not an address: there is nothing below {screen_text}")
    screen_name: ScreenName = next(name for name in TOP_LEVEL_SCREENS if name == screen_text)
    return Address(screen_name, period=period, subject_id=path_text.strip())


def _join_period(address_text: str, period: Period | None) -> str:
    return address_text if period is None else f"{address_text}@{period}"


def _parse_areas_address(period: Period | None, path_text: str, indicator_names: tuple[str, ...]) -> Address:
    """Read what areas and which indicator are asked for: a place, then a code or id, either alone too."""
    place, _, last_part = path_text.strip().rpartition("/")
    codes = {name.casefold(): name for name in indicator_names}
    if last_part.strip().casefold() in codes:
        return Address("areas", codes[last_part.strip().casefold()], period, place=place.strip())
    if place:
        return Address("areas", _match_indicator_name(last_part.strip(), indicator_names), period, place=place.strip())
    return Address("areas", period=period, place=last_part.strip())


def _parse_indicator_address(indicator_code: str, period: Period | None, path_text: str, address_text: str) -> Address:
    if not path_text:
        return Address("indicator", indicator_code, period)
    path_step, _, subject_id = path_text.partition("/")
    if path_step.strip().lower() == "restated" and not subject_id:
        return Address("restated", indicator_code, period)
    if path_step.strip().lower() == "by":
        return Address("split", indicator_code, period, subject_id.strip())
    if path_step.strip().lower() != "cases":
        raise ValueError(
            f"{address_text!r} is not an address: write {indicator_code}/cases or {indicator_code}/cases/SUBJECT"
        )
    if subject_id.strip():
        return Address("case", indicator_code, period, decode_reserved(subject_id.strip()))
    return Address("cases", indicator_code, period)


def _match_indicator_name(typed_name: str, indicator_names: tuple[str, ...]) -> str:
    """Find the code or id that matches the typed name. Raises ValueError with the nearest one."""
    lower_case = {name.lower(): name for name in indicator_names}
    if typed_name.lower() in lower_case:
        return lower_case[typed_name.lower()]
    name_hint = format_name_hint(typed_name, indicator_names)
    raise ValueError(f"no indicator or screen is called {typed_name!r}{name_hint}")
