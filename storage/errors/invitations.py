"""Invitations to work together."""

from __future__ import annotations

from storage.errors.kinds import InputError, NotAllowed, NotFound
from storage.phrases import length, plural


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
        super().__init__(age=plural(days, "day"), wait=length(seconds))


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


class EmptyMessage(InputError):
    code = "empty_message"
    template = "Your message is empty; please write what you would like to do together."


class BadContact(InputError):
    code = "bad_contact"
    template = "I cannot read “{text}” as {what}; please write it like {example}."


class TooManyLinks(BadContact):
    code = "too_many_links"
    template = (
        "Up to {limit} links can be shared, of {room} characters together; please leave some out."
    )
