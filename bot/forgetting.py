"""Forgetting a researcher who asks the operator not to be profiled, and taking that back."""

from __future__ import annotations

from bot import datadir
from bot.compose import unopened
from bot.progress import tell
from bot.settings import Settings
from storage import finding, optouts, researchers
from storage.errors import NotForgotten
from storage.phrases import plural


async def forget_researcher(settings: Settings, name: str) -> None:
    """Remove a record, or a person from theirs; importing does not bring it back.

    Raises:
        UnknownResearcher, AmbiguousResearcher: whom the name means is not clear.
        DataDirBusy: the bot runs; it has to be stopped meanwhile.
    """
    with datadir.held(settings.data_dir):
        parts = unopened(settings)
        try:
            await parts.database.migrate()
            async with parts.database.write() as session:
                if name.isascii() and name.isdigit():  # as offered when several have the name
                    person = await researchers.get(session, int(name))
                else:
                    person = await finding.resolve(session, name)
                gone = await optouts.forget(session, person.id)
            await parts.index.catch_up(parts.database)
        finally:
            await parts.index.close()
            await parts.database.close()
    tell(
        f"{gone.name} is forgotten, with {plural(gone.works, 'work')} that nobody else here has. "
        "Importing does not bring the record back; `--undo` lets it."
    )


async def undo(settings: Settings, name: str) -> None:
    """Let a name be profiled again.

    Raises:
        NotForgotten: nobody of that name was to be forgotten.
    """
    with datadir.held(settings.data_dir):
        parts = unopened(settings)
        try:
            await parts.database.migrate()
            async with parts.database.write() as session:
                names = await optouts.lift(session, name=name)
        finally:
            await parts.database.close()
    if not names:
        raise NotForgotten(name=name)
    tell(f"{names[0]} may be profiled again; import their papers to do so.")
