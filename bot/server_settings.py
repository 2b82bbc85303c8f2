"""What a server's moderators have set -> words, each setting in one sentence. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from bot.cards import PERSON, Card, column, lines, small
from bot.markdown import inline
from storage.errors import NotAllowed
from storage.phrases import plural
from storage.places import Place
from storage.review_places import ReviewPlace

MOST_CHANNELS = 40  # with settings of their own
EITHER = "Please give either something new or `off`, not both."


def changes(given: object, off: bool) -> bool:
    """Whether somebody wants a setting changed, and not only to see it.

    Raises:
        NotAllowed: they want it set and off at once.
    """
    if given is not None and off:
        raise NotAllowed(what=EITHER)
    return given is not None or off


def how(command: str, option: str, off: str) -> str:
    """How to change what a command showed, and what `off` does."""
    return small(f"`/admin {command}` with `{option}` changes it; with `off` {off}.")


def limit(place: Place, allowed: int) -> str:
    """How many follows a server's channels may have, of as many as the operator allows."""
    most = allowed if place.follows is None else min(place.follows, allowed)
    return f"The channels of this server may have {plural(most, 'follow')} in all."


def reviewed(place: ReviewPlace) -> str:
    """Where claims are reviewed."""
    if place.channel_id is None:
        return "Claims are not reviewed in this server."
    return f"Claims are reviewed in <#{place.channel_id}>."


def given_role(place: ReviewPlace) -> str:
    """Which role claimed researchers get."""
    if place.role_id is None:
        return "Claimed researchers get no role in this server."
    return (
        f"Researchers who prove a claim here, or look at its status here, get <@&{place.role_id}>."
    )


def everything(
    server: Place,
    channels: Mapping[int, Place],
    reviews: ReviewPlace,
    allowed: int,
    names: Mapping[int, str],
) -> Card:
    """All settings of a server; `names` are of the default researchers."""
    own = [f"<#{channel}> · {_here(place, names)}" for channel, place in channels.items()]
    answering = lines(f"**Whole server** · {_here(server, names)}", column(own, MOST_CHANNELS))
    others = lines(limit(server, allowed), reviewed(reviews), given_role(reviews))
    return Card(("## Settings", answering, others), PERSON)


def _here(place: Place, names: Mapping[int, str]) -> str:
    who = names.get(place.researcher_id or 0)
    return " · ".join(
        (
            f"about {inline(who)}" if who else "no default researcher",
            "answers on" if place.answers else "answers off",
            "mentions on" if place.mentions else "mentions off",
        )
    )
