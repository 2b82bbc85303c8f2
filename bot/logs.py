"""Structured logs: readable on a terminal, JSON elsewhere; no token and no message content.

Our own lines carry names, ids and counts only. Other libraries' lines pass through with the token
struck out, in case one ever quotes a request.
"""

from __future__ import annotations

import logging
import re
import secrets
import sys

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.settings import LogSettings

UNEXPECTED = (
    "Something went wrong on my side. If it happens again, please report it as {reference}."
)

# A bot token: the id in base64, the time, the signature.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{23,30}\.[A-Za-z0-9_-]{6,8}\.[A-Za-z0-9_-]{25,}")
# These tell of every request, some with its content.
_QUIET = ("aiosqlite", "alembic", "arxiv", "asyncio", "chromadb", "discord", "httpx", "langchain")


def configure(settings: LogSettings, *, quiet: bool = False) -> None:
    """Send everything to standard error in one form; call once, before the first line.

    `quiet` leaves out what is no warning, for commands whose own output says enough.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_form(settings),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    root.setLevel(max(level, logging.WARNING) if quiet and settings.level != "debug" else level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def report(error: BaseException, *, doing: str) -> str:
    """Log a defect whole; returns the short reference that is shown in its place."""
    reference = secrets.token_hex(3).upper()
    structlog.get_logger("colloquy.errors").error(
        "unexpected", reference=reference, doing=doing, exc_info=error
    )
    return reference


def _form(settings: LogSettings) -> list[Processor]:
    terminal = sys.stderr.isatty()
    text = settings.format == "text" or (settings.format == "auto" and terminal)
    return [
        structlog.processors.format_exc_info,  # before the token is looked for
        _without_token,
        structlog.dev.ConsoleRenderer(
            colors=terminal, exception_formatter=structlog.dev.plain_traceback
        )
        if text
        else structlog.processors.JSONRenderer(ensure_ascii=False),
    ]


def _without_token(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    for key, value in event.items():
        if isinstance(value, str) and "." in value:
            event[key] = _TOKEN.sub("[token]", value)
    return event
