"""When somebody wrote about what: a lane for each topic, a bubble for the works of a year."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.pictures.letters import BOLD, MEDIUM, REGULAR
from bot.pictures.sheet import CAP, WIDTH, Drawing, Sheet
from bot.pictures.theme import Theme, mixed
from retrieval.text import readable
from storage.phrases import plural, span
from storage.topics import Topic
from storage.works import Work

MARGIN = 56
TOP, LANE, AXIS = 150, 116, 84
MOST_LANES = 8
MOST_YEARS = 24
OTHER = "everything else"


@dataclass(frozen=True, slots=True)
class Lane:
    """A topic and how many works are about it, year by year."""

    topic: str
    years: tuple[tuple[int, int], ...]

    @property
    def works(self) -> int:
        return sum(number for _, number in self.years)


@dataclass(frozen=True, slots=True)
class Facts:
    """Whose timeline, all works and years of it, and its lanes, the first topic first."""

    name: str
    works: int
    first: int
    last: int
    lanes: tuple[Lane, ...]

    @classmethod
    def of(cls, name: str, works: Sequence[Work], topics: Sequence[Topic]) -> Facts:
        """A work counts for every topic that it is about; the last lane has what no other has."""
        years = {work.id: work.year for work in works}
        if not years:
            return cls(name, 0, 0, 0, ())
        last = max(years.values())
        first = max(min(years.values()), last - MOST_YEARS + 1)
        shown = {i: year for i, year in years.items() if year >= first}
        lanes: list[Lane] = []
        covered: set[int] = set()
        for topic in topics:
            theirs = [i for i in topic.work_ids if i in shown]
            if theirs and len(lanes) < MOST_LANES:
                lanes.append(_lane(readable(topic.name), [shown[i] for i in theirs]))
                covered.update(theirs)
        left = [year for i, year in shown.items() if i not in covered]
        if left:
            lanes.append(_lane(OTHER if lanes else "works", left))
        return cls(name, len(years), first, last, tuple(lanes))


def _lane(name: str, years: Sequence[int]) -> Lane:
    return Lane(name, tuple(sorted(Counter(years).items())))


def alt(facts: Facts) -> str:
    """The timeline in words."""
    said = [f"Timeline of {facts.name}, {plural(facts.works, 'work')}"]
    for lane in facts.lanes:
        counted = ", ".join(f"{year}: {number}" for year, number in lane.years)
        said.append(f"{lane.topic} {counted}")
    return "; ".join(said) + "."


def picture(facts: Facts, theme: Theme) -> Drawing:
    """The timeline as a picture."""
    return Drawing("timeline", alt(facts), draw(facts, theme).svg())


def draw(facts: Facts, theme: Theme) -> Sheet:
    """The timeline on its sheet."""
    sheet = Sheet(theme, TOP + LANE * max(len(facts.lanes), 1) + AXIS)
    room = WIDTH - 2 * MARGIN
    sheet.text(facts.name, MARGIN, 76, 44, theme.ink, weight=BOLD, width=room)
    said = (
        f"{plural(facts.works, 'work')} by topic, {span(facts.first, facts.last)}"
        if facts.lanes
        else "no works yet"
    )
    sheet.text(said, MARGIN, 118, 28, theme.soft, width=room)
    if not facts.lanes:
        return sheet
    shown = range(facts.first, facts.last + 1)
    step = (room - 40) / len(shown)
    middles = {year: MARGIN + 20 + (n + 0.5) * step for n, year in enumerate(shown)}
    _axis(sheet, middles, step)
    most = max(number for lane in facts.lanes for _, number in lane.years)
    for place, lane in enumerate(facts.lanes):
        hue = theme.faint if lane.topic == OTHER else theme.hues[place % len(theme.hues)]
        _draw_lane(sheet, lane, TOP + LANE * place, hue, middles, most, step)
    return sheet


def _axis(sheet: Sheet, middles: dict[int, float], step: float) -> None:
    """Years below, with fine lines up through the lanes."""
    theme = sheet.theme
    bottom = sheet.height - AXIS + 4
    every = max(1, math.ceil(88 / step))
    last = max(middles)
    for year, x in middles.items():
        if (last - year) % every == 0:
            line = f"M{x:.1f} {TOP:.1f}V{bottom:.1f}"
            sheet.path(line, stroke=mixed(theme.ground, theme.rule, 0.55), stroke_width=2)
            sheet.text(str(year), x, bottom + 42, 27, theme.soft, anchor="middle")


def _draw_lane(
    sheet: Sheet,
    lane: Lane,
    top: float,
    hue: str,
    middles: dict[int, float],
    most: int,
    step: float,
) -> None:
    theme = sheet.theme
    base = top + 74
    ends = (lane.years[0][0], lane.years[-1][0])
    track = f"M{MARGIN:.1f} {base:.1f}H{WIDTH - MARGIN:.1f}"
    sheet.path(track, stroke=mixed(theme.ground, theme.rule, 0.6), stroke_width=3)
    if ends[0] != ends[1]:
        reach = f"M{middles[ends[0]]:.1f} {base:.1f}H{middles[ends[1]]:.1f}"
        sheet.path(reach, stroke=mixed(theme.ground, hue, 0.55), stroke_width=8)
    largest = min(32.0, step * 0.62)
    for year, number in lane.years:
        radius = max(13.0, largest * math.sqrt(number / most))
        sheet.circle(middles[year], base, radius, hue, stroke=theme.ground, stroke_width=4)
        if number > 1 and radius >= 15:
            size = min(30.0, radius * 1.15)
            sheet.text(
                str(number), middles[year], base + CAP * size / 2, size, theme.on_hue,
                weight=BOLD, anchor="middle",
            )  # fmt: skip
    ink = theme.soft if lane.topic == OTHER else theme.ink
    weight = REGULAR if lane.topic == OTHER else MEDIUM
    sheet.text(
        lane.topic, MARGIN, top + 28, 28, ink, weight=weight, width=WIDTH - 2 * MARGIN - 160,
        halo=theme.ground,
    )  # fmt: skip
    sheet.text(
        plural(lane.works, "work"), WIDTH - MARGIN, top + 28, 26, theme.faint, anchor="end",
        halo=theme.ground,
    )  # fmt: skip
