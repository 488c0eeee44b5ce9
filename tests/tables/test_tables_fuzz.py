"""Whatever is in a file, reading ends in rows and issues: never in a traceback."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import polars as pl
from folders import File, read
from hypothesis import given, settings
from hypothesis import strategies as st

from kpitui.issue_wording import describe_problem, format_issue
from kpitui.tables import LoadedTables
from kpitui.text import count_hostile_characters

VALID = {
    "referrals.csv": b"child,referral_date,source,nfa\nA,2018-10-01,x,Y\nB,2018-10-02,\"y\",N\n",
    "care_episodes.csv": (
        b"child,decom,rne,ls,place,dec,rec,distance_miles\n"
        b"A,2018-01-02,S,C2,U1,2018-03-04,X1,1.5\nA,2018-03-04,P,C2,K2,,,21\n"
    ),
    "published_series.csv": (
        b"area,indicator,period,value,symbol\nWokingham,permanence,2017-18,31.2,\nEngland,x,y,,c\n"
    ),
}  # fmt: skip
BYTES = st.one_of(
    st.binary(max_size=300),
    st.lists(st.sampled_from([b",", b'"', b"\n", b"\r", b"\0", b"\xff", b"\xfe", b"a", b"child",
                              b"dob", b"2018-01-01", b";", b"\t", b"\xef\xbb\xbf", b"=", b" "]),
             max_size=60).map(b"".join),
)  # fmt: skip


def checked(tables: LoadedTables) -> None:
    """Rows add up, every frame can be collected, and nothing hostile is in it."""
    for source in tables.sources:
        assert source.rows_read == source.rows_used + source.rows_refused
        if source.table in tables.frames:
            frame = tables.frames[source.table].collect()
            used = sum(read_source.rows_used for read_source in tables.sources if read_source.table == source.table)
            assert frame.height == used
            assert not any(count_hostile_characters(name) for name in frame.columns)
            text = frame.select(pl.col(pl.String)).rows()
            assert not any(count_hostile_characters(cell) for row in text for cell in row if cell)
            frame.rows()
        else:
            assert describe_problem(tables.problems[source.table])
    assert not any(count_hostile_characters(format_issue(issue)) for issue in tables.issues)


def looked_at(files: dict[str, File]) -> None:
    with tempfile.TemporaryDirectory() as place:
        checked(read(Path(place), files))


def mutated(draw: st.DrawFn, content: bytes) -> bytes:
    """A file with a few bytes changed, put in, left out or doubled."""
    data = bytearray(content)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        mutation = draw(st.sampled_from(["change", "insert", "delete", "double"]))
        piece = draw(st.one_of(st.sampled_from([b'"', b",", b"\n", b"\r", b"\0"]),
                               st.binary(min_size=1, max_size=2)))  # fmt: skip
        length = draw(st.integers(1, 20))
        if mutation == "insert":
            data[at:at] = piece
        elif mutation == "double":
            data[at:at] = data[at : at + length]
        else:
            data[at : at + (len(piece) if mutation == "change" else length)] = piece if mutation == "change" else b""
    return bytes(data)


@st.composite
def mutations(draw: st.DrawFn) -> dict[str, File]:
    name = draw(st.sampled_from(sorted(VALID)))
    return {name: mutated(draw, VALID[name])}


@st.composite
def mutated_parquet(draw: st.DrawFn) -> dict[str, File]:
    return {"referrals.parquet": mutated(draw, PARQUET)}


def _parquet() -> bytes:
    out = io.BytesIO()
    pl.read_csv(VALID["referrals.csv"]).write_parquet(out)
    return out.getvalue()


PARQUET = _parquet()


@settings(deadline=None, max_examples=60)
@given(BYTES)
def test_any_bytes(content: bytes) -> None:
    looked_at({"children.csv": content})


@settings(deadline=None, max_examples=60)
@given(BYTES)
def test_any_bytes_under_a_header(content: bytes) -> None:
    looked_at({"children.csv": b"child,dob\n" + content})


@settings(deadline=None, max_examples=100)
@given(mutations())
def test_mutated_csv(files: dict[str, File]) -> None:
    looked_at(files)


@settings(deadline=None, max_examples=60)
@given(mutated_parquet())
def test_mutated_parquet(files: dict[str, File]) -> None:
    looked_at(files)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.text(max_size=8), min_size=1, max_size=6))
def test_any_columns(names: list[str]) -> None:
    header = ["child", "referral_date", *names]
    out = io.StringIO()
    pl.DataFrame([["A"] * len(header)], schema=[str(n) for n in range(len(header))],
                 orient="row").write_csv(out, include_header=False)  # fmt: skip
    quoted = ",".join('"' + name.replace('"', '""') + '"' for name in header)
    looked_at({"referrals.csv": quoted + "\n" + out.getvalue()})
