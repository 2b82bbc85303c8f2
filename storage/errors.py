"""Every failure that a person can cause or cure, with the one sentence they read.

    ColloquyError
    ├── InputError          what was asked cannot be read
    ├── NotFound            nothing of that name is stored
    ├── NotAllowed …        who, where, or how often
    ├── SourceError         papers could not be fetched or read
    ├── StorageError        the database, the index or the data directory
    └── SetupError          settings, models, packages

Anything that is not a `ColloquyError` is a defect and is shown as a reference number only.
"""

from __future__ import annotations

from typing import ClassVar


class ColloquyError(Exception):
    """Base of the tree: a class-level template, filled with the keyword arguments given."""

    code: ClassVar[str] = "error"
    template: ClassVar[str] = "Something went wrong."

    def __init__(self, **data: object) -> None:
        self.data = data
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """The plain text a person reads; renderers escape it."""
        return self.template.format(**self.data)


# What was asked ---------------------------------------------------------------------------


class InputError(ColloquyError):
    """What was asked cannot be read."""


class EmptyQuestion(InputError):
    code = "empty_question"
    template = "Please write a question, for example: “Which papers are about binary networks?”"


class QuestionTooLong(InputError):
    code = "question_too_long"
    template = (
        "That is longer than I can read at once; please ask in {limit:,} characters or fewer."
    )


class BadIdentifier(InputError):
    code = "bad_identifier"
    template = (
        "“{identifier}” is not an arXiv identifier; "
        "it should look like 1911.11907 or hep-th/9901001."
    )


class BadSnapshot(InputError):
    code = "bad_snapshot"
    template = "I cannot read {path}, line {line}: {why}."


class UnreadableSnapshot(BadSnapshot):
    """The file as a whole."""

    code = "unreadable_snapshot"
    template = "I cannot read {path}: {why}."


class UnreadableName(InputError):
    code = "unreadable_name"
    template = (
        "“{name}” holds no name that I could look for; please write it as on the papers, "
        "for example Ada Lovelace."
    )


class BadQuery(InputError):
    code = "bad_query"
    template = (
        "arXiv does not understand the query “{query}” ({why}); "
        'please write it like ti:"binary networks" AND cat:cs.CV.'
    )


class TooManyWorks(InputError):
    code = "too_many_works"
    template = (
        "arXiv lists {total:,} works for this and gives out the newest {limit:,} only; "
        "please ask for something narrower to have the rest."
    )


# Who is meant -----------------------------------------------------------------------------


class NotFound(ColloquyError):
    """Nothing of that name is stored."""


class UnknownResearcher(NotFound):
    """`suggestions` are near names, best first; may be empty."""

    code = "unknown_researcher"
    template = "I know no researcher called “{name}”."

    @property
    def sentence(self) -> str:
        near = list(self.data.get("suggestions") or ())  # type: ignore[call-overload]
        if near:
            return f"{super().sentence} Did you mean {' or '.join(near)}?"
        return f"{super().sentence} Ask a moderator to import them."


class AmbiguousResearcher(NotFound):
    """`choices` is a sequence of (id, description)."""

    code = "ambiguous_researcher"
    template = "Several researchers are called “{name}”; please choose one."


class UnknownIdentifier(NotFound):
    code = "unknown_identifier"
    template = "arXiv has no paper {identifier}; please check the number."


class NoResearcherNamed(NotFound):
    code = "no_researcher_named"
    template = "Please say which researcher you mean; the researcher option offers their names."


class NothingImported(NotFound):
    code = "nothing_imported"
    template = (
        "No papers are stored yet; import some with "
        '`python -m bot import arxiv "Researcher Name"` and ask again.'
    )


class StaleButton(NotFound):
    code = "stale_button"
    template = "That answer is no longer kept; please ask the question again."


# Who may, and how often -------------------------------------------------------------------


class NotAllowed(ColloquyError):
    code = "not_allowed"
    template = "{what}"


class AlreadyFollowing(ColloquyError):
    code = "already_following"
    template = "{name} is already followed here; `/follow edit` changes how."


class TooManyFollows(ColloquyError):
    code = "too_many_follows"
    template = "Up to {limit} researchers can be followed here; `/follow remove` makes room."


