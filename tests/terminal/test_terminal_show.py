"""Text for display: cleaned, cut, never markup."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from textual.color import Color

from kpitui.tui.control_filter import AsciiFilter, ControlFilter, to_ascii
from kpitui.tui.styled_text import (
    crop_line,
    fit_line,
    justify_line,
    make_line,
    make_span,
    measure_line,
    render_strip,
    to_plain_text,
    wrap_line,
)

BLACK = Color(0, 0, 0)
HOSTILE = "a\x1b]52;c;aGk=\x07b\x9bc\u202ed[/][@click=app.quit]e[/]"


def test_control_characters_are_replaced_and_markup_is_left_alone() -> None:
    text = make_span(HOSTILE).text
    assert "\x1b" not in text
    assert "\x9b" not in text
    assert "\u202e" not in text
    assert "[@click=app.quit]e[/]" in text


def test_a_cell_is_cut_at_200_characters() -> None:
    assert len(make_span("x" * 500).text) == 200
    assert len(make_span("x" * 500, max_characters=None).text) == 500


@pytest.mark.parametrize(
    ("value", "expected"), [(None, ""), (True, "yes"), (1.50, "1.5"), (12, "12"), (date(2019, 3, 25), "2019-03-25")]
)
def test_values_are_written_plainly(value: object, expected: str) -> None:
    assert make_span(value).text == expected


@given(st.text(max_size=60), st.integers(1, 40))
def test_a_fitted_line_is_as_wide_as_was_asked(text: str, cells: int) -> None:
    assert measure_line(fit_line(make_line(make_span(text)), cells)) == cells


@given(st.text("ab 界", max_size=80), st.integers(4, 30))
def test_wrapped_lines_stay_within_the_width_and_lose_no_word(text: str, cells: int) -> None:
    lines = wrap_line(make_line(make_span(text)), cells)
    assert all(measure_line(row) <= cells for row in lines)
    assert "".join(to_plain_text(row) for row in lines).replace(" ", "") == text.replace(" ", "")


def test_a_line_that_is_cut_says_so() -> None:
    assert to_plain_text(crop_line(make_line("Secondary schools"), 10)) == "Secondary…"


def test_the_right_end_of_a_line_is_kept_where_both_do_not_fit() -> None:
    assert to_plain_text(justify_line(make_line("a long breadcrumb"), make_line("VP7"), 14)) == "a long br… VP7"


def test_a_strip_is_as_wide_as_the_screen() -> None:
    assert render_strip(make_line("abc"), 10, "default").cell_length == 10


def test_the_filter_drops_controls_from_text_and_leaves_control_segments() -> None:
    control = Segment("\x1b[2J", None, [(1,)])  # type: ignore[list-item]
    text, expected = ControlFilter().apply([Segment("a\x1b\x9b\u202eb"), control], BLACK)
    assert text.text == "ab"
    assert expected is control


def test_every_sign_has_an_ascii_form_of_one_cell() -> None:
    signs = "▁▂▃▄▅▆▇█●▲■·○┄┈┊│┤└┴─━▌┏┓┗┛┃╹╻╺╸┻┣┫†⣀⠤⠒⠉⡠⢄…"
    assert to_ascii(signs).isascii()
    assert len(to_ascii(signs)) == len(signs)
    assert AsciiFilter().apply([Segment("●")], BLACK)[0].text == "o"
