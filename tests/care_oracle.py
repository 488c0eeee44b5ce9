"""The rules about need, reviews, care and care leavers in plain Python, as `tests.oracle` has the others.

Comments that begin with "Reading:" say what is taken where the definitions leave room.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

from tests import oracle
from tests.oracle import ONE_DAY, Asked, Case, Result, Row, months_back, on, text, when

SHORT_BREAKS = ("V3", "V4")
FOSTER = ("U1", "U2", "U3", "U4", "U5", "U6")
FOR_ADOPTION = ("A3", "A4", "A5", "A6")


def months_on(day: dt.date, months: int) -> dt.date:
    return months_back(day, -months)


def summed(values: Iterable[Fraction], cases: list[Case]) -> Result:
    """A mean or a ratio: the sum of the values, of so many."""
    values = list(values)
    return Result(oracle.number(sum(values, Fraction(0))), len(values), oracle.reasons(cases), cases)


def born(inputs: Asked, child: str | None) -> dt.date | None:
    return next((on(row, "dob") for row in inputs.table("children") if row["child"] == child), None)


def is_aged(birth: dt.date | None, day: dt.date, low: int, high: int) -> bool:
    """Whether a child has had one birthday and not yet the one after another."""
    return birth is not None and months_on(birth, 12 * low) <= day < months_on(birth, 12 * (high + 1))


# Starts and ends of care, once for each child


def no_short_break(inputs: Asked) -> list[Row]:
    return [row for row in inputs.table("care_episodes") if row["ls"] not in SHORT_BREAKS]


def care_starts(inputs: Asked) -> Result:
    if inputs.variant == "each-start":
        return oracle.care_starts(inputs)
    starts = {(row["child"], when(row, "decom")) for row in no_short_break(inputs) if row["rne"] == "S"}
    children = {text({"child": child}, "child") for child, day in starts if inputs.contains(day)}
    return oracle.total(Case(child, inputs.end, True) for child in children)


def care_ends(inputs: Asked) -> Result:
    if inputs.variant == "each-end":
        return oracle.care_ends(inputs)
    ends = [row for row in no_short_break(inputs) if row.get("rec") not in (None, "X1")]
    children = {text(row, "child") for row in ends if inputs.contains(on(row, "dec"))}
    return oracle.total(Case(child, inputs.end, True) for child in children)


# Need, plans for education, reviews of plans


def children_in_need(inputs: Asked) -> Result:
    children = {
        text(row, "child")
        for row in inputs.table("need_episodes")
        if when(row, "referral_date") <= inputs.end
        and oracle.missing_or_after(on(row, "closure_date"), inputs.end)
        and row.get("nfa") != "Y"
    }
    return oracle.total(Case(child, inputs.end, True) for child in children)


def ehc_plans(inputs: Asked) -> Result:
    cases = []
    for row in inputs.table("ehc_plans"):
        issued = on(row, "plan_date")
        if issued is None or not inputs.contains(issued):
            continue
        reason = "transferred in" if row.get("transfer_in") == "Y" else None
        if reason is None and row.get("exceptions") == "Y" and inputs.variant != "with-exceptions":
            reason = "an exception applied"
        in_time = 0 <= (issued - when(row, "request_date")).days <= 140
        cases.append(Case(text(row, "child"), issued, reason is None and in_time, reason))
    return oracle.total(cases)


Clock = tuple[dt.date, dt.date | None]
"""The day something is due, and the day it was next done."""


def clocks_of(
    start: dt.date, end: dt.date | None, events: Iterable[dt.date], due_of: Callable[[int, dt.date], dt.date]
) -> list[Clock]:
    days = sorted({day for day in events if day >= start and (end is None or day <= end)})
    begun = [start, *days]
    return [(due_of(n, day), held) for n, (day, held) in enumerate(zip(begun, [*days, None], strict=True))]


def clock_case(child: str, clock: Clock, end: dt.date | None, left: str) -> Case:
    due, held = clock
    if held is not None and held <= due:
        return Case(child, due, True)
    return Case(child, due, False, left if end is not None and end < due else None)


def plan_clocks(inputs: Asked, plan: Row) -> list[Clock]:
    reviews = [when(row, "review_date") for row in inputs.table("protection_reviews") if row["child"] == plan["child"]]

    def due_of(number: int, day: dt.date) -> dt.date:
        if inputs.variant == "in-days":
            return day + (91 if number == 0 else 183) * ONE_DAY
        return months_on(day, 3 if number == 0 else 6)

    return clocks_of(when(plan, "start_date"), on(plan, "end_date"), reviews, due_of)


def plan_reviews(inputs: Asked) -> Result:
    if inputs.variant == "reviews-due-in-period":
        return oracle.total(plan_review_cases(inputs))
    cases = []
    for plan in latest_open_plans(inputs):
        reason = "other authority's plan" if plan.get("other_authority") == "Y" else None
        if reason is None and months_on(when(plan, "start_date"), 3) > inputs.end:
            reason = "on a plan under 3 months"
        missed = any(due < inputs.end and (held is None or held > due) for due, held in plan_clocks(inputs, plan))
        cases.append(Case(text(plan, "child"), inputs.end, reason is None and not missed, reason))
    return oracle.total(cases)


def latest_open_plans(inputs: Asked) -> list[Row]:
    latest: dict[str, Row] = {}
    for plan in sorted(inputs.table("protection_plans"), key=lambda plan: when(plan, "start_date")):
        if when(plan, "start_date") <= inputs.end and oracle.missing_or_after(on(plan, "end_date"), inputs.end):
            latest[text(plan, "child")] = plan
    return list(latest.values())


def plan_review_cases(inputs: Asked) -> Iterator[Case]:
    for plan in inputs.table("protection_plans"):
        for clock in plan_clocks(inputs, plan):
            case = clock_case(text(plan, "child"), clock, on(plan, "end_date"), "plan ended before due")
            if inputs.contains(case.date) and case.date <= inputs.as_at:
                other = plan.get("other_authority") == "Y"
                yield Case(case.subject, case.date, False, "other authority's plan") if other else case


# Reviews, visits and health of children in care


def care_periods(inputs: Asked) -> list[tuple[Row, dt.date | None]]:
    """The first episode of each period of care, and its end."""
    episodes = no_short_break(inputs)
    periods = []
    for row in episodes:
        if row["rne"] != "S":
            continue
        start = when(row, "decom")
        own = [episode for episode in episodes if episode["child"] == row["child"]]
        later = [when(other, "decom") for other in own if other["rne"] == "S" and when(other, "decom") > start]
        ends = [
            when(other, "dec")
            for other in own
            if other.get("rec") not in (None, "X1") and on(other, "dec") and when(other, "decom") >= start
        ]
        # Reading: a period without an end of its own ends where the next one starts.
        periods.append((row, min([*sorted(ends)[:1], *sorted(later)[:1]], default=None)))
    return periods


def current_clock(start: dt.date, clocks: list[Clock], day: dt.date) -> Clock | None:
    """The clock that runs on a day: the last that had begun, unless it had been stopped."""
    begun = [start, *(held for _, held in clocks if held is not None)]
    running = [clock for began, clock in zip(begun, clocks, strict=True) if began <= day]
    running = [(due, held) for due, held in running if held is None or held > day]
    return running[-1] if running else None


def up_to_date(inputs: Asked, clocked: Iterable[tuple[str, dt.date, dt.date | None, list[Clock]]]) -> Result:
    """Children with a clock that runs on the end; of two the one of what began last."""
    latest: dict[str, Case] = {}
    for child, start, end, clocks in clocked:
        clock = current_clock(start, clocks, inputs.end)
        if clock is not None and start <= inputs.end and oracle.missing_or_after(end, inputs.end):
            latest[child] = Case(child, inputs.end, clock[0] >= inputs.end)
    return oracle.total(latest.values())


def care_reviews(inputs: Asked) -> Result:
    if inputs.variant == "up-to-date-at-end":
        periods = sorted(review_clocks(inputs), key=lambda one: one[1])
        return up_to_date(inputs, periods)
    cases = [
        clock_case(child, clock, end, "left care before due")
        for child, _, end, clocks in review_clocks(inputs)
        for clock in clocks
    ]
    return in_period(inputs, cases)


def review_clocks(inputs: Asked) -> Iterator[tuple[str, dt.date, dt.date | None, list[Clock]]]:
    table_rows = [row for row in inputs.table("care_reviews") if row.get("cancelled") != "Y"]
    for row, end in care_periods(inputs):
        reviews = [review for review in table_rows if review["child"] == row["child"]]
        own = {when(review, "review_date"): on(review, "due_date") for review in reviews}
        clocks = clocks_of(when(row, "decom"), end, own, review_due)
        dated = [((own[held] if held is not None else None) or due, held) for due, held in clocks]
        yield text(row, "child"), when(row, "decom"), end, dated


def review_due(number: int, day: dt.date) -> dt.date:
    return oracle.working_days_later(day, 20) if number == 0 else months_on(day, 3 if number == 1 else 6)


def in_period(inputs: Asked, cases: Iterable[Case]) -> Result:
    return oracle.total(case for case in cases if inputs.contains(case.date) and case.date <= inputs.as_at)


def participation(inputs: Asked) -> Result:
    cases = []
    for row in inputs.table("care_reviews"):
        day, birth = when(row, "review_date"), born(inputs, row["child"])
        is_old_enough = birth is not None and months_on(birth, 48) <= day
        if row.get("cancelled") != "Y" and inputs.contains(day) and is_old_enough:
            took_part = row.get("participation") in ("PN1", "PN2", "PN3", "PN4", "PN5", "PN6")
            cases.append(Case(text(row, "child"), day, took_part))
    return oracle.total(cases)


def care_visits(inputs: Asked) -> Result:
    if inputs.variant == "up-to-date-at-end":
        return up_to_date(inputs, visit_clocks(inputs))
    cases = [
        clock_case(child, clock, end, "placement ended before due")
        for child, _, end, clocks in visit_clocks(inputs)
        for clock in clocks
    ]
    return in_period(inputs, cases)


def visit_clocks(inputs: Asked) -> Iterator[tuple[str, dt.date, dt.date | None, list[Clock]]]:
    for child in {text(row, "child") for row in inputs.table("care_episodes")}:
        visits = [
            when(row, "visit_date")
            for row in inputs.table("care_visits")
            if row["child"] == child and row["seen"] == "Y"
        ]
        for placement in oracle.placements_of(inputs, child):
            yield child, placement.start, placement.end, clocks_of(placement.start, placement.end, visits, visit_due)


def visit_due(number: int, day: dt.date) -> dt.date:
    return day + (7 if number == 0 else 42) * ONE_DAY


def is_done(row: Row) -> bool:
    return (row.get("status") or "completed").lower() == "completed"


def first_assessments(inputs: Asked) -> Result:
    cases = []
    for row, end in care_periods(inputs):
        start = when(row, "decom")
        due = start + 28 * ONE_DAY if inputs.variant == "28-days" else oracle.working_days_later(start, 20)
        held = [
            when(check, "date")
            for check in inputs.table("health")
            if check["child"] == row["child"] and check["kind"] == "initial" and is_done(check)
            and when(check, "date") >= start
        ]  # fmt: skip
        cases.append(clock_case(text(row, "child"), (due, min(held, default=None)), end, "left care before due"))
    return in_period(inputs, cases)


def year_rows(inputs: Asked, ages: tuple[int, int] | None = None) -> Iterator[tuple[Row, Case]]:
    """Children in care for a year at the latest 31 March, with their rows of the return and whether left out."""
    for year in range(inputs.start.year, inputs.end.year + 1):
        march = dt.date(year, 3, 31)
        rows = {row["child"]: row for row in inputs.table("care_year") if Fraction(text(row, "year")) == year}
        if not inputs.contains(march) or march > inputs.as_at or not rows:
            continue
        then = replace(inputs, end=march, variant=None)
        for case in oracle.children_in_care(then).cases:
            aged = ages is None or is_aged(born(inputs, case.subject), march, *ages)
            if aged and oracle.continuously_looked_after(then, case.subject, 12):
                reason = "short break" if case.left_out_because == "short break" else None
                yield rows.get(case.subject, {}), Case(case.subject, march, reason is None, reason)


def mark_of_year(column: str, ages: tuple[int, int] | None = None, check: str = "") -> Callable[[Asked], Result]:
    """The share of those in care for a year of whom the return says yes."""

    def rule(inputs: Asked) -> Result:
        if inputs.variant == "by-dates":
            return checks_by_dates(inputs, check)
        return oracle.total(
            replace(case, counted=case.counted and row.get(column) in ("1", "Y"))
            for row, case in year_rows(inputs, ages)
        )

    return rule


def checks_by_dates(inputs: Asked, check: str) -> Result:
    kinds = ("assessment", "initial") if check == "assessment" else (check,)
    cases = []
    for case in oracle.children_in_care(replace(inputs, variant=None)).cases:
        if not oracle.continuously_looked_after(inputs, case.subject, 12):
            continue
        days = [
            when(row, "date")
            for row in inputs.table("health")
            if row["child"] == case.subject and row["kind"] in kinds and is_done(row)
        ]
        recent = {
            months: sum(months_back(inputs.end + ONE_DAY, months) <= day <= inputs.end for day in days)
            for months in (6, 12)
        }
        birth = born(inputs, case.subject)
        is_young = check == "assessment" and birth is not None and months_on(birth, 60) > inputs.end
        enough = recent[12] >= 2 and recent[6] >= 1 if is_young else recent[12] >= 1
        out = "short break" if case.left_out_because == "short break" else None
        cases.append(Case(case.subject, inputs.end, out is None and enough, out))
    return oracle.total(cases)


SDQ_AGES = (5, 16)


def sdq_returned(inputs: Asked) -> Result:
    return oracle.total(
        replace(case, counted=case.counted and row.get("sdq_score") is not None)
        for row, case in year_rows(inputs, SDQ_AGES)
    )


def sdq_mean(inputs: Asked) -> Result:
    values, cases = [], []
    for row, case in year_rows(inputs, SDQ_AGES):
        reason = case.left_out_because or (None if row.get("sdq_score") else "no value recorded")
        if reason is None:
            values.append(Fraction(text(row, "sdq_score")))
        cases.append(Case(case.subject, case.date, reason is None, reason))
    return summed(values, cases)


def sdq_of_concern(inputs: Asked) -> Result:
    low, high = {"borderline": (14, 16), "normal": (0, 13)}.get(inputs.variant or "", (17, 40))
    cases = []
    for row, case in year_rows(inputs, SDQ_AGES):
        reason = case.left_out_because or (None if row.get("sdq_score") else "no score returned")
        counted = reason is None and low <= Fraction(text(row, "sdq_score")) <= high
        cases.append(Case(case.subject, case.date, counted, reason))
    return oracle.total(cases)


# What children had in the twelve months before


def missing_from_care(inputs: Asked) -> Result:
    first = months_back(inputs.end + ONE_DAY, 12)
    if inputs.variant in ("interviews-offered", "in-72-hours"):
        return interviews(replace(inputs, start=first))
    children = {
        text(row, "child")
        for row in no_short_break(inputs)
        if when(row, "decom") <= inputs.end and oracle.missing_or_after(on(row, "dec"), first)
    }
    kinds = ("A",) if inputs.variant == "away" else ("M", None)
    incidents = {
        child: sum(
            row["child"] == child
            and row.get("kind") in kinds
            and when(row, "start") <= inputs.end
            and (on(row, "end") is None or when(row, "end") >= first)
            for row in inputs.table("missing")
        )
        for child in children
    }
    cases = [Case(child, inputs.end, number > 0) for child, number in incidents.items()]
    if inputs.variant == "incidents-per-child":
        return summed(map(Fraction, incidents.values()), cases)
    return oracle.total(cases)


def interviews(inputs: Asked) -> Result:
    cases = []
    for row in inputs.table("missing"):
        found, held = on(row, "end"), on(row, "interview_date")
        if found is not None and inputs.contains(found) and row.get("kind") in ("M", None):
            soon = held is not None and found <= held <= found + 3 * ONE_DAY
            offered = row.get("interview_offered") == "Y"
            cases.append(Case(text(row, "child"), found, offered if inputs.variant == "interviews-offered" else soon))
    return oracle.total(cases)


def social_workers(inputs: Asked) -> Result:
    first, least = months_back(inputs.end + ONE_DAY, 12), 2 if inputs.variant == "more-than-one" else 3
    cases = []
    for case in oracle.children_in_care(replace(inputs, variant=None)).cases:
        workers = {
            row["worker"]
            for row in inputs.table("worker_episodes")
            if row["child"] == case.subject
            and when(row, "start") <= inputs.end
            and (on(row, "end") is None or when(row, "end") >= first)
        }
        out = "short break" if case.left_out_because == "short break" else None
        cases.append(Case(case.subject, inputs.end, out is None and len(workers) >= least, out))
    return oracle.total(cases)


# Adoption


def adopted(inputs: Asked) -> Iterator[tuple[Row, dict[str, dt.date | None]]]:
    """The last episode of each child adopted in the window, with the days on the way there."""
    last: dict[tuple[str, dt.date], Row] = {}
    for row in inputs.table("care_episodes"):
        if inputs.contains(on(row, "dec")) and row.get("rec") not in (None, "X1"):
            key = text(row, "child"), when(row, "dec")
            if key not in last or oracle.is_later(row, last[key]):
                last[key] = row
    for (child, left), row in last.items():
        if row.get("rec") in ("E11", "E12"):
            yield row, days_to_adoption(inputs, child, left)


def days_to_adoption(inputs: Asked, child: str, other_day: dt.date) -> dict[str, dt.date | None]:
    episodes = [row for row in no_short_break(inputs) if row["child"] == child and when(row, "decom") <= other_day]
    start = max((when(row, "decom") for row in episodes if row["rne"] == "S"), default=None)
    within = [row for row in episodes if start is not None and when(row, "decom") >= start]
    record = next((row for row in inputs.table("adoptions") if row["child"] == child), {})
    placed = min((when(row, "decom") for row in within if row["place"] in FOR_ADOPTION), default=None)
    placed = placed or on(record, "placed_date")
    carers = [one.start for one in oracle.placements_of(inputs, child) if one.start <= other_day]
    ordered = min((when(row, "decom") for row in within if row["ls"] in ("E1", "D1")), default=None)
    own_carer = record.get("foster_carer") in ("1", "Y")
    return {
        "start": start,
        "placed": placed,
        "family": max(carers, default=None) if own_carer else placed,
        "order": on(record, "order_date") or ordered,
        "match": on(record, "matched_date"),
    }


def entry_to_family(inputs: Asked) -> Result:
    values, cases = [], []
    for row, days in adopted(inputs):
        start, family = days["start"], days["family"]
        reached = days["placed"] if inputs.variant == "unadjusted" else family
        reason = "never placed for adoption" if family is None else None
        reason = reason or ("start of care not known" if start is None else None)
        is_mean = inputs.variant != "within-14-months"
        if reason is None and is_mean and reached is None:
            reason = "no value recorded"
        counted = reason is None
        if start is not None and reached is not None and reason is None:
            values.append(Fraction((reached - start).days))
            counted = is_mean or start <= reached <= months_on(start, 14)
        cases.append(Case(text(row, "child"), when(row, "dec"), counted, reason))
    return oracle.total(cases) if inputs.variant == "within-14-months" else summed(values, cases)


def order_to_match(inputs: Asked) -> Result:
    values, cases = [], []
    for row, days in adopted(inputs):
        order, match = days["order"], days["match"]
        reason = "no placement order" if order is None else "no match recorded" if match is None else None
        if order is not None and match is not None:
            values.append(Fraction(max(0, (match - order).days)))
        cases.append(Case(text(row, "child"), when(row, "dec"), reason is None, reason))
    return summed(values, cases)


def waiting_for_adoption(inputs: Asked) -> Result:
    decided = {
        row["child"]
        for row in inputs.table("adoptions")
        if when(row, "decision_date") <= inputs.end
        and oracle.missing_or_after(on(row, "reversed_date"), inputs.end)
        and oracle.missing_or_after(on(row, "placed_date"), inputs.end)
    }
    cases = []
    for case in oracle.children_in_care(inputs).cases:
        episode = oracle.open_episode(inputs, case)
        if case.subject in decided and episode["place"] not in FOR_ADOPTION:
            out = "short break" if episode["ls"] in SHORT_BREAKS else None
            cases.append(Case(case.subject, inputs.end, out is None, out))
    return oracle.total(cases)


# Care leavers


def birthdays(inputs: Asked, low: int, high: int) -> Iterator[tuple[Row, dt.date]]:
    """The rows of care leavers whose birthday at some ages fell in the window, in the year of the row."""
    for row in inputs.table("leavers"):
        last = dt.date(int(text(row, "year")), 3, 31)
        for age in range(low, high + 1):
            birthday = months_on(when(row, "dob"), 12 * age)
            in_year = months_back(last, 12) < birthday <= last
            if in_year and inputs.contains(birthday) and birthday <= inputs.as_at:
                yield row, birthday


ADULT_AGES = {"17-18": (17, 18), "22-25": (22, 25)}
LEFT_OUT = {"DIED": "died", "RHOM": "returned home"}
AWAY = {"G": "gone abroad", "H": "deported", "R": "residence not known"}


def leavers_who(has_it: Callable[[Asked, Row], bool], *, with_home: bool = False) -> Callable[[Asked], Result]:
    def rule(inputs: Asked) -> Result:
        cases = []
        for row, birthday in birthdays(inputs, *ADULT_AGES.get(inputs.variant or "", (19, 21))):
            reason = LEFT_OUT.get(text(row, "in_touch"))
            if with_home and reason is None:
                reason = AWAY.get(text(row, "accommodation")[:1])
            cases.append(Case(text(row, "child"), birthday, reason is None and has_it(inputs, row), reason))
        numbers = inputs.variant in ("in-custody", "no-fixed-abode")
        result = oracle.total(cases)
        return replace(result, denominator=1) if numbers else result

    return rule


def is_active(inputs: Asked, row: Row) -> bool:
    activity = text(row, "activity")
    if inputs.variant == "higher-education":
        return activity in ("F1", "P1")
    if inputs.variant == "neet":
        return activity in ("G4", "G5", "G6")
    return activity[:1] in ("F", "P")


def is_housed(inputs: Asked, row: Row) -> bool:
    home = text(row, "accommodation")
    codes = {"in-custody": "X2", "no-fixed-abode": "S2"}
    return home == codes[inputs.variant] if inputs.variant in codes else home.endswith("1")


def is_in_touch(inputs: Asked, row: Row) -> bool:
    return row.get("in_touch") == "YES"


def staying_put(inputs: Asked) -> Result:
    cases = []
    for row, birthday in birthdays(inputs, 18, 20):
        eighteenth = months_on(when(row, "dob"), 12 * 18)
        fostered = any(
            each["child"] == row["child"]
            and each["place"] in FOSTER
            and each.get("rec") not in (None, "X1")
            and on(each, "dec") == eighteenth
            for each in inputs.table("care_episodes")
        )
        if fostered:
            cases.append(Case(text(row, "child"), birthday, row.get("accommodation") in ("Z1", "Z2")))
    return oracle.total(cases)


def pathway_plans(inputs: Asked) -> Result:
    cases = []
    for row in inputs.table("leavers"):
        last, reviewed = dt.date(int(text(row, "year")), 3, 31), on(row, "plan_review_date")
        in_year = months_back(last, 12) < inputs.end <= last
        relevant = row.get("eligibility") is None or "relevant" in text(row, "eligibility").lower()
        if in_year and relevant and row.get("in_touch") == "YES":
            recent = reviewed is not None and reviewed <= inputs.end < months_on(reviewed, 6)
            cases.append(Case(text(row, "child"), inputs.end, recent))
    return oracle.total(cases)


# The workforce census


def census_rows(inputs: Asked) -> Iterator[tuple[Row, str, Fraction]]:
    """The posts of the latest census: how each stands, and its full-time equivalent."""
    year = inputs.end.year if (inputs.end.month, inputs.end.day) >= (9, 30) else inputs.end.year - 1
    if dt.date(year, 9, 30) > inputs.as_at:
        return
    for row in inputs.table("workforce_census"):
        if int(text(row, "year")) == year:
            standing = "agency" if row.get("agency") in ("1", "Y") else "in post"
            standing = "left" if row.get("leaver_date") else standing
            standing = "vacant" if row.get("vacancy") == "Y" else standing
            yield row, standing, Fraction(text(row, "fte") or 0)


def posts_that(counted: str, *others: str) -> Callable[[Asked], Result]:
    def rule(inputs: Asked) -> Result:
        rows = [(row, standing, fte) for row, standing, fte in census_rows(inputs) if standing in (counted, *others)]
        cases = [Case(text(row, "worker"), inputs.end, standing == counted) for row, standing, _ in rows]
        numerator = sum((fte for _, standing, fte in rows if standing == counted), Fraction(0))
        kept = rows if counted != "left" else [row for row in rows if row[1] != counted]
        denominator = sum((fte for _, _, fte in kept), Fraction(0))
        return Result(oracle.number(numerator), oracle.number(denominator), {}, cases)

    return rule


def caseload(inputs: Asked) -> Result:
    rows = [
        (row, fte)
        for row, standing, fte in census_rows(inputs)
        if standing in ("in post", "agency") and Fraction(row.get("cases") or 0) >= 1 and fte > 0
    ]
    held = sum((Fraction(text(row, "cases")) for row, _ in rows), Fraction(0))
    fte_sum = sum((fte for _, fte in rows), Fraction(0))
    cases = [Case(text(row, "worker"), inputs.end, True) for row, _ in rows]
    return Result(oracle.number(held), oracle.number(fte_sum), {}, cases)


def rolling_36_months(start: dt.date, end: dt.date) -> dt.date:
    return months_back(end + ONE_DAY, 36)


def compute(
    tables: oracle.Tables, indicator_id: str, period: tuple[dt.date, dt.date], as_at: dt.date, variant: str | None
) -> Result:
    """One indicator for a period as known on `as_at`, as `oracle.compute` does it for the others."""
    rule, window = RULES[indicator_id]
    return rule(Asked(oracle.known_once(tables, as_at), window(*period), period[1], as_at, "872", variant))


PERIOD, YEAR = oracle.the_period, oracle.rolling_12_months
RULES: dict[str, tuple[oracle.Rule, oracle.Window]] = {
    "care-starts-rate": (care_starts, YEAR),
    "care-ends-rate": (care_ends, YEAR),
    "children-in-need-rate": (children_in_need, PERIOD),
    "ehc-plans-in-20-weeks": (ehc_plans, PERIOD),
    "protection-reviews-on-time": (plan_reviews, PERIOD),
    "care-reviews-on-time": (care_reviews, PERIOD),
    "care-review-participation": (participation, PERIOD),
    "care-visits-on-time": (care_visits, PERIOD),
    "initial-health-assessment": (first_assessments, PERIOD),
    "health-assessments-up-to-date": (mark_of_year("health_assessment", check="assessment"), YEAR),
    "dental-checks": (mark_of_year("teeth_check", check="dental"), YEAR),
    "immunisations": (mark_of_year("immunisations"), YEAR),
    "sdq-returned": (sdq_returned, YEAR),
    "sdq": (sdq_mean, YEAR),
    "sdq-of-concern": (sdq_of_concern, YEAR),
    "offending": (mark_of_year("convicted", (10, 17)), YEAR),
    "missing-from-care": (missing_from_care, PERIOD),
    "three-or-more-social-workers": (social_workers, PERIOD),
    "entry-to-adoptive-family": (entry_to_family, rolling_36_months),
    "placement-order-to-match": (order_to_match, rolling_36_months),
    "waiting-with-plan-for-adoption": (waiting_for_adoption, PERIOD),
    "leavers-in-eet": (leavers_who(is_active), YEAR),
    "leavers-in-suitable-homes": (leavers_who(is_housed, with_home=True), YEAR),
    "leavers-in-touch": (leavers_who(is_in_touch), YEAR),
    "staying-put": (staying_put, YEAR),
    "pathway-plans-up-to-date": (pathway_plans, PERIOD),
    "agency-rate": (posts_that("agency", "in post"), PERIOD),
    "vacancy-rate": (posts_that("vacant", "in post"), PERIOD),
    "turnover-fte": (posts_that("left", "in post"), PERIOD),
    "caseload": (caseload, PERIOD),
}
VARIANTS: dict[str, tuple[str, ...]] = {
    "care-starts-rate": ("number", "each-start"),
    "care-ends-rate": ("number", "each-end"),
    "children-in-need-rate": ("number",),
    "ehc-plans-in-20-weeks": ("with-exceptions",),
    "protection-reviews-on-time": ("in-days", "reviews-due-in-period"),
    "initial-health-assessment": ("28-days",),
    "care-reviews-on-time": ("up-to-date-at-end",),
    "care-visits-on-time": ("up-to-date-at-end",),
    "health-assessments-up-to-date": ("by-dates",),
    "dental-checks": ("by-dates",),
    "sdq-of-concern": ("borderline", "normal"),
    "missing-from-care": ("away", "incidents-per-child", "interviews-offered", "in-72-hours"),
    "three-or-more-social-workers": ("more-than-one",),
    "entry-to-adoptive-family": ("unadjusted", "within-14-months"),
    "leavers-in-eet": ("17-18", "22-25", "higher-education", "neet"),
    "leavers-in-suitable-homes": ("17-18", "22-25", "in-custody", "no-fixed-abode"),
    "leavers-in-touch": ("17-18", "22-25"),
}
