"""Draws the trend of an indicator as SVG, for the HTML page and the PDF.

Status is a shape as well as a colour. Provisional points are hollow, and the target is dashed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from kpitui.model import Rag
from kpitui.report.briefing.shape import Mark, Trend
from kpitui.text import clean

# Each has a contrast of at least 4.5 to 1 on white (WCAG 1.4.3), and they differ for readers
# who cannot tell red from green.
COLOURS: dict[Rag, str] = {
    "green": "#00657a",
    "amber": "#8c5900",
    "red": "#a3002e",
    "none": "#5f5f5f",
}
INK, TARGET, RULE = "#3c454f", "#00508f", "#c9c5bb"
# Units of the viewBox: the page and the PDF scale the picture.
WIDTH, HEIGHT = 300, 96
LEFT, RIGHT, TOP, BOTTOM = 26, 8, 8, 16
SIZE = 8  # font size, in units of the viewBox


def svg(trend: Trend, name: str, *, titled: bool = True) -> str:
    """Render the trend as an SVG element.

    `element_id` must be unique in the page: with `has_title` the description becomes a title that
    labels the picture.
    """
    words = escape(clean(trend.words))
    label = f'role="img" aria-labelledby="{name}"' if titled else ""
    title = f'<title id="{name}">{words}</title>' if titled else ""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" {label}>'
    return head + title + "".join(_parts(trend)) + "</svg>"


def _parts(trend: Trend) -> Iterator[str]:
    # A scale of one value would divide by zero.
    span = (trend.high - trend.low) or 1.0
    step = (WIDTH - LEFT - RIGHT) / max(len(trend.marks) - 1, 1)

    def x(place: int) -> float:
        return LEFT + place * step

    def y(value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - trend.low) / span)

    yield from _axes(trend, x(max(len(trend.marks) - 1, 0)), y(trend.low), y(trend.high))
    for place, mark in enumerate(trend.marks):
        if mark.event:
            yield _line([(x(place), TOP), (x(place), HEIGHT - BOTTOM)], RULE, "1 2")
    aims = [
        (x(at), y(mark.target)) for at, mark in enumerate(trend.marks) if mark.target is not None
    ]
    yield _line(aims, TARGET, "4 3")
    known = [(at, mark) for at, mark in enumerate(trend.marks) if mark.value is not None]
    for run in _runs(known):
        points = [(x(at), y(mark.value or 0.0)) for at, mark in run]
        official = [
            point for point, (_, mark) in zip(points, run, strict=True) if not mark.provisional
        ]
        yield _line(official, INK, "")
        # The dashed line starts at the last official point, so that it joins the solid one.
        yield _line(points[max(len(official) - 1, 0) :], INK, "1.5 2")
    # The latest official point is drawn larger: it is the value that was judged.
    last = max((at for at, mark in known if not mark.provisional), default=-1)
    for at, mark in known:
        yield _mark(mark, x(at), y(mark.value or 0.0), last=at == last)


def _runs(known: Sequence[tuple[int, Mark]]) -> Iterator[list[tuple[int, Mark]]]:
    """Split the points where a period has no value, so that no line bridges the gap."""
    run: list[tuple[int, Mark]] = []
    for at, mark in known:
        if run and run[-1][0] != at - 1:
            yield run
            run = []
        run.append((at, mark))
    if run:
        yield run


def _axes(trend: Trend, right: float, low: float, high: float) -> Iterator[str]:
    for value, height in ((trend.low, low), (trend.high, high)):
        yield _line([(LEFT, height), (right, height)], RULE, "")
        yield _text(LEFT - 4, height + SIZE * 0.35, f"{value:g}", "end")
    official = [mark for mark in trend.marks if not mark.provisional] or trend.marks
    if official:
        yield _text(LEFT, HEIGHT - 4, official[0].period, "start")
        yield _text(right, HEIGHT - 4, trend.marks[-1].period, "end")


def _line(points: Iterable[tuple[float, float]], colour: str, dashes: str) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    # A single point makes no line.
    if " " not in path:
        return ""
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1"{dashed}/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{SIZE}" fill="{INK}" text-anchor="{anchor}"'
        f' font-family="sans-serif">{escape(clean(text))}</text>'
    )


def _mark(mark: Mark, x: float, y: float, *, last: bool) -> str:
    colour = COLOURS[mark.rag]
    if mark.provisional:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.2" fill="#ffffff" stroke="{colour}"/>'
    size = 4.2 if last else 1.7
    if mark.rag == "red":
        corner = f'x="{x - size:.1f}" y="{y - size:.1f}"'
        return f'<rect {corner} width="{2 * size:.1f}" height="{2 * size:.1f}" fill="{colour}"/>'
    if mark.rag == "amber":
        # A triangle fills half of its box, so it is drawn larger than the square.
        top, foot = y - size * 1.2, y + size * 0.9
        points = (
            f"{x:.1f},{top:.1f} {x - size * 1.2:.1f},{foot:.1f} {x + size * 1.2:.1f},{foot:.1f}"
        )
        return f'<polygon points="{points}" fill="{colour}"/>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size}" fill="{colour}"/>'
