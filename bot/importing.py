"""Papers coming in by hand, and the index made anew; says what was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bot import datadir
from bot.compose import unopened
from bot.parts import Parts, today
from bot.progress import bars, console, say, tell
from bot.settings import Settings
from retrieval.ingest import Imported, Stage, embed_pending, ingest
from retrieval.sources import Papers
from retrieval.sources.arxiv import Arxiv, user_agent
from retrieval.sources.snapshot import read_snapshot
from storage import finding
from storage.database import Database
from storage.errors import BadSnapshot, OpenAlexKeyMissing, UnreadableSnapshot
from storage.phrases import FILE, nouns, plural

LEFT_OUT_SHOWN = 5


async def snapshot(settings: Settings, file: Path, name: str | None) -> None:
    """The works of a JSONL file, or those of one author as their record.

    Raises:
        ColloquyError: what came in before is kept.
    """
    await _bring_in(settings, read_snapshot(file, name), name, source=FILE)


async def arxiv(
    settings: Settings, *, name: str | None, ids: Sequence[str], query: str | None, most: int | None
) -> None:
    """Works from arXiv, by exactly one of an author's name, identifiers or a query.

    Raises:
        ColloquyError: what came in before is kept; the import goes on when it is repeated.
    """
    source = open_arxiv(settings, say)
    try:
        if name is not None:
            papers = source.by_author(name, most)
        elif query is not None:
            papers = source.by_query(query, most)
        else:
            papers = source.by_ids(ids)
        await _bring_in(settings, papers, name, source="arXiv")
    finally:
        source.close()


async def openalex(settings: Settings, name: str) -> None:
    """Affiliations and citations of a researcher's stored works, from OpenAlex.

    Raises:
        OpenAlexKeyMissing: there is no key.
        ColloquyError: what came in before is kept; repeating it goes on.
    """
    from retrieval.enrich import enrich
    from retrieval.sources.openalex import OpenAlex

    if settings.openalex_key is None:
        raise OpenAlexKeyMissing()
    with datadir.held(settings.data_dir):
        database = Database(settings.database_url)
        source = OpenAlex(
            settings.openalex_key.get_secret_value(),
            user_agent(_version(), settings.arxiv.contact),
            url=settings.openalex.url,
            say=say,
        )
        try:
            await database.migrate()
            async with database.read() as session:
                person = await finding.resolve(session, name)
            known = await enrich(database, source, person.id, today())
        finally:
            source.close()
            await database.close()
    place = f"; now at {known.affiliation}" if known.affiliation else ""
    tell(
        f"OpenAlex knows {known.found:,} of {plural(known.asked, 'work')} by {person.name} "
        f"and names {plural(known.affiliations, 'affiliation')}{place}."
    )


def open_arxiv(settings: Settings, say: Callable[[str], None] | None = None) -> Arxiv:
    """ArXiv as the settings have it; `say` is told whenever there is something to wait for."""
    return Arxiv(_version(), settings.arxiv.contact, url=settings.arxiv.url, say=say)


async def rebuild(settings: Settings) -> None:
    """The index anew from the database."""
    with datadir.held(settings.data_dir):
        parts = unopened(settings)
        try:
            await parts.database.migrate()
            with bars() as report:
                await embed_pending(parts.database, parts.embedder, report)
                count = await parts.index.rebuild(parts.database, partial(report, Stage.INDEXING))
        finally:
            await _close(parts)
    tell(f"The search index was made anew: {plural(count, 'work')}.")


async def _bring_in(settings: Settings, papers: Papers, name: str | None, *, source: str) -> None:
    with datadir.held(settings.data_dir):
        parts = unopened(settings)
        try:
            await parts.database.migrate()
            with bars() as report:
                imported = await ingest(
                    papers,
                    parts.database,
                    parts.embedder,
                    parts.index,
                    researcher=name,
                    source=source,
                    progress=report,
                )
        except UnreadableSnapshot:  # it says what is wrong; the single lines have no more to say
            raise
        except BaseException:
            _say_what_was_left_out(papers)
            raise
        finally:
            await _close(parts)
    _say_what_was_left_out(papers)
    tell(_summary(imported, papers, name))


def _summary(imported: Imported, papers: Papers, name: str | None) -> str:
    came = imported.new + imported.changed + imported.same
    left_out = _unwanted(imported) + _unusable(papers)
    if not came:
        who = f" by {name}" if name else ""
        else_ = " else" if imported.unwanted else ""
        return f"{papers.source} has nothing{else_}{who}; nothing was imported.{left_out}"
    whose = f" by {name}" if name else ""
    text = (
        f"{plural(came, 'work')}{whose} from {papers.source}: {imported.new:,} new, "
        f"{imported.changed:,} changed, {imported.same:,} known already."
    )
    if papers.passed_over:
        rows = plural(papers.passed_over, "row is", "rows are")
        them = nouns(papers.passed_over, "was", "were")
        text += f" {rows} about somebody else and {them} passed over."
    if not name:
        belongs = nouns(came, "It belongs", "They belong")
        text += f" {belongs} to nobody's record; --researcher NAME makes one."
    if imported.announced:
        text += f" {plural(imported.announced, 'announcement')} to send."
    return text + left_out


def _unwanted(imported: Imported) -> str:
    """How many works were left out because of `forget-researcher` or `/privacy opt-out`."""
    if not imported.unwanted:
        return ""
    were = nouns(imported.unwanted, "was", "were")
    whose = "by somebody who is not to be profiled"
    return f" {plural(imported.unwanted, 'work')} {whose} {were} left out."


def _unusable(papers: Papers) -> str:
    """How many lines of a file were no works, after the list of them, which may be long."""
    if not any(isinstance(error, BadSnapshot) for error in papers.left_out):
        return ""
    return f" {plural(papers.left_out_count, 'line')} could not be used."


def _say_what_was_left_out(papers: Papers) -> None:
    """A few on a terminal; all that are kept into a file."""
    shown = papers.left_out[: LEFT_OUT_SHOWN if console.is_terminal else None]
    for error in shown:
        say(error.sentence)
    more = papers.left_out_count - len(shown)
    if not more:
        return
    whole = "; with `2> left-out.txt` behind the command, that file names them"
    say(f"… and {more:,} more were left out{whole if console.is_terminal else ''}.")


async def _close(parts: Parts) -> None:
    await parts.index.close()
    await parts.database.close()


def _version() -> str:
    try:
        return version("colloquy")
    except PackageNotFoundError:  # run from a checkout
        return "dev"
