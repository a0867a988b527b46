"""Cost against size, drawn as SVG: small charts with logarithmic axes, one beside the other."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 340, 250
LEFT, RIGHT, TOP, BOTTOM = 62, 12, 44, 40
ACROSS = 3
LEGEND = 30
# Readable on a light and on a dark page.
INK, FAINT = "#808080", "#80808040"


class Line(NamedTuple):
    """A line.

    Args:
        name: As the legend calls it; lines of one name have one colour in all charts.
        points: Size and cost.
    """

    name: str
    points: Sequence[tuple[float, float]]


class Chart(NamedTuple):
    """A chart.

    Args:
        title: Above it.
        x: What the sizes count.
        y: In what the cost is given.
        lines: The lines.
    """

    title: str
    x: str
    y: str
    lines: Sequence[Line]


def draw(charts: Sequence[Chart], colours: Mapping[str, str]) -> str:
    """Return charts as one SVG.

    Args:
        charts: The charts, each with a point at least.
        colours: Of each line's name.
    """
    down = math.ceil(len(charts) / ACROSS)
    width, height = ACROSS * WIDTH, down * HEIGHT + LEGEND
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif"'
            f' font-size="11" fill="{INK}">'
        )
    ]
    for number, chart in enumerate(charts):
        x, y = number % ACROSS * WIDTH, LEGEND + number // ACROSS * HEIGHT
        parts += [f'<g transform="translate({x} {y})">', *_chart(chart, colours), "</g>"]
    for number, (name, colour) in enumerate(colours.items()):
        x = LEFT + 170 * number
        parts.append(f'<line x1="{x}" y1="16" x2="{x + 24}" y2="16" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{x + 30}" y="20">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _chart(chart: Chart, colours: Mapping[str, str]) -> Iterator[str]:
    points = [point for line in chart.lines for point in line.points]
    sizes, costs = _decades([x for x, _ in points]), _decades([y for _, y in points])

    def across(size: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * _place(size, sizes)

    def up(cost: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * _place(cost, costs)

    yield f'<text x="{LEFT}" y="24" font-weight="bold">{escape(chart.title)}</text>'
    yield f'<text x="{LEFT}" y="38">{escape(chart.y)}</text>'
    yield f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 8}" text-anchor="end">{escape(chart.x)}</text>'
    for power in range(sizes[0], sizes[1] + 1):
        x = across(10.0**power)
        yield f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}" stroke="{FAINT}"/>'
        yield f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 14}" text-anchor="middle">{_label(power)}</text>'
    for power in range(costs[0], costs[1] + 1):
        y = up(10.0**power)
        yield f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="{FAINT}"/>'
        yield f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_label(power)}</text>'
    for line in chart.lines:
        drawn = [(across(x), up(y)) for x, y in line.points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in drawn)
        yield f'<polyline points="{path}" fill="none" stroke="{colours[line.name]}" stroke-width="2"/>'
        yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colours[line.name]}"/>' for x, y in drawn)


def _decades(values: Sequence[float]) -> tuple[int, int]:
    """Return the powers of ten around values."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _place(value: float, decades: tuple[int, int]) -> float:
    return (math.log10(value) - decades[0]) / (decades[1] - decades[0])


def _label(power: int) -> str:
    if power < 0:
        return f"{10.0**power:g}"
    for least, letter in ((9, "G"), (6, "M"), (3, "k")):
        if power >= least:
            return f"{10 ** (power - least)}{letter}"
    return str(10**power)
