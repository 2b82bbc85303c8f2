"""The profile card: who, how trusted, how much, what about, and works a year."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.pictures import letters
from bot.pictures.letters import BOLD, MEDIUM, Line
from bot.pictures.sheet import CAP, WIDTH, Drawing, Sheet
from bot.pictures.theme import Theme, mixed
from retrieval.text import readable
from storage.phrases import nouns, plural
from storage.researchers import Profile, Researcher
from storage.trust import Trust

MARGIN = 64
RING = 108  # radius of the trust ring
ROOM = WIDTH - 2 * MARGIN - 2 * RING - 60  # beside the ring
BESIDE = 140  # where the name begins, after the initials
NAME, NAME_LINE, PLACE = 60, 72, 32
ROW = 70  # of topics
TOPIC_ROWS = 3
MOST_YEARS = 40
LEVELS = ("Unknown source", "Unclaimed", "Claim awaits proof", "Claimed", "Verified")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the card shows: a profile, and works a year."""

    profile: Profile
    years: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, profile: Profile, per_year: Mapping[int, int]) -> Facts:
        return cls(profile, tuple(sorted(per_year.items())))


def alt(facts: Facts) -> str:
    """The card in words."""
    profile, trust = facts.profile, facts.profile.trust
    parts = [
        f"Profile card of {profile.researcher.name}",
        ", ".join((*_where(profile.researcher), profile.researcher.openness)),
        f"trust {trust.score} of 100, {trust.band}, verification level L{trust.level}",
        ", ".join(plural(number, noun) for number, noun in counts(profile)),
    ]
    if profile.topics:
        parts.append("topics " + ", ".join(readable(t.name) for t in profile.topics))
    if facts.years:
        parts.append("works a year " + ", ".join(f"{y}: {n}" for y, n in facts.years))
    return "; ".join(parts) + "."


def counts(profile: Profile) -> tuple[tuple[int, str], ...]:
    """The numbers of a profile with their nouns."""
    return (
        (profile.works, "work"),
        (profile.followers, "follower"),
        (len(profile.topics), "topic"),
        (len(profile.close_collaborators), "close collaborator"),
    )


def _where(person: Researcher) -> tuple[str, str]:
    """What somebody is, and where, with whose word that is."""
    told = "in their own word: " if person.affiliation and person.affiliation_stated else ""
    return person.role, f"{told}{person.affiliation or 'Affiliation not imported'}"


def place_drawn(person: Researcher) -> bool:
    """Whether the card has room for all of what somebody is, and where."""
    return letters.line(_what(person)).width * PLACE <= ROOM


def _what(person: Researcher) -> str:
    return " · ".join(_where(person))


def topics_drawn(profile: Profile) -> int:
    """How many of the topics have room on the card."""
    return sum(map(len, _rows([readable(t.name) for t in profile.topics], WIDTH - 2 * MARGIN)))


def picture(facts: Facts, theme: Theme) -> Drawing:
    """The card as a picture."""
    return Drawing("profile", alt(facts), draw(facts, theme).svg())


def draw(facts: Facts, theme: Theme) -> Sheet:
    """The card on its sheet."""
    profile = facts.profile
    rows = _rows([readable(t.name) for t in profile.topics], WIDTH - 2 * MARGIN)
    names = letters.wrapped(profile.researcher.name, BOLD, (ROOM - BESIDE) / NAME, 2)
    points = MARGIN + 302 + NAME_LINE * max(len(names) - 1, 0)
    tiles = points + 102
    bars = tiles + 200
    topics = bars + (258 if facts.years else 0)
    bottom = topics + (76 + ROW * len(rows) if rows else 0)
    sheet = Sheet(theme, bottom + (28 if rows else 0))
    _head(sheet, profile, names)
    _ring(sheet, profile.trust, sheet.width - MARGIN - RING, MARGIN + RING)
    _points(sheet, profile.trust, points)
    _counts(sheet, profile, tiles)
    if facts.years:
        _bars(sheet, facts.years, bars)
    if rows:
        sheet.heading("Topics", MARGIN, topics, 600)
        _pills(sheet, rows, topics + 62)
    return sheet


