"""Every failure that a person can cause or cure, with the one sentence they read.

    ColloquyError
    ├── InputError          what was asked cannot be read
    ├── NotFound            nothing of that name is stored
    ├── NotAllowed          who, where, or how often
    ├── SourceError         papers could not be fetched or read
    ├── StorageError        the database, the index or the data directory
    └── SetupError          settings, models, packages

Anything that is not a `ColloquyError` is a defect and is shown as a reference number only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from storage.phrases import plural


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
    """`suggestions` are near names, best first; may be empty. If there is an `author` of such
    a name who has no record, the `hint` says how to ask about them.
    """

    code = "unknown_researcher"
    template = "I know no researcher called “{name}”."

    @property
    def sentence(self) -> str:
        near = list(self.data.get("suggestions") or ())  # type: ignore[call-overload]
        if near:
            return f"{self.known} Did you mean {' or '.join(near)}?"
        return f"{self.known} Ask whoever runs me to import their papers."

    @property
    def known(self) -> str:
        """What is known, without the advice to import."""
        return " ".join(filter(None, (super().sentence, str(self.data.get("hint") or ""))))


class ResearcherGone(UnknownResearcher):
    """Somebody who was offered, or stood in a message, and is no longer stored."""

    code = "researcher_gone"
    template = "That researcher is not stored here (any more); please choose again."

    @property
    def sentence(self) -> str:
        return self.template


class AmbiguousResearcher(NotFound):
    """`choices` are (id, description)."""

    code = "ambiguous_researcher"
    template = "Several researchers are called “{name}”; please choose one."

    def __init__(self, *, name: str, choices: Sequence[tuple[int, str]]) -> None:
        self.choices = choices
        super().__init__(name=name)


class AmbiguousAuthor(NotFound):
    code = "ambiguous_author"
    template = (
        "Several authors are called “{name}”: {authors}. Please ask again with the full name."
    )


class NotTwoRecords(InputError):
    code = "not_two_records"
    template = "Please name two different author records; {name} is one record already."


class AlreadyJoined(InputError):
    code = "already_joined"
    template = "{name} is joined to {kept} already; part the two first."


class TwoClaimants(InputError):
    code = "two_claimants"
    template = (
        "Two people have proved that they are {name} and {other}; one claim has to end before the "
        "two records can be one."
    )


class NotJoined(NotFound):
    code = "not_joined"
    template = "{name} is not joined to another record, so there is nothing to part."


class WorkNotListed(NotFound):
    code = "work_not_listed"
    template = "That work is not listed under {name}; please look at their works again."


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
    template = "That is not there any more; please use the command again."


class AnswerGone(StaleButton):
    code = "answer_gone"
    template = "That answer is no longer kept; please ask the question again."


class AnnouncementGone(StaleButton):
    code = "announcement_gone"
    template = "I no longer keep that announcement; `/ask` with the paper's title asks about it."


# Who may, and how often -------------------------------------------------------------------


class NotAllowed(ColloquyError):
    """Not by this person, not here, or not so often."""

    code = "not_allowed"
    template = "{what}"


class NoResearcherHere(NotFound):
    code = "no_researcher_here"
    template = (
        "No researcher is shown here under that member; `/follow add` follows anybody by name."
    )


class AlreadyFollowing(NotAllowed):
    code = "already_following"
    template = "{name} is already followed here; `/follow edit` changes how."


class FollowingPaused(AlreadyFollowing):
    """`until`: how long, in words."""

    code = "following_paused"
    template = (
        "{name} is already followed here, and paused {until}; "
        "`/follow pause` with 0 days resumes it."
    )


class TooManyFollows(NotAllowed):
    """`limit`: how many researchers may be followed."""

    code = "too_many_follows"
    template = "Up to {researchers} can be followed here; `/follow remove` makes room."

    def __init__(self, *, limit: int) -> None:
        super().__init__(limit=limit, researchers=plural(limit, "researcher"))


class TooManyOwnFollows(TooManyFollows):
    code = "too_many_own_follows"
    template = (
        "You can follow up to {researchers}, counting all places together; "
        "`/follow remove` makes room."
    )


class TooManyServerFollows(TooManyFollows):
    code = "too_many_server_follows"
    template = (
        "The channels of this server may have {follows} in all; a moderator can "
        "remove some, or change that with `/admin limit`."
    )

    def __init__(self, *, limit: int) -> None:
        NotAllowed.__init__(self, limit=limit, follows=plural(limit, "follow"))


class NoSuchFollow(NotFound):
    code = "no_such_follow"
    template = "That is not followed here (any more); `/follow list` shows what is."


class NoThreadsThere(NotAllowed):
    """`where`: the place in words."""

    code = "no_threads_there"
    template = (
        "Discussions are threads under messages, and there can be none in {where}: `discuss` is "
        "for text channels. Nothing was changed."
    )


class BadTimeZone(InputError):
    code = "bad_time_zone"
    template = "I know no time zone “{zone}”; it should look like Europe/Berlin or Asia/Tokyo."


class BadQuietHours(InputError):
    code = "bad_quiet_hours"
    template = "I cannot read “{text}” as quiet hours; please write them like 22:00-07:00, or off."


class BadCategories(InputError):
    code = "bad_categories"
    template = (
        "I cannot read “{text}” as arXiv categories; please write their codes, for example cs.CV, "
        "math or hep-th, or none. Words go into `any_words`."
    )


class BadYears(InputError):
    code = "bad_years"
    template = "I cannot read “{text}” as years; please write them like 2022, 2019-2022 or 2019-."


class UnknownWork(NotFound):
    code = "unknown_work"
    template = "I know no paper called “{title}”; please pick one from the list."


class NotTheirWork(NotFound):
    code = "not_their_work"
    template = "That is no work of theirs; please pick one from the list in the `work` option."


class UnknownNode(NotFound):
    code = "unknown_node"
    template = "That is no longer stored; please open the graph again."


class NoPath(NotFound):
    code = "no_path"
    template = "I found no chain of co-authors from {a} to {b} within {steps} steps."


class TooFast(NotAllowed):
    """`seconds`: a whole number, how long to wait."""

    code = "too_fast"
    template = "That was quick! Please ask again in {wait}."

    def __init__(self, *, seconds: int) -> None:
        super().__init__(seconds=seconds, wait=_span(seconds))


class Busy(NotAllowed):
    code = "busy"
    template = "I am still busy with what you asked last; please wait for it to finish."


# Working together -------------------------------------------------------------------------


class NobodyToInvite(NotAllowed):
    code = "nobody_to_invite"
    template = (
        "{name} has not claimed their record yet, so nobody can receive an invitation; "
        "if that is you, `/claim start` links the record to you."
    )


class NotOpen(NotAllowed):
    code = "not_open"
    template = "{name} does not take invitations at the moment; please try again another time."


class ResearchersOnly(NotAllowed):
    code = "researchers_only"
    template = (
        "{name} takes invitations from researchers who have claimed their own record only; "
        "`/claim start` claims yours."
    )


class OwnRecord(NotAllowed):
    code = "own_record"
    template = "{name} is you; please pick somebody else."


class AccountTooNew(NotAllowed):
    code = "account_too_new"
    template = (
        "Your Discord account has to be {age} old to invite somebody; please come back in {wait}."
    )

    def __init__(self, *, days: int, seconds: int) -> None:
        super().__init__(age=plural(days, "day"), wait=_span(seconds))


class TooManyInvitations(NotAllowed):
    code = "too_many_invitations"
    template = "Up to {invitations} can be sent a day; please send this one tomorrow."

    def __init__(self, *, limit: int) -> None:
        super().__init__(invitations=plural(limit, "invitation"))


class TooManyPending(NotAllowed):
    code = "too_many_pending"
    template = (
        "Up to {limit} of your invitations can be open at once; "
        "`/collaborate withdraw` takes one back."
    )


class AlreadyInvited(NotAllowed):
    code = "already_invited"
    template = (
        "Your invitation to {name} is still open; `/collaborate withdraw` takes it back, "
        "and then you can send another."
    )


class DeclinedLately(NotAllowed):
    code = "declined_lately"
    template = "{name} has declined an invitation of yours; you can send another from {day} on."


class NotYourInvitation(NotAllowed):
    code = "not_your_invitation"
    template = "Only the person who was invited can answer this; `/collaborate inbox` shows yours."


class ClaimGone(NotAllowed):
    code = "claim_gone"
    template = (
        "This invitation is for {name}, whose record is not yours any more; "
        "`/claim start` claims it again."
    )


class SenderBlocked(NotAllowed):
    code = "sender_blocked"
    template = (
        "You have blocked whoever sent this; unblock them in `/collaborate settings` to answer."
    )


class InvitationClosed(NotFound):
    """`how` is what became of it."""

    code = "invitation_closed"
    template = "This invitation {how}; there is nothing left to answer."


class NoSuchInvitation(NotFound):
    code = "no_such_invitation"
    template = (
        "That invitation is not there (any more); `/collaborate inbox` and `/collaborate sent` "
        "show yours."
    )


class BadContact(InputError):
    code = "bad_contact"
    template = "I cannot read “{text}” as {what}; please write it like {example}."


class TooManyLinks(BadContact):
    code = "too_many_links"
    template = (
        "Up to {limit} links can be shared, of {room} characters together; please leave some out."
    )


class OptedOut(NotAllowed):
    code = "opted_out"
    template = (
        "{name} is not to be profiled, as was asked, so nothing was imported under that name from "
        "{source}; `python -m bot forget-researcher --undo` takes that back."
    )


class NotForgotten(NotFound):
    code = "not_forgotten"
    template = "Nobody asked that {name} be forgotten, so there is nothing to take back."


class WorksMoved(NotAllowed):
    code = "works_moved"
    template = "Your works have changed since I asked, so I ask again."


class NotYourRecord(NotAllowed):
    code = "not_your_record"
    template = "Only whoever has claimed {name} can decide that; `/claim start` claims a record."


# Claims -----------------------------------------------------------------------------------


class NoSuchClaim(NotFound):
    code = "no_such_claim"
    template = "There is no such claim (any more); `/claim status` shows yours."


class ClaimMoved(NotAllowed):
    """`state`: how it stands by now, in words."""

    code = "claim_moved"
    template = "That claim is {state} by now, so nothing was changed."


class AlreadyClaimed(NotAllowed):
    code = "already_claimed"
    template = "You have a claim on {name}; `/claim status` shows how it stands."


class ClaimedBefore(NotAllowed):
    code = "claimed_before"
    template = "A moderator did not accept your claim on {name}; you can claim it again from {day}."


class DecidedSince(NotAllowed):
    code = "decided_since"
    template = "That was decided again since, so there is nothing to take back."


class TooManyClaims(NotAllowed):
    code = "too_many_claims"
    template = "Up to {limit} claims can be open at once; `/claim withdraw` makes room."


class CodesExpired(NotAllowed):
    code = "codes_expired"
    template = "These codes have expired; “New codes” under `/claim status` gives you others."


class NotClaimed(NotAllowed):
    code = "not_claimed"
    template = "That is for researchers who have proved a claim; `/claim start` begins one."


class BadPage(InputError):
    code = "bad_page"
    template = "I cannot read {page}: {why}."


class BadOrcid(InputError):
    code = "bad_orcid"
    template = "“{text}” is no ORCID iD; it should look like 0000-0002-1825-0097."


class BadLink(InputError):
    code = "bad_link"
    template = (
        "“{link}” cannot be linked; please write up to {limit} addresses that begin with https://."
    )


class EmptyMessage(InputError):
    code = "empty_message"
    template = "Your message is empty; please write what you would like to do together."


class TextTooLong(InputError):
    code = "text_too_long"
    template = "The {what} is too long; please keep it to {limit} characters."


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


def _span(seconds: int) -> str:
    """A length of time in its largest fitting unit, rounded up."""
    for unit, size in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds > size:
            return f"{-(-seconds // size)} {unit}s"
    return plural(seconds, "second")
