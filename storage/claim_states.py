"""How a claim on a researcher may stand, and what may happen to it.

    start ──▶ AWAITING ──────── prove ───────▶ VERIFIED ──▶ REVOKED   (revoke, overrule)
               │  ▲ │                           ▲  │ ▲
           ask │  │ │ prove, ask, while         │  │ │ approve, and the one who stood is
               ▼  │ │ somebody else stands      │  │ │ overruled; or nobody else is left
            REVIEW  └─────▶ DISPUTED ◀── rival ─┼──┘ │
               │ └ more        │ ▲              │    │
               ├── approve ────┼─┼──────────────┘    │
               ├── rival ──────┼─┘                   │
               │               ├─────────────────────┘
               └── refuse ─────┴──▶ REFUSED          every live state ── withdraw ──▶ WITHDRAWN

Who was overruled stands again (restore) when the approval that did it is revoked. `MOVES` is the
same as a table. Asking again in REVIEW or DISPUTED puts a claim that no moderators were shown
before those of a server.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage import proofs
from storage.proofs import Kind, Proof
from storage.researchers import Researcher


class State(StrEnum):
    """How a claim stands."""

    AWAITING = "awaiting"
    REVIEW = "review"
    DISPUTED = "disputed"
    VERIFIED = "verified"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


class Step(StrEnum):
    """What can happen to a claim."""

    START = "started"
    CODES = "new codes"
    LOOK = "page looked at"
    PROVE = "page proved"
    ASK = "review asked for"
    MORE = "more asked for"
    APPROVE = "approved"
    REFUSE = "refused"
    WITHDRAW = "withdrawn"
    REVOKE = "revoked"
    OVERRULE = "overruled"
    RESTORE = "stands again"
    RIVAL = "claimed by another"
    CLEAR = "dispute over"


OPEN = frozenset({State.AWAITING, State.REVIEW, State.DISPUTED})
LIVE = OPEN | {State.VERIFIED}

_REVIEWED = frozenset({State.REVIEW, State.DISPUTED})

MOVES: dict[Step, dict[State, frozenset[State]]] = {
    Step.CODES: {state: frozenset({state}) for state in LIVE},
    Step.LOOK: {state: frozenset({state}) for state in LIVE},
    Step.PROVE: {
        State.AWAITING: frozenset({State.VERIFIED, State.DISPUTED}),
        State.REVIEW: frozenset({State.VERIFIED, State.DISPUTED}),
        State.DISPUTED: frozenset({State.DISPUTED}),
        State.VERIFIED: frozenset({State.VERIFIED}),
    },
    Step.ASK: {
        State.AWAITING: _REVIEWED,
        State.REVIEW: _REVIEWED,
        State.DISPUTED: frozenset({State.DISPUTED}),
    },
    Step.MORE: {
        State.REVIEW: frozenset({State.AWAITING}),
        State.DISPUTED: frozenset({State.DISPUTED}),
    },
    Step.APPROVE: {state: frozenset({State.VERIFIED}) for state in _REVIEWED},
    Step.REFUSE: {state: frozenset({State.REFUSED}) for state in _REVIEWED},
    Step.WITHDRAW: {state: frozenset({State.WITHDRAWN}) for state in LIVE},
    Step.REVOKE: {State.VERIFIED: frozenset({State.REVOKED})},
    Step.OVERRULE: {State.VERIFIED: frozenset({State.REVOKED})},
    Step.RESTORE: {State.REVOKED: frozenset({State.VERIFIED, State.DISPUTED})},
    Step.RIVAL: {
        State.AWAITING: frozenset({State.AWAITING}),
        State.REVIEW: _REVIEWED,
        State.DISPUTED: frozenset({State.DISPUTED}),
        State.VERIFIED: frozenset({State.VERIFIED}),
    },
    Step.CLEAR: {State.DISPUTED: frozenset({State.VERIFIED, State.REVIEW})},
}
"""What happens -> the states that it may happen in, each with the states that it may lead to."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One person's word that a researcher is them.

    Attributes:
        guild_id: the server where it was started, or last put to review; None in private.
        codes: kind of page -> the code that it has to show.
        why: what a moderator says to its claimant: a question, or the reason of an end.
        joined_at: since when they are a member of that server, where that is known.
        rivals: how many claims of others, on the researcher or on the record they are behind, live.
        disputed: whether one of these has come to a dispute.
        told: whether its claimant knows of the last thing that others did.
    """

    id: int
    researcher: Researcher
    user_id: int
    guild_id: int | None
    state: State
    codes: dict[Kind, str]
    codes_until: datetime
    why: str
    joined_at: datetime | None
    review_channel_id: int | None
    review_message_id: int | None
    started_at: datetime
    changed_at: datetime
    told: bool
    proofs: tuple[Proof, ...]
    rivals: int
    disputed: bool

    @property
    def level(self) -> int:
        """The verification level of the claim; 1, as of any imported record, when it has ended."""
        if self.state is State.VERIFIED:
            return proofs.level(self.proofs)
        return 2 if self.state in LIVE else 1

    @property
    def unseen(self) -> bool:
        """Whether it is for moderators to decide, none of whom were shown it, or whose server the
        bot has left.
        """
        shown = self.guild_id is not None and self.review_message_id is not None
        return self.state in _REVIEWED and not shown

    @property
    def pages(self) -> tuple[Proof, ...]:
        """The pages that proved it."""
        return tuple(p for p in self.proofs if p.found and p.kind is not Kind.REVIEW)


@dataclass(frozen=True, slots=True)
class Happened:
    """A step of a claim. `user_id` is None for what followed by itself, and for people erased."""

    what: Step
    state: State
    why: str
    at: datetime
    user_id: int | None


@dataclass(frozen=True, slots=True)
class Moderator:
    """Who decides, and where.

    `trusted` says that whoever runs the bot lets this server decide about every claim; any other
    decides about the claims made there.
    """

    user_id: int
    guild_id: int
    trusted: bool = False


def described(state: State) -> str:
    """A state as people read it."""
    return {
        State.AWAITING: "waiting for a proof",
        State.REVIEW: "with the moderators",
        State.DISPUTED: "disputed, and with the moderators",
        State.VERIFIED: "verified",
    }.get(state, state.value)
