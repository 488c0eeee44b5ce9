"""The terminal's colours: a palette for each theme, and the style for each tone.

Green, amber and red stay apart for readers who do not see red and green: green leans to blue and
amber is the lightest of the three. `tests/terminal/test_terminal_theme.py` computes the distances.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from rich.style import Style
from textual.theme import Theme

Tone = Literal[
    "text",  # what is read
    "strong",  # the value, a title
    "dim",  # what is read second: units, labels
    "head",  # column and section headings
    "rule",  # lines that only divide
    "green",
    "amber",
    "red",
    "none",
    "accent",  # a key, a link, the address
    "badge",  # made-up data, the past: cannot be missed
    "target",  # the target in a chart
    "limit",  # process limits in a chart
    "panel",  # words on a raised ground
]
Background = Literal["page", "panel", "cursor", "bar"]


@dataclass(frozen=True, slots=True)
class ThemeColours:
    """The colours of a theme, in hex or as names of the 16 that every terminal has.

    A colour has the name of its tone or background.
    """

    page: str
    panel: str
    cursor: str
    text: str
    strong: str
    dim: str
    rule: str
    accent: str
    badge: str
    on_badge: str
    green: str
    amber: str
    red: str
    none: str
    dark: bool = True
    ansi: bool = False


THEMES: Final[Mapping[str, ThemeColours]] = {
    "default": ThemeColours(
        page="#11151a", panel="#1b222a", cursor="#25384d", text="#d5dbe1", strong="#ffffff",
        dim="#97a1ac", rule="#46525f", accent="#86c5ff", badge="#e9b8ff", on_badge="#1c0d26",
        green="#3fd6cf", amber="#f2cf5b", red="#ff8078", none="#97a1ac",
    ),
    "light": ThemeColours(
        page="#faf9f6", panel="#efede7", cursor="#dbe7f3", text="#23282e", strong="#000000",
        dim="#5a626b", rule="#b4b0a6", accent="#00508f", badge="#6a2c8f", on_badge="#ffffff",
        green="#00657a", amber="#8c5900", red="#a3002e", none="#5f5f5f", dark=False,
    ),
    "high-contrast": ThemeColours(
        page="#000000", panel="#141414", cursor="#003a80", text="#ffffff", strong="#ffffff",
        dim="#d6d6d6", rule="#9a9a9a", accent="#8fd0ff", badge="#f0c4ff", on_badge="#000000",
        green="#3fe6ff", amber="#ffe45c", red="#ff9088", none="#c4c4c4",
    ),
    "ansi": ThemeColours(
        page="default", panel="default", cursor="blue", text="default", strong="default",
        dim="default", rule="default", accent="default", badge="magenta", on_badge="white",
        green="cyan", amber="yellow", red="red", none="default", ansi=True,
    ),
    "mono": ThemeColours(
        page="default", panel="default", cursor="default", text="default", strong="default",
        dim="default", rule="default", accent="default", badge="default", on_badge="default",
        green="default", amber="default", red="default", none="default", ansi=True,
    ),
}  # fmt: skip

# What SSH gives is 256 colours: chosen by eye, since the nearest ones make page, foot and cursor alike.
COLOUR_NUMBERS: Final[Mapping[str, int]] = {
    # default
    "#11151a": 233, "#1b222a": 235, "#25384d": 237, "#d5dbe1": 253, "#ffffff": 231, "#97a1ac": 249, "#46525f": 240,
    "#86c5ff": 117, "#e9b8ff": 183, "#1c0d26": 16, "#3fd6cf": 80, "#f2cf5b": 221, "#ff8078": 210,
    # light
    "#faf9f6": 231, "#efede7": 255, "#dbe7f3": 195, "#23282e": 235, "#000000": 16, "#5a626b": 240, "#b4b0a6": 249,
    "#00508f": 18, "#6a2c8f": 54, "#00657a": 25, "#8c5900": 94, "#a3002e": 125, "#5f5f5f": 59,
    # high-contrast
    "#141414": 234, "#003a80": 18, "#d6d6d6": 252, "#9a9a9a": 247, "#8fd0ff": 117, "#f0c4ff": 219,
    "#3fe6ff": 51, "#ffe45c": 227, "#ff9088": 210, "#c4c4c4": 251,
}  # fmt: skip
"""The number of a theme's colour on a terminal that has 256."""
BOLD_TONES: Final = frozenset({"strong", "head", "badge", "accent"})


