"""One name, several people: how many works are whose, when, about what and with whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.pictures import letters
from bot.pictures.letters import BOLD, REGULAR, Line
from bot.pictures.sheet import CAP, WIDTH, Drawing, Sheet
from bot.pictures.theme import Theme, mixed
from retrieval.phrases import joined
from storage.phrases import people, plural, span

MARGIN = 56
ROOM = WIDTH - 2 * MARGIN
INSIDE = 40  # of a panel, at its left and right
TEXT, LEAD = 29.0, 40.0
MOST = 8  # people drawn; the others are counted
TOLD = 12  # people of whom there are words
SMALLEST = 12.0  # of a part of the bar


@dataclass(frozen=True, slots=True)
class Person:
    """One of the people: what tells them from the others, and how sure their works are (0 to 1)."""

    label: str
    works: int
    first: int
    last: int
    topics: tuple[str, ...] = ()
    coauthors: tuple[str, ...] = ()
    certainty: float | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """A name and the people behind it, those with the most works first; of `others`, who have the
    fewest, how many works each has.
    """

    name: str
    persons: tuple[Person, ...]
    others: tuple[int, ...] = ()

    @property
    def number(self) -> int:
        return len(self.persons) + len(self.others)

    @property
    def works(self) -> int:
        return sum(person.works for person in self.persons) + sum(self.others)


def alt(facts: Facts) -> str:
    """The split in words."""
    head = f"The name {facts.name}: {plural(facts.works, 'work')} of {people(facts.number)}"
    said = [
        f"{person.label}, {plural(person.works, 'work')}, {span(person.first, person.last)}"
        + (f", about {joined(person.topics)}" if person.topics else "")
        + (f", with {joined(person.coauthors)}" if person.coauthors else "")
        for person in facts.persons
    ]
    rest = [f"and {_rest(facts.others)}"] if facts.others else []
    return "; ".join([head, *said, *rest]) + "."


def picture(facts: Facts, theme: Theme) -> Drawing:
    """The split as a picture."""
    return Drawing("people", alt(facts), draw(facts, theme).svg())


def draw(facts: Facts, theme: Theme) -> Sheet:
    """The split on its sheet."""
    shown = facts.persons[:MOST]
    left = _left(facts)
    texts = [_texts(person) for person in shown]
    heights = [112 + LEAD * len(lines) + (14 if lines else 2) for lines in texts]
    top = 258.0
    bottom = 74.0 if left else 24.0
    sheet = Sheet(theme, top + sum(heights) + 22 * len(heights) + bottom)
    sheet.text(facts.name, MARGIN, 84, 46, theme.ink, weight=BOLD, width=ROOM)
    said = f"{plural(facts.works, 'work')} of {people(facts.number)} by this name"
    sheet.text(said, MARGIN, 130, 30, theme.soft, width=ROOM)
    _bar(sheet, facts, 168)
    y = top
    for place, (person, lines, high) in enumerate(zip(shown, texts, heights, strict=True)):
        _panel(sheet, person, lines, y, high, _hue(theme, place))
        y += high + 22
    if left:
        sheet.text(f"and {_rest(left)}", MARGIN, y + 30, 28, theme.soft, width=ROOM)
    return sheet


def _left(facts: Facts) -> list[int]:
    """How many works each of those has who are only counted."""
    return [person.works for person in facts.persons[MOST:]] + list(facts.others)


def _rest(works: Sequence[int]) -> str:
    return f"{people(len(works))} more with {plural(sum(works), 'work')}"


def _hue(theme: Theme, place: int) -> str:
    return theme.hues[place % len(theme.hues)]


def _bar(sheet: Sheet, facts: Facts, y: float) -> None:
    """All works as one bar, a part for each person."""
    theme = sheet.theme
    gap = 6.0
    parts = [(p.works, _hue(theme, n)) for n, p in enumerate(facts.persons[:MOST])]
    left = sum(_left(facts))
    parts += [(left, theme.faint)] if left else []
    if not parts:
        return
    room = ROOM - gap * (len(parts) - 1)
    wide = [max(SMALLEST, room * works / max(facts.works, 1)) for works, _ in parts]
    scale = room / sum(wide)
    x = float(MARGIN)
    for (works, hue), width in zip(parts, wide, strict=True):
        width *= scale
        sheet.box(x, y, width, 52, hue, corner=min(12, width / 2))
        number = letters.line(f"{works:,}", BOLD)
        if number.width * 30 + 16 <= width:
            sheet.text(number, x + width / 2, y + 26 + CAP * 15, 30, theme.on_hue, anchor="middle")
        x += width + gap


def _texts(person: Person) -> list[tuple[Line, bool]]:
    """Lines of a panel, and whether each is of the topics, which stand out."""
    room = (ROOM - 2 * INSIDE) / TEXT
    about = letters.wrapped(" · ".join(person.topics), REGULAR, room, 2)
    people = f"with {', '.join(person.coauthors)}" if person.coauthors else ""
    beside = letters.wrapped(people, REGULAR, room, 2)
    return [(line, True) for line in about] + [(line, False) for line in beside]


def _panel(
    sheet: Sheet,
    person: Person,
    lines: list[tuple[Line, bool]],
    y: float,
    high: float,
    hue: str,
) -> None:
    theme = sheet.theme
    sheet.box(MARGIN, y, ROOM, high, theme.panel, corner=22)
    sheet.box(MARGIN, y + 26, 10, high - 52, hue, corner=5)
    x = MARGIN + INSIDE
    counted = f"{plural(person.works, 'work')} · {span(person.first, person.last)}"
    if person.certainty is not None:
        counted += f" · {person.certainty:.0%} sure"
    right = sheet.text(counted, MARGIN + ROOM - 32, y + 60, 28, theme.soft, anchor="end")
    sheet.text(person.label, x, y + 60, 36, theme.ink, weight=BOLD, width=right.x - x - 24)
    if person.certainty is not None:
        wide = ROOM - 2 * INSIDE
        sheet.box(x, y + 82, wide, 8, mixed(theme.panel, theme.faint, 0.3), corner=4)
        sheet.box(x, y + 82, max(8.0, wide * person.certainty), 8, hue, corner=4)
    base = y + 134
    for line, stands_out in lines:
        ink = theme.ink if stands_out else theme.soft
        sheet.text(line, x, base, TEXT, ink)
        base += LEAD
