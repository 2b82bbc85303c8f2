"""Settings as somebody may write them down."""

from __future__ import annotations

from pathlib import Path


def write(text: str, name: str = "config.yaml") -> Path:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path
