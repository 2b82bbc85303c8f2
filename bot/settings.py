"""Everything that can be set, with its default and its bounds: one frozen `Settings`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

PREFIX = "COLLOQUY_"
BUNDLED = "bundled"
TOKEN = "DISCORD_TOKEN"  # noqa: S105 - the variable's name
OPENALEX_KEY = "OPENALEX_API_KEY"
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
# Behind the ? of a PostgreSQL address: what other programs call `sslmode`, the driver calls `ssl`.
_PARAMETERS = {"ssl": "ssl", "sslmode": "ssl"} | dict.fromkeys(
    ("host", "port", "passfile", "target_session_attrs", "prepared_statement_cache_size")
)
_SSL = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


def _parameters(query: str) -> str:
    """What stands behind the ? of a PostgreSQL address, as the driver understands it.

    Raises:
        ValueError: it does not.
    """
    given = parse_qsl(query, keep_blank_values=True)
    for name, value in given:
        if name not in _PARAMETERS:
            raise ValueError(f"it must do without {name}; take that out of the address")
        if _PARAMETERS[name] == "ssl" and value not in _SSL:
            raise ValueError(f"it must have {', '.join(_SSL[:-1])} or {_SSL[-1]} as {name}")
    return urlencode([(_PARAMETERS[name] or name, value) for name, value in given])


def _address(given: str) -> str:
    """A web address.

    Raises:
        ValueError: it is none.
    """
    try:
        parts = urlsplit(given)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets, or a port that is no number
        whole = False
    if not whole or any(mark.isspace() for mark in given):
        raise ValueError("it must be an address that starts with http:// or https://")
    return given


def _address_if_any(given: str) -> str:
    return _address(given) if given else given


def _reach(given: str) -> str:
    """Where somebody can be reached: the mail address or page that arXiv asks for.

    Raises:
        ValueError: it is none.
    """
    if not given or re.fullmatch(r"[^\s@]+@[^\s@]+", given):
        return given
    try:
        return _address(given)
    except ValueError:
        raise ValueError("it must be a mail address or a web address") from None


def _from_home(given: Path) -> Path:
    """The folder that is meant by one that begins with ~.

    Raises:
        ValueError: nobody knows whose home that is.
    """
    try:
        return given.expanduser()
    except RuntimeError:
        raise ValueError("it must be the path of a folder; write it without ~") from None


Address = Annotated[str, AfterValidator(_address)]
AddressIfAny = Annotated[str, AfterValidator(_address_if_any)]


def _collection(given: str) -> str:
    """A name that Chroma takes, with room for the embedding's behind it.

    Raises:
        ValueError: it is none.
    """
    if not re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9._-]{1,60}[a-zA-Z0-9]", given):
        raise ValueError(
            "it must be 3 to 62 of a-z, A-Z, 0-9, dot, underscore and hyphen, "
            "with a letter or digit first and last"
        )
    return given


class Section(BaseModel):
    """Keys below one heading of config.yaml, which explains each."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _no_number(cls, given: object, info: ValidationInfo) -> object:
        """Yes is no number, though Python takes it for 1."""
        if (
            isinstance(given, bool)
            and cls.model_fields[str(info.field_name)].annotation is not bool
        ):
            raise PydanticCustomError("yes_or_no", "")
        return given


class DiscordSettings(Section):
    """How the bot meets Discord."""

    shards: int = Field(0, ge=0, le=1000)
    """0 lets one connection serve everything; more splits the servers over that many."""
    status: str = Field("/ask about research", max_length=128)
    tryout_port: int = Field(8765, ge=0, le=65535)
    """Loopback port of the try-out page; 0 takes any free one."""
    read_threads: bool = False
    """Answer every message in threads the bot opened. Discord shows it those only with the
    privileged Message Content intent, which must then be on in the developer portal."""


class StorageSettings(Section):
    """Where works, answers and settings of servers are kept."""

    url: str = ""
    """`postgresql://…` or `sqlite:///…`; empty means SQLite in the data directory."""

    @field_validator("url")
    @classmethod
    def _with_driver(cls, url: str) -> str:
        scheme, found, rest = url.partition("://")
        if not url:
            return url
        if not found or scheme not in _DRIVERS:
            raise ValueError("it must start with postgresql:// or sqlite:///")
        if "sqlite" in scheme and rest.strip("/") in ("", ":memory:"):
            raise ValueError("it must name a file, as sqlite:///papers.sqlite")
        address, asked, query = rest.partition("?")
        if asked and "postgres" in scheme:
            rest = f"{address}?{_parameters(query)}"
        return f"{_DRIVERS[scheme]}://{rest}"


class IndexSettings(Section):
    """The search index, a cache of the database."""

    collection: Annotated[str, AfterValidator(_collection)] = "works"
    """Name of the Chroma collection; the embedding's name is added to it."""
    server: AddressIfAny = ""
    """Address of a Chroma server; empty keeps the index in the data directory."""


class ArxivSettings(Section):
    """How papers are asked of arXiv."""

    contact: Annotated[str, AfterValidator(_reach)] = Field("", max_length=200)
    """A mail address or page under which arXiv can reach you; sent along with every request."""
    url: Address = "https://export.arxiv.org/api/query"


class OpenAlexSettings(Section):
    """Where affiliations are asked for, by those who have a key (OPENALEX_API_KEY)."""

    url: Address = "https://api.openalex.org"


