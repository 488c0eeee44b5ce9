"""Files made to harm whoever reads them: each ends in words that name it, in time and in memory."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from folders import File, counts, read, said
from hypothesis import given, settings
from hypothesis import strategies as st
from test_layouts_fuzz import EXAMPLES
from test_layouts_ssda903 import episodes
from test_layouts_workbooks import ANNEX_A
from test_tables_fuzz import looked_at, mutated
from workbooks import xlsx, zipped

from kpitui.issue_wording import describe_problem
from kpitui.readers import expansion_limits, text_blocks

ENTITIES = (
    '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{"&a;" * 10 if not n else f"&a{n - 1};" * 10}">' for n in range(9))
    + "]><Message><Child>&a8;</Child></Message>"
)
EXTERNAL = '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><Message><Child>&a;</Child></Message>'
DEEP = "<Message><Child>" + "<a>" * 100_000 + "</a>" * 100_000 + "</Child></Message>"
BOMB = gzip.compress(bytes(20_000_000))
NESTED = zipped({"a.zip": zipped({"b.zip": zipped({"c.csv": b"x" * 1_000_000})})})

HOSTILE: dict[str, tuple[File, str]] = {
    "entities.xml": (ENTITIES, "has a document type declaration, which no return has"),
    "external.xml": (EXTERNAL, "has a document type declaration, which no return has"),
    "deep.xml": (DEEP, "elements are more than 50 levels deep"),
    "nested.zip": (NESTED, "no file in it ends in .csv, .tsv"),
    "long.csv": ("x" * 3_000_000, "not recognised"),
    "nul.csv": (bytes(1_000_000), "not recognised"),
    "columns.csv": ("a," * 200_000 + "\n", "not recognised"),
    "quote.csv": ('CHILD,DOB,SEX,ETHNIC\n"' + "x\n" * 2_000_000, ":2: the file breaks off here"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_in_words(tmp_path: Path, name: str) -> None:
    content, expected = HOSTILE[name]
    messages = said(read(tmp_path, {name: content}))
    assert messages
    assert any(message.startswith(name) and expected in message for message in messages), messages[0][:300]


@pytest.mark.parametrize("name", ["bomb.csv.gz", "bomb.zip"])
def test_what_unpacks_to_too_much_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(expansion_limits, "LARGEST_UNPACKED_BYTES", 5_000_000)
    monkeypatch.setattr(text_blocks, "MAX_LINE_BYTES", 30_000_000)
    content = BOMB if name.endswith(".gz") else zipped({"a.csv": bytes(20_000_000)})
    (messages,) = said(read(tmp_path, {name: content}))
    # A header is looked for first, and what has none is not unpacked any further.
    assert "unpacks to more than" in messages or "not recognised" in messages


def test_a_known_file_that_unpacks_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expansion_limits, "LARGEST_UNPACKED_BYTES", 5_000_000)
    long_return = episodes("1 15/02/2016 S C2 U1 14/08/2017 X1") + "1,15/02/2016,S,C2,N1,U1,,,,,,,\n" * 300_000
    tables = read(tmp_path, {"a.csv.gz": gzip.compress(long_return.encode()), "uasc.csv": "child,duc\nA,\n"})
    assert "unpacks to more than" in describe_problem(tables.problems["care_episodes"])
    assert counts(tables, "uasc") == (1, 1, 0)


ENCODINGS = ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "cp037", "utf-7"]
PACKED = {
    "a.csv.gz": gzip.compress(EXAMPLES["episodes"].encode(), mtime=0),
    "a.zip": zipped({"e.csv": EXAMPLES["episodes"].encode(), "b.xlsx": xlsx(ANNEX_A)}),
}


@settings(deadline=None, max_examples=80)
@given(st.data())
def test_any_layout_in_any_encodings(data: st.DataObject) -> None:
    """The first half of a file in one encoding, the second in another."""
    text = EXAMPLES[data.draw(st.sampled_from(sorted(EXAMPLES)))]
    text = text.replace("Wokingham", "Wökingham")
    first_encoding, second_encoding = (data.draw(st.sampled_from(ENCODINGS)) for _ in range(2))
    at = data.draw(st.integers(0, len(text)))
    content = text[:at].encode(first_encoding, "replace") + text[at:].encode(second_encoding, "replace")
    looked_at({"x.csv": content})


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_mutated_packed_files(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(PACKED)))
    draw = st.composite(lambda draw: mutated(draw, PACKED[name]))
    looked_at({name: data.draw(draw())})
