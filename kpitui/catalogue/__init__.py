"""Parser of the catalogue: packaged indicators, overridden and extended by a council's config.

Every mistake is collected, with its line and the nearest known name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from kpitui.catalogue import fields
from kpitui.model import CohortCall, Indicator, Issue, LeftOut, Polarity, Rule, Target
from kpitui.text import nearest
from kpitui.toml import Document, Keys, read_toml

PACKAGED = Path(__file__).with_name("indicators.toml")

# Fields of a rule, shared by indicators and variants.
RULE_FIELDS: dict[str, fields.Reader] = {
    "title": fields.text,
    "note": fields.text,
    "cohort": fields.text,
    "parameters": fields.scalars,
    "table": fields.text,
    "date": fields.text,
    "from": fields.text,
    "until": fields.text,
    "window": fields.window,
    "counted": fields.conditions,
    "left_out": fields.left_out,
    "of": fields.conditions,
    "outcomes": fields.text,
    "exclude": fields.conditions,
    "only": fields.conditions,
    "reason": fields.text,
    "weight": fields.text,
    "distinct": fields.choice("any", "last"),
    "needs": fields.texts,
    "base": fields.base,
}
INDICATOR_FIELDS: dict[str, fields.Reader] = RULE_FIELDS | {
    "code": fields.text,
    "short": fields.text,
    "on_request": fields.truth,
    "theme": fields.text,
    "polarity": fields.choice("high", "low"),
    "noun": fields.noun,
    "unit_noun": fields.text,
    "definition": fields.text,
    "source": fields.text,
    "target": fields.number,
    "target_reason": fields.text,
    "target_owner": fields.text,
    "target_review": fields.day,
    "target_national": fields.truth,
    "targets": fields.targets,
    "tolerance": fields.positive,
    "tolerance_is": fields.choice("points", "relative"),
    "red_line": fields.number,
    "trajectory": fields.truth,
    "dead_band": fields.positive,
    "minimum": fields.whole,
    "scale": fields.scale,
    "outcome_names": fields.names,
    "broken_by": fields.texts,
    "pending": fields.text,
    "breaks": fields.breaks,
    "look_back": fields.look_back,
    "variants": fields.table,
}
Fields = dict[str, Any]

_ID = re.compile(r"[\w.-]+")


def read_catalogue(config: Document | None) -> tuple[tuple[Indicator, ...], tuple[Issue, ...]]:
    """Read the packaged indicators as the config overrides them, followed by its own.

    Returns the indicators, in order, and the mistakes. An indicator with a mistake is left out.
    """
    packaged = read_toml(PACKAGED)
    told = config.data.get("indicators", {}) if config else {}
    # The council's file comes first: an override is reported there, not in the packaged file.
    documents = (*([config] if config else []), packaged)
    problems = Problems(documents)
    if not isinstance(told, dict):
        problems.add(("indicators",), "must be a table of indicators")
        told = {}
    # `like` among packaged indicators is resolved first: a target that the council gives to one
    # must not pass to those that are like it.
    whole = packaged.data["indicators"]
    merged = _merge({name: _inherited(name, whole, problems) for name in whole}, told)
    indicators = tuple(
        indicator
        for name in merged
        if (indicator := _indicator(name, merged, problems)) is not None
    )
    _check_codes(indicators, problems)
    return indicators, tuple(problems.issues)


class Problems:
    """A collector of mistakes, each located in the document that has the key."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.documents = tuple(documents)
        self.issues: list[Issue] = []
        self.keys: list[Keys] = []

    def add(self, keys: Keys, message: str) -> None:
        """Add a problem with a key; the message follows the dotted name of the key."""
        named = f"{'.'.join(keys)} {message}"
        where = next((one for one in self.documents if one.has(keys)), self.documents[0])
        self.issues.append(where.issue(keys, named))
        self.keys.append(keys)

    def unknown(self, keys: Keys, name: str, names: Iterable[str]) -> None:
        """Add a problem about an unknown name, with the nearest known one."""
        # Capitals are compared away, so that vp7 is close to VP7.
        written = {one.casefold(): one for one in names}
        close = nearest(name.casefold(), written)
        hint = f" - did you mean {written[close]}?" if close else ""
        said = "" if keys[-1:] == (name,) else f"names {name}, which "
        self.add(keys, f"{said}is not known{hint}")

    def about(self, keys: Keys) -> bool:
        """Say whether there is already a problem with exactly this key."""
        return keys in self.keys


