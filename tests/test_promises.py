"""Promises that span rooms: each is one sentence of the design, checked on the code as it is."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from inspect import signature
from string import Formatter
from types import ModuleType

import pytest

import storage.errors
import storage.schema
from storage.errors import ColloquyError
from storage.privacy import personal_columns, server_columns
from storage.schema import Base


def _subclasses(cls: type[ColloquyError]) -> Iterator[type[ColloquyError]]:
    for sub in cls.__subclasses__():
        yield sub
        yield from _subclasses(sub)


def _fields(error: type[ColloquyError]) -> list[str]:
    """What an error is raised with: what it names itself, else the fields of its template."""
    named = [p.name for p in signature(error).parameters.values() if p.kind is p.KEYWORD_ONLY]
    return named or [name for _, name, _, _ in Formatter().parse(error.template) if name]


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not info.name.endswith("__main__") and ".migrations." not in info.name:
            yield importlib.import_module(info.name)


def test_every_error_has_a_code_and_a_sentence_of_its_own() -> None:
    leaves = [error for error in _subclasses(ColloquyError) if not error.__subclasses__()]
    assert len(leaves) > 10
    codes = [error.code for error in leaves]
    assert len(codes) == len(set(codes)), "two errors share a code"
    for error in leaves:
        assert error.template != ColloquyError.template, f"{error.__name__} has no sentence"
        fields = _fields(error)
        sentence = error(**dict.fromkeys(fields, 7)).sentence
        assert sentence.rstrip("”)").endswith((".", "?", "!", "7")), sentence


def test_every_error_is_of_a_kind_that_the_tree_names() -> None:
    tree = storage.errors.__doc__ or ""
    for kind in ColloquyError.__subclasses__():
        assert f"── {kind.__name__} " in tree


def test_every_error_is_found_in_one_place() -> None:
    for error in _subclasses(ColloquyError):
        assert getattr(storage.errors, error.__name__, None) is error


def test_every_column_with_a_persons_id_is_exported_and_erased() -> None:
    covered = {(table.name, column.name) for table, column, _ in personal_columns()}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if column.name == "user_id" or column.name.endswith("_user_id"):
                assert (table.name, column.name) in covered
    assert {how for _, _, how in personal_columns()} <= {"erase", "anonymise"}


def test_every_column_with_a_servers_id_is_forgotten_with_it() -> None:
    covered = {(table.name, column.name) for table, column, _ in server_columns()}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if column.name == "guild_id":
                assert (table.name, column.name) in covered
    assert {how for _, _, how in server_columns()} <= {"erase", "anonymise"}


def test_every_table_is_seen_by_migrations() -> None:
    modules = list(_modules(storage.schema))
    tables = {mapper.class_ for mapper in Base.registry.mappers}
    assert {table.__module__ for table in tables} < {module.__name__ for module in modules}
    assert {table.__name__ for table in tables} < set(storage.schema.__all__)


@pytest.mark.parametrize("name", ["storage", "retrieval", "bot"])
def test_every_module_says_what_it_is_for(name: str) -> None:
    for module in _modules(importlib.import_module(name)):
        if module.__name__.rsplit(".", 1)[-1].startswith("_"):
            continue
        assert module.__doc__, f"{module.__name__} does not say what it is for"