def _head(sheet: Sheet, profile: Profile, names: Sequence[Line]) -> None:
    """Initials, name, where, and what is known of the claim."""
    theme, person = sheet.theme, profile.researcher
    middle = MARGIN + 56
    sheet.circle(middle, middle, 56, theme.hues[0])
    sheet.text(
        initials(person.name), middle, middle + CAP * 23, 46, theme.on_hue,
        weight=BOLD, anchor="middle", width=96,
    )  # fmt: skip
    y = middle + CAP * NAME / 2
    for name in names:
        sheet.text(name, MARGIN + BESIDE, y, NAME, theme.ink)
        y += NAME_LINE
    y = MARGIN + 168 + NAME_LINE * max(len(names) - 1, 0)
    # Whose word it is comes first: the end may be cut off.
    sheet.text(_what(person), MARGIN, y, PLACE, theme.soft, width=ROOM)
    level = f"L{profile.trust.level} · {LEVELS[min(profile.trust.level, len(LEVELS) - 1)]}"
    first = sheet.pill(level, MARGIN, y + 58, 28, theme.panel, theme.ink, ROOM / 2)
    room = ROOM - first.width - 16
    sheet.pill(
        person.openness.capitalize(), first.right + 16, y + 58, 28, theme.panel, theme.ink, room
    )


def initials(name: str) -> str:
    """The first letters of the first and the last word; East Asian names their first character."""
    words = [word for word in name.split() if unicodedata.category(word[0])[0] in "LN"]
    if not words:
        return name[:1]
    if unicodedata.east_asian_width(words[0][0]) == "W" or len(words) == 1:
        return words[0][0].upper()
    return (words[0][0] + words[-1][0]).upper()


def _ring(sheet: Sheet, trust: Trust, x: float, y: float) -> None:
    """The score as a ring, an arc for each part of it."""
    theme = sheet.theme
    sheet.circle(x, y, RING - 12, "none", stroke=theme.rule, stroke_width=22)
    start = 0.0
    for hue, point in zip(theme.hues, trust.points, strict=False):
        end = start + point.points / 100
        if point.points:
            sheet.path(_arc(x, y, RING - 12, start, end), stroke=hue, stroke_width=22, cap="butt")
        start = end
    sheet.text(str(trust.score), x, y + 18, 76, theme.ink, weight=BOLD, anchor="middle")
    sheet.text("trust", x, y + 54, 28, theme.soft, anchor="middle")
    size = min(32.0, 2 * RING / max(letters.line(trust.band, BOLD).width, 1))
    sheet.text(trust.band, x, y + RING + 46, size, theme.ink, weight=BOLD, anchor="middle")


def _arc(x: float, y: float, radius: float, start: float, end: float) -> str:
    """Path data of a part of a circle; 0 is at the top, 1 a whole turn."""
    end = min(end, start + 0.9999)
    points = [
        (x + radius * math.sin(2 * math.pi * t), y - radius * math.cos(2 * math.pi * t))
        for t in (start, end)
    ]
    large = int(end - start > 0.5)
    return (
        f"M{points[0][0]:.2f} {points[0][1]:.2f}"
        f"A{radius} {radius} 0 {large} 1 {points[1][0]:.2f} {points[1][1]:.2f}"
    )


def _points(sheet: Sheet, trust: Trust, y: float) -> None:
    """What the score is made of: a bar for each part."""
    theme = sheet.theme
    gap = 32
    wide = (sheet.width - 2 * MARGIN - gap * (len(trust.points) - 1)) / len(trust.points)
    told = [(point.label, f"{point.points}/{point.of}") for point in trust.points]
    longest = max(letters.line(f"{label} {worth}", MEDIUM).width for label, worth in told)
    size = min(30.0, wide / longest)
    for place, (hue, point) in enumerate(zip(theme.hues, trust.points, strict=False)):
        x = MARGIN + place * (wide + gap)
        label, worth = told[place]
        sheet.text(label, x, y + 28, size, theme.soft)
        sheet.text(worth, x + wide, y + 28, size, theme.ink, weight=MEDIUM, anchor="end")
        sheet.box(x, y + 48, wide, 12, theme.rule, corner=6)
        share = point.points / point.of if point.of else 0
        if share:
            sheet.box(x, y + 48, max(12, wide * share), 12, hue, corner=6)


