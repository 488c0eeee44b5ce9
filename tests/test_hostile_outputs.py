"""Hostile text in every place that a text comes from, looked for in every output."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from benchmarks import hostile_outputs

pytest.importorskip("typst")


@pytest.mark.filterwarnings("ignore:Sparkline Group extension:UserWarning")  # openpyxl's, when it reads
@pytest.mark.parametrize("seed", range(2))
def test_hostile_texts_are_shown_as_text(seed: int, tmp_path: Path) -> None:
    assert [*hostile_outputs.find_faults(tmp_path, Random(seed))] == []


@pytest.mark.parametrize(
    ("check", "content"),
    [
        (hostile_outputs.check_lines, "a\x1bb"),
        (hostile_outputs.check_lines, "a\u202eb"),
        (hostile_outputs.check_json, '{"a\\u009b": 1}'),
        (hostile_outputs.check_csv, "a,\uff1d1+1"),
        (hostile_outputs.check_markdown, "a <b>c</b>"),
        (hostile_outputs.check_markdown, "[x](http://a.b)"),
        (hostile_outputs.check_html, "<p onclick=x>"),
        (hostile_outputs.check_html, "<script>"),
    ],
)
def test_the_driver_finds_what_gets_through(check: hostile_outputs.TextCheck, content: str) -> None:
    assert [*check(content)]
