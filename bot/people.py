"""The persons behind a name on the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from sqlalchemy.ext.asyncio import AsyncSession

from bot.compose import reading
from bot.progress import tell
from bot.settings import Settings
from retrieval.text import readable
from storage import finding, persons, researchers, works
from storage.persons import Placed
from storage.works import Work

ONE_PERSON = "listed under this name, and nothing tells several persons apart"
UNPLACED = "nothing known tells whose it is"


@dataclass(frozen=True, slots=True)
class Shown:
    """A person, or the works that are nobody's yet, with each work's place."""

    person: str
    works: tuple[tuple[Work, Placed], ...]


async def show(settings: Settings, name: str, *, as_json: bool) -> None:
    """Print the persons behind a name on standard output, one a line with `as_json`.

    Raises:
        UnknownResearcher, AmbiguousResearcher: no record, or several, have the name.
        ColloquyError: whatever else keeps it from being read.
    """
    async with reading(settings) as parts, parts.database.read() as session:
        record = await finding.resolve(session, name)
        found = await behind(session, record.id)
    if as_json:
        for shown in found:
            tell(json.dumps(_as_object(shown), ensure_ascii=False))
    else:
        _print(found)


async def behind(session: AsyncSession, record_id: int) -> list[Shown]:
    """The persons behind a record, and last the works that are placed with none of them."""
    record = await researchers.get(session, record_id)
    listed = {work.id: work for work in await works.of_researchers(session, [record_id])}
    found = await persons.of_record(session, record_id)
    if not found:
        alone = [Placed(i, 1.0, ONE_PERSON) for i in listed]
        return [_shown(record.name, alone, listed)]
    placed = {place.work_id for person in found for place in person.works}
    rest = [Placed(i, 0.0, UNPLACED) for i in listed if i not in placed]
    shown = [_shown(p.researcher.distinct_name, p.works, listed) for p in found]
    return [*shown, _shown(f"{record.name} · not placed", rest, listed)] if rest else shown


def _shown(person: str, places: Iterable[Placed], listed: dict[int, Work]) -> Shown:
    return Shown(person, tuple((listed[p.work_id], p) for p in places if p.work_id in listed))


def _as_object(shown: Shown) -> dict[str, object]:
    return {
        "person": shown.person,
        "works": [
            {
                "title": work.title,
                "url": work.url,
                "certainty": place.certainty,
                "reason": place.reason,
            }
            for work, place in shown.works
        ],
    }


def _print(found: Iterable[Shown]) -> None:
    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
    for shown in found:
        number = len(shown.works)
        console.print(f"[bold]{escape(shown.person)}[/bold] ({number})")
        for work, place in shown.works:
            console.print(f"  {place.certainty:4.0%}  {escape(readable(work.title))} ({work.year})")
            console.print(f"        [dim]{escape(place.reason)}[/dim]")
        console.print()
