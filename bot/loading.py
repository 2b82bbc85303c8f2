"""The settings in force: config.yaml, then the environment, read and checked at start.

Later sources win: the defaults, `config.yaml`, then `COLLOQUY_<SECTION>__<KEY>`. Secrets come from
the environment or `.env` only and are never printed; `.env` may hold the `COLLOQUY_` names too.
"""

from __future__ import annotations

import io
import os
import re
from pathlib import Path
from typing import Any, ClassVar

import yaml
from dotenv import dotenv_values
from dotenv.parser import parse_stream
from pydantic import SecretStr, ValidationError

from bot.settings import OPENALEX_KEY, TOKEN, Settings
from bot.wrong_settings import as_bad_setting, refuse_unknown_variables
from storage.errors import BadSetting, TokenRefused

CONFIG_FILE = Path("config.yaml")
ENV_FILE = Path(".env")


def load(config: Path | None = None, env_file: Path | None = None) -> Settings:
    """The settings in force.

    `config` defaults to `config.yaml` and `env_file` to `.env`, both in the working directory and
    both optional when not named.

    Raises:
        BadSetting: an unknown key or a wrong value, naming the key and the cure.
    """
    _adopt(env_file or ENV_FILE)
    refuse_unknown_variables(os.environ)
    try:
        settings = Settings(**_read(config))
    except ValidationError as error:
        raise as_bad_setting(error) from error
    key = os.environ.get(OPENALEX_KEY, "").strip()
    settings.keep(_token(), SecretStr(key) if key else None)
    return settings


def _token() -> SecretStr | None:
    token = os.environ.get(TOKEN, "").strip()
    if not token:
        return None
    if not token.isascii() or any(mark.isspace() for mark in token):
        raise TokenRefused()
    return SecretStr(token)


def _adopt(env_file: Path) -> None:
    """Put the names of `.env` into the environment, unless it holds them already.

    Model packages then find their keys where they look for them.

    Raises:
        BadSetting: a line is no assignment, or it is no text; what it holds is not shown.
    """
    if not env_file.is_file():
        return
    try:
        text = env_file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_readable(env_file, "it is not saved as UTF-8") from error
    if "\0" in text:
        raise _not_readable(env_file, "it is not saved as UTF-8")
    for line in parse_stream(io.StringIO(text)):
        if line.error or (line.key and line.value is None):
            given = line.original.string
            above = given[: len(given) - len(given.lstrip())].count("\n")
            raise _not_readable(env_file, f"line {line.original.line + above} is no assignment")
    for name, value in dotenv_values(stream=io.StringIO(text)).items():
        if value:
            os.environ.setdefault(name, value)


def _not_readable(env_file: Path, why: str) -> BadSetting:
    return BadSetting(key=env_file.name, why=why, cure="write `NAME=value` lines, in UTF-8")


class _Yaml(yaml.SafeLoader):
    """Safe, and the key `on` stays a word: YAML 1.1 reads it as true. Days stay words, too."""

    yaml_implicit_resolvers: ClassVar = {  # type: ignore[misc]  # PyYAML keeps it on the class
        first: [(tag, form) for tag, form in known if tag != "tag:yaml.org,2002:timestamp"]
        for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        for key, _ in node.value:
            if key.tag == "tag:yaml.org,2002:bool":
                key.tag = "tag:yaml.org,2002:str"
        return super().construct_mapping(node, deep)


def _read(config: Path | None) -> dict[str, Any]:
    path = config or CONFIG_FILE
    if not path.is_file():
        if config is None:
            return {}
        raise BadSetting(key=str(path), why="there is no such file", cure="check the --config path")
    try:
        text = path.read_text(encoding="utf-8").rstrip()  # a fault is in no line after the last
        content = yaml.load(text, _Yaml)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, ValueError) as error:  # also of bytes that are no text
        raise BadSetting(
            key=path.name, why=_broken(error), cure="write `key: value` lines, indented with spaces"
        ) from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise BadSetting(
            key=path.name,
            why="it holds no sections",
            cure="start from the config.yaml that came along",
        )
    return {str(key): _given(value) for key, value in content.items() if value is not None}


def _broken(error: Exception) -> str:
    """Which line is to be mended: of a bracket or quotation mark left open, the one it is in."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return "it is not YAML text"
    opened = re.search("flow|quoted", error.context or "")
    mark = error.context_mark if opened else error.problem_mark
    return f"line {mark.line + 1} is not YAML" if mark else "it is not YAML text"


def _given(value: object) -> object:
    """Without keys that have nothing behind them; as in a section whose keys are all commented
    out, the defaults are meant.
    """
    if not isinstance(value, dict):
        return value
    return {key: each for key, each in value.items() if each is not None}
