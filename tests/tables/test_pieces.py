"""Files read in pieces: however small they are, the same rows, lines, counts and issues."""

from __future__ import annotations

import gzip
import io
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest
from folders import File, counts, read, rows, said
from hypothesis import given, settings
from hypothesis import strategies as st
from test_layouts_fuzz import EXAMPLES
from test_layouts_ssda903 import episodes
from test_layouts_xml import CIN, LOOKED_AFTER, WORKFORCE
from test_tables_fuzz import BYTES, VALID, looked_at, mutated, mutated_parquet

from kpitui.readers import compact_columns, compact_pieces, data_files, text_blocks, xml_returns
from kpitui.readers.raw_table import LINE_COLUMN
from kpitui.tables import LoadedTables, small_file_batches, subject_partitions
from tests.examples import table

XML = {
    "CIN": CIN.format(sex="Sex", nfa="false"),
    "LOOKED_AFTER": LOOKED_AFTER.format(uasc="1"),
    "WORKFORCE": WORKFORCE.format(reason="1"),
}
HEADER = "child,referral_date,source\n"
SIZES = {
    (text_blocks, "BLOCK_BYTES"): 40,
    (small_file_batches, "BATCH_CELLS"): 10,
    (compact_pieces, "JOINED_CELLS"): 6,
    (data_files, "PARQUET_BATCH_CELLS"): 6,
    (xml_returns, "RECORDS_PER_FRAME"): 2,
    (xml_returns, "ROWS_PER_PIECE"): 1,
    (compact_pieces, "SAMPLE_CELLS"): 4,
    (subject_partitions, "MAX_ROWS_AT_ONCE"): 3,
    (subject_partitions, "PARTITION_ROWS"): 3,
    (subject_partitions, "SAMPLE_CELLS"): 7,
}


def numbered(**columns: Sequence[object]) -> pl.DataFrame:
    """Rows of these columns, on the lines from 2 on."""
    return pl.DataFrame(columns).with_row_index(LINE_COLUMN, offset=2)


def given_back(part: compact_pieces.CompactStore) -> pl.DataFrame:
    """What is held, as it was."""
    return compact_columns.expand_frame(compact_columns.concat_frames([piece.frame for piece in part.release_pieces()]))


@contextmanager
def small() -> Iterator[None]:
    """Every piece, join and group as small as it can be."""
    with pytest.MonkeyPatch.context() as patched:
        for (module, name), size in SIZES.items():
            patched.setattr(module, name, size)
        yield


def all_of(tables: LoadedTables) -> object:
    """What was read, without the order of rows, that of further columns, and the moment."""
    frames = {name: frame.collect() for name, frame in tables.frames.items()}
    frames = {name: frame.select(sorted(frame.columns)) for name, frame in frames.items()}
    return (
        {name: (frame.schema, sorted(map(str, frame.rows()))) for name, frame in frames.items()},
        [(s.table, s.rows_read, s.rows_used, s.rows_refused, s.problem and s.problem.message, s.recognised_as)
         for s in tables.sources],
        said(tables),
    )  # fmt: skip


def both_ways(files: dict[str, File]) -> None:
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as piece_folder:
        whole_reading = all_of(read(Path(folder), files))
        with small():
            pieces = all_of(read(Path(piece_folder), files))
        assert str(whole_reading).replace(folder, "") == str(pieces).replace(piece_folder, "")


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_pieces_of_mutated_files(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(EXAMPLES)))
    clean = data.draw(st.sampled_from(sorted(VALID)))
    draw = st.composite(lambda draw: mutated(draw, EXAMPLES[name].encode()))
    damaged_file = st.composite(lambda draw: mutated(draw, VALID[clean]))
    both_ways({"x.csv": data.draw(draw()), "y.csv": EXAMPLES[name], clean: data.draw(damaged_file())})


@settings(deadline=None, max_examples=150)
@given(BYTES)
def test_pieces_of_any_bytes_under_a_header(content: bytes) -> None:
    both_ways({"children.csv": b"child,dob\n" + content})


@settings(deadline=None, max_examples=100)
@given(st.data(), st.sampled_from(["CIN", "LOOKED_AFTER", "WORKFORCE"]))
def test_pieces_of_mutated_xml(data: st.DataObject, name: str) -> None:
    content = XML[name].encode()
    subject = content.partition(b"<Message>")[2].rpartition(b"</Message>")[0]
    text = content.replace(subject, subject * 7)
    both_ways({"x.xml": data.draw(st.composite(lambda draw: mutated(draw, text))())})


@pytest.mark.parametrize("group", [1, 2, 3, 7])
def test_pieces_of_a_parquet_file(group: int) -> None:
    rows = {
        "child": [7, 7, 8, None, 9, 9, 10],
        "referral_date": ["2018-10-01", "2018-10-01", "x", "2018-10-02", "01/10/2018", None, ""],
        "source": ["null", "a\tb", "School", "School", "School", "", None],
    }
    file = io.BytesIO()
    pl.DataFrame(rows).write_parquet(file, row_group_size=group)
    both_ways({"referrals.parquet": file.getvalue()})