class TooManyServerFollows(ColloquyError):
    code = "too_many_server_follows"
    template = (
        "The channels of this server may follow {limit} researchers in all; a moderator can "
        "remove some, or change that with `/admin limit`."
    )


class NoSuchFollow(ColloquyError):
    code = "no_such_follow"
    template = "That is not followed here (any more); `/follow list` shows what is."


class BadTimeZone(ColloquyError):
    code = "bad_time_zone"
    template = "I know no time zone “{zone}”; it should look like Europe/Berlin or Asia/Tokyo."


class BadQuietHours(InputError):
    code = "bad_quiet_hours"
    template = "I cannot read “{text}” as quiet hours; please write them like 22:00-07:00, or off."


class UnknownWork(NotFound):
    code = "unknown_work"
    template = "I know no paper called “{title}”; please pick one from the list."


class TooFast(ColloquyError):
    """`seconds`: a whole number, how long to wait."""

    code = "too_fast"
    template = "That was quick! Please ask again in {wait}."

    def __init__(self, *, seconds: int) -> None:
        super().__init__(seconds=seconds, wait=_span(seconds))


class Busy(ColloquyError):
    code = "busy"
    template = "I am still answering your last question; please wait for it to finish."


# Papers coming in -------------------------------------------------------------------------


class SourceError(ColloquyError):
    """Papers could not be fetched."""


class SourceUnavailable(SourceError):
    code = "source_unavailable"
    template = (
        "{source} cannot be reached right now ({why}); what is stored still works, "
        "so please run the import again later and it will go on where it stopped."
    )


class DamagedEntry(SourceError):
    code = "damaged_entry"
    template = (
        "{source} sent {identifier} without its {lacks}, so I left it out; "
        "please run the import again later."
    )


# What is kept -----------------------------------------------------------------------------


class StorageError(ColloquyError):
    """The database, the index or the data directory."""


class DatabaseTooNew(StorageError):
    code = "database_too_new"
    template = (
        "The database was written by a newer Colloquy (schema {found}, this one knows {known}); "
        "please update Colloquy. Nothing was changed."
    )


class DatabaseUnavailable(StorageError):
    code = "database_unavailable"
    template = "The database cannot be opened ({why}); please check storage.url in config.yaml."


class DataDirBusy(StorageError):
    code = "data_dir_busy"
    template = (
        "Another Colloquy (process {pid}) is using {path}; stop it first, "
        "or set COLLOQUY_DATA_DIR to another folder."
    )


class NoDiskSpace(StorageError):
    code = "no_disk_space"
    template = (
        "There is no space left on the disk that holds {path}; free some and run this again. "
        "Nothing that was stored is lost."
    )


class IndexUnavailable(StorageError):
    code = "index_unavailable"
    template = (
        "The search index cannot be used ({why}); "
        "run `python -m bot rebuild-index` to make it anew."
    )


# Settings and models ----------------------------------------------------------------------


class SetupError(ColloquyError):
    """Settings, models or packages."""


class BadSetting(SetupError):
    code = "bad_setting"
    template = "{key}: {why}; {cure}."


class ModelUnavailable(SetupError):
    code = "model_unavailable"
    template = "The language model cannot be used ({why})."


class EmbeddingUnavailable(SetupError):
    code = "embedding_unavailable"
    template = (
        "The embedding model cannot be used ({why}); "
        "please check the embedding section of config.yaml."
    )


class MissingExtra(SetupError):
    code = "missing_extra"
    template = (
        "{what} needs packages that are not installed; run `pip install 'colloquy[{extra}]'`."
    )


class DiscordUnavailable(SetupError):
    code = "discord_unavailable"
    template = "Discord cannot be reached ({why}); please check the network and start again."


class TokenMissing(SetupError):
    code = "token_missing"
    template = (
        "DISCORD_TOKEN is not set; copy it from the developer portal (your application, Bot) "
        "into .env."
    )


class TokenRefused(SetupError):
    code = "token_refused"
    template = (
        "Discord does not accept DISCORD_TOKEN; copy a new one from the developer portal "
        "(your application, Bot, Reset Token) into .env."
    )


def _span(seconds: int) -> str:
    """A length of time in its largest fitting unit, rounded up."""
    for unit, size in (("hour", 3600), ("minute", 60)):
        if seconds > size:
            return f"{-(-seconds // size)} {unit}s"
    return f"{seconds} second{'' if seconds == 1 else 's'}"