def _counts(sheet: Sheet, profile: Profile, y: float) -> None:
    theme = sheet.theme
    gap = 20
    each = (sheet.width - 2 * MARGIN - 3 * gap) / 4
    for place, (number, noun) in enumerate(counts(profile)):
        x = MARGIN + place * (each + gap)
        sheet.box(x, y, each, 136, theme.panel, corner=22)
        sheet.text(f"{number:,}", x + 26, y + 66, 56, theme.ink, weight=BOLD, width=each - 40)
        label = nouns(number, noun)
        size = min(28.0, (each - 44) / max(letters.line(label).width, 1))
        sheet.text(label, x + 26, y + 110, size, theme.soft)


def _bars(sheet: Sheet, years: Sequence[tuple[int, int]], y: float) -> None:
    """Works a year as bars, the first, the last and the busiest year with its number."""
    theme = sheet.theme
    counted = dict(years)
    last = years[-1][0]
    first = max(years[0][0], last - MOST_YEARS + 1)
    span = range(first, last + 1)
    most = max(counted.get(year, 0) for year in span)
    sheet.heading("Works a year", MARGIN, y, 600)
    base, tall = y + 166.0, 112.0
    step = (sheet.width - 2 * MARGIN) / len(span)
    wide = min(step * 0.62, 90)
    busiest = max(span, key=lambda year: (counted.get(year, 0), year))
    sheet.path(f"M{MARGIN} {base}H{sheet.width - MARGIN}", stroke=theme.rule, stroke_width=3)
    roomy = step >= 78
    for place, year in enumerate(span):
        number = counted.get(year, 0)
        middle = MARGIN + (place + 0.5) * step
        high = tall * number / most
        if number:
            colour = theme.hues[0] if year == busiest else mixed(theme.hues[0], theme.ground, 0.4)
            sheet.box(middle - wide / 2, base - high, wide, high, colour, corner=min(8, wide / 3))
        told = roomy or year in (first, last, busiest)
        if told and number and (roomy or abs(year - busiest) * step >= 60 or year == busiest):
            sheet.text(
                f"{number}", middle, base - high - 12, 26, theme.ink, weight=MEDIUM, anchor="middle"
            )
        if roomy or year == first or (year == last and (last - first) * step > 90):
            edge = 0.0 if roomy else 30.0
            at = min(max(middle, MARGIN + edge), sheet.width - MARGIN - edge)
            sheet.text(f"{year}", at, base + 38, 26, theme.faint, anchor="middle")


def _rows(names: Sequence[str], room: float) -> list[list[tuple[str, float]]]:
    """Names as rows of pills with their widths; those beyond the last row are left out."""
    rows: list[list[tuple[str, float]]] = []
    x = room + 1
    for name in names:
        wide = min(letters.line(name, MEDIUM).width * 30 + 40, room)
        if x + wide > room:
            if len(rows) == TOPIC_ROWS:
                break
            rows.append([])
            x = 0
        rows[-1].append((name, wide))
        x += wide + 16
    return rows


def _pills(sheet: Sheet, rows: Sequence[Sequence[tuple[str, float]]], y: float) -> None:
    theme = sheet.theme
    place = 0
    for number, row in enumerate(rows):
        x: float = MARGIN
        for name, wide in row:
            hue = theme.hues[place % len(theme.hues)]
            ground = mixed(theme.ground, hue, 0.2)
            sheet.pill(name, x, y + ROW * number, 30, ground, theme.ink, wide)
            x += wide + 16
            place += 1