@settings(deadline=None, max_examples=60)
@given(mutated_parquet())
def test_pieces_of_a_mutated_parquet_file_end_in_no_traceback(changed: dict[str, File]) -> None:
    with small():
        looked_at(changed)


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
        "referrals.csv:2: 200 control or invisible characters in source, first on line 2. Each was replaced by \ufffd.",
        "referrals.csv:402: 1 date in referral_date could not be read: x. The row was left out.",
        "referrals.csv:403: 1 row does not have the 3 cells of the header. The row was left out.",
    ]


def test_a_stray_quote_costs_the_rows_that_it_takes_and_no_others(tmp_path: Path) -> None:
    body = "".join(f"{n},2018-10-01,x\n" for n in range(1, 400))
    files: dict[str, File] = {"referrals.csv": f'{HEADER}0,2018-10-01,5" pipe\n{body}'}
    with small():
        assert counts(read(tmp_path, files), "referrals") == (400, 400, 0)


def test_of_many_lines_that_are_no_rows_the_first_are_named(tmp_path: Path) -> None:
    tables = read(tmp_path, {"referrals.csv": HEADER + "A\n" * 3_000})
    assert counts(tables, "referrals") == (3_000, 0, 3_000)
    assert said(tables) == [
        "referrals.csv:2: 3,000 rows do not have the 3 cells of the header, first on line 2. The rows were left out."
    ]
    assert tables.issues[0].lines == tuple(range(2, 102))


def test_what_is_said_again_and_again_is_kept_as_numbers_and_given_as_text(tmp_path: Path) -> None:
    body = "".join(f"C{n},2018-10-01,{'Police' if n % 2 else 'Health'}\n" for n in range(400))
    with small():
        part = compact_pieces.CompactStore()
        tables = read(tmp_path, {"referrals.csv": HEADER + body})
        for frame in numbered(source=["Police", "Health"] * 40).iter_slices(4):
            part.add_frame(frame)
    assert isinstance(part.release_pieces()[0].frame.schema["source"], pl.Categorical)
    assert tables.frames["referrals"].collect_schema()["source"] == pl.String
    assert counts(tables, "referrals") == (400, 400, 0)
    assert {row[0] for row in rows(tables, "referrals", "source")} == {"Police", "Health"}


def test_more_words_than_were_to_be_expected(tmp_path: Path) -> None:
    with small():
        part = compact_pieces.CompactStore()
        few, many_words = ["a"] * 10, [f"w{n}" for n in range(300)]
        for words in (few, many_words, few):
            part.add_frame(numbered(x=words))
    assert given_back(part)["x"].to_list() == few + many_words + few


def test_a_column_whose_cells_hardly_repeat_stays_text() -> None:
    """At most one different word for every four cells is worth an index."""
    with small():
        repeated, varied = compact_pieces.CompactStore(), compact_pieces.CompactStore()
        repeated.add_frame(numbered(child=["C01", "C02"] * 4))
        varied.add_frame(numbered(child=["C01", "C02", "C03"] + ["C01"] * 8))
        assert isinstance(repeated._joined_pieces[0].frame.schema["child"], pl.Categorical)
        assert varied._joined_pieces[0].frame.schema["child"] == pl.String


def test_lines_that_follow_one_another_take_no_room() -> None:
    with small():
        part = compact_pieces.CompactStore()
        for lines in ([2, 3, 4], [5, 7, 8]):
            part.add_frame(pl.DataFrame({"x": ["a"] * 3, LINE_COLUMN: pl.Series(lines, dtype=pl.UInt32)}))
    first, second = part.release_pieces()
    assert first.line_numbers == range(2, 5)
    assert second.get_lines_at(pl.Series([0, 2], dtype=pl.UInt32)).to_list() == [5, 8]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "cp1252", "utf-8-sig"])
def test_every_encoding_in_pieces(tmp_path: Path, encoding: str) -> None:
    mark = "\ufeff" if encoding.startswith("utf-16") else ""
    text = mark + HEADER + "".join(f"{n},2018-10-01,Zoë{n}\n" for n in range(100))
    files: dict[str, File] = {"referrals.csv": text.encode(encoding)}
    with small():
        sources = rows(read(tmp_path, files), "referrals", "source")
    assert sources == sorted((f"Zoë{n}",) for n in range(100))


def test_a_packed_file_is_read_in_pieces(tmp_path: Path) -> None:
    lines = (f"{n} 15/02/2016 S C2 U1 14/08/2017 X1" for n in range(100))
    content = gzip.compress(episodes(*lines).encode())
    with small():
        tables = read(tmp_path, {"a.csv.gz": content})
    assert counts(tables, "care_episodes") == (100, 100, 0)


def test_many_small_files_each_keep_their_own_issues(tmp_path: Path) -> None:
    files: dict[str, File] = {
        f"{n}.csv": table("CHILD SEX DOB DUC", f"{n} 2 27/03/2008 .", f"x{n} 2 27/03/2008 99/99/2018") for n in range(9)
    }
    tables = read(tmp_path, files)
    assert [source.rows_read for source in tables.sources if source.table == "uasc"] == [2] * 9
    assert said(tables) == [f"{n}.csv:3: 1 date in duc could not be read: 99/99/2018. The cell was read as missing."
                            for n in range(9)]  # fmt: skip
