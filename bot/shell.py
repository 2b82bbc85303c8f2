"""Questions asked on the command line: for people, as JSON, or a file of them."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console
from rich.markup import escape

from bot.compose import reading
from bot.logs import UNEXPECTED, report
from bot.parts import Parts
from bot.progress import tell
from bot.settings import Settings
from retrieval.cited import Answer
from retrieval.text import readable
from storage import finding, researchers
from storage.errors import ColloquyError, EmptyQuestion, QuestionTooLong


async def ask(settings: Settings, question: str, name: str | None, *, as_json: bool) -> None:
    """Answer one question on standard output.

    With `as_json` a refusal to answer is an object too, beside the error.

    Raises:
        ColloquyError: the question cannot be answered at all.
    """
    async with reading(settings) as parts:
        started = time.perf_counter()
        try:
            answer = await _answer(parts, question, await _pinned(parts, name))
        except ColloquyError as error:
            if as_json:
                _print_json(_refusal(question, error.code, error.sentence, started))
            raise
    if as_json:
        _print_json(as_object(question, answer))
    else:
        _print(answer)


async def batch(settings: Settings, file: Path, name: str | None) -> None:
    """Answer one question a line of the file, in order, one JSON object a line.

    A line that cannot be answered gives an object with `refused` and the sentence.
    """
    async with reading(settings) as parts:
        pinned = await _pinned(parts, name)
        with _lines(file) as lines:
            while line := await asyncio.to_thread(lines.readline):  # standard input may wait
                _print_json(await _one(parts, line.rstrip("\r\n"), pinned))


async def _one(parts: Parts, question: str, pinned: int | None) -> dict[str, Any]:
    started = time.perf_counter()
    try:
        return as_object(question, await _answer(parts, question, pinned))
    except ColloquyError as error:
        return _refusal(question, error.code, error.sentence, started)
    except Exception as error:  # noqa: BLE001 - the other lines are still to be answered
        reference = report(error, doing="ask --batch")
        return _refusal(question, "error", UNEXPECTED.format(reference=reference), started)


async def _answer(parts: Parts, question: str, pinned: int | None) -> Answer:
    if not question.strip():
        raise EmptyQuestion()
    limit = parts.settings.answers.max_question
    if len(question) > limit:
        raise QuestionTooLong(limit=limit)
    return await parts.answerer.answer(question, pinned_id=pinned)


async def _pinned(parts: Parts, name: str | None) -> int | None:
    if name is None:
        return None
    async with parts.database.read() as session:
        if name.isascii() and name.isdigit():  # as offered when several have the name
            return (await researchers.get(session, int(name))).id
        return (await finding.resolve(session, name)).id


def as_object(question: str, answer: Answer) -> dict[str, Any]:
    """The answer as the command line's JSON object."""
    return {
        "question": question,
        "answer": answer.text,
        "refused": answer.refused,
        "kind": str(answer.question.kind),
        "scope": answer.scope,
        "citations": [
            {
                "title": citation.work.title,
                "url": citation.work.url,
                "year": citation.work.year,
                "quote": citation.quote,
            }
            for citation in answer.citations
        ],
        "writer": answer.writer,
        "note": answer.note,
        "seconds": round(answer.seconds, 4),
    }


def _refusal(question: str, code: str, sentence: str, started: float) -> dict[str, Any]:
    return {
        "question": question,
        "answer": sentence,
        "refused": True,
        "kind": code,
        "scope": "",
        "citations": [],
        "writer": "",
        "note": None,
        "seconds": round(time.perf_counter() - started, 4),
    }


def _print_json(value: dict[str, Any]) -> None:
    tell(json.dumps(value, ensure_ascii=False))


def _print(answer: Answer) -> None:
    """For people: colours and wrapped lines on a terminal, plain lines into a pipe."""
    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
    console.print(escape(answer.text))
    if answer.citations:
        console.print()
    for citation in answer.citations:
        work = citation.work
        console.print(
            rf"\[{citation.number}] [bold]{escape(readable(work.title))}[/bold] ({work.year})"
            + (f"\n    [link={work.url}]{escape(work.url)}[/link]" if work.url else "")
        )
    console.print()
    console.print(f"[dim]{escape(answer.scope)} · {escape(answer.writer)}[/dim]")
    if answer.note:
        console.print(f"[dim]{escape(answer.note)}[/dim]")


@contextmanager
def _lines(file: Path) -> Iterator[TextIO]:
    if str(file) == "-":
        yield sys.stdin
        return
    with file.open(encoding="utf-8-sig", errors="replace") as lines:
        yield lines