@cache
def resolve_style(theme_name: str, tone: Tone, background: Background = "page") -> Style:
    """Return the style of a tone on a background in a theme."""
    colours = THEMES[theme_name]
    if colours.ansi:
        return _resolve_ansi_style(colours, tone, background)
    if tone == "badge":
        return Style(color=colours.on_badge, bgcolor=colours.badge, bold=True)
    colour_field = {"head": "dim", "target": "accent", "limit": "dim", "panel": "text"}.get(tone, tone)
    return Style(
        color=getattr(colours, colour_field),
        bgcolor=_get_background_colour(colours, background),
        bold=tone in BOLD_TONES or None,
    )


def _get_background_colour(theme_colours: ThemeColours, background: Background) -> str:
    return {"page": theme_colours.page, "cursor": theme_colours.cursor}.get(background, theme_colours.panel)


def _resolve_ansi_style(theme_colours: ThemeColours, tone: Tone, background: Background) -> Style:
    """Return a style of 16 colours or none; the cursor is the terminal's own reverse, uncoloured.

    A coloured word in reverse is a coloured block on every terminal that was tried.
    """
    if background == "cursor":
        return Style(reverse=True, bold=tone in BOLD_TONES or None)
    if tone == "badge":
        return Style(reverse=True, bold=True)
    foreground = {"green": theme_colours.green, "amber": theme_colours.amber, "red": theme_colours.red}.get(tone)
    # Without colours, what needs attention still stands out.
    is_bold = tone in BOLD_TONES or tone in {"red", "amber"}
    return Style(color=foreground, bold=is_bold or None, dim=tone == "rule" or None)


_ANSI_THEME_VARIABLES: Final = {
    "ansi-background": "ansi_default", "ansi-foreground": "ansi_default",
    "border-blurred": "ansi_default", "input-cursor-text-style": "reverse",
    "input-cursor-background": "ansi_default", "input-cursor-foreground": "ansi_default",
    "input-selection-background": "ansi_default", "input-selection-foreground": "ansi_default",
}  # fmt: skip


def build_textual_theme(name: str) -> Theme:
    """Build Textual's theme, which colours only its own background and input; tones do the rest."""
    colours = THEMES[name]
    if colours.ansi:
        ansi = "ansi_default"
        return Theme(
            name=name, primary=ansi, foreground=ansi, background=ansi, surface=ansi, panel=ansi,
            ansi=True, dark=True, variables=_ANSI_THEME_VARIABLES,
        )  # fmt: skip
    return Theme(
        name=name, primary=colours.accent, accent=colours.accent, foreground=colours.text,
        background=colours.page, surface=colours.page, panel=colours.panel, success=colours.green,
        warning=colours.amber, error=colours.red, dark=colours.dark,
    )  # fmt: skip


def choose_theme(requested_theme: str | None, environment: Mapping[str, str]) -> str:
    """Return the theme to begin with: the requested one, or what the terminal can show.

    SSH forwards TERM but not COLORTERM. A bare TERM therefore means the 16 named colours, which
    each terminal sets as its user likes. Raises ValueError for a name that is no theme.
    """
    if requested_theme is not None and requested_theme not in THEMES:
        raise ValueError(f"{requested_theme!r} is not a theme: choose one of {', '.join(THEMES)}")
    # NO_COLOR wins over a requested theme: no colour code at all may be sent.
    if environment.get("NO_COLOR"):
        return "mono"
    if requested_theme is not None:
        return requested_theme
    has_many_colours = environment.get("COLORTERM") or "256" in environment.get("TERM", "")
    # These terminals have true colour, and TERM says so even over SSH.
    is_capable_terminal = environment.get("TERM", "").startswith(("alacritty", "foot", "xterm-kitty", "xterm-ghostty"))
    return "default" if has_many_colours or is_capable_terminal else "ansi"


_PLAIN_TERMINALS: Final = ("linux", "vt", "ansi", "dumb")


def needs_ascii(environment: Mapping[str, str]) -> bool:
    """Say whether the terminal cannot show block characters: by its name, or by its locale."""
    # In this order the C library looks for the locale of characters.
    locale_name = next(filter(None, (environment.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG"))), "")
    is_other_encoding = bool(locale_name) and "utf8" not in locale_name.lower().replace("-", "")
    return environment.get("TERM", "").startswith(_PLAIN_TERMINALS) or is_other_encoding
