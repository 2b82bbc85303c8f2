"""Claims -> cards: what claimants and moderators see of them. Pure: nothing here sends anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.cards import (
    AMBER,
    CARD_LIMIT,
    IN_MENU,
    NAME_SHOWN,
    PERSON,
    QUIET,
    TITLE_SHOWN,
    Card,
    begun,
    column,
    lines,
    paragraphs,
    small,
)
from bot.markdown import inline, link, width
from retrieval.proofs import Looked
from retrieval.text import readable
from storage.claim_states import LIVE, Claim, Happened, State, Step, described
from storage.own_claims import MOST_OPEN, REST_AFTER_REFUSAL
from storage.phrases import day, minute, origin, plural
from storage.proofs import Kind, Proof
from storage.researchers import Researcher
from storage.works import Work

WHAT_FOR = (
    "Claiming links this public author record to a researcher profile and unlocks "
    "direct collaboration."
)
WHO_SEES_IT = (
    "Once you have shown it, members of servers that we share can see that this account is this "
    "researcher’s; `/claim hide` hides you in a server."
)
WHERE = {
    Kind.ORCID: "in the biography, which everyone may see",
    Kind.GITHUB: "in the bio of your profile, or in a public gist",
    Kind.INSTITUTION: "on your page at a university (.edu, .ac.uk and the like)",
    Kind.HOMEPAGE: "anywhere in the text of a page of your own",
}
ANSWER_THEM = "Show it on a page below or tell one of them, and then ask them to review once more."
SEVERAL = "Several people may share this name."
ALL_OF = "all:"  # in a menu of people: the whole record
STEPS_SHOWN = 12
LOG_HEAD = 50  # characters
PROOFS_SHOWN = 5
LISTED = 15


# For the claimant -------------------------------------------------------------------------


def which_are_you(record: Researcher, people: Sequence[Researcher]) -> Card:
    """Asks which of several people of a name somebody is, before anything is begun."""
    name = inline(record.name, NAME_SHOWN)
    entries = [
        f"- **{inline(p.label or p.name, NAME_SHOWN)}** · {plural(p.works, 'work')}" for p in people
    ]
    ask = "Choose yourself; I then ask about that person's works only."
    return Card(
        (f"## Which {name} are you?\n{SEVERAL}", column(entries, LISTED, IN_MENU), ask),
        AMBER,
    )


def who_you_may_be(record: Researcher, people: Sequence[Researcher]) -> list[tuple[str, str, str]]:
    """The choices of that; the first is all of them as one person, unless somebody is proved."""
    choices = [(str(p.id), p.label or p.name, plural(p.works, "work")) for p in people]
    if any(person.claimed for person in people):
        return choices
    all_works = plural(record.works, "work")
    return [(f"{ALL_OF}{record.id}", "All of these are me, one person", all_works), *choices]


def is_this_you(researcher: Researcher, newest: Sequence[Work]) -> Card:
    """Asks whether a record's works are the asker's, before anything is begun."""
    head = lines(
        f"## Are you {inline(researcher.distinct_name, NAME_SHOWN)}?",
        small(_size(researcher)),
        WHAT_FOR,
    )
    titles = [f"- {link(readable(w.title), w.url, TITLE_SHOWN)} · {w.year}" for w in newest]
    more = researcher.works - len(titles)
    rest = small(f"and {plural(more, 'more work')}") if more > 0 else ""
    whose = "Works of this person" if researcher.record_id else "Works on this record"
    works = lines(f"**{whose}**", *titles, rest)
    ask = "Are these your works? Next you show it on a page of yours, or ask moderators."
    return Card((head, works, lines(ask, small(WHO_SEES_IT))), AMBER)


def status(
    claim: Claim,
    history: Sequence[Happened],
    now: datetime,
    looked: Looked | None = None,
    notes: str = "",
) -> Card:
    """One claim for its claimant: how it stands, what to do next, and all that happened."""
    name = inline(claim.researcher.distinct_name, NAME_SHOWN)
    head = lines(
        f"## Your claim on {name}",
        f"**{_level(claim)}** · {described(claim.state)}"
        f"{', who were not shown it yet' if claim.unseen else ''}",
        _said(claim),
        _rivals(claim),
        _invited(claim),
        _again(history, now),
    )
    parts = [head]
    if looked is not None:
        parts.append(_looked(looked))
    if notes:
        parts.append(notes)
    if claim.state in LIVE:
        parts.append(_codes(claim, now))
    if told := _told(claim, looked):
        parts.append(lines("**Proofs**", *_proofs(told)))
    room = CARD_LIMIT - sum(map(width, parts))
    return Card((*parts, log(history, claim.user_id, room)), _colour(claim))


def _told(claim: Claim, looked: Looked | None) -> list[Proof]:
    """The pages that proved it; while they do not, those that did not, each told once."""
    earlier = claim.proofs[:-1] if looked is not None and looked.why is not None else claim.proofs
    verified = claim.state is State.VERIFIED
    return [proof for proof in earlier if proof.found or not verified]


def mine(claims: Sequence[Claim]) -> Card:
    """All claims of a person."""
    if not claims:
        return Card(("You have claimed nobody. `/claim start` begins a claim.",), QUIET)
    entries = [
        f"**{inline(c.researcher.distinct_name, NAME_SHOWN)}** · {_level(c)} · {described(c.state)}"
        for c in claims
    ]
    hint = small(f"Up to {MOST_OPEN} can be open at once.")
    return Card(("## Your claims", lines(column(entries, LISTED), hint)), PERSON)


def log(history: Sequence[Happened], claimant: int, room: int) -> str:
    """What happened to a claim, for its claimant: the latest last, as much of it as there is room
    for. Pages that proved nothing are told apart.
    """
    told = [step for step in history if step.what is not Step.LOOK]
    entries = [_step(step, claimant, "you", "a moderator") for step in told[-STEPS_SHOWN:]]
    while len(entries) > 1 and width("\n".join(entries)) > room - LOG_HEAD:
        del entries[0]
    earlier = len(told) - len(entries)
    before = small(f"and {plural(earlier, 'earlier step')}") if earlier else ""
    return lines("**Log**", before, *entries)


# For moderators ---------------------------------------------------------------------------


def review(
    claim: Claim,
    history: Sequence[Happened],
    titles: Sequence[Work],
    standing: Sequence[Claim],
    created_at: datetime,
) -> Card:
    """A claim with its evidence, for the moderators who decide it."""
    name = inline(claim.researcher.distinct_name, NAME_SHOWN)
    what = "Disputed claim" if claim.state is State.DISPUTED else "Claim to review"
    if claim.state not in (State.REVIEW, State.DISPUTED):
        what = f"Claim {described(claim.state)}"
    head = lines(
        f"## {what}: {name}",
        f"<@{claim.user_id}> says that they are **{name}** ({_size(claim.researcher)}).",
    )
    member = (
        f"member here since {day(claim.joined_at)}" if claim.joined_at else "member since: unknown"
    )
    person = lines(
        "**The claimant**",
        f"Discord account since {day(created_at)} · {member}",
    )
    works = lines(
        "**Newest works**",
        *(f"- {link(readable(w.title), w.url, 120)} · {w.year}" for w in titles),
    )
    proofs = lines("**Pages looked at**", *(_proofs(claim.proofs) or [small("none")]))
    parts = [head, paragraphs(person, works, proofs), *map(_stands, standing)]
    if claim.rivals and not standing:
        parts.append(small(f"Also claimed by {plural(claim.rivals, 'other person')}."))
    parts.append(_outcome(claim, history))
    return Card(tuple(part for part in parts if part), _colour(claim))


def _stands(claim: Claim) -> str:
    """Somebody who stands, and what approving another's claim would do to them."""
    return lines(
        f"**<@{claim.user_id}> stands now** · {_level(claim)}",
        *_proofs([proof for proof in claim.proofs if proof.found]),
        small("Approving overrules them, after asking once more; refusing leaves it as it is."),
    )


