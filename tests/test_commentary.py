"""Commentary: what is overdue, what is owed, and its file written so that no text is lost."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpitui.board import build_board
from kpitui.commentary import find_overdue_actions, note_store
from kpitui.commentary.commentary_file import (
    RowChange,
    RowConflict,
    UnwritableFile,
    apply_row_changes,
    encode_commentary_file,
    parse_commentary_file,
)
from kpitui.commentary.editor_template import TemplateMistakes, mark_mistakes, parse_template_changes, render_template
from kpitui.commentary.note_store import (
    CommentaryDraft,
    CommentaryUnavailable,
    draft_commentary,
    find_commentary_file,
    save_unwritten_text,
    write_commentary,
)
from kpitui.commentary.outstanding import list_outstanding_issues
from kpitui.council import open_council
from kpitui.figure_wording import describe_finding
from kpitui.issue_wording import describe_issue
from kpitui.model.board import CommentaryNote
from kpitui.model.periods import parse_period
from tests.examples import MEETING, QUARTER, Example

HEAD = "indicator,period,text,author,written_date,kind,due_date,owner,closed_date\n"
VP7 = "VP7,2018-19 Q3,Seven turned 18,A. Officer,2019-01-20,reason,,,\n"
PANEL = "VP7,2018-19 Q3,A panel every month,,2019-01-20,action,2019-05-31,Head of service,\n"
VP8 = "VP8,2018-19 Q3,Christmas,,2019-01-20,reason,,,\n"
DAY = date(2019, 3, 14)


# --- what is overdue, and what is owed -----------------------------------------------------------


def note(kind: str, written_on: str, due: str = "", closed: str = "") -> CommentaryNote:
    def day(text: str) -> date | None:
        return date.fromisoformat(text) if text else None

    period = parse_period("2018-19 Q2")
    return CommentaryNote(period, kind, kind, "", day(written_on), day(due), "", day(closed))


@pytest.mark.parametrize(
    ("notes", "late"),
    [
        ([note("action", "2018-12-10", "2019-01-31")], 1),
        ([note("action", "2018-12-10", "2019-03-25")], 0),  # due on the day itself
        ([note("action", "2018-12-10", "2019-03-24")], 1),
        ([note("action", "2018-12-10")], 0),  # never due
        ([note("action", "2018-12-10", "2019-01-31", "2019-02-01")], 0),
        ([note("action", "2018-12-10", "2019-01-31"), note("answer", "2019-02-01")], 0),
        # The answer is to the question, and closes no action.
        ([note("action", "2018-12-10", "2019-01-31"), note("question", "2019-01-22"), note("answer", "2019-02-01")], 1),
        # The question was answered before: the second answer is to the action.
        (
            [
                note("action", "2018-12-10", "2019-01-31"),
                note("question", "2019-01-22"),
                note("answer", "2019-02-01"),
                note("answer", "2019-03-01"),
            ],
            0,
        ),
        # Written on the same day, an answer is to what was there before.
        ([note("answer", "2018-12-10"), note("action", "2018-12-10", "2019-01-31")], 1),
        ([note("answer", "2018-12-01"), note("action", "2018-12-10", "2019-01-31")], 1),
    ],
)
def test_an_action_is_overdue_until_it_is_closed_or_answered(notes: Sequence[CommentaryNote], late: int) -> None:
    assert len(find_overdue_actions(notes, date(2019, 3, 25))) == late


def test_a_red_without_a_reason_of_the_period_says_so(example: Example) -> None:
    cases = "child,decom,rne,ls,place,dec,rec\n"
    cases += "".join(f"C{n},2016-01-04,S,C2,U1,2018-10-0{n + 1},E17\n" for n in range(6))
    people = "child,dob\n" + "".join(f"C{n},2010-01-01\n" for n in range(6))
    aim = "[indicators.permanence]\ntarget = 45.0\n"
    for rows, missing in (
        ("", True),
        (VP7, False),
        (VP7.replace("Q3", "Q2"), True),  # said of the quarter before
        (VP7.replace("reason", "question"), True),
        (VP7.replace("2019-01-20", "2019-04-20"), True),  # not known yet
    ):
        tables = {"care_episodes": cases, "children": people, "commentary": HEAD + rows}
        entry = example.entry("permanence", tables, aim)
        assert entry.judgement.rag == "red"
        assert entry.reason_missing is missing
        assert not example.entry("permanence", tables).reason_missing  # no target, so no red


def test_a_council_without_commentary_owes_no_reasons(example: Example) -> None:
    path = example.write({}, "[indicators.schools-primary-good]\ntarget = 90.0\n")
    (path.parent / "tables" / "commentary.csv").unlink()
    board = build_board(open_council(path), MEETING, parse_period(QUARTER))
    assert not any(entry.reason_missing for entry in board.entries)


def test_what_is_owed_is_listed_with_its_line(example: Example) -> None:
    late = PANEL.replace("2019-05-31", "2019-02-28")
    text = VP7.replace("Seven turned 18", "A letter").replace("reason,", "action,2019-01-31")
    text = text.replace("VP7", "permanence")
    path = example.write({"commentary": HEAD + VP8 + late + text})
    outstanding_issues = list_outstanding_issues(build_board(open_council(path), MEETING, parse_period(QUARTER)))
    expected = "VP7: action overdue since 28 February 2019 (Head of service): A panel every month"
    assert [(issue.line, describe_issue(issue)) for issue in outstanding_issues] == [
        (4, "VP7: action overdue since 31 January 2019: A letter"),
        (3, expected),
    ]
    assert all(issue.file.endswith("commentary.csv") for issue in outstanding_issues)


# --- the file ------------------------------------------------------------------------------------


def of(text: str) -> dict[str, str]:
    """A row of the usual columns by its text in the file."""
    cells = zip(HEAD.strip().split(","), text.strip().split(","), strict=True)
    return {name: cell for name, cell in cells if cell}


@pytest.mark.parametrize(
    "content",
    [
        (HEAD + VP7 + VP8).encode(),
        (HEAD + VP7 + VP8).replace("\n", "\r\n").encode("utf-8-sig"),
        (HEAD + VP7).rstrip().encode(),
        ("Commentary of 2018/19\n\n" + HEAD + VP7 + "\n\n").encode(),
        (HEAD + VP7).replace(",", ";").encode("cp1252"),
        b"\xff\xfe" + (HEAD + VP7).encode("utf-16-le"),
        (HEAD + 'VP7,2018-19 Q3,"Said: ""we\ngo on""",,,reason,,,\nbroken,row\n').encode(),
        (HEAD + VP7.replace("Seven", "Caf\xe9 \u2019")).encode("cp1252"),
        HEAD.encode() + b"VP7,2018-19 Q3,\x81 odd,,,reason,,,\n",
    ],
)  # fmt: skip
def test_a_file_is_written_again_to_the_byte(content: bytes) -> None:
    assert encode_commentary_file(parse_commentary_file(content)) == content


