"""What is in a file is known by what stands in it, and what is not used of it is told."""

from __future__ import annotations

import base64
import gzip
import os
import zlib
from datetime import date
from pathlib import Path

import pytest
from folders import counts, read, rows, said, unused
from test_layouts_ssda903 import HEADER, episodes
from test_layouts_workbooks import ANNEX_A, WHO
from workbooks import xlsx, zipped

from kpitui.issue_wording import describe_problem
from tests.examples import table

EPISODES = episodes("1 15/02/2016 S C2 U1 . .")
UASC = table("CHILD SEX DOB DUC", "1 2 27/03/2001 27/03/2019")
# The same as a workbook of Excel before 2007, which is not made by hand: packed, and as text.
OLD_WORKBOOK = (
    "c-rk)O=uHA6#izjX|f?rvN07}A%uceYoUl2FYPu>Y86bamSPn_Tg^c#sRS>2&}z+55IiYf3KjHH_2LgI=tVpT6+H"
    "-okm%8qpx~j+`sQU<(}>UoEmY=P=9~B4{JovuoqfGvmS^v^RnUN5_)xVCG}YMz1;bThpmf`oq8kS(*a~Y3Mvw-w$"
    "&bg)uL5!m<#<=1;jaFi82CuxFiv4;s*q2uBKp~faUp%^Ar`nnmIzwet2py9=5@?>IOh}QKDJzD?xDP8aR>|6Q0ES"
    "37LRG|oECws_W_rA&z5ay!Am)d&tDO>yndvMC&o{%v4o@^#vEus2lIt|QR-3LL<q=cyK}kjgM=~?G}v?aW~YF!?y"
    "7#4Qufug3y}T$a(mzp_8<*nqy4I;1JkgN@**iA3`3VGI!4nYnMJfiXALwrklD3+Pu2&F42%(H_x4L3&4lE}&Kp5&"
    "*+$UJ3nWZ@98s1{UM4Z}WbyWwH@S&n>j+z>dGoIw5gVmPuyH|_pu!PO(E!JfPL{VaU*uXhu-wL+AU`SY7;bTdoim"
    "*05~p@hJKGs=txa|EW|B*v_dQIOK3Q8xo*%57P0YWuX6gM6@?P*WgD%k}u3wXQWVx|$wv!Lct-oz8K`rL^Zae2-6"
    "iae35lrTqCVNNx)HJ8BYMPHUpHr7;sOu?`Y%{sfP0k<3i?l|3?v_U7dbK$2a|ia-9mgRkC@3f>C@3f>D0qZ$KFxi"
    "<E(!b@8gTyWEK#Vc-z5Jn_G5~k({!mEK!M^S&Ul(X>){t}U1Ei0-2a6V2dMQTCNaT&OnRQbbafN;@3Z29vA?&3yt"
    "ZHU;^#kZ{|B-i&OZ"
)
LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")


# --- under any name ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("children", table("CHILD DOB DOLO_START DOLO_END", "1 27/03/2008 1/2/2018 .", "1 . . .")),
        ("referrals", table("CHILD DOB PREV_PERM LA_PERM DATE_PERM", "1 27/03/2008 Z1 . .")),
    ],
)
def test_a_table_of_a_return_that_is_named_as_a_clean_table(tmp_path: Path, name: str, text: str) -> None:
    """Nothing is needed of it: the clean table is not there, and nothing is wrong with it."""
    tables = read(tmp_path, {f"{name}.csv": text})
    assert describe_problem(tables.problems[name]).startswith(f"no {name}.csv")
    assert (said(tables), len(unused(tables))) == ([], 1)


