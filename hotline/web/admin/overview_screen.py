"""What all open overviews show at a moment, put together once for each look at the line."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from flask import current_app, url_for
from jinja2 import Template

from hotline.moments import minute_of
from hotline.operations.admission import limits
from hotline.operations.admission.costs import MILLIONTHS
from hotline.operations.context import AppContext
from hotline.operations.monitoring.banner import Banner, BannerLine
from hotline.operations.monitoring.component_health import machinery
from hotline.operations.monitoring.lookout import Lookout
from hotline.operations.monitoring.rules import TEXTS, AlertRule, problems
from hotline.operations.monitoring.situation import Situation
from hotline.operations.monitoring.spans import span
from hotline.operations.monitoring.tables import REASONS, ChartTable, tables
from hotline.operations.ttl_cache import FOREVER, TimedCache
from hotline.web.admin import charts
from hotline.web.console.services import context, services

LIVE = ("problems", "figures", "machinery")
"""The parts of the page that are kept up to date; each is a template of its own."""

DRAWN = 32  # charts, light and dark

CHARTS_EVERY = 10.0
"""Seconds: what is on record of a whole minute still grows a little, and drawing takes a while."""

_KEY = "hotline.screen"


@dataclass(frozen=True, slots=True)
class Charted:
    """A chart on the page: where its image is, and what it shows in words."""

    table: ChartTable
    version: str

    @property
    def source(self) -> str:
        """Where its image is, for light surroundings."""
        return url_for("admin.chart", name=self.table.name, v=self.version)

    @property
    def dark(self) -> str:
        return url_for("admin.chart", name=self.table.name, ink="dark", v=self.version)


@dataclass(frozen=True, slots=True)
class ShownScreen:
    """Everything that is on the screen. `tag` changes when anything of it does."""

    parts: Mapping[str, str] = field(default_factory=dict)  # HTML, by name
    charts: Mapping[str, Charted] = field(default_factory=dict)
    said: str = ""  # for a screen reader, when it changes
    tag: str = ""


@dataclass
class Screen:
    """Threads share one, as does everybody who looks."""

    parts: AppContext
    lookout: Lookout
    _banner: Banner = field(init=False)
    _shown: TimedCache[int, tuple[Situation, ShownScreen]] = field(
        default_factory=lambda: TimedCache(FOREVER)
    )
    _charts: TimedCache[str, Mapping[str, Charted]] = field(
        default_factory=lambda: TimedCache(CHARTS_EVERY)
    )
    _drawn: TimedCache[tuple[str, bool, str], bytes] = field(
        default_factory=lambda: TimedCache(FOREVER, size=DRAWN)
    )

    def __post_init__(self) -> None:
        self._banner = Banner(self.parts)

    def show(self) -> ShownScreen:
        """What there is to see now."""
        seen = self.lookout.look()
        # What was seen is kept with it: its id is nobody else's until then.
        return self._shown.get(id(seen), lambda: (seen, self._render(seen)))[1]

    def image(self, name: str, dark: bool) -> tuple[str, bytes]:
        """The chart of that name as it is now: its version, and the SVG document.

        KeyError where there is none. Drawn once, and only when somebody wants it.
        """
        charted = self.show().charts[name]
        drawn = self._drawn.get(
            (name, dark, charted.version), lambda: charts.draw(charted.table, dark=dark)
        )
        return charted.version, drawn

    def table(self, name: str) -> ChartTable:
        """The figures behind a chart. KeyError where there is none."""
        return self.show().charts[name].table

    def _render(self, seen: Situation) -> ShownScreen:
        active = self.parts.known_election()
        zone = active.election.zone if active else UTC
        thresholds = limits.values(self.parts)
        wrong = self._wrong(seen, thresholds)
        values = {
            "seen": seen,
            "problems": wrong,
            "machinery": machinery(seen, thresholds, zone),
            "span": span,
            "reasons": REASONS,
            "clock": lambda at: minute_of(at, zone),
            "money": f"{seen.bill / MILLIONTHS:,.2f}",
        }
        parts = {name: _template(name).render(values) for name in LIVE}
        shown = self._charts.get("charts", lambda: _charted(seen, zone))
        titles = dict.fromkeys(TEXTS[AlertRule(o.rule)].title if o.rule else o.said for o in wrong)
        said = f"Wrong: {'; '.join(titles)}." if titles else "All is well."
        tag = _digest(repr((parts, sorted((n, c.version) for n, c in shown.items()))))
        return ShownScreen(parts, shown, said, tag)

    def _wrong(self, seen: Situation, thresholds: Mapping[str, int]) -> list[BannerLine]:
        """What is wrong now; then what has been so lately and is not over yet."""
        now = [BannerLine(one.said, one.do, one.rule) for one in problems(seen, thresholds)]
        rules = {line.rule for line in now}
        return now + [line for line in self._banner.lines() if line.rule not in rules]


def _charted(seen: Situation, zone: tzinfo) -> Mapping[str, Charted]:
    return {
        name: Charted(table, _digest(repr(table))) for name, table in tables(seen, zone).items()
    }


def _template(name: str) -> Template:
    return current_app.jinja_env.get_template(f"admin/overview/{name}.html")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def the_screen() -> Screen:
    """The application's own."""
    extensions = current_app.extensions
    if _KEY not in extensions:
        extensions[_KEY] = Screen(context(), services().lookout)
    screen: Screen = extensions[_KEY]
    return screen