def read_fields(
    keys: Keys, data: Mapping[str, Any], readers: Mapping[str, fields.Reader], problems: Problems
) -> Fields:
    """Parse the fields of one table; wrong and unknown fields are added to `problems`."""
    found: Fields = {}
    for name, value in data.items():
        if name not in readers:
            problems.unknown((*keys, name), name, readers)
            continue
        try:
            found[name] = readers[name](value)
        # Parsers look into values of any shape: a wrong one may fail in ways other than ValueError.
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            problems.add((*keys, name), str(error))
    return found


def _merge(packaged: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """Merge the council's fields over the packaged ones; variants are merged field by field."""
    merged = {name: dict(data) for name, data in packaged.items()}
    for name, data in told.items():
        if not isinstance(data, dict) or name not in merged:
            merged[name] = data
            continue
        variants = _merge_variants(merged[name].get("variants", {}), data.get("variants", {}))
        merged[name] |= data | ({"variants": variants} if variants else {})
    return merged


def _merge_variants(packaged: Any, told: Any) -> Any:
    if not isinstance(told, dict):
        return told
    both = {name: dict(data) for name, data in packaged.items()}
    for name, data in told.items():
        both[name] = both[name] | data if name in both and isinstance(data, dict) else data
    return both


def _indicator(name: str, merged: Mapping[str, Any], problems: Problems) -> Indicator | None:
    """Parse one indicator; return None if it has any mistake."""
    keys = ("indicators", name)
    mistakes = len(problems.issues)
    if not isinstance(merged[name], dict):
        problems.add(keys, "must be a table of fields")
        return None
    if not _ID.fullmatch(name):
        problems.add(keys, "is no name: letters, digits, hyphens and full stops make one")
    data = _inherited(name, merged, problems)
    found = read_fields(keys, data, INDICATOR_FIELDS, problems)
    lacking = [needed for needed in ("title", "polarity", "counted") if needed not in data]
    if len(lacking) > 1 and nearest(name, [one for one in merged if one != name]):
        # Too little for a new indicator, and almost the name of another: probably a slip.
        problems.unknown(keys, name, [one for one in merged if one != name])
        return None
    for needed in lacking:
        problems.add(keys, f"needs {needed}")
    before = len(problems.issues)
    rule = _rule(name, keys, found, problems)
    sound = rule is not None and len(problems.issues) == before
    variants = _variants(keys, found, problems, sound)
    _check_red_line(keys, found, problems)
    if len(problems.issues) > mistakes or rule is None:
        return None
    return _assemble(name, found, rule, variants)


def _inherited(
    name: str, merged: Mapping[str, Any], problems: Problems, below: Keys = ()
) -> dict[str, Any]:
    """Resolve `like`: merge an indicator's fields over those of its model, without variants.

    `descendant_names` are the indicators on the way here, which a circle of `like` leads back to.
    """
    data = dict(merged[name])
    model = data.pop("like", None)
    if model is None:
        return data
    others = [other for other in merged if other not in (name, *below)]
    if model not in others or not isinstance(merged[model], dict):
        problems.unknown(("indicators", name, "like"), str(model), others)
        return data
    base = _inherited(model, merged, problems, (name, *below))
    base.pop("variants", None)
    return base | data


def _variants(keys: Keys, found: Fields, problems: Problems, sound: bool) -> tuple[Rule, ...]:
    """Parse the variants; an invalid main rule is not reported again for each of them."""
    rules = []
    for name, data in found.get("variants", {}).items():
        where = (*keys, "variants", name)
        if not isinstance(data, dict):
            problems.add(where, "must be a table of fields")
            continue
        own = read_fields(where, data, RULE_FIELDS, problems)
        if sound and (rule := _rule(name, where, _over(found, own), problems)):
            rules.append(rule)
    return tuple(rules)


def _over(found: Fields, own: Fields) -> Fields:
    """Merge a variant's fields over its indicator's, and parameters one by one."""
    # Both describe the indicator's own rule, and would be wrong for a rival one.
    own_alone = ("note", "outcomes")
    base = {
        name: value
        for name, value in found.items()
        if name in RULE_FIELDS and name not in own_alone
    }
    asked = COHORT_PARAMETERS.get(own.get("cohort", base.get("cohort", "")), {})
    # A variant may use another cohort, which knows only some of the parameters.
    kept = {name: value for name, value in base.get("parameters", ()) if name in asked}
    together = kept | dict(own.get("parameters", ()))
    return {"title": "", **base, **own, "parameters": tuple(together.items())}


def _rule(name: str, keys: Keys, found: Fields, problems: Problems) -> Rule | None:
    """Build a rule from parsed fields; return None if its cohort or `counted` is missing."""
    cohort = _cohort(keys, found, problems)
    if cohort is None or "counted" not in found:
        return None
    base = found.get("base", {})
    states = _is_state(cohort)
    window = found.get("window", "period-end" if states else "period")
    # A mean headcount is defined over 12 months only (definitions.md, EA11).
    if base and window != "rolling-12-months":
        problems.add(keys, 'needs window = "rolling-12-months" for its base')
    if states != (window == "period-end"):
        problems.add(keys, f"cannot have the window {window}: its cases are {_kind(states)}")
    # A council's own table does not say which column names the subject.
    if found.get("distinct") and cohort.name in OWN_COHORTS:
        problems.add(keys, "cannot count distinct subjects of a table of the council's own")
    if found.get("distinct") and found.get("weight"):
        problems.add(keys, "cannot both count distinct subjects and weigh them")
    # Flags of distinct subjects add up only within the span they were set for.
    if found.get("distinct") and window not in ("period", "year-to-date"):
        problems.add(keys, f"cannot count distinct subjects over the window {window}")
    return Rule(
        id=name,
        title=found.get("title") or name,
        cohort=cohort,
        window=window,
        counted=found["counted"],
        left_out=(*found.get("left_out", ()), *_extra_reasons(found)),
        of=found.get("of", ()),
        outcomes=found.get("outcomes"),
        weight=found.get("weight"),
        distinct=found.get("distinct"),
        base=_base(keys, base, problems),
        base_days=base.get("days", "first and last"),
        note=found.get("note", ""),
        needs=found.get("needs", ()),
    )


def _extra_reasons(found: Fields) -> tuple[LeftOut, ...]:
    """Build the exclusions of a variant's `exclude` and `only`."""
    reason = found.get("reason") or found.get("title") or "left out"
    excluded = (LeftOut(reason, found["exclude"]),) if found.get("exclude") else ()
    others = (LeftOut(reason, found["only"], unless=True),) if found.get("only") else ()
    return excluded + others


def _cohort(keys: Keys, found: Fields, problems: Problems) -> CohortCall | None:
    """Build the cohort call: a named cohort, or the rows of a council's own table."""
    if "cohort" in found:
        return _call(keys, found["cohort"], found.get("parameters", ()), problems)
    if "table" in found and "date" in found:
        own = (("table", found["table"]), ("date", found["date"]))
        return CohortCall("dated-rows", own)
    if "table" in found and "from" in found and "until" in found:
        stay = (("table", found["table"]), ("start", found["from"]), ("end", found["until"]))
        return CohortCall("lasting-rows", stay)
    problems.add(keys, "needs table and date (or table, from and until)")
    return None


def _call(
    keys: Keys, name: str, parameters: tuple[tuple[str, Any], ...], problems: Problems
) -> CohortCall | None:
    """Parse a named cohort and its parameters; return None for an unknown name."""
    known = [one for one in COHORT_STATES if one not in OWN_COHORTS]
    if name not in known:
        problems.unknown((*keys, "cohort"), name, known)
        return None
    where = (*keys, "parameters")
    asked = read_fields(where, dict(parameters), COHORT_PARAMETERS.get(name, {}), problems)
    return CohortCall(name, tuple(asked.items()))


def _base(keys: Keys, base: Mapping[str, str], problems: Problems) -> CohortCall | None:
    """Build the call for the base of a denominator, which must be a cohort of states."""
    call = _call(keys, base["cohort"], (), problems) if base else None
    if call is not None and not COHORT_STATES[call.name]:
        problems.add((*keys, "base"), f"must be of states, and {call.name} are events")
    return call


def _is_state(cohort: CohortCall) -> bool:
    return COHORT_STATES[cohort.name]


def _kind(states: bool) -> str:
    """Describe the kind of cases and the windows they have, for a message."""
    return "states, which have period-end" if states else "events, which have a span of time"


# Whether a cohort's cases are states. This repeats `COHORTS`, which cannot be imported here
# without a data-frame library; a test keeps the two equal.
COHORT_STATES: dict[str, bool] = {
    "schools": True,
    "early-years-settings": True,
    "early-years-report-cards": True,
    "care-entries": False,
    "children-in-care": True,
    "care-leavers": False,
    "referrals": False,
    "protection-plans": False,
    "visit-clocks": False,
    "visit-clocks-from-the-day": False,
    "children-on-plans": True,
    "social-worker-leavers": False,
    "social-workers-in-post": True,
    "posts": True,
    "dated-rows": False,
    "lasting-rows": True,
}
OWN_COHORTS = ("dated-rows", "lasting-rows")
# Parameters of cohorts, besides the tables and the area; a test keeps them equal as well.
COHORT_PARAMETERS: dict[str, dict[str, fields.Reader]] = {
    "schools": {"predecessors": fields.truth},
    "visit-clocks": {"interval": fields.whole, "days": fields.choice("working", "calendar")},
    "visit-clocks-from-the-day": {"interval": fields.whole},
    "children-on-plans": {"interval": fields.whole},
    "social-worker-leavers": {"stays_within": fields.whole},
}


def _assemble(name: str, found: Fields, rule: Rule, variants: tuple[Rule, ...]) -> Indicator:
    """Assemble an indicator from parsed fields; absent fields keep the model's defaults."""
    polarity: Polarity = found["polarity"]
    plain = (
        "unit_noun",
        "definition",
        "source",
        "tolerance",
        "tolerance_is",
        "red_line",
        "trajectory",
        "dead_band",
        "minimum",
        "scale",
        "noun",
        "outcome_names",
        "broken_by",
        "pending",
        "breaks",
        "look_back",
        "note",
        "short",
        "on_request",
    )
    return Indicator(
        id=name,
        code=found.get("code", name),
        title=found["title"],
        theme=found.get("theme", "Other"),
        polarity=polarity,
        rule=rule,
        variants=variants,
        targets=_targets(found),
        **{key: found[key] for key in plain if key in found},
    )


def _check_red_line(keys: Keys, found: Fields, problems: Problems) -> None:
    """Check that the red line is on the worse side of every target."""
    if "red_line" not in found or "polarity" not in found:
        return
    line, high = found["red_line"], found["polarity"] == "high"
    for target in _targets(found):
        # Otherwise a value could meet its target and be red.
        if line > target.value if high else line < target.value:
            better, side, place = (
                ("higher", "below", "above") if high else ("lower", "above", "below")
            )
            told = (
                f"is {line:g}, {place} the target of {target.value:g}: where {better} is better, "
            )
            problems.add((*keys, "red_line"), f"{told}it must be {side} the target")
            return


def _targets(found: Fields) -> tuple[Target, ...]:
    """Build the targets: the standing one, followed by those that apply from a period."""
    later: tuple[Target, ...] = found.get("targets", ())
    if "target" not in found:
        return later
    always = Target(
        value=found["target"],
        reason=found.get("target_reason", ""),
        owner=found.get("target_owner", ""),
        review=found.get("target_review"),
        national=found.get("target_national", False),
    )
    return (always, *later)


def _check_codes(indicators: Iterable[Indicator], problems: Problems) -> None:
    """Check that no two indicators share a code, and blame the one that the council set."""
    seen: dict[str, str] = {}
    for indicator in indicators:
        for name in {indicator.code.lower(), indicator.id.lower()}:
            first = seen.setdefault(name, indicator.id)
            if first == indicator.id:
                continue
            # The later of two is blamed, unless the config gave the earlier one its code.
            given, other = indicator.id, first
            if problems.documents[0].has(("indicators", first, "code")):
                given, other = first, indicator.id
            problems.add(("indicators", given, "code"), f"is the code of {other} too")