def test_a_file_that_is_named_as_a_table_and_is_none(tmp_path: Path) -> None:
    """What is in it is told, and under which name it would be a table."""
    tables = read(tmp_path, {"schools.xlsx": xlsx({"A": [["apples", "pears"], ["1", "2"]]}),
                             "refferals.csv": "apples,pears\n1,2\n"})  # fmt: skip
    assert said(tables) == [
        "refferals.csv:1: not recognised: its columns are apples, pears. If it is meant to be a table, "
        "save it as referrals.csv. The file was not used.",
        "schools.xlsx: not recognised: its columns are apples, pears. If it is meant to be a table, "
        "save it as schools.csv. The file was not used.",
    ]
    near = read(tmp_path / "a", {"uasc2.csv": "CHILD,DUC\n", "uasc.xlsx": xlsx({"A": [["CHILD",
                                 "DUC"]]})})  # fmt: skip
    lacking = "not recognised: it looks like SSDA903 unaccompanied asylum-seeking children, but has no column dob"
    assert said(near) == [
        f"uasc.xlsx[A]:1: {lacking}. The file was not used.",
        f"uasc2.csv:1: {lacking}. If it is meant to be a table, save it as uasc.csv. The file was not used.",
    ]
    broken = read(tmp_path / "b", {"schools.xlsx": LOCKED})
    assert said(broken) == [
        "schools.xlsx: locked by a password: open it, and save it without one. The file was not used."
    ]


@pytest.mark.parametrize("ending", ["txt", "tsv", "tab", "xls", "xlsx", "CSV"])
def test_text_under_other_endings(tmp_path: Path, ending: str) -> None:
    """Many systems save text and call it a workbook."""
    tables = read(tmp_path, {f"a.{ending}": EPISODES.replace(",", "\t")})
    assert (counts(tables, "care_episodes"), said(tables)) == ((1, 1, 0), [])


def test_a_workbook_that_is_called_text(tmp_path: Path) -> None:
    tables = read(tmp_path, {"a.csv": xlsx(ANNEX_A)})
    assert counts(tables, "referrals") == (2, 2, 0)


def test_a_workbook_of_excel_before_2007(tmp_path: Path) -> None:
    tables = read(tmp_path, {"a.xls": zlib.decompress(base64.b85decode(OLD_WORKBOOK))})
    assert rows(tables, "uasc", "child", "duc") == [("1", date(2019, 3, 27))]
    assert said(tables) == []


