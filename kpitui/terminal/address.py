"""Addresses: each view of the program as one line that can be typed, copied and opened again.

``VP7`` · ``VP7@2018-19 Q3`` · ``VP7@2018-19 Q3/cases`` · ``VP7/cases/MU0001`` · ``VP7/restated`` ·
``board`` · ``board@2018-19 Q2`` · ``data`` · ``changes`` · ``changes@2017-18 Q3..2018-19 Q3``
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, Literal

from kpitui import periods
from kpitui.periods import Period

Place = Literal["board", "indicator", "cases", "case", "restated", "data", "changes"]
WHOLE: Final[tuple[Place, ...]] = ("board", "data", "changes")


@dataclass(frozen=True, slots=True)
class Address:
    """The screen, indicator, period and case subject that an address names.

    Without a `period` the address stands for the board's own.
    """

    place: Place = "board"
    code: str = ""
    period: Period | None = None
    subject: str = ""
    before: Period | None = None  # for changes: the period to compare with, if not the one before

    def __str__(self) -> str:
        head = self.code or self.place
        if self.before is not None:
            return f"{head}@{self.before}..{self.period}"
        if self.period is not None:
            head = f"{head}@{self.period}"
        if self.place in ("cases", "case"):
            head = f"{head}/cases"
        if self.place == "restated":
            head = f"{head}/restated"
        return f"{head}/{self.subject}" if self.place == "case" else head


def parse(text: str, codes: Iterable[str]) -> Address:
    """Read an address; an indicator may be named by code or id, in upper or lower case.

    Raises ValueError with what was expected and the nearest name.
    """
    head, _, tail = text.strip().partition("/")
    name, _, when = head.partition("@")
    name = name.strip()
    if ".." in when:
        return _between(name.lower(), when, text)
    period = periods.parse(when) if when.strip() else None
    # Without a name, as in "@2018-19 Q2", the address means the board of that period.
    if name.lower() in WHOLE or not name:
        return _whole(name.lower() or "board", period, tail, text)
    return _within(_code(name, tuple(codes)), period, tail, text)


def _between(name: str, when: str, text: str) -> Address:
    """Read two periods of the same kind, the earlier first. Raises ValueError."""
    before, after = (periods.parse(part) for part in when.split("..", 1))
    if name != "changes":
        raise ValueError(f"{text!r} is not an address: only changes are between two periods")
    # Counts of a quarter and of a year cover different lengths of time.
    if before.kind != after.kind:
        raise ValueError(f"{before} and {after} are not periods of one kind")
    if before >= after:
        raise ValueError(f"{before} is not before {after}: the earlier period comes first")
    return Address("changes", period=after, before=before)


def _whole(name: str, period: Period | None, tail: str, text: str) -> Address:
    if tail:
        raise ValueError(f"{text!r} is not an address: nothing is below {name}")
    place: Place = next(place for place in WHOLE if place == name)
    return Address(place, period=period)


def _within(code: str, period: Period | None, tail: str, text: str) -> Address:
    if not tail:
        return Address("indicator", code, period)
    step, _, subject = tail.partition("/")
    if step.strip().lower() == "restated" and not subject:
        return Address("restated", code, period)
    if step.strip().lower() != "cases":
        raise ValueError(f"{text!r} is not an address: write {code}/cases or {code}/cases/SUBJECT")
    if subject.strip():
        return Address("case", code, period, subject.strip())
    return Address("cases", code, period)


def _code(name: str, codes: tuple[str, ...]) -> str:
    """Find the code or id that matches the typed name. Raises ValueError with the nearest one."""
    known = {code.lower(): code for code in codes}
    if name.lower() in known:
        return known[name.lower()]
    near = get_close_matches(name.lower(), known, n=1)
    hint = f" - did you mean {known[near[0]]}?" if near else ""
    raise ValueError(f"{name!r} is not an indicator, nor {', '.join(WHOLE)}{hint}")
