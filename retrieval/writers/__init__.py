"""Writers turn passages into a draft; `retrieval.cited` checks it before anybody reads it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim sentence of one of the passages: `passage` is its place among those given."""

    passage: int
    text: str


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """One sentence of an answer and the quotes it rests on, of which there is at least one.

    The quoting writer's `text` is the verbatim quote; a model's is in its own words. Neither
    carries citation marks.
    """

    text: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """Sentences in the order they are to be read; none means that the passages do not answer."""

    sentences: tuple[DraftSentence, ...]
