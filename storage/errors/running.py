"""What Colloquy runs on: database, index, settings, models, Discord."""

from __future__ import annotations

from storage.errors.kinds import SetupError, StorageError


class DatabaseTooNew(StorageError):
    code = "database_too_new"
    template = (
        "The database was written by a newer Colloquy (schema {found}, this one knows {known}); "
        "please update Colloquy. Nothing was changed."
    )


class DatabaseUnavailable(StorageError):
    code = "database_unavailable"
    template = "The database cannot be opened ({why}); please check storage.url in config.yaml."


class DatabaseBusy(DatabaseUnavailable):
    code = "database_busy"
    template = "The database is busy ({why}); please try again in a moment."


class DatabaseDamaged(DatabaseUnavailable):
    code = "database_damaged"
    template = (
        "The database {path} is damaged ({why}); put a copy that you kept in its place, "
        "or move it away to start afresh."
    )


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


class IndexServerUnavailable(IndexUnavailable):
    code = "index_server_unavailable"
    template = (
        "The search index on {place} cannot be used ({why}); "
        "start that Chroma server, or correct index.server in config.yaml."
    )


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


class MissingPackages(SetupError):
    code = "missing_packages"
    template = (
        "{what} needs packages that are not installed; run `python -m pip install "
        "--require-hashes --no-deps -r requirements-dev.lock` in Colloquy's folder."
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


class OpenAlexKeyMissing(SetupError):
    code = "openalex_key_missing"
    template = (
        "OPENALEX_API_KEY is not set; copy your free key from https://openalex.org/settings/api "
        "into .env."
    )


class OpenAlexKeyRefused(SetupError):
    code = "openalex_key_refused"
    template = (
        "OpenAlex does not accept OPENALEX_API_KEY; copy it anew from "
        "https://openalex.org/settings/api into .env."
    )