def overruling(claim: Claim, standing: Sequence[Claim]) -> str:
    """What approving a claim does to those who stand: said before it is done."""
    name = inline(claim.researcher.distinct_name, NAME_SHOWN)
    ends = [
        lines(
            f"The claim of <@{one.user_id}> ends, with their own words on the profile and the role "
            f"for claimed researchers. They are told, and cannot claim {_whom(one)} again for "
            f"{REST_AFTER_REFUSAL.days} days.",
            *_proofs([proof for proof in one.proofs if proof.found]),
        )
        for one in standing
    ]
    undone = small("Revoking this approval, under `/admin claims`, lets them stand again.")
    return paragraphs(f"**<@{claim.user_id}> will be {name}.**", *ends, undone)


def restoring(again: Sequence[Claim]) -> str:
    """Who stands again once an approval is revoked; nothing where nobody does."""
    return lines(*(f"<@{one.user_id}> then stands again as {_whom(one)}." for one in again))


def _whom(claim: Claim) -> str:
    return inline(claim.researcher.distinct_name, NAME_SHOWN)


def server(claims: Sequence[Claim]) -> Card:
    """The live claims that a server's moderators decide about."""
    if not claims:
        return Card(("There are no claims here.",), QUIET)
    entries = [
        f"**{inline(c.researcher.distinct_name, NAME_SHOWN)}** · <@{c.user_id}> · {_level(c)} · "
        f"{described(c.state)}{_disputed(c)}"
        for c in claims
    ]
    return Card(("## Claims", column(entries, LISTED)), PERSON)


def news(claim: Claim) -> str:
    """What others did to a claim, in a sentence for its claimant."""
    name = inline(claim.researcher.distinct_name, NAME_SHOWN)
    said = f" They say: “{inline(claim.why, 300)}”" if claim.why else ""
    more = "\n`/claim status` shows the rest."
    if claim.state is State.AWAITING:
        return f"The moderators need more for your claim on **{name}**.{said}{more}"
    if claim.state is State.VERIFIED:
        but = ", but somebody else disputes it; a moderator decides" if claim.disputed else ""
        return f"Your claim on **{name}** is verified: {_level(claim)}{but}.{more}"
    if claim.state is State.DISPUTED:
        rival = "" if said else ": somebody else has proved that they are this researcher"
        return f"Your claim on **{name}** is disputed{rival}; a moderator decides.{said}{more}"
    return f"Your claim on **{name}** is {described(claim.state)}.{said}{more}"


