"""Files read in pieces: however small they are, the same rows, lines, counts and issues."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest
from folders import File, counts, read, rows, said
from hypothesis import given, settings
from hypothesis import strategies as st
from test_layouts_fuzz import EXAMPLES
from test_layouts_ssda903 import episodes
from test_tables_fuzz import BYTES, VALID, mutated

from kpitui.tables import Tables, blocks, gathering, held, parts
from tests.examples import table

HEADER = "child,referral_date,source\n"
SIZES = {
    (blocks, "BLOCK"): 40,
    (gathering, "ENOUGH"): 10,
    (held, "JOINED"): 2,
    (parts, "GROUP"): 3,
}


@contextmanager
def small() -> Iterator[None]:
    """Every piece, join and group as small as it can be."""
    with pytest.MonkeyPatch.context() as patched:
        for (module, name), size in SIZES.items():
            patched.setattr(module, name, size)
        yield


def all_of(tables: Tables) -> object:
    """What was read, without the order of rows and the moment."""
    return (
        {
            name: (frame.collect_schema(), sorted(map(str, frame.collect().rows())))
            for name, frame in tables.frames.items()
        },
        [(s.table, s.rows_read, s.rows_used, s.rows_refused, s.problem.partition(" ")[2], s.read_as)
         for s in tables.sources],
        said(tables),
    )  # fmt: skip


def both_ways(files: dict[str, File]) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        whole = all_of(read(Path(one), files))
        with small():
            pieces = all_of(read(Path(other), files))
        assert str(whole).replace(one, "") == str(pieces).replace(other, "")


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_pieces_of_mutated_files(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(EXAMPLES)))
    clean = data.draw(st.sampled_from(sorted(VALID)))
    draw = st.composite(lambda draw: mutated(draw, EXAMPLES[name].encode()))
    other = st.composite(lambda draw: mutated(draw, VALID[clean]))
    both_ways({"x.csv": data.draw(draw()), "y.csv": EXAMPLES[name], clean: data.draw(other())})


@settings(deadline=None, max_examples=150)
@given(BYTES)
def test_pieces_of_any_bytes_under_a_header(content: bytes) -> None:
    both_ways({"children.csv": b"child,dob\n" + content})


CELLS = st.sampled_from(
    ["a", "", '"a"', '"a,b"', '"a""b"', '"a\nb"', 'a"b', '"a"b', '""', '"a', ' "a"', "é", '"\n"',
     "\n", '"a\r\nb"', '"""a"""', '"\n\n\n\n\n\n"', "\r", "\t", "a\0b"]
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=12), st.sampled_from(["\n", ""]))
def test_pieces_with_quotes_in_every_place(lines: list[list[str]], end: str) -> None:
    body = "\n".join(",".join(["C", "2018-10-01", *line]) for line in lines)
    both_ways({"referrals.csv": f"child,referral_date,source,x\n{body}{end}"})


def test_lines_are_right_in_every_piece(tmp_path: Path) -> None:
    body = "".join(f'{n},2018-10-0{n % 9 + 1},"two\nlines"\n' for n in range(200))
    with small():
        tables = read(tmp_path, {"referrals.csv": f"{HEADER}{body}Z,x,y\nZ\n"})
    assert counts(tables, "referrals") == (202, 200, 2)
    assert said(tables)[-3:] == [
        "referrals.csv:402: referral_date x is not a date: read as missing",
        "referrals.csv:402: referral_date is missing: row left out",
        "referrals.csv:403: has 1 cells where the header has 3: row left out",
    ]
    told = "200 control or invisible characters in source, each replaced by \ufffd (first here)"
    assert f"referrals.csv:2: {told}" in said(tables)


def test_a_stray_quote_costs_the_rows_that_it_takes_and_no_others(tmp_path: Path) -> None:
    body = "".join(f"{n},2018-10-01,x\n" for n in range(1, 400))
    files: dict[str, File] = {"referrals.csv": f'{HEADER}0,2018-10-01,5" pipe\n{body}'}
    with small():
        assert counts(read(tmp_path, files), "referrals") == (400, 400, 0)


def test_of_many_lines_that_are_no_rows_the_first_are_named(tmp_path: Path) -> None:
    tables = read(tmp_path, {"referrals.csv": HEADER + "A\n" * 3_000})
    assert counts(tables, "referrals") == (3_000, 0, 3_000)
    assert len(said(tables)) == 1_001
    assert "referrals.csv: and 2,000 more like these" in said(tables)


def test_what_is_said_again_and_again_is_kept_as_numbers_and_given_as_text(tmp_path: Path) -> None:
    body = "".join(f"C{n},2018-10-01,{'Police' if n % 2 else 'Health'}\n" for n in range(400))
    with small():
        part = held.Held()
        tables = read(tmp_path, {"referrals.csv": HEADER + body})
        for frame in pl.DataFrame({"source": ["Police", "Health"] * 40}).iter_slices(4):
            part.add(frame)
    assert isinstance(part.released()[0].schema["source"], pl.Categorical)
    assert tables.frames["referrals"].collect_schema()["source"] == pl.String
    assert counts(tables, "referrals") == (400, 400, 0)
    assert {row[0] for row in rows(tables, "referrals", "source")} == {"Police", "Health"}


def test_more_words_than_were_to_be_expected(tmp_path: Path) -> None:
    with small():
        part = held.Held()
        few = pl.DataFrame({"x": ["a"] * 10})
        many = pl.DataFrame({"x": [f"w{n}" for n in range(300)]})
        for frame in (few, many, few):
            part.add(frame)
    frames = held.alike([*enumerate(part.released())])
    every = held.as_text(pl.concat([frame for _, frame in frames])).collect()["x"]
    assert every.to_list() == ["a"] * 10 + [f"w{n}" for n in range(300)] + ["a"] * 10


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "cp1252", "utf-8-sig"])
def test_every_encoding_in_pieces(tmp_path: Path, encoding: str) -> None:
    mark = "\ufeff" if encoding.startswith("utf-16") else ""
    text = mark + HEADER + "".join(f"{n},2018-10-01,Zoë{n}\n" for n in range(100))
    files: dict[str, File] = {"referrals.csv": text.encode(encoding)}
    with small():
        found = rows(read(tmp_path, files), "referrals", "source")
    assert found == sorted((f"Zoë{n}",) for n in range(100))


def test_a_packed_file_is_read_in_pieces(tmp_path: Path) -> None:
    lines = (f"{n} 15/02/2016 S C2 U1 14/08/2017 X1" for n in range(100))
    content = gzip.compress(episodes(*lines).encode())
    with small():
        tables = read(tmp_path, {"a.csv.gz": content})
    assert counts(tables, "care_episodes") == (100, 100, 0)


def test_many_small_files_each_keep_their_own_issues(tmp_path: Path) -> None:
    files: dict[str, File] = {
        f"{n}.csv": table(
            "CHILD SEX DOB DUC", f"{n} 2 27/03/2008 .", f"x{n} 2 27/03/2008 99/99/2018"
        )
        for n in range(9)
    }
    tables = read(tmp_path, files)
    assert [source.rows_read for source in tables.sources if source.table == "uasc"] == [2] * 9
    assert said(tables) == [f"{n}.csv:3: duc 99/99/2018 is not a date: read as missing"
                            for n in range(9)]  # fmt: skip
