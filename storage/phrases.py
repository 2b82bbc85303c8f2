"""Parts of sentences that every room writes."""

from __future__ import annotations


def plural(number: int, noun: str) -> str:
    """A number with its noun, as "1 work" or "2,000 works"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
