"""Follows, the places that they go to, and what was announced there."""

from __future__ import annotations

from storage.errors.kinds import InputError, NotAllowed, NotFound, StaleButton
from storage.phrases import plural


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


class AnnouncementGone(StaleButton):
    code = "announcement_gone"
    template = "I no longer keep that announcement; `/ask` with the paper's title asks about it."


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
