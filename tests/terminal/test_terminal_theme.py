"""Colours that can be told apart and read, computed."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from driving import opened, row_with
from rich.color import Color

from kpitui.tui.theme import COLOUR_NUMBERS, THEMES, ThemeColours, choose_theme, needs_ascii, resolve_style

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear light.
VISION = {
    "full": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
}
COLOURED = [name for name, colours in THEMES.items() if not colours.ansi]
Triple = tuple[float, float, float]


def linear(colour: str) -> Triple:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def seen(colour: str, vision: str) -> Triple:
    light = linear(colour)
    red, green, blue = (
        min(max(sum(a * b for a, b in zip(row, light, strict=True)), 0.0), 1.0) for row in VISION[vision]
    )
    return red, green, blue


def lab(light: Triple) -> Triple:
    """CIE L*a*b* under D65."""
    rows = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750),
            (0.0193339, 0.1191920, 0.9503041))  # fmt: skip
    x, y, z = (
        sum(a * b for a, b in zip(row, light, strict=True)) / white
        for row, white in zip(rows, (0.95047, 1.0, 1.08883), strict=True)
    )
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def distance(first_colour: str, two: str, vision: str) -> float:
    pairs = zip(lab(seen(first_colour, vision)), lab(seen(two, vision)), strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)


def contrast(first_colour: str, two: str) -> float:
    """As WCAG 2 computes it."""
    red, green, blue = linear(first_colour)
    second_luminance = linear(two)
    first = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    second = 0.2126 * second_luminance[0] + 0.7152 * second_luminance[1] + 0.0722 * second_luminance[2]
    high, low = max(first, second), min(first, second)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("name", COLOURED)
def test_green_amber_and_red_stay_apart_for_every_reader(name: str, vision: str) -> None:
    colours = THEMES[name]
    for first_colour, two in combinations((colours.green, colours.amber, colours.red), 2):
        assert distance(first_colour, two, vision) >= 20
    for first_colour in (colours.green, colours.amber, colours.red):
        assert distance(first_colour, colours.none, vision) >= 10


def in_256_colours(colours: ThemeColours) -> ThemeColours:
    """The theme as a terminal with 256 colours shows it."""
    names = "page panel cursor text strong dim rule accent badge on_badge green amber red none".split()
    shown = {name: Color.from_ansi(COLOUR_NUMBERS[getattr(colours, name)]).get_truecolor().hex for name in names}
    return replace(colours, **shown)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", COLOURED)
def test_with_256_colours_grounds_and_words_stay_apart(name: str) -> None:
    colours = in_256_colours(THEMES[name])
    assert len({colours.page, colours.panel, colours.cursor}) == 3
    for ground in (colours.page, colours.panel, colours.cursor):
        for word in ("text", "strong", "dim", "accent", "green", "amber", "red", "none"):
            assert contrast(getattr(colours, word), ground) >= 4.5, (word, ground)
    assert contrast(colours.on_badge, colours.badge) >= 4.5
    for vision in VISION:
        for first_colour, two in combinations((colours.green, colours.amber, colours.red), 2):
            assert distance(first_colour, two, vision) >= 20, (first_colour, two, vision)


@pytest.mark.parametrize("name", COLOURED)
def test_every_word_can_be_read_on_every_ground(name: str) -> None:
    colours = THEMES[name]
    words = ("text", "strong", "dim", "accent", "green", "amber", "red", "none")
    for ground in (colours.page, colours.panel, colours.cursor):
        for word in words:
            assert contrast(getattr(colours, word), ground) >= 4.5, (word, ground)
    assert contrast(colours.on_badge, colours.badge) >= 4.5


def test_the_cursor_shows_without_colours() -> None:
    assert resolve_style("mono", "text", "cursor").reverse
    assert resolve_style("ansi", "red", "cursor").reverse


@pytest.mark.parametrize(
    ("requested_theme", "environ", "chosen"),
    [
        (None, {"TERM": "xterm-256color"}, "default"),
        (None, {"TERM": "xterm", "COLORTERM": "truecolor"}, "default"),
        (None, {"TERM": "linux"}, "ansi"),
        ("light", {"TERM": "linux"}, "light"),
        ("light", {"TERM": "xterm-256color", "NO_COLOR": "1"}, "mono"),
        (None, {"TERM": "xterm-256color", "NO_COLOR": ""}, "default"),
    ],
)
def test_the_theme_is_chosen_for_the_terminal(
    requested_theme: str | None, environ: dict[str, str], chosen: str
) -> None:
    assert choose_theme(requested_theme, environ) == chosen


def test_an_unknown_theme_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(ValueError, match="default, light, high-contrast, ansi, mono"):
        choose_theme("solarized", {})


async def test_large_figures_are_not_drawn_without_box_characters() -> None:
    async with opened("VP7", ascii_only=True, size=(120, 40)) as (app, _):
        assert row_with(app, "5 of 16 children").split()[:3] == ["#", "Red", "31.3%"]
    async with opened("VP7", size=(120, 40)) as (app, _):
        assert "31.3%" not in row_with(app, "5 of 16 children")


@pytest.mark.parametrize(
    ("environ", "is_plain"),
    [
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm-256color", "LANG": "en_GB.UTF-8"}, False),
        ({"TERM": "xterm-256color", "LANG": "C.utf8"}, False),
        ({"TERM": "linux", "LANG": "en_GB.UTF-8"}, True),
        ({"TERM": "vt220"}, True),
        ({"TERM": "xterm", "LANG": "en_GB.ISO-8859-1"}, True),
        ({"TERM": "xterm", "LANG": "en_GB.UTF-8", "LC_ALL": "POSIX"}, True),
        ({"TERM": "xterm", "LANG": "C", "LC_CTYPE": "C.UTF-8"}, False),
    ],
)
def test_a_terminal_without_block_characters_gets_ascii(environ: dict[str, str], is_plain: bool) -> None:
    assert needs_ascii(environ) is is_plain