# Pieces -----------------------------------------------------------------------------------


def _size(researcher: Researcher) -> str:
    """Where somebody's works come from, and how many there are."""
    return f"{inline(origin(researcher.source), 40)}, {plural(researcher.works, 'work')}"


def _level(claim: Claim) -> str:
    return f"L{claim.level}" if claim.state in LIVE else "ended"


def _colour(claim: Claim) -> int:
    if claim.state is State.VERIFIED:
        return PERSON
    return AMBER if claim.state in LIVE else QUIET


def _said(claim: Claim) -> str:
    if not claim.why:
        return ""
    if claim.state not in LIVE:
        return f"The reason: {inline(claim.why, 500)}"
    said = f"The moderators say: “{inline(claim.why, 500)}”"
    return lines(said, small(ANSWER_THEM)) if claim.state is State.AWAITING else said


def _rivals(claim: Claim) -> str:
    if not claim.rivals or claim.state not in LIVE:
        return ""
    if claim.state is State.DISPUTED:
        return "Somebody else stands as this researcher; a moderator decides between you."
    return "Somebody else claims this researcher, too; where both prove it, a moderator decides."


def _invited(claim: Claim) -> str:
    """Whether invitations reach who has proved it, and what to do where they do not."""
    if claim.state is not State.VERIFIED:
        return ""
    if claim.researcher.open_to_collaborate:
        return "Open to collaborate: invitations reach you in private."
    return "Not open to collaborate; `/collaborate settings` says how to be."


def _again(history: Sequence[Happened], now: datetime) -> str:
    """From when somebody may claim again whose claim moderators have ended last."""
    if not history or history[-1].state not in (State.REFUSED, State.REVOKED):
        return ""
    again = history[-1].at + REST_AFTER_REFUSAL
    return f"You can claim it again from {day(again)}." if again > now else ""


def _codes(claim: Claim, now: datetime) -> str:
    """The codes that are left, and what to do with them."""
    if claim.state is State.VERIFIED and claim.level == 4:
        return "There is nothing left to prove. You can take the codes off your pages."
    if claim.codes_until < now:
        return "The codes have expired; press *New codes* for others."
    ask = "One more page, of another kind, makes it **L4**."
    if claim.state is not State.VERIFIED:
        ask = "Put **one** of these codes, and your name as on your papers, on a page of yours."
    entries = [
        lines(f"**{kind.label}** `{code}`", small(WHERE[kind]))
        for kind, code in claim.codes.items()
    ]
    until = small(f"Then press *Check now*. The codes count until {day(claim.codes_until)}.")
    return lines(ask, *entries, until)


def _proofs(proofs: Sequence[Proof]) -> list[str]:
    found = [proof for proof in proofs[:-PROOFS_SHOWN] if proof.found]
    entries = [
        f"✓ {_page(p)}" if p.found else f"✗ {_page(p)}\n{small(inline(p.why, 200))}"
        for p in (*found, *proofs[-PROOFS_SHOWN:])
    ]
    earlier = len(proofs) - len(entries)
    return [*([small(f"and {earlier} earlier")] if earlier else []), *entries]


def _page(proof: Proof) -> str:
    if proof.kind is Kind.REVIEW:
        return proof.kind.label
    return f"{proof.kind.label} · {inline(proof.page, 120)}"


def _looked(looked: Looked) -> str:
    page = inline(looked.target.page, 120)
    if looked.why is None:
        return f"**Proved.** The code stands on {page}."
    return f"**Not yet.** I looked at {page}\n{inline(looked.why, 300)}."


def _step(step: Happened, claimant: int, themselves: str = "the claimant", other: str = "") -> str:
    """What happened, and by whom; `other` in place of whoever is not the claimant."""
    if step.user_id is None:
        who = ""
    elif step.user_id == claimant:
        who = f" by {themselves}"
    else:
        who = f" by {other or f'<@{step.user_id}>'}"
    why = "" if step.why == "by the claimant" else step.why
    said = f": {inline(begun(why, 160))}" if why else ""
    return small(f"{minute(step.at)} · {step.what.value}{who}{said}")


def _outcome(claim: Claim, history: Sequence[Happened]) -> str:
    """Who decided it, or that a page did, once that has happened."""
    decisions = {Step.APPROVE, Step.REFUSE, Step.MORE, Step.REVOKE, Step.WITHDRAW}
    decisions |= {Step.OVERRULE, Step.RESTORE}
    for step in reversed(history):
        if step.what is Step.PROVE and step.state is State.VERIFIED:
            proved = "**Proved by a page**, so there is nothing to decide"
            return lines(proved, _step(step, claim.user_id))
        if step.what in decisions:
            return lines("**Last decision**", _step(step, claim.user_id))
    return ""


def _disputed(claim: Claim) -> str:
    verified = claim.state is State.VERIFIED
    return " · disputed by another" if verified and claim.disputed else ""