# --- what is no table -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.xlsx", LOCKED, "locked by a password: open it, and save it without one"),
        ("a.xls", b"<html><table/></html>", "a web page named like a workbook: open it in"),
        ("a.csv", b"%PDF-1.4\n", "this is a PDF, whatever its name says"),
        ("a.csv", b"a,b\n\0\1,2\n", "not recognised: it has bytes that no text has - save it as CSV UTF-8"),
        ("a.xlsx", b"\x00\x01", "named like a workbook, but it is not one"),
        ("a.xlsx", b"", "the file is empty"),
        ("a.zip", b"", "the file is empty"),
    ],
)  # fmt: skip
def test_what_is_no_table(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (issue,) = said(read(tmp_path, {name: content}))
    assert issue.startswith(f"{name}: {message}")


def test_what_lies_about_in_folders(tmp_path: Path) -> None:
    """What a program or a system leaves there is named, and nothing is wrong with it."""
    tables = read(tmp_path, {"~$a.xlsx": b"x", "Thumbs.db": b"x", "a.lnk": b"x", "b.docx": b"x",
                             ".DS_Store": b"x", "read me.txt": "hello\n"})  # fmt: skip
    assert said(tables) == []
    assert [first_file.rsplit("/", 1)[-1] for first_file in unused(tables)] == [
        "Thumbs.db: not a kind of file that holds tables. It was left alone.",
        "a.lnk: not a kind of file that holds tables. It was left alone.",
        "b.docx: not a kind of file that holds tables. It was left alone.",
        "~$a.xlsx: left by a program that has a.xlsx open. It was left alone.",
        "read me.txt: not recognised: none of its first lines is a header. It was left alone.",
    ]


def test_links(tmp_path: Path) -> None:
    """A link has its own name, not that of what it leads to."""
    (tmp_path / "elsewhere").write_text(EPISODES, encoding="utf-8")
    folder = tmp_path / "tables"
    folder.mkdir()
    os.symlink("../elsewhere", folder / "a.csv")
    os.symlink("../nowhere", folder / "b.csv")
    tables = read(folder, {})
    assert said(tables) == ["b.csv: the link leads to a file that is not there. The file was not used."]
    assert [Path(source.file).name for source in tables.sources] == ["a.csv"]


# --- what is passed over ----------------------------------------------------------------------


def test_a_sheet_that_is_nearly_known_is_told(tmp_path: Path) -> None:
    """It lacks a column: its children are missing, and the workbook is read all the same."""
    book = {**ANNEX_A, "List 8": [[*WHO, "Date Began to be Looked After"], ["1", "F", "", "", ""]]}
    tables = read(tmp_path, {"a.xlsx": xlsx(book)})
    assert said(tables)[:1] == [
        "a.xlsx[List 8]:1: not recognised: it looks like Annex A list 8 (looked-after children), but has no column "
        "date started to be looked after; it has date began to be looked after. The file was not used."
    ]
    assert [first_file.rsplit("/", 1)[-1] for first_file in unused(tables)] == [
        "a.xlsx[List 9]: Annex A list 9 (care leavers): no indicator needs it. It was left alone.",
        "a.xlsx[Cover]:2: not recognised: its columns are council, wokingham. It was left alone.",
    ]


def test_files_in_a_packed_one_that_are_not_known_are_told(tmp_path: Path) -> None:
    files = {"a.csv": EPISODES.encode(), "b.csv": b"apples,pears\n1,2\n", "c.pdf": b"%PDF",
             "d.txt": b"read me", "e.xlsx": b"PK\x03\x04"}  # fmt: skip
    tables = read(tmp_path, {"r.zip": zipped(files)})
    assert counts(tables, "care_episodes") == (1, 1, 0)
    first_file, second_file = said(tables)
    assert first_file == ("r.zip[b.csv]:1: not recognised: its columns are apples, pears. The file was not used.")
    assert second_file.startswith("r.zip[e.xlsx]: not a workbook that can be read")
    assert [message.rsplit("/", 1)[-1] for message in unused(tables)] == [
        "r.zip[c.pdf]: not a kind of file that holds tables. It was left alone.",
        "r.zip[d.txt]: not recognised: none of its first lines is a header. It was left alone.",
    ]


def test_how_many_rows_a_file_has_and_a_later_one_too(tmp_path: Path) -> None:
    """Of what a file has some may say nothing of a table; what is left out has its reason."""
    earlier = episodes("1 15/02/2016 S C2 U1 . .", "2 20/03/2017 S C2 U1 25/03/2017 E4A")
    later = episodes("1 15/02/2016 S C2 U1 14/08/2017 X1", "1 14/08/2017 P C2 K2 . .")
    tables = read(tmp_path, {"b.csv": earlier, "a.csv": later, "c.csv": HEADER})
    first, second = (source for source in tables.sources if source.table == "care_episodes")
    assert (first.rows_read, first.rows_used, first.rows_superseded) == (2, 1, 1)
    assert (second.rows_read, second.rows_used, second.rows_superseded) == (2, 2, 0)
    link = "URN,LinkURN,LinkType\n1,2,Predecessor\n2,1,Successor\n"
    (links,) = read(tmp_path / "b", {"links.csv.gz": gzip.compress(link.encode())}).sources
    assert (links.rows_in_file, links.rows_read) == (2, 1)


def test_the_daily_data_of_the_department_is_known_and_left_alone(tmp_path: Path) -> None:
    child = '{"la_code": 872, "Children": [{"la_child_id": "1", "social_care_episodes": []}]}'
    tables = read(tmp_path, {"payload.json": child, "other.json": '{"a": 1}'})
    assert [(issue.file, issue.code) for issue in tables.issues] == [
        (str(tmp_path / "other.json"), "file-of-other-kind"), (str(tmp_path / "payload.json"), "file-not-needed"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "headings",
    [
        "Child Identifier,Date Of Birth (dd/mm/yyyy),Date of Contact Referral,Source of Referral,Referral NFA",
        "Child ID*,DOB,Referral Date [note 1],Referral Source,Referral NFA? (Y/N)",
    ],
)
def test_annex_a_as_councils_head_it(tmp_path: Path, headings: str) -> None:
    tables = read(tmp_path, {"list3.csv": f"{headings}\n7,01/02/2010,03/10/2018,a) 1A: Individual,b) No\n"})
    assert rows(tables, "referrals", "child", "referral_date", "source", "nfa") == [("7", date(2018, 10, 3), "1A", "N")]
    assert said(tables) == []
