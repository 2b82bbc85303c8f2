"""Who is meant, which work, and whose record it is."""

from __future__ import annotations

from collections.abc import Sequence

from storage.errors.kinds import InputError, NotAllowed, NotFound


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


class NoResearcherHere(NotFound):
    code = "no_researcher_here"
    template = (
        "No researcher is shown here under that member; `/follow add` follows anybody by name."
    )


class UnreadableName(InputError):
    code = "unreadable_name"
    template = (
        "“{name}” holds no name that I could look for; please write it as on the papers, "
        "for example Ada Lovelace."
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


class DecidedSince(NotAllowed):
    code = "decided_since"
    template = "That was decided again since, so there is nothing to take back."