def test_a_row_is_changed_where_it_stands_and_everything_else_stays() -> None:
    text = (
        "Title,,,\r\nperiod;indicator;team;text;kind\r\n"
        '2018-19 Q3;VP8; North ;"Christmas; and snow";reason\r\n'
        "2018-19 Q3;VP7;South;Old;reason\r\n"
        "too;few\r\n"
        "2018-19 Q2;VP7;South;Older;reason"
    )
    table = parse_commentary_file(text.encode("cp1252"))
    before = {"period": "2018-19 Q3", "indicator": "VP7", "team": "South", "text": "Old",
              "kind": "reason"}  # fmt: skip
    after = before | {"text": "New; longer"}
    new = {"period": "2018-19 Q3", "indicator": "VP7", "text": "Panel", "kind": "action",
           "due_date": "2019-05-31"}  # fmt: skip
    new_text = encode_commentary_file(apply_row_changes(table, [RowChange(before, after), RowChange(None, new)]))
    assert new_text.decode("cp1252") == (
        "Title,,,\r\nperiod;indicator;team;text;kind;due_date\r\n"
        '2018-19 Q3;VP8; North ;"Christmas; and snow";reason;\r\n'
        '2018-19 Q3;VP7;South;"New; longer";reason;\r\n'
        "too;few;\r\n"
        "2018-19 Q2;VP7;South;Older;reason;\r\n"
        "2018-19 Q3;VP7;;Panel;action;2019-05-31\r\n"
    )


def test_a_row_is_taken_out_and_one_that_is_not_there_is_told() -> None:
    table = parse_commentary_file((HEAD + VP7 + VP8).encode())
    assert encode_commentary_file(apply_row_changes(table, [RowChange(of(VP7), None)])) == (HEAD + VP8).encode()
    with pytest.raises(RowConflict):
        apply_row_changes(table, [RowChange(of(PANEL), None)])
    with pytest.raises(RowConflict):
        apply_row_changes(table, [RowChange(of(PANEL), of(PANEL) | {"text": "Other"})])


def test_what_stands_there_already_is_not_written_twice() -> None:
    table = parse_commentary_file((HEAD + VP7).encode())
    assert apply_row_changes(table, [RowChange(None, of(VP7))]) == table
    assert apply_row_changes(table, [RowChange(of(VP8), of(VP7))]) == table


