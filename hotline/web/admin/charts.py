"""Charts as SVG, drawn from tables: told apart by patterns, marks and words, never by hue alone.

They are shown as images, in two inks, for light surroundings and dark ones, and hold no script, no
font and no address of anything else.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from string import Template
from typing import Any
from xml.etree import ElementTree

import pygal
from pygal.style import Style

from hotline.operations.monitoring.tables import MINUTE, ChartTable, Row

# pygal leaves a finder of maps behind that nobody has, in a form of which Python warns at imports.
sys.meta_path[:] = [one for one in sys.meta_path if not type(one).__module__.startswith("pygal")]

CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""Of an image that is opened by itself: its styles stand in it."""

MINUTES = 30  # the last ones, that are drawn; the table has all
AREAS = 12  # those with most outstanding; the others are put together
LABELLED = ("0", "5")  # last digits of the times that are written below a chart
LEAST_SCALE = 4  # where next to nothing came in, it looks like that
LINES = 2  # columns that are drawn as lines
BESIDE = 1.15  # a bar's own number stands beside its end
SIZE = {"width": 420, "height": 240}
UNWANTED = frozenset({"script", "desc", "title"})
"""What pygal adds for its own script, which an image does not run."""

PATTERNS = (
    '<pattern id="p0" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<rect class="ink" width="6" height="6"/></pattern>',
    '<pattern id="p1" width="6" height="6" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect class="ground" width="6" height="6"/>'
    '<rect class="ink" width="3" height="6"/></pattern>',
    '<pattern id="p2" width="5" height="5" patternUnits="userSpaceOnUse">'
    '<rect class="ground" width="5" height="5"/><circle class="ink" cx="2.5" cy="2.5" r="1.3"/>'
    "</pattern>",
    '<pattern id="p3" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<rect class="ground" width="6" height="6"/><path class="cross" d="M0 0L6 6M6 0L0 6"/>'
    "</pattern>",
    '<pattern id="p4" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<rect class="ground" width="6" height="6"/></pattern>',
)
"""Solid, striped, dotted, crossed: a series' own, in bars and in the legend. The last is empty."""

INKS = Template("""
svg { background: transparent; font-variant-numeric: tabular-nums; }
.background { fill: none !important; }
.ink { fill: $strong; } .ground { fill: $ground; } .cross { stroke: $other; stroke-width: 1.3; }
text { fill: $text !important; }
.axis .line { stroke: $edge !important; } .axis .guide.line { stroke: $hairline !important; }
.rect, .legend rect { stroke: $text; stroke-width: .7; fill-opacity: 1; }
.series .line { stroke-width: 2; fill: none; }
.serie-0 .line { stroke: $strong; } .serie-1 .line { stroke: $other; stroke-dasharray: 7 4; }
.serie-0 .dot { fill: $strong; stroke: $strong; } .serie-1 .dot { fill: $ground; stroke: $other; }
.text-overlay text { text-anchor: start !important; }
""")
LIGHT = INKS.substitute(
    strong="#174a7e",
    ground="#fff",
    other="#8f1424",
    text="#16191d",
    edge="#565c64",
    hairline="#d9d6cd",
)
DARK = INKS.substitute(
    strong="#8fc1f2",
    ground="#14171b",
    other="#ff9aa6",
    text="#eceae4",
    edge="#a9afb8",
    hairline="#363c44",
)
FILLS = "".join(f".color-{n} {{ fill: url(#p{n}); stroke: none; }}\n" for n in range(len(PATTERNS)))
HOLLOW = ".legend .color-1 { fill: url(#p4); stroke-dasharray: 3 2; }"
"""The second line is dashed, and so is its mark in the legend."""

LOOK = Style(
    background="transparent",
    plot_background="transparent",
    font_family="system-ui, 'Liberation Sans', Arial, sans-serif",
    label_font_size=13,
    major_label_font_size=13,
    value_font_size=13,
    legend_font_size=13,
    no_data_font_size=16,
    value_colors=(),
)


def draw(table: ChartTable, *, dark: bool = False) -> bytes:
    """The chart of a table, as an SVG document."""
    return _DRAWN[table.name](table, dark)


def _stacked(table: ChartTable, dark: bool) -> bytes:
    chart = pygal.StackedBar(
        **_usual(table, dark), legend_at_bottom=True, legend_at_bottom_columns=2
    )
    return _finish(chart, table, table.rows[-MINUTES:], len(table.head) - 1)


def _bars(table: ChartTable, dark: bool) -> bytes:
    return _finish(
        pygal.Bar(**_usual(table, dark), show_legend=False), table, table.rows[-MINUTES:], 1
    )


def _lines(table: ChartTable, dark: bool) -> bytes:
    chart = pygal.Line(**_usual(table, dark), legend_at_bottom=True, show_dots=True, dots_size=2.5)
    return _finish(chart, table, table.rows[-MINUTES:], LINES)


def _named(table: ChartTable, dark: bool) -> bytes:
    """A bar for each name, with its number beside it."""
    rows = list(table.rows[:AREAS])
    rest = sum(numbers[0] for _, numbers in table.rows[AREAS:])
    if rest:
        rows.append(("All others", (rest,)))
    rows.reverse()  # it is drawn from below
    chart = pygal.HorizontalBar(
        **_usual(table, dark), show_legend=False, print_values=True, print_values_position="top"
    )
    return _finish(chart, table, rows, 1)


_DRAWN = {
    "calls": _stacked,
    "away": _named,
    "reports": _bars,
    "faults": _lines,
    "areas": _named,
}


def _usual(table: ChartTable, dark: bool) -> dict[str, Any]:
    return {
        **SIZE,
        "style": LOOK,
        "js": [],
        "css": [
            "file://style.css",
            "file://graph.css",
            f"inline:{FILLS}{DARK if dark else LIGHT}{HOLLOW * (table.name == 'faults')}",
        ],
        "defs": list(PATTERNS),
        "no_prefix": True,
        "margin": 6,
        "margin_right": 18,
        "spacing": 8,
        "include_x_axis": True,
        "min_scale": 2,
        "max_scale": 6,
        "truncate_label": -1,
        "truncate_legend": -1,
        "show_minor_x_labels": False,
        "no_data_text": "Nothing to show",
        "value_formatter": lambda value: f"{value:,.0f}",
    }


def _finish(chart: Any, table: ChartTable, rows: Sequence[Row], series: int) -> bytes:
    names = [name for name, _ in rows]
    stacked = isinstance(chart, pygal.StackedBar)
    tallest = max((sum(n) if stacked else max(n[:series]) for _, n in rows), default=0)
    room = BESIDE if isinstance(chart, pygal.HorizontalBar) else 1
    chart.range = (0, room * max(LEAST_SCALE, tallest))
    chart.x_labels = names
    if table.head[0].startswith(MINUTE):
        chart.x_labels_major = [name for name in names if name.endswith(LABELLED)]
    else:
        chart.show_minor_x_labels = True
    for number in range(series):
        chart.add(table.head[number + 1], [numbers[number] for _, numbers in rows])
    tree = chart.render_tree()
    for parent in list(tree.iter()):
        for child in [one for one in parent if one.tag in UNWANTED]:
            parent.remove(child)
    document: bytes = ElementTree.tostring(tree, encoding="utf-8")
    return document
