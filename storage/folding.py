"""Words that were typed, found in texts whatever their capitals are, in every script."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Lower(FunctionElement[str]):
    """A text in small letters: SQLite's own function knows those of ASCII only."""

    name = "small_letters"
    type = String()
    inherit_cache = True


@compiles(_Lower)
def _by_its_own(element: _Lower, compiler: SQLCompiler, **options: Any) -> str:
    return f"lower{compiler.process(element.clause_expr, **options)}"


@compiles(_Lower, "sqlite")
def _by_ours(element: _Lower, compiler: SQLCompiler, **options: Any) -> str:
    return f"{_Lower.name}{compiler.process(element.clause_expr, **options)}"


def prepare(connection: Any) -> None:
    """Let a connection to SQLite know what small letters are."""
    connection.create_function(_Lower.name, 1, _small, deterministic=True)


def _small(text: str | None) -> str | None:
    return None if text is None else text.lower()


def holds(text: SQLColumnExpression[str], word: str) -> ColumnElement[bool]:
    """The condition that a text holds what was typed, in any case.

    A word of ASCII is looked for by the database alone, which on SQLite takes half as long.
    """
    if word.isascii():
        return text.icontains(word, autoescape=True)
    return _Lower(text).contains(word.lower(), autoescape=True)
