"""Statements compiled once for each kind of database, whatever engine asks for them.

A running bot has one engine, and compiles a statement when it is first executed. Nearly every test
opens an engine of its own, each of which SQLAlchemy would begin with an empty cache: a quarter of
the tests' time went into compiling the same statements again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Mapper


class _Compiled(dict[Any, Any]):
    """A cache for SQLAlchemy, in which engines find what others of their kind have compiled."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_by_kind(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(_by_kind(key), compiled)


def _by_kind(key: tuple[Any, ...]) -> tuple[Any, ...]:
    dialect, *statement = key
    return (dialect.name, *statement)


def compiled_once(mappers: Iterable[Mapper[Any]]) -> None:
    """Let every engine, and what sessions write of these mappers, share one cache."""
    shared = _Compiled()

    @event.listens_for(Engine, "engine_connect")
    def _share(connection: Connection) -> None:
        connection.execution_options(compiled_cache=shared)

    for mapper in mappers:
        mapper._compiled_cache = shared
