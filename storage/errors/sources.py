"""Papers that come in."""

from __future__ import annotations

from storage.errors.kinds import InputError, NotFound, SourceError


class BadIdentifier(InputError):
    code = "bad_identifier"
    template = (
        "“{identifier}” is not an arXiv identifier; "
        "it should look like 1911.11907 or hep-th/9901001."
    )


class UnknownIdentifier(NotFound):
    code = "unknown_identifier"
    template = "arXiv has no paper {identifier}; please check the number."


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


class BadSnapshot(InputError):
    code = "bad_snapshot"
    template = "I cannot read {path}, line {line}: {why}."


class UnreadableSnapshot(BadSnapshot):
    """The file as a whole."""

    code = "unreadable_snapshot"
    template = "I cannot read {path}: {why}."


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
