"""``python docs/generate.py``: write the parts of the documentation that follow from the program.

A part stands between two comments, ``<!-- generated: NAME -->`` and ``<!-- end of NAME -->``; what
is outside them is written by hand.  ``--check`` writes nothing, and fails where a part is out of
date.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stdout, suppress
from inspect import cleandoc
from itertools import groupby
from pathlib import Path

import tomli

from kpitui.catalogue.due_list_parser import read_due_lists
from kpitui.catalogue.parser import PACKAGED_CATALOGUE, read_catalogue
from kpitui.catalogue.problem_collector import ProblemCollector
from kpitui.cli import COMMAND_NAMES, main
from kpitui.cohorts.registry import CASE_BUILDERS
from kpitui.config_file.toml_document import read_toml
from kpitui.model.catalogue import ColumnTest, Conditions, Exclusion, Indicator, Rule, Scalar
from kpitui.model.clean_tables import CLEAN_TABLES
from kpitui.model.cohort_signatures import COHORTS
from kpitui.model.issue_codes import ISSUE_CODES_BY_SUBJECT
from kpitui.model.table_schema import CleanTable, TableColumn
from kpitui.tui.commands import render_keys_page
from kpitui.wording import POLARITY_TEXTS

HERE = Path(__file__).parent
WIDTH = 88  # columns of the commands' help

WINDOWS = {
    "period": "events of the period",
    "year-to-date": "events from 1 April to the end of the period",
    "rolling-12-months": "events of the 12 whole months to the end of the period",
    "rolling-36-months": "events of the 36 whole months to the end of the period",
    "academic-year": "events from 1 September to the end of the period",
    "calendar-year": "events from 1 January to the end of the period",
    "latest-census": "events of the 12 months to the last 30 September",
    "period-end": "the state on the last day of the period",
}
ON_REQUEST = "- On the board only if the config names it in `show` or `also`, or one of its sets in `sets`{sets}."
HOW = {
    "equal": "is",
    "any_of": "is one of",
    "none_of": "is none of",
    "at_least": "is at least",
    "at_most": "is at most",
    "more_than": "is more than",
    "less_than": "is less than",
    "starts_with": "begins with",
}


# --- definitions ---------------------------------------------------------------------------------


def indicators() -> Iterator[str]:
    """Every indicator of the packaged catalogue, by theme."""
    found, problems = read_catalogue(None)
    assert not problems, problems
    for theme, group in groupby(found, key=lambda one: one.theme):
        yield f"### {theme}"
        for indicator in group:
            yield from _indicator(indicator)


def _indicator(indicator: Indicator) -> Iterator[str]:
    rule = indicator.rule
    yield f"#### {indicator.code}: {indicator.title}"
    yield " ".join(indicator.definition.split())
    yield "\n".join(
        (
            f"- Id `{indicator.id}`; {POLARITY_TEXTS[indicator.polarity]}; {WINDOWS[rule.window]}.{_kind(rule)}",
            f"- {_cohort(rule)}",
            f"- Counted: {_conditions(rule.counted)}{_weighed(rule)}.",
            *(f"- Left out, *{one.reason}*: {_left_out(one)}." for one in rule.exclusions),
            *([f"- Source: {indicator.source}."] if indicator.source else []),
            *([ON_REQUEST.format(sets=_sets(indicator))] if indicator.on_request else []),
        )
    )
    if indicator.variants:
        yield "Variants, shown beside it:"
        yield "\n".join(map(_variant(rule), indicator.variants))


def _kind(rule: Rule) -> str:
    """What kind of measure it is, unless it is a proportion."""
    measure = rule.measure
    if measure.kind == "proportion":
        return ""
    value = f" of *{measure.value_column}*" if measure.value_column else ""
    bands = f", with bands up to {', '.join(f'{limit:g}' for limit in measure.bands)}" if measure.bands else ""
    unit = f" {measure.unit}" if measure.kind == "rate" else f", in {measure.unit}"
    unit = "" if measure.kind == "number" else unit
    return f" A {measure.kind}{value}{unit}{bands}."


def _sets(indicator: Indicator) -> str:
    return f": {', '.join(indicator.sets)}" if indicator.sets else ""


def _weighed(rule: Rule) -> str:
    return f", each case weighted by its `{rule.weight_column}`" if rule.weight_column else ""


def _cohort(rule: Rule) -> str:
    of = f"Cases: cohort [`{rule.cohort.name}`](#cohort-{rule.cohort.name})"
    return f"{of}{_parameters(rule)}.{_base(rule)}"


def _parameters(rule: Rule) -> str:
    told = ", ".join(f"`{name}` {_value(value)}" for name, value in rule.cohort.parameters)
    return f" with {told}" if told else ""


def _base(rule: Rule) -> str:
    if rule.base_cohort is None:
        return ""
    base = f"[`{rule.base_cohort.name}`](#cohort-{rule.base_cohort.name})"
    if not COHORTS[rule.base_cohort.name].cases_are_states:
        return f" The denominator is the cases of {base} in the window{_weighed(rule)}."
    days = {"first and last": "the day before the window and its last day"}
    ends = days.get(rule.base_days, "the last day of each of its months")
    return f" The denominator is the mean of {base} on {ends}."


def _variant(main_rule: Rule) -> Callable[[Rule], str]:
    def told(rule: Rule) -> str:
        note = f" {rule.note}" if rule.note else ""
        differs = "; ".join(_differences(main_rule, rule))
        return f"- **{rule.title}** (`{rule.id}`).{note} {differs[:1].upper()}{differs[1:]}."

    return told


def _differences(main_rule: Rule, rule: Rule) -> Iterator[str]:
    if rule.cohort != main_rule.cohort:
        yield f"cohort [`{rule.cohort.name}`](#cohort-{rule.cohort.name}){_parameters(rule)}"
    if rule.window != main_rule.window:
        yield WINDOWS[rule.window]
    if rule.counted != main_rule.counted:
        yield f"counted: {_conditions(rule.counted)}"
    for one in rule.exclusions:
        if one not in main_rule.exclusions:
            yield f"also left out, *{one.reason}*: {_left_out(one)}"
    for one in main_rule.exclusions:
        if one not in rule.exclusions:
            yield f"not left out: *{one.reason}*"
    if rule.weight_column and rule.weight_column != main_rule.weight_column:
        yield f"each case weighted by its `{rule.weight_column}`"
    if rule.measure.kind != main_rule.measure.kind:
        yield f"a {rule.measure.kind}"
    if rule.distinct:
        yield {
            "any": "each subject once, counted if any of its cases is",
            "last": "each subject once, with its last case that is not left out",
        }[rule.distinct]
    if (rule.base_cohort, rule.base_days) != (main_rule.base_cohort, main_rule.base_days):
        yield _base(rule).strip().rstrip(".")


def _left_out(one: Exclusion) -> str:
    return f"unless {_conditions(one.conditions)}" if one.negated else _conditions(one.conditions)


def _conditions(conditions: Conditions) -> str:
    if not conditions:
        return "every case not left out"
    return ", or ".join(" and ".join(map(_test, tests)) for tests in conditions)


def _test(test: ColumnTest) -> str:
    if test.comparison == "missing":
        return f"`{test.column}` is {'missing' if test.value else 'given'}"
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    return f"`{test.column}` {HOW[test.comparison]} {', '.join(map(_value, values))}"


def _value(value: Scalar) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else f"{value}"


def cohorts() -> Iterator[str]:
    """Every cohort, in the words of the function that builds it."""
    for name, cohort in COHORTS.items():
        yield f"### Cohort: {name}"
        yield cleandoc(CASE_BUILDERS[name].__doc__ or "")
        needs = ", ".join(f"`{table}`" for table in cohort.required_tables) or "a table of your own"
        helped = ", ".join(f"`{table}`" for table in cohort.optional_tables)
        yield f"Needs {needs}{f'; uses {helped} too' if helped else ''}."


def due_lists() -> Iterator[str]:
    """Every list of who is due, with the indicator whose clock it has."""
    documents = [read_toml(PACKAGED_CATALOGUE)]
    indicators, _ = read_catalogue(None)
    lists = read_due_lists(documents[0], indicators, ProblemCollector(documents))
    rows = [
        f"| {one.code} | `{one.id}` | {one.title} | {one.note} | {one.horizon or 'no limit'} | {one.indicator.code} |"
        for one in lists
    ]
    yield "\n".join(("| code | id | list | rows | looks ahead | indicator |", "|---|---|---|---|---|---|", *rows))


# --- tables --------------------------------------------------------------------------------------


def tables() -> Iterator[str]:
    """Every clean table, with what columns.toml says of its columns."""
    notes = tomli.loads((HERE / "columns.toml").read_text(encoding="utf-8"))
    for table in CLEAN_TABLES.values():
        yield from _table(table, notes.get(table.name, {}))


def _table(table: CleanTable, notes: dict[str, str]) -> Iterator[str]:
    yield f"### {table.name}"
    if about := notes.pop("", ""):
        yield about
    rows = [_column(column, notes.pop(column.name, "")) for column in table.columns.values()]
    assert not notes, f"columns.toml has columns that {table.name} has not: {', '.join(notes)}"
    yield "\n".join(("| column | type | | codes and meaning |", "|---|---|---|---|", *rows))
    yield _key(table)


def _column(column: TableColumn, note: str) -> str:
    codes = f"one of {', '.join(column.known_codes)}" if column.known_codes else ""
    meaning = "; ".join(part for part in (note, codes) if part)
    needed = "required" if column.required else ""
    return f"| `{column.name}` | {column.column_type.value} | {needed} | {meaning} |"


def _key(table: CleanTable) -> str:
    parts = [f"Of several rows with the same {_names(table.key_columns)}, the first is used."]
    parts.append(f"A row without {_names(table.mandatory_columns, 'or')} is left out.")
    if table.span_columns:
        parts.append(f"A `{table.span_columns[1]}` before `{table.span_columns[0]}` is reported and kept.")
    if table.spans_exclude_each_other:
        parts.append(f"Rows of one `{table.subject.id_column}` that overlap are reported and kept.")
    return " ".join(parts)


def _names(names: Iterable[str], last: str = "and") -> str:
    *others, final = (f"`{name}`" for name in names)
    return f"{', '.join(others)} {last} {final}" if others else final


# --- commands ------------------------------------------------------------------------------------


def commands() -> Iterator[str]:
    """The help of every command, as it is printed."""
    for arguments in ([], *([name] for name in COMMAND_NAMES)):
        yield f"## {' '.join(['kpitui', *arguments])}"
        yield f"```text\n{_help(arguments)}```"


def _help(arguments: list[str]) -> str:
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = str(WIDTH)
    out = io.StringIO()
    try:
        with redirect_stdout(out), suppress(SystemExit):
            main([*arguments, "--help"])
    finally:
        os.environ.pop("COLUMNS")
        if before is not None:
            os.environ["COLUMNS"] = before
    return out.getvalue()


# --- check ---------------------------------------------------------------------------------------


def codes() -> Iterator[str]:
    """Every code of an issue, by what it is about."""
    for subject, declarations in ISSUE_CODES_BY_SUBJECT.items():
        yield f"### {subject}"
        lines = ["| code | severity | what it says |", "|---|---|---|"]
        for one in declarations:
            effect = f" {_outline(one.effect)}." if one.effect else ""
            lines.append(f"| `{one.code}` | {one.severity} | {_outline(one.words)}{'.' if effect else ''}{effect} |")
        yield "\n".join(lines)


def _outline(template: str) -> str:
    """The words of a template for several cells or rows, with the names of its values."""
    text = re.sub(r"\[[^\[\]|]*\|([^\[\]]*)\]", r"\1", template.replace("{count}", "N").replace("{place}", ""))
    text = re.sub(r"\{(?:all_)?(\w+)\}", lambda match: f"*{match[1].replace('_', ' ')}*", text)
    return re.sub(r"<([^<>]*)>", r"\1", text).replace("|", "\\|")


# --- the files -----------------------------------------------------------------------------------

PARTS: dict[str, tuple[str, Callable[[], Iterable[str]]]] = {
    "indicators": ("definitions.md", indicators),
    "cohorts": ("definitions.md", cohorts),
    "lists": ("definitions.md", due_lists),
    "tables": ("tables.md", tables),
    "commands": ("commands.md", commands),
    "codes": ("check.md", codes),
}
KEYS_FILE = "keys.md"  # generated as a whole


def filled(text: str, file: str) -> str:
    """The text of a file with its generated parts as they should be."""
    for name, (home, make) in PARTS.items():
        if home != file:
            continue
        begin, end = f"<!-- generated: {name} -->", f"<!-- end of {name} -->"
        before, _, rest = text.partition(begin)
        _, ended, after = rest.partition(end)
        assert ended, f"{file} has no place for {name}"
        text = before + "\n\n".join((begin, *make(), end)) + after
    return text


def run(check: bool) -> int:
    """Fill every file, or only say which are out of date."""
    stale = 0
    for file in sorted({KEYS_FILE, *(home for home, _ in PARTS.values())}):
        path = HERE / file
        text = path.read_text(encoding="utf-8")
        if (wanted := render_keys_page() if file == KEYS_FILE else filled(text, file)) == text:
            continue
        stale += 1
        if not check:
            path.write_text(wanted, encoding="utf-8")
        print(f"docs/{file} {'is out of date' if check else 'written'}", file=sys.stderr)
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(run(check="--check" in sys.argv[1:]))
