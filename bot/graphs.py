"""The graph -> cards, and how an open graph is looked at, as a button can carry it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.cards import (
    CARD_LIMIT,
    NAME_SHOWN,
    PERSON,
    QUIET,
    TITLE_SHOWN,
    Card,
    lines,
    option,
    paragraphs,
    small,
)
from bot.markdown import escape, inline, link, split, width
from retrieval.graph import prose
from retrieval.graph.nodes import Edge, Kind, Neighbour, Neighbourhood, Node, Tie
from retrieval.graph.paths import Path
from retrieval.phrases import joined
from storage.errors import BadYears
from storage.phrases import span

FEW, MANY = 24, 40  # neighbours shown
ALL_YEARS = "All years"
LATEST = 2199  # of years that have no end
LONGEST_ID = 80  # of a state; Discord's limit for a whole custom id is 100
TEXT_SHOWN = 1600  # of the text beside a picture; *As text* shows all of it
_ROOM = {Kind.PERSON: 800, Kind.WORK: 1100, Kind.TOPIC: 500, Kind.INSTITUTION: 400}
KINDS = {
    "people": Kind.PERSON,
    "works": Kind.WORK,
    "topics": Kind.TOPIC,
    "institutions": Kind.INSTITUTION,
}
_YEARS = re.compile(r"\s*((?:19|20|21)\d\d)\s*(?:(?:-|–|to|\.\.)\s*((?:19|20|21)\d\d)?)?\s*")
_STATE = re.compile(r"([0-9a-f])([0-9]{8})?([fm])((?:-[a-z0-9.]{1,24})+)")


@dataclass(frozen=True, slots=True)
class Look:
    """What an open graph shows, and the nodes it came by, the last one last."""

    token: str
    kinds: frozenset[Kind] = frozenset(Kind)
    years: tuple[int, int] | None = None
    wide: bool = False
    back: tuple[str, ...] = ()

    @property
    def limit(self) -> int:
        return MANY if self.wide else FEW

    def to(self, token: str) -> Look:
        """A step to another node."""
        if token == self.token:
            return self
        return replace(self, token=token, back=(*self.back, self.token))

    def returned(self) -> Look:
        """A step back."""
        if not self.back:
            return self
        return replace(self, token=self.back[-1], back=self.back[:-1])

    def toggled(self, kind: Kind, there: frozenset[Kind]) -> Look:
        """With a kind of neighbours, or without it; without the last one that is there with all."""
        kinds = self.kinds ^ {kind}
        return replace(self, kinds=kinds if kinds & there else frozenset(Kind))

    def written(self) -> str:
        """As a part of a custom id; of the way back as much as has room."""
        kinds = sum(1 << n for n, kind in enumerate(Kind) if kind in self.kinds)
        years = f"{self.years[0]:04}{self.years[1]:04}" if self.years else ""
        head = f"{kinds:x}{years}{'m' if self.wide else 'f'}"
        tail = f"-{self.token}"
        for token in reversed(self.back):
            if len(head) + len(tail) + len(token) + 1 > LONGEST_ID:
                break
            tail = f"-{token}{tail}"
        return head + tail

    @classmethod
    def read(cls, text: str) -> Look | None:
        """What `written` wrote; None for anything else."""
        match = _STATE.fullmatch(text)
        if match is None:
            return None
        bits = int(match[1], 16)
        kinds = frozenset(kind for n, kind in enumerate(Kind) if bits >> n & 1)
        years = (int(match[2][:4]), int(match[2][4:])) if match[2] else None
        *back, token = match[4].removeprefix("-").split("-")
        return cls(token, kinds or frozenset(Kind), years, match[3] == "m", tuple(back))


def years(text: str | None) -> tuple[int, int] | None:
    """Years written like 2020, 2019-2022 or 2019-; None where nothing is given.

    Raises:
        BadYears: it is none of them.
    """
    if text is None or not text.strip():
        return None
    match = _YEARS.fullmatch(text)
    if match is None:
        raise BadYears(text=text)
    first = int(match[1])
    open_ended = re.search(r"[-–.o]\s*$", text) is not None
    last = int(match[2]) if match[2] else LATEST if open_ended else first
    return min(first, last), max(first, last)


# Cards ------------------------------------------------------------------------------------


def neighbourhood(hood: Neighbourhood, look: Look, *, drawn: bool = False) -> Card:
    """What is around a node: of each kind who or what, and how strongly tied; beside a picture,
    which shows that, the works to open.
    """
    if not hood.nodes:
        return Card((_head(hood, look), _nothing(hood, look)), QUIET)
    kinds = [Kind.WORK] if drawn else KINDS.values()
    said = paragraphs(*(_group(kind, hood) for kind in kinds))
    return Card(tuple(part for part in (_head(hood, look), said) if part), PERSON)


def _nothing(hood: Neighbourhood, look: Look) -> str:
    """That nothing is around a node as it is looked at, and what would show something."""
    name = inline(prose.name(hood.center), TITLE_SHOWN)
    if hood.there:
        kinds = joined([word for word, kind in KINDS.items() if kind in look.kinds], "or")
        others = joined([word for word, kind in KINDS.items() if kind in hood.there])
        return f"No {kinds} are known around {name}, but {others}: see the buttons."
    if look.years:
        return (
            f"Nothing is stored of {_time(look.years)} around {name}; *{ALL_YEARS}* shows the rest."
        )
    return f"Nothing is known around {name}."


def _time(years: tuple[int, int]) -> str:
    first, last = years
    return f"{first} and later" if last == LATEST else span(first, last)


def _group(kind: Kind, hood: Neighbourhood) -> str:
    """The neighbours of one kind, the strongest first, with how many there are in all."""
    nodes = [node for node in hood.nodes if node.kind is kind]
    if not nodes:
        return ""
    ties = {
        (e.b if e.a == hood.center.key else e.a): e
        for e in hood.edges
        if hood.center.key in (e.a, e.b)
    }
    word = next(word for word, its in KINDS.items() if its is kind)
    total = hood.totals.get(kind, len(nodes))
    head = f"**{word.capitalize()}**" + (
        f" {len(nodes)} of {total:,}" if total > len(nodes) else ""
    )
    room = _ROOM[kind]
    if kind is Kind.WORK:
        entries = [
            f"- {link(node.label, node.url, 90)}" + (f" · {node.year}" if node.year else "")
            for node in nodes
        ]
        return lines(head, *_within(entries, room, "- and {} more"))
    entries = [_counted(node, ties.get(node.key)) for node in nodes]
    return lines(head, " · ".join(_within(entries, room, "and {} more")))


def _within(entries: Sequence[str], room: int, rest: str = "") -> list[str]:
    """As many entries as have room, and how many are left."""
    kept: list[str] = []
    for entry in entries:
        room -= width(entry) + 3
        if room < len(rest):
            break
        kept.append(entry)
    left = len(entries) - len(kept)
    return [*kept, rest.format(left)] if left and rest else kept


def _counted(node: Node, edge: Edge | None) -> str:
    """A name, with the number of works that tie it to the centre."""
    told = edge is not None and edge.kind in (Tie.CO_WROTE, Tie.ABOUT)
    number = f" ({edge.weight:.0f})" if told and edge is not None else ""
    return inline(node.label, NAME_SHOWN) + number


def in_words(hood: Neighbourhood) -> list[Card]:
    """The whole graph in words, on as many cards as it takes."""
    text = "\n\n".join(escape(sentence) for sentence in prose.sentences(hood))
    head = f"## {inline(hood.center.label, TITLE_SHOWN)}"
    return [Card((head, piece), PERSON) for piece in split(text, CARD_LIMIT - width(head))]


def path(found: Path) -> Card:
    """How two people are connected."""
    one, other = found.nodes[0], found.nodes[-1]
    steps = len(found.edges)
    same = "the same person" if len(found.nodes) == 1 else "perhaps the same person"
    between = {0: same, 1: "they wrote together"}.get(steps, f"{steps} steps")
    head = lines(
        f"## {inline(one.label, NAME_SHOWN)} → {inline(other.label, NAME_SHOWN)}", small(between)
    )
    return Card((head, *_begun(prose.chain(found))), PERSON)


def similar(center: Node, found: Sequence[Neighbour]) -> Card:
    """Works near in meaning to a work."""
    head = lines(
        f"## Near {link(center.label, center.url, TITLE_SHOWN)}",
        small("the nearest in meaning first"),
    )
    if not found:
        return Card((head, "I found no other work near it."), QUIET)
    entries = [
        lines(
            link(n.node.label, n.node.url, TITLE_SHOWN),
            small(f"{n.node.year} · {n.edge.reason}"),
        )
        for n in found
    ]
    return Card((head, *_begun_with(head, entries)), PERSON)


def people(center: Node, found: Sequence[Neighbour]) -> Card:
    """People near in topic who never wrote with somebody."""
    head = lines(
        f"## Whom {inline(center.label, NAME_SHOWN)} might talk to",
        small("near in topic, and never a co-author of theirs as far as I know"),
    )
    if not found:
        return Card((head, "I found nobody near in topic among the stored works."), QUIET)
    entries = [
        lines(f"**{inline(n.node.label, NAME_SHOWN)}**", small(inline(n.edge.reason, 300)))
        for n in found
    ]
    return Card((head, *_begun_with(head, entries)), PERSON)


def _begun_with(head: str, entries: Sequence[str]) -> tuple[str, ...]:
    return ("\n".join(_within(entries, CARD_LIMIT - width(head) - 20)),)


def steps_to(hood: Neighbourhood) -> list[tuple[str, str, str]]:
    """The neighbours as entries of a menu: token, label, kind and tie."""
    reasons: dict[str, str] = {}
    for edge in hood.edges:
        if hood.center.key in (edge.a, edge.b):
            other = edge.b if edge.a == hood.center.key else edge.a
            reasons.setdefault(other, edge.reason)
    found: dict[str, tuple[str, str, str]] = {}
    for node in hood.nodes:
        about = f"{node.kind.capitalize()} · {reasons.get(node.key, node.detail)}"
        found.setdefault(node.token, (node.token, option(node.label), option(about)))
    return list(found.values())


def _head(hood: Neighbourhood, look: Look) -> str:
    node = hood.center
    title = link(node.label, node.url, TITLE_SHOWN) if node.url else inline(node.label, TITLE_SHOWN)
    kept = [word for word, kind in KINDS.items() if kind in look.kinds & hood.there]
    facts = [node.kind.capitalize(), node.detail]
    if node.kind is Kind.PERSON and node.researcher_id is None:
        facts.append("known by name only")
    if 0 < len(kept) < len(hood.there):
        facts.append(f"only {joined(kept)}")
    if look.years:
        facts.append(_time(look.years))
    return lines(f"## {title}", small(" · ".join(inline(f, 80) for f in facts if f)))


def _begun(sentences: Sequence[str]) -> tuple[str, ...]:
    """As many whole sentences as have room beside a picture."""
    shown: list[str] = []
    room = TEXT_SHOWN
    for sentence in sentences:
        written = escape(sentence)
        if width(written) > room:
            written = split(written, max(room, 200))[0] + " …"
            shown.append(written)
            break
        shown.append(written)
        room -= width(written)
    return ("\n\n".join(shown),) if shown else ()
