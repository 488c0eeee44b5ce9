"""Check: what is listed, what is accepted, what is new, and how a code with values becomes words."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from kpitui.cli import main
from kpitui.issue_wording import describe_issue, format_issue, format_message
from kpitui.known_issues import format_issue_key, select_new_issues, select_unaccepted
from kpitui.model.issue_codes import ISSUE_CODES, ISSUE_CODES_BY_SUBJECT
from kpitui.model.issues import Issue, create_message, has_trouble
from tests.examples import Example, table

PACKAGE = Path(__file__).parents[1] / "kpitui"
VISITS = table("child visit_date seen setting", "A 2018-10-01 Y Home", "B 2018-10-02 Y Home")
SPOILT = VISITS.replace("2018-10-02", "31/13/2018")
DAY_FIRST = VISITS.replace("2018-10-02", "02/10/2018")


# --- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("issue", "words"),
    [
        (
            Issue(create_message("row-date-not-read", column="visit_date", cells=("31/13/2018",)), "v.csv", 2),
            "v.csv:2: 1 date in visit_date could not be read: 31/13/2018. The row was left out.",
        ),
        (
            Issue(create_message("row-date-not-read", column="d", cells=("x", "y")), "a.zip", 2, "", 2, (2, 7), "e"),
            "a.zip[e]:2: 2 dates in d could not be read, on lines 2 and 7: x, y. The rows were left out.",
        ),
        (
            Issue(create_message("row-duplicate", columns=("child", "decom", "rne")), "e.csv", 3, None, 1_234, (3, 4)),
            "e.csv:3: 1,234 duplicate rows, with the same child, decom and rne, first on line 3. "
            "The rows were left out.",
        ),
        (
            Issue(create_message("column-missing", columns=("dec",), similar=()), "e.csv", 1),
            "e.csv:1: no column dec. The file was not used.",
        ),
        (
            Issue(create_message("column-missing", columns=("dec",), similar=("decs",)), "e.csv", 1),
            "e.csv:1: no column dec; the nearest is decs. The file was not used.",
        ),
        (
            Issue(create_message("file-changed-just-now", reason=create_message("file-empty")), "e.csv"),
            "e.csv: the file is empty; it changed a moment ago, and may not be whole yet. The file was not used.",
        ),
        (
            Issue(create_message("query-for-no-table", key="sql.tables.x", suggestion="uasc"), "config.toml", 9),
            "config.toml:9: sql.tables.x does not name a known table - did you mean uasc? The query was not run.",
        ),
        (Issue(create_message("config-not-utf-8"), "config.toml"), "config.toml: the config is not UTF-8 text"),
    ],
)  # fmt: skip
def test_a_code_with_values_is_put_into_words(issue: Issue, words: str) -> None:
    assert format_issue(issue) == words


def test_six_lines_are_not_all_named() -> None:
    message = create_message("cell-missing", column="ls")
    five, six = (Issue(message, "e.csv", 2, None, n, tuple(range(2, n + 2))) for n in (5, 6))
    assert format_message(five) == "5 rows have no ls, on lines 2, 3, 4, 5 and 6"
    assert format_message(six) == "6 rows have no ls, first on line 2"


def test_what_a_value_says_is_never_read_as_words() -> None:
    """A cell may hold the very signs that the words are made with."""
    issue = Issue(create_message("code-not-known", column="{column}", cells=("<a>", "[x|y]", "{}")), "e.csv", 2)
    assert describe_issue(issue) == (
        "1 cell of {column} has a code that is not known: <a>, [x|y], {}. The cell was kept."
    )


def test_a_code_that_is_not_declared_is_a_mistake() -> None:
    with pytest.raises(AssertionError, match="no-such-code"):
        create_message("no-such-code")


# --- the table of codes --------------------------------------------------------------------------

DECLARATIONS = ("issue_codes.py", "config_codes.py")
# What these add to the values themselves.
ADDED_VALUES = {"record_cells": "column", "record_unread": "column", "record_column": "column", "add_problem": "key"}


def named_codes() -> Iterator[tuple[str, str, set[str]]]:
    """Every call that names a code, with the values that it gives it."""
    for path in (path for path in PACKAGE.rglob("*.py") if path.name not in DECLARATIONS):
        for call in (
            node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
        ):
            function = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            values = {keyword.arg for keyword in call.keywords if keyword.arg} | {ADDED_VALUES.get(function, "")}
            has_more = any(keyword.arg is None for keyword in call.keywords)
            for argument in call.args:
                if isinstance(argument, ast.Constant) and argument.value in ISSUE_CODES:
                    yield str(argument.value), f"{path.name}: {function}", {"*"} if has_more else values


def test_every_code_is_declared_once_and_used() -> None:
    declared = [declaration.code for declarations in ISSUE_CODES_BY_SUBJECT.values() for declaration in declarations]
    assert len(declared) == len(set(declared)) == len(ISSUE_CODES)
    texts = {
        node.value
        for path in PACKAGE.rglob("*.py")
        if path.name not in DECLARATIONS
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
    }
    assert [code for code in declared if code not in texts and code.removeprefix("row-") not in texts] == []


def test_every_value_that_the_words_need_is_given() -> None:
    """What is added later: how often, where, the first cells, the key of the config."""
    later = {"count", "place", "cells", "key"}
    for code, where, values_given in named_codes():
        template = ISSUE_CODES[code].words + ISSUE_CODES[code].effect
        needed = {name.removeprefix("all_") for _, name, _, _ in Formatter().parse(template) if name}
        assert "*" in values_given or needed <= values_given | later, (code, where, needed - values_given - later)


def test_words_are_written_as_sentences_are() -> None:
    for issue_code in ISSUE_CODES.values():
        assert not issue_code.words.endswith("."), issue_code.code
        assert not issue_code.effect.endswith("."), issue_code.code
        assert issue_code.effect[:1] in ("", "[") or issue_code.effect[0].isupper(), issue_code.code
        assert re.fullmatch(r"[a-z0-9-]+", issue_code.code), issue_code.code


# --- what is accepted, and what is new -----------------------------------------------------------

DATES = create_message("date-not-read", column="dec", cells=("x",))
LOST = Issue(DATES, "data/episodes.csv", 2, "care_episodes")
OTHER = Issue(DATES, "data/plans.csv", 2, "protection_plans")
NOTE = Issue(create_message("date-day-first", column="dec", cells=("1/2/2018",)), "data/episodes.csv", 2)


@pytest.mark.parametrize(
    ("accepted", "issues"),
    [
        ((), (LOST, OTHER, NOTE)),
        (("date-not-read",), (NOTE,)),
        (("date-not-read:episodes.csv",), (OTHER, NOTE)),
        (("date-not-read:data/episodes.csv", "date-day-first"), (OTHER,)),
        (("date-not-read:sodes.csv", "date-not", "row-date-not-read"), (LOST, OTHER, NOTE)),
    ],
)
def test_a_code_is_accepted_for_all_files_or_for_one(accepted: tuple[str, ...], issues: tuple[Issue, ...]) -> None:
    assert select_unaccepted((LOST, OTHER, NOTE), accepted) == issues


def test_what_is_new_is_known_by_code_table_file_and_column() -> None:
    moved = Issue(
        create_message("date-not-read", column="dec", cells=("y",)), "/srv/data/episodes.csv", 900, "care_episodes", 8
    )
    known_keys = {format_issue_key(LOST)}
    assert select_new_issues((moved, OTHER, NOTE), known_keys) == (OTHER,)
    assert "x" not in format_issue_key(LOST).split(":")


def test_notes_are_no_trouble() -> None:
    assert (has_trouble(()), has_trouble((NOTE,)), has_trouble((NOTE, LOST))) == (False, False, True)


def test_check_ends_well_where_there_are_notes_alone(example: Example, capsys: pytest.CaptureFixture[str]) -> None:
    path = example.write({"protection_visits": DAY_FIRST})
    assert main(["check", "--config", str(path)]) == 0
    out, err = capsys.readouterr()
    assert out.endswith(":3: 1 date in visit_date is written day first: 02/10/2018. Read as day/month/year.\n")
    assert err.splitlines()[-1] == "1 note"


def test_what_is_accepted_is_counted_and_not_listed(example: Example, capsys: pytest.CaptureFixture[str]) -> None:
    accepted = '[check]\naccept = ["row-date-not-read:protection_visits.csv"]\n'
    path = example.write({"protection_visits": SPOILT}, accepted)
    assert main(["check", "--config", str(path)]) == 0
    out, err = capsys.readouterr()
    assert (out, err.splitlines()[-1]) == ("", "no issues; 1 accepted")


def test_a_code_that_is_none_cannot_be_accepted(example: Example, capsys: pytest.CaptureFixture[str]) -> None:
    path = example.write({}, '[check]\naccept = ["row-date-not-reed"]\n')
    assert main(["check", "--config", str(path)]) == 3
    text = "check.accept names row-date-not-reed, which is not known - did you mean row-date-not-read?\n"
    assert capsys.readouterr().out.endswith(text)


def test_a_nightly_check_is_silent_until_there_is_something_new(
    example: Example, capsys: pytest.CaptureFixture[str]
) -> None:
    path = example.write({"protection_visits": SPOILT})
    nightly = ["check", "--new", "--config", str(path)]
    text = ":3: 1 date in visit_date could not be read: 31/13/2018. The row was left out.\n"
    assert main(nightly) == 3
    out, err = capsys.readouterr()
    assert (out.endswith(text), err) == (True, "")
    assert main(["publish", "--config", str(path)]) == 0
    capsys.readouterr()
    assert main(nightly) == 0
    assert capsys.readouterr() == ("", "")
    # The same trouble on more rows is not new; another one is.
    more = f"{SPOILT}C,31/31/2018,Y,Home\nD,2018-10-04,perhaps,Home\n"
    (path.parent / "tables" / "protection_visits.csv").write_text(more, encoding="utf-8")
    assert main(nightly) == 3
    (line,) = capsys.readouterr().out.splitlines()
    assert line.endswith(":5: 1 cell of seen should be Y or N: perhaps. The cell was read as missing.")


def test_publish_keeps_of_issues_no_cell(example: Example) -> None:
    path = example.write({"protection_visits": SPOILT})
    assert main(["publish", "--config", str(path)]) == 0
    (saved,) = (path.parent / "published").glob("*.json")
    text = saved.read_text(encoding="utf-8")
    assert json.loads(text)["issues"] == ["row-date-not-read:protection_visits:protection_visits.csv::visit_date"]
    assert "31/13/2018" not in text


# --- one trouble is one issue --------------------------------------------------------------------


def test_a_cell_that_cannot_be_read_is_not_missing_too(example: Example, capsys: pytest.CaptureFixture[str]) -> None:
    rows = ("A 2018-10-01 S C2 U1 . .", "B x S C2 U1 . .", "C 2018-10-01 S C2 U1 y E11", ". 2018-10-01 S C2 U1 . .")
    path = example.write({"care_episodes": table("child decom rne ls place dec rec", *rows)})
    assert main(["check", "--json", "--config", str(path)]) == 3
    issues = json.loads(capsys.readouterr().out)["issues"]
    assert [
        (issue["code"], issue["line"], issue["number"]) for issue in issues if issue["table"] == "care_episodes"
    ] == [("row-date-not-read", 3, 1), ("date-not-read", 4, 1), ("row-cell-missing", 5, 1)]
