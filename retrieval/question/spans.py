"""Stretches of a text: `text[start:end]`. Pure."""

from __future__ import annotations

from collections.abc import Iterable

Span = tuple[int, int]


def overlaps(span: Span, others: Iterable[Span]) -> bool:
    """Whether a stretch has a place in common with one of the others."""
    return any(span[0] < end and start < span[1] for start, end in others)


def blanked(text: str, spans: Iterable[Span], blot: str = "\0") -> str:
    """The text with stretches blotted out; all places stay where they are."""
    for start, end in spans:
        text = text[:start] + blot * (end - start) + text[end:]
    return text
