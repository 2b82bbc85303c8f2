"""Filters, quiet hours and "none" as people type them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from storage import follows
from storage.errors import BadQuietHours
from storage.follows import Filter


def changed(
    old: Filter,
    any_words: str | None,
    all_words: str | None,
    no_words: str | None,
    categories: str | None,
    similar_to: str | None,
    revisions: bool | None,
) -> Filter:
    """The filter with what was given put in place of what was there; "none" empties a part.

    Raises:
        BadCategories: what was given for them is not their codes.
    """
    lists = {"any_of": any_words, "all_of": all_words, "none_of": no_words}
    given: dict[str, Any] = {key: _split(text) for key, text in lists.items() if text is not None}
    if categories is not None:
        given["categories"] = () if is_none(categories) else follows.categories_of(categories)
    if similar_to is not None:
        given["similar_to"] = None if is_none(similar_to) else similar_to.strip()
    if revisions is not None:
        given["revisions"] = revisions
    return replace(old, **given)


def _split(text: str) -> tuple[str, ...]:
    if is_none(text):
        return ()
    return tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))


def is_none(text: str) -> bool:
    """Whether somebody writes that there is to be none."""
    return text.strip().casefold() in {"none", "-", ""}


def quiet_hours(text: str | None) -> tuple[int, int] | None:
    """Quiet hours as minutes of the day.

    Raises:
        BadQuietHours: not two times of the day.
    """
    if text is None:
        return None
    if text.strip().casefold() in {"off", "none", "-"}:
        return (0, 0)
    match = re.fullmatch(r"\s*(\d{1,2})(?::(\d\d))?\s*(?:-|–|to)\s*(\d{1,2})(?::(\d\d))?\s*", text)
    if match is None:
        raise BadQuietHours(text=text)
    hours = [int(match[1]), int(match[3])]
    minutes = [int(match[2] or 0), int(match[4] or 0)]
    if max(hours) > 23 or max(minutes) > 59:
        raise BadQuietHours(text=text)
    return hours[0] * 60 + minutes[0], hours[1] * 60 + minutes[1]
