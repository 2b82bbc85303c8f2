"""Claims, their proofs, and what researchers say of themselves."""

from __future__ import annotations

from storage.errors.kinds import InputError, NotAllowed, NotFound


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


class TextTooLong(InputError):
    code = "text_too_long"
    template = "The {what} is too long; please keep it to {limit} characters."