def test_a_letter_that_the_encoding_lacks_is_refused() -> None:
    table = parse_commentary_file((HEAD + VP7.replace("Seven", "Caf\xe9")).encode("cp1252"))
    with pytest.raises(UnwritableFile, match="cp1252, which has no 'ł'"):
        encode_commentary_file(apply_row_changes(table, [RowChange(None, of(VP8) | {"text": "Michał"})]))


# --- the template --------------------------------------------------------------------------------


def asked(text: str, *rows: str) -> list[RowChange]:
    return parse_template_changes(text, [of(row) for row in rows], "VP7", QUARTER, DAY)


def test_a_template_that_is_left_alone_changes_nothing() -> None:
    odd = VP7.replace("Seven turned 18", "[reason] due: soon  and\u00a0so on  " * 9)
    rows = [of(VP7), of(PANEL), of(odd), of(VP8) | {"kind": "Remark 2", "period": "2018-19 Q2"}]
    text = render_template(["VP7"], rows, QUARTER, DAY)
    assert "[action 2]\nauthor:\ndate: 2019-01-20\nowner: Head of service\ndue: 2019-05-31\n" in text
    assert "[remark 4 of 2018-19 Q2]" in text
    assert parse_template_changes(text, rows, "VP7", QUARTER, DAY) == []
    assert parse_template_changes(text.replace("\n", "\r\n"), rows, "VP7", QUARTER, DAY) == []


def test_notes_are_changed_added_and_taken_out() -> None:
    text = """\
# not read
[reason 1]
author: A. Officer
date: 2019-01-20
  Seven of sixteen
  turned 18

[question]
Who stays
# on?
[action]
due: 2019-06-30
owner:
[action]
"""
    with pytest.raises(TemplateMistakes, match="line 11: the action has no text"):
        asked(text, VP7, PANEL)
    text = text.replace("owner:", "closed: 2019-02-01\nA rota.")
    new = {"indicator": "VP7", "period": QUARTER, "written_date": "2019-03-14"}
    assert asked(text, VP7, PANEL) == [
        RowChange(of(VP7), of(VP7) | {"text": "Seven of sixteen turned 18"}),
        RowChange(of(PANEL), None),
        RowChange(None, new | {"kind": "question", "text": "Who stays # on?"}),
        RowChange(None, new | {"kind": "action", "text": "A rota.", "due_date": "2019-06-30",
                            "closed_date": "2019-02-01"}),
    ]  # fmt: skip


def test_every_mistake_is_told_with_its_line_and_can_be_mended() -> None:
    text = "x\n[resaon]\nText\n[action]\ndue: soon\nText\n[reason 3]\nText\n[reason 1]\n[reason 1]\nA"
    with pytest.raises(TemplateMistakes) as error:
        asked(text, VP7)
    assert [(line, describe_finding(message)) for line, message in error.value.line_mistakes] == [
        (1, "stands above the first heading: write it under one"),
        (2, "resaon is not a kind of note: did you mean reason?"),
        (4, "due: soon is not a date: write 2019-05-31"),
        (7, "no note has the number 3: leave the number out for a new note"),
        (9, "the note has no text: to delete the note, delete its heading too"),
        (10, "the number 1 is there twice"),
    ]
    reopened, mistake_texts = mark_mistakes(text, error.value)
    assert mistake_texts[0] == "line 8: stands above the first heading: write it under one"
    lines = reopened.split("\n")
    assert lines[1] == "#! line 8: stands above the first heading: write it under one"
    assert lines[7] == "x"
    with pytest.raises(TemplateMistakes) as twice:
        asked(reopened, VP7)
    assert [line for line, _ in twice.value.line_mistakes] == [8, 9, 11, 14, 16, 17]
    assert mark_mistakes(reopened, twice.value) == (reopened, mistake_texts)


# --- written, merged, refused --------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "commentary.csv"
    path.write_text(HEAD + VP7 + PANEL + VP8)
    return path


def begun(file: Path, *rows: str, indicator: str = "VP7") -> CommentaryDraft:
    """A draft over rows of a file as it is now."""
    content = file.read_bytes() if file.exists() else None
    expected = [of(row) for row in rows]
    return CommentaryDraft(
        "id", indicator, QUARTER, indicator, file, content, DAY, tuple(expected),
        render_template([], expected, QUARTER, DAY),
    )  # fmt: skip


def test_what_is_written_keeps_the_mode_and_leaves_nothing_behind(file: Path) -> None:
    file.chmod(0o640)
    template = begun(file, VP7)
    outcome = write_commentary(template, template.template_text.replace("Seven", "Eight"))
    assert (outcome.was_written, outcome.message) == (True, "Wrote 1 note to commentary.csv")
    assert file.read_text() == HEAD + VP7.replace("Seven", "Eight") + PANEL + VP8
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in file.parent.iterdir()] == ["commentary.csv"]
    assert write_commentary(template, template.template_text).message == "Nothing was changed"


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    template = begun(tmp_path / "commentary.csv")
    assert write_commentary(template, template.template_text + "Because of this.\n").was_written
    assert template.file_path.stat().st_mode & 0o777 == 0o600
    assert template.file_path.read_text() == (
        HEAD.strip() + ",expected\nVP7,2018-19 Q3,Because of this.,,2019-03-14,action,,,,\n"
    )


def test_a_change_to_another_row_is_merged(file: Path) -> None:
    template = begun(file, VP7, PANEL)
    second_template = begun(file, VP8, indicator="VP8")
    assert write_commentary(
        second_template, second_template.template_text.replace("Christmas", "Snow") + "\n[question]\nWhy?\n"
    ).was_written
    outcome = write_commentary(template, template.template_text.replace("every month", "every week"))
    assert outcome.message == "Wrote 1 note to commentary.csv, alongside what somebody else has just written"
    assert file.read_text() == (
        HEAD + VP7 + PANEL.replace("month", "week") + VP8.replace("Christmas", "Snow")
        + "VP8,2018-19 Q3,Why?,,2019-03-14,question,,,\n"
    )  # fmt: skip


def test_a_change_to_the_same_row_is_refused_and_both_texts_are_kept(file: Path) -> None:
    first_template, second_template = begun(file, VP7), begun(file, VP7)
    assert write_commentary(first_template, first_template.template_text.replace("Seven", "Eight")).was_written
    mine = second_template.template_text.replace("Seven", "Nine")
    outcome = write_commentary(second_template, mine)
    unsaved_file = file.parent / "commentary VP7 2018-19 Q3 not written.txt"
    assert not outcome.was_written
    assert outcome.message == (
        "Somebody else has just changed the same note in commentary.csv , so nothing was saved. "
        f"Your text is kept in {unsaved_file}"
    )
    assert outcome.saved_copy == unsaved_file
    assert unsaved_file.read_text() == mine
    assert unsaved_file.stat().st_mode & 0o777 == 0o600
    assert "Eight" in file.read_text()
    assert save_unwritten_text(second_template, mine).name == "commentary VP7 2018-19 Q3 not written 2.txt"


@pytest.mark.parametrize("harm", ["taken away", "read-only", "no header"])
def test_a_file_that_cannot_be_written_to_keeps_the_text(
    file: Path, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = begun(file, VP7)
    if harm == "taken away":
        file.unlink()
    elif harm == "read-only":
        monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write anything
    else:
        file.write_text("something,else\n1,2\n")
    outcome = write_commentary(template, template.template_text.replace("Seven", "Eight"))
    assert not outcome.was_written
    assert outcome.saved_copy is not None
    assert "Eight turned 18" in outcome.saved_copy.read_text()


def test_a_write_between_reading_and_replacing_is_seen(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever writes without our lock, as an editor does, is noticed until the last moment."""
    template = begun(file, VP7)
    contents = iter([None, (HEAD + VP7 + PANEL).encode(), None])

    def content(path: Path) -> bytes:
        if (now := next(contents, None)) is not None:
            path.write_bytes(now)
        return path.read_bytes()

    monkeypatch.setattr(note_store, "_read_if_present", content)
    assert write_commentary(template, template.template_text.replace("Seven", "Eight")).was_written
    assert file.read_text() == HEAD + VP7.replace("Seven", "Eight") + PANEL


WORDS = st.sampled_from(["Alpha", "Beta", "Gamma, delta", 'He said "no"', "=1+1", "due: never"])
CODES = ("VP7", "VP8")


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_no_text_is_lost_however_two_writers_interleave(data: st.DataObject) -> None:
    """What was written and not changed by one who saw it is in the file, or kept beside it."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "commentary.csv"
        file.write_text(HEAD + VP7 + PANEL + VP8)
        drafts: dict[str, CommentaryDraft] = {}
        live = Counter(row["text"] for row in parse_commentary_file(file.read_bytes()).filled_rows)
        for step in range(data.draw(st.integers(1, 8))):
            who = data.draw(st.sampled_from(["one", "other"]))
            if who not in drafts:
                code = data.draw(st.sampled_from(CODES))
                rows = [r for r in parse_commentary_file(file.read_bytes()).filled_rows if r["indicator"] == code]
                text = render_template([], rows, QUARTER, DAY)
                drafts[who] = CommentaryDraft(
                    code, code, QUARTER, code, file, file.read_bytes(), DAY, tuple(rows), text
                )
                continue
            first_template, added = drafts.pop(who), f"{data.draw(WORDS)} {who} {step}"
            text, gone, come = first_template.template_text, Counter[str](), Counter([added])
            change = bool(first_template.original_rows) and data.draw(st.booleans())
            if change:
                changed_row = data.draw(st.sampled_from(list(first_template.original_rows)))["text"]
                gone[changed_row], come[f"Changed {step}"] = 1, 1
                text = text.replace(f"  {changed_row}\n", f"  Changed {step}\n")
            text += f"\n[question]\n  {added}\n"
            outcome = write_commentary(first_template, text)
            if outcome.was_written:
                live = live - gone + come
            else:
                assert outcome.saved_copy is not None
                assert outcome.saved_copy.read_text() == text
            assert Counter(row["text"] for row in parse_commentary_file(file.read_bytes()).filled_rows) == live


# --- where it is written -------------------------------------------------------------------------


def test_a_draft_holds_the_period_and_the_open_actions_before_it(example: Example) -> None:
    earlier = PANEL.replace("Q3", "Q2")
    done = earlier.replace("A panel", "A letter").replace(",\n", ",2019-02-01\n")
    path = example.write({"commentary": HEAD + VP8 + earlier + done + VP7})
    council = open_council(path)
    board = build_board(council, MEETING, parse_period(QUARTER))
    entry = next(entry for entry in board.entries if entry.indicator.code == "VP7")
    drafts = draft_commentary(council.settings, board, entry, date(2019, 3, 1))
    assert drafts.original_rows == (of(VP7), of(earlier))
    assert "[action 2 of 2018-19 Q2]" in drafts.template_text
    assert (drafts.indicator_name, drafts.note_date) == ("VP7", date(2019, 3, 1))
    assert draft_commentary(council.settings, board, entry, date(2026, 1, 1)).note_date == MEETING
    closing = drafts.template_text.replace("closed:", "closed: 2019-03-20")
    assert write_commentary(drafts, closing).was_written
    assert build_board(open_council(path), MEETING, parse_period(QUARTER)).entries != ()
    assert earlier.replace(",\n", ",2019-03-20\n") in path.with_name("tables").joinpath("commentary.csv").read_text()


def test_notes_of_another_source_are_shown_and_a_file_is_begun_beside_it(example: Example) -> None:
    path = example.write({}, '[sql]\nurl = "sqlite:///notes.db"\n[sql.tables]\ncommentary = '
                         '"SELECT * FROM notes"\n')  # fmt: skip
    with closing(sqlite3.connect(path.parent / "notes.db")) as base:
        base.execute("CREATE TABLE notes AS SELECT 'VP7' indicator, '2018-19 Q3' period, "
                     "'From the case system' text")  # fmt: skip
        base.commit()
    (path.parent / "tables" / "commentary.csv").unlink()
    council = open_council(path)
    board = build_board(council, MEETING, parse_period(QUARTER))
    entry = next(entry for entry in board.entries if entry.indicator.code == "VP7")
    drafts = draft_commentary(council.settings, board, entry, MEETING)
    assert drafts.original_rows == ()
    assert "# In another file, so you cannot change it here: From the case" in drafts.template_text
    assert write_commentary(drafts, drafts.template_text + "\n[question]\nWhy?\n").was_written
    reopened = build_board(open_council(path), MEETING, parse_period(QUARTER))
    entry = next(entry for entry in reopened.entries if entry.indicator.code == "VP7")
    assert {commentary_note.text for commentary_note in entry.commentary_notes} == {"From the case system", "Why?"}


def test_the_sample_of_the_package_and_parquet_are_not_written_to(
    example: Example, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = example.write({})
    settings = open_council(path).settings
    assert find_commentary_file(settings) == path.parent / "tables" / "commentary.csv"
    (settings.tables_folder / "commentary.csv").rename(settings.tables_folder / "Commentary.CSV")
    assert find_commentary_file(settings).name == "Commentary.CSV"
    (settings.tables_folder / "Commentary.CSV").rename(settings.tables_folder / "commentary.parquet")
    with pytest.raises(CommentaryUnavailable, match=r"is a Parquet file.*save it as commentary\.csv"):
        find_commentary_file(settings)
    monkeypatch.setattr(note_store, "SAMPLE_CONFIG", path)
    with pytest.raises(CommentaryUnavailable, match=r"copy .* to a folder of your own"):
        find_commentary_file(replace(settings, config_path=path))
