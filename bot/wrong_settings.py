"""What is wrong with a setting: one sentence with the key and the cure."""

from __future__ import annotations

import difflib
import math
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import get_args

import yaml
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from bot.settings import PREFIX, TOKEN, Section, Settings
from storage.errors import BadSetting

SHOWN = 40  # characters of a value that is wrong


def refuse_unknown_variables(environment: Mapping[str, str]) -> None:
    """pydantic-settings ignores variables that match no field; a typing error must not pass."""
    known = set(keys(PREFIX, "__").values())
    for name in environment:
        upper = name.upper()
        if upper.startswith(PREFIX) and upper not in known and upper != f"{PREFIX}SHARED_DATA":
            raise BadSetting(
                key=name, why="there is no such setting", cure=_did_you_mean(upper, sorted(known))
            )


def as_bad_setting(error: ValidationError) -> BadSetting:
    """The first fault in our words: pydantic's are for programmers."""
    first = error.errors(include_url=False)[0]
    path = tuple(str(part) for part in first["loc"])[:2]
    key = ".".join(path)
    if first["type"] in ("extra_forbidden", "invalid_key"):  # the latter is no text
        return BadSetting(
            key=key,
            why="there is no such setting",
            cure=_did_you_mean(key, sorted({*keys().values(), *Settings.model_fields})),
        )
    field = _field(path)
    if field is None:
        return BadSetting(key=key, why="it holds keys of its own", cure="indent them below it")
    own = first["type"] == "value_error"  # a sentence of a validator here
    why, _, cure = (
        first["msg"].removeprefix("Value error, ") if own else f"it must be {_wanted(field)}"
    ).partition("; ")
    given = _as_written(first["input"])
    if path != ("storage", "url") and "@" not in given:  # it may hold a password
        why += f", but it is {given}"
    return BadSetting(key=_as_given(path), why=why, cure=cure or _cure(field))


def _as_written(value: object) -> str:
    """A wrong value as in config.yaml, the beginning of a long one."""
    nested = isinstance(value, list | tuple | dict)
    text = str(value)
    if nested:
        text = yaml.safe_dump(value, default_flow_style=True, width=math.inf).strip()
    text = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
    return text if nested else repr(text)


def _wanted(field: FieldInfo) -> str:
    """What may stand behind a key."""
    kind = field.annotation
    limits = {name: at for limit in field.metadata for name, at in asdict(limit).items()}
    if kind is Path:
        return "the path of a folder"
    if kind is bool:
        return "true or false"
    if kind is str:
        longest = limits.get("max_length")
        return f"text of at most {longest} characters" if longest else "text"
    if kind is int:
        return f"a whole number from {limits['ge']} to {limits['le']}"
    if kind is float:
        least = f"above {limits['gt']}, up" if "gt" in limits else f"from {limits['ge']}"
        return f"a number {least} to {limits['le']}"
    choices = [str(choice) for choice in get_args(kind)]
    return f"{', '.join(choices[:-1])} or {choices[-1]}"


def _cure(field: FieldInfo) -> str:
    default = field.default
    if default in ("", ()):
        return "leave it out to use what is built in"
    if isinstance(default, bool):
        return f"the default is {str(default).lower()}"
    return (
        f"the default is {default:g}" if isinstance(default, float) else f"the default is {default}"
    )


def _did_you_mean(name: str, known: list[str]) -> str:
    if "token" in name.lower():
        return f"the bot's token belongs into .env, as {TOKEN}=…, and nowhere else"
    bare = {key.removeprefix(PREFIX): key for key in known}  # which all begin alike
    near = difflib.get_close_matches(name.removeprefix(PREFIX), bare, n=1, cutoff=0.7)
    return f"perhaps {bare[near[0]]} is meant" if near else "config.yaml lists every key there is"


def _as_given(path: tuple[str, ...]) -> str:
    """The name of the variable that holds the value, if one does, for that is where to mend it."""
    variable = keys(PREFIX, "__")[path]
    return next((name for name in os.environ if name.upper() == variable), ".".join(path))


def keys(prefix: str = "", joint: str = ".") -> dict[tuple[str, ...], str]:
    """Every settable key: its path -> its name, dotted or as an environment variable."""
    found: dict[tuple[str, ...], str] = {}
    for name, field in Settings.model_fields.items():
        section = _section(field)
        paths = [(name, key) for key in section.model_fields] if section else [(name,)]
        for path in paths:
            text = prefix + joint.join(path)
            found[path] = text.upper() if prefix else text
    return found


def _field(path: tuple[str, ...]) -> FieldInfo | None:
    """What a path leads to, if that is no section."""
    field = Settings.model_fields[path[0]]
    section = _section(field)
    if section is None:
        return field
    return section.model_fields[path[1]] if len(path) > 1 else None


def _section(field: FieldInfo) -> type[Section] | None:
    annotation = field.annotation
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    return None