class EmbeddingSettings(Section):
    """What turns text into vectors."""

    provider: str = BUNDLED
    """`bundled` runs offline; otherwise a LangChain provider, as in `init_embeddings`."""
    model: str = ""
    batch_size: int = Field(32, ge=1, le=512)
    threads: int = Field(0, ge=0, le=256)
    """Threads for the embedded model; 0 lets it choose."""

    @field_validator("model")
    @classmethod
    def _of_a_provider(cls, model: str, info: ValidationInfo) -> str:
        if model and info.data.get("provider") == BUNDLED:
            raise ValueError("it must come with another embedding.provider than bundled")
        return model


class ModelSettings(Section):
    """The language model that words answers, if any."""

    name: str = ""
    """Empty: no model. Otherwise `provider:model`, as in `init_chat_model`."""
    base_url: AddressIfAny = ""
    timeout_s: float = Field(30.0, gt=0, le=600)
    max_tokens: int = Field(600, ge=50, le=8000)
    temperature: float = Field(0.0, ge=0, le=2)

    @field_validator("name")
    @classmethod
    def _provider_and_model(cls, name: str) -> str:
        if name and not all(part.strip() for part in name.partition(":")):
            raise ValueError("it must be written as provider:model")
        return name

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, given: object) -> object:
        """`model: "ollama:llama3.2"` says all there is to say."""
        return {"name": given} if isinstance(given, str) else given


class AnswerSettings(Section):
    """How questions are answered, and how long answers are kept."""

    max_question: int = Field(2000, ge=50, le=4000)
    """Characters in a question."""
    history: int = Field(6, ge=0, le=50)
    """Earlier turns that a follow-up can refer to."""
    keep_days: int = Field(90, ge=1, le=3650)
    """Answers are kept this long, for their buttons and follow-ups."""


class LimitSettings(Section):
    """How much one person may ask, follow, and invite others."""

    per_minute: int = Field(8, ge=1, le=1000)
    per_hour: int = Field(80, ge=1, le=10_000)
    per_day: int = Field(400, ge=1, le=100_000)
    follows: int = Field(100, ge=1, le=10_000)
    """Researchers that one person, or one channel, may follow."""
    invitations_per_day: int = Field(5, ge=1, le=1000)
    invitations_open: int = Field(10, ge=1, le=1000)
    """Invitations of one person that may wait for an answer at once."""
    invitations_account_days: int = Field(7, ge=0, le=3650)
    """How old a Discord account has to be to invite somebody."""
    server_follows: int = Field(500, ge=1, le=100_000)
    """Researchers that the channels of one server may follow; its moderators may lower it."""


class AnnouncementSettings(Section):
    """How fast announcements are sent. Share Discord's limit out if several processes send."""

    per_second: float = Field(49.0, gt=0, le=50)
    """Requests; Discord grants a bot 50 a second in all."""
    direct_per_second: float = Field(1.0, gt=0, le=10)
    """Messages to people; Discord shuts bots out that hurry there."""


class ClaimSettings(Section):
    """Who decides about claims on researchers."""

    review_servers: Annotated[tuple[int, ...], NoDecode] = ()
    """Servers whose moderators decide about every claim. Empty: those of each server decide about
    the claims made there, which suits a bot that only trusted servers use."""

    @field_validator("review_servers", mode="before")
    @classmethod
    def _ids(cls, given: object) -> object:
        """One id stands for itself; the environment separates several with commas."""
        parts = given if isinstance(given, list | tuple) else str(given).strip("[] ").split(",")
        ids = [str(part).strip() for part in parts]
        if not all(part.isascii() and part.isdigit() for part in ids if part):
            raise ValueError("it must be ids of servers, separated by commas")
        return tuple(int(part) for part in ids if part)


class PictureSettings(Section):
    """Pictures beside the texts."""

    on: bool = True
    """Without them the texts say the same."""
    theme: Literal["dark", "light"] = "dark"
    """Their ground; either can be read in a dark and in a light Discord."""


class LogSettings(Section):
    """What is logged to standard error, and in which form."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "text", "json"] = "auto"
    """`auto` writes text to a terminal and JSON elsewhere."""


class Settings(BaseSettings):
    """Everything that can be set. Build it with `bot.loading.load`."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
    )

    data_dir: Annotated[Path, AfterValidator(_from_home)] = Path("data")
    discord: DiscordSettings = DiscordSettings()
    storage: StorageSettings = StorageSettings()
    index: IndexSettings = IndexSettings()
    arxiv: ArxivSettings = ArxivSettings()
    openalex: OpenAlexSettings = OpenAlexSettings()
    embedding: EmbeddingSettings = EmbeddingSettings()
    model: ModelSettings = ModelSettings()
    answers: AnswerSettings = AnswerSettings()
    limits: LimitSettings = LimitSettings()
    announcements: AnnouncementSettings = AnnouncementSettings()
    claims: ClaimSettings = ClaimSettings()
    pictures: PictureSettings = PictureSettings()
    logging: LogSettings = LogSettings()

    _token: SecretStr | None = PrivateAttr(default=None)
    _openalex_key: SecretStr | None = PrivateAttr(default=None)

    @property
    def discord_token(self) -> SecretStr | None:
        """The bot's token, from the environment or `.env`; None when there is none."""
        return self._token

    @property
    def openalex_key(self) -> SecretStr | None:
        """The operator's key for OpenAlex, from the environment or `.env`; None leaves it off."""
        return self._openalex_key

    def keep(self, token: SecretStr | None, openalex_key: SecretStr | None) -> None:
        """Take the secrets in, which stand beside the settings."""
        self._token, self._openalex_key = token, openalex_key

    @property
    def database_url(self) -> str:
        from sqlalchemy import URL  # late: `--help` does not need it

        file = URL.create("sqlite+aiosqlite", database=str(self.data_dir / "colloquy.sqlite"))
        return self.storage.url or file.render_as_string(hide_password=False)

    @property
    def index_dir(self) -> Path:
        return self.data_dir / "index"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings
