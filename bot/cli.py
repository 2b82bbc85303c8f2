"""The command line. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import TyperException

from bot.stopping import INTERRUPTED, STOPPED, run_to_the_end
from storage.errors import AmbiguousResearcher, ColloquyError, UnknownResearcher

if TYPE_CHECKING:
    from bot.settings import Settings

app = typer.Typer(
    help="Colloquy answers questions about researchers' work, with citations.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
imports = typer.Typer(help="Bring papers in. What is known already is not stored twice.")
app.add_typer(imports, name="import", no_args_is_help=True)


def main() -> None:
    """Run a command; a failure is one sentence on standard error, exit code 1 (2 for usage)."""
    try:
        code: int | None = app(prog_name="python -m bot", standalone_mode=False)
        if code == INTERRUPTED:
            typer.echo(STOPPED, err=True)
        sys.exit(code)
    except TyperException as error:
        _fail(_usage(error), error.exit_code)
    except typer.Abort:  # a question was not answered with yes
        _fail("Nothing was changed.")
    except ColloquyError as error:
        _fail("\n".join([_sentence(error), *_choices(error)]))
    except Exception as error:  # noqa: BLE001 - the last stop
        import structlog

        from bot.logs import UNEXPECTED, report

        if not structlog.is_configured():
            from bot import logs
            from bot.settings import LogSettings

            logs.configure(LogSettings())
        _fail(UNEXPECTED.format(reference=report(error, doing="command line")))


def _fail(sentence: str, code: int = 1) -> None:
    typer.echo(sentence, err=True, nl=bool(sentence))
    sys.exit(code)


def _usage(error: TyperException) -> str:
    """One line: what cannot be done with the words given, and where all of them are shown."""
    text = error.format_message().removeprefix("Invalid value: ").rstrip(".")
    if not text:  # no command was given, so that all of them were shown
        return ""
    text = text.replace("Input should", "it should").partition(", unable to parse")[0]
    text = text.replace("a valid integer", "a whole number")
    context: typer.Context | None = getattr(error, "ctx", None)
    command = context.command_path if context else "python -m bot"
    return f"{text}. `{command} --help` shows what can be given."


def _sentence(error: ColloquyError) -> str:
    """As anywhere, but whoever has the command line can import by themselves."""
    if isinstance(error, UnknownResearcher) and not error.data.get("suggestions"):
        name = error.data.get("author") or "NAME"
        return f'{error.known} Import their papers: python -m bot import arxiv "{name}"'
    return error.sentence


def _choices(error: ColloquyError) -> list[str]:
    """Whom the name may mean, each with the number that `--researcher` takes instead of it."""
    if not isinstance(error, AmbiguousResearcher):
        return []
    return [f"  --researcher {number}: {description}" for number, description in error.choices]


@app.callback()
def _options(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option(help="Settings file, instead of ./config.yaml.")
    ] = None,
) -> None:
    context.obj = config


def _settings(context: typer.Context, *, quiet: bool = True) -> Settings:
    """The settings in force, with logging set up; `quiet` keeps all but warnings out."""
    from bot import logs
    from bot.loading import load

    settings = load(context.obj)
    logs.configure(settings.logging, quiet=quiet)
    return settings


@app.command()
def run(context: typer.Context) -> None:
    """Answer in Discord; without DISCORD_TOKEN, start the try-out."""
    from bot.running import run as answer

    run_to_the_end(answer(_settings(context, quiet=False)))


@app.command("try")
def try_out(
    context: typer.Context,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port on this machine; 0 is any.")
    ] = None,
) -> None:
    """Start the try-out: the real bot in a simulated Discord, at an address for your browser."""
    from bot.running import tryout

    run_to_the_end(tryout(_settings(context, quiet=False), port))


@app.command()
def ask(
    context: typer.Context,
    question: Annotated[str | None, typer.Argument(help="The question, in quotes.")] = None,
    researcher: Annotated[
        str | None, typer.Option(help="Whose work the question is about.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    batch: Annotated[
        Path | None,
        typer.Option(
            help="A file with one question a line (- for standard input); "
            "one JSON object a line comes out.",
        ),
    ] = None,
) -> None:
    """Answer a question from what is stored."""
    from bot import shell

    if (question is None) == (batch is None):
        raise typer.BadParameter("Give either a QUESTION or --batch FILE.")
    if batch is not None and str(batch) != "-" and not batch.is_file():
        raise typer.BadParameter(f"There is no file {batch}.")
    settings = _settings(context)
    if batch is not None:
        run_to_the_end(shell.batch(settings, batch, researcher))
    else:
        run_to_the_end(shell.ask(settings, question or "", researcher, as_json=as_json))


@app.command()
def people(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A researcher's name, in quotes.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line, for each person.")
    ] = False,
) -> None:
    """The persons behind a name: whose works are whose, how sure that is, and why."""
    from bot.people import show

    run_to_the_end(show(_settings(context), name, as_json=as_json))


@imports.command("snapshot")
def import_snapshot(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A JSONL file.")],
    researcher: Annotated[
        str | None, typer.Option(help="Only the works of this author, as their record.")
    ] = None,
) -> None:
    """Papers from a JSONL file: title, abstract, year, and more if known, a line each."""
    from bot import importing

    run_to_the_end(importing.snapshot(_settings(context), file, researcher))


@imports.command("arxiv")
def import_arxiv(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="A researcher's name, in quotes.")] = None,
    ids: Annotated[
        list[str] | None, typer.Option("--id", help="An arXiv identifier; may be repeated.")
    ] = None,
    query: Annotated[
        str | None, typer.Option(help="A search in arXiv's own words, as cat:cs.CL.")
    ] = None,
    most: Annotated[
        int | None, typer.Option("--max", min=1, help="No more papers than this.")
    ] = None,
) -> None:
    """Papers from arXiv: by a researcher's name, by identifiers or by a query."""
    from bot import importing

    if sum(given is not None for given in (name, ids or None, query)) != 1:
        raise typer.BadParameter("Give a NAME, one or more --id, or a --query.")
    run_to_the_end(
        importing.arxiv(_settings(context), name=name, ids=ids or (), query=query, most=most)
    )


