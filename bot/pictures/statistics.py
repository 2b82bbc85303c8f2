"""What a server makes of the bot: questions a day, and what is followed, sent and stored."""

from __future__ import annotations

from dataclasses import dataclass

from bot.pictures import letters
from bot.pictures.letters import BOLD, MEDIUM
from bot.pictures.sheet import WIDTH, Drawing, Sheet
from bot.pictures.theme import Theme, mixed
from storage.phrases import nouns, plural
from storage.statistics import Statistics

MARGIN = 56
ROOM = WIDTH - 2 * MARGIN
GAP = 20


@dataclass(frozen=True, slots=True)
class Facts:
    """The name of a server and its numbers."""

    name: str
    numbers: Statistics


def tiles(numbers: Statistics) -> tuple[tuple[int, str], ...]:
    """The numbers with what they count, in two rows of four."""
    found = (
        (numbers.questions, "question", "questions"),
        (numbers.people, "person asked", "people asked"),
        (numbers.good, "good answer", "good answers"),
        (numbers.poor, "poor answer", "poor answers"),
        (numbers.followed, "followed here", "followed here"),
        (numbers.sent, "paper sent", "papers sent"),
        (numbers.researchers, "researcher", "researchers"),
        (numbers.works, "work stored", "works stored"),
    )
    return tuple((number, nouns(number, one, many)) for number, one, many in found)


def alt(facts: Facts) -> str:
    """The statistics in words."""
    counted = ", ".join(f"{number:,} {what}" for number, what in tiles(facts.numbers))
    busy = ", ".join(f"{day:%d %b}: {number}" for day, number in facts.numbers.days if number)
    days = plural(len(facts.numbers.days), "day")
    return f"Statistics of {facts.name} over {days}: {counted}. Questions a day: {busy or 'none'}."


def picture(facts: Facts, theme: Theme) -> Drawing:
    """The statistics as a picture."""
    return Drawing("statistics", alt(facts), draw(facts, theme).svg())


def draw(facts: Facts, theme: Theme) -> Sheet:
    """The statistics on their sheet."""
    sheet = Sheet(theme, 860)
    sheet.text(facts.name, MARGIN, 84, 46, theme.ink, weight=BOLD, width=ROOM)
    span = f"the last {plural(len(facts.numbers.days), 'day')}"
    sheet.text(span, MARGIN, 130, 30, theme.soft, width=ROOM)
    each = (ROOM - 3 * GAP) / 4
    for place, (number, what) in enumerate(tiles(facts.numbers)):
        x = MARGIN + place % 4 * (each + GAP)
        y = 166.0 + place // 4 * (136 + GAP)
        sheet.box(x, y, each, 136, theme.panel, corner=22)
        ink = theme.hues[place // 4] if number else theme.soft
        sheet.text(f"{number:,}", x + 26, y + 66, 54, ink, weight=BOLD, width=each - 44)
        sheet.text(what, x + 26, y + 110, 28, theme.soft, width=each - 44)
    _days(sheet, facts.numbers, 526)
    return sheet


def _days(sheet: Sheet, numbers: Statistics, y: float) -> None:
    theme = sheet.theme
    sheet.heading("Questions a day", MARGIN, y, ROOM)
    base, tall = y + 246.0, 168.0
    step = ROOM / len(numbers.days)
    wide = min(step * 0.66, 60)
    most = max(number for _, number in numbers.days)
    for place, (day, number) in enumerate(numbers.days):
        middle = MARGIN + (place + 0.5) * step
        if number:
            high = max(8.0, tall * number / most)
            colour = theme.hues[0] if number == most else mixed(theme.hues[0], theme.ground, 0.4)
            sheet.box(middle - wide / 2, base - high, wide, high, colour, corner=min(8, wide / 3))
        back = len(numbers.days) - 1 - place
        if back % 7 == 0:
            name = f"{day.day} {day:%b}"
            half = letters.line(name).width * 26 / 2
            at = min(max(middle, MARGIN + half), WIDTH - MARGIN - half)
            sheet.text(name, at, base + 40, 26, theme.faint, anchor="middle")
    sheet.path(f"M{MARGIN} {base:.1f}H{WIDTH - MARGIN}", stroke=theme.rule, stroke_width=3)
    if most:
        busiest = max(n for n, (_, number) in enumerate(numbers.days) if number == most)
        middle = MARGIN + (busiest + 0.5) * step
        sheet.text(
            f"{most:,}", middle, base - tall - 14, 28, theme.ink, weight=MEDIUM, anchor="middle"
        )