@imports.command("openalex")
def import_openalex(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A researcher whose works are stored, in quotes.")],
) -> None:
    """Affiliations and citations of a researcher's stored works; needs OPENALEX_API_KEY."""
    from bot import importing

    run_to_the_end(importing.openalex(_settings(context), name))


@app.command()
def watch(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="One round, then stop: for cron.")] = False,
) -> None:
    """Look for new papers of followed researchers and send what is due (`run` does both)."""
    from bot.running import watch_once

    if not once:
        raise typer.BadParameter("Give --once; `python -m bot run` watches all the time.")
    run_to_the_end(watch_once(_settings(context)))


@app.command()
def sync(
    context: typer.Context,
    guild: Annotated[
        int | None, typer.Option(min=1, help="Only in the server with this id, at once.")
    ] = None,
) -> None:
    """Publish the slash commands, and say what changed."""
    from bot.sync import publish

    for line in run_to_the_end(publish(_settings(context), guild)):
        typer.echo(line)


@app.command()
def check(context: typer.Context) -> None:
    """Look at settings, database, index, token and permissions; name each with its cure."""
    from bot.checkup import check as look

    if not run_to_the_end(look(context.obj)):
        raise typer.Exit(1)


@app.command()
def migrate(context: typer.Context) -> None:
    """Bring the database up to date (the bot does so by itself at start)."""
    from bot.compose import migrate as bring_up

    typer.echo(run_to_the_end(bring_up(_settings(context))))


@app.command("forget-researcher")
def forget_researcher(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Who asks not to be profiled, in quotes.")],
    undo: Annotated[bool, typer.Option("--undo", help="Let the name be profiled again.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before.")] = False,
) -> None:
    """Remove a researcher's record for good: importing does not bring it back."""
    from bot import forgetting

    settings = _settings(context)
    if undo:
        run_to_the_end(forgetting.undo(settings, name))
        return
    if not yes:
        typer.confirm(f"Forget {name}, with the works that nobody else here has?", abort=True)
    run_to_the_end(forgetting.forget_researcher(settings, name))


@app.command("rebuild-index")
def rebuild_index(context: typer.Context) -> None:
    """Make the search index anew from the database."""
    from bot import importing

    run_to_the_end(importing.rebuild(_settings(context)))
