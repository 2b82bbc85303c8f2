"""What the log holds, and what it must not."""

from __future__ import annotations

import logging

import pytest
import structlog

from bot import logs
from bot.settings import LogSettings

TOKEN = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs1abc"


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_token_is_struck_out_of_what_is_logged_also_of_tracebacks(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = structlog.get_config()
    logs.configure(LogSettings.model_validate({"format": form}))
    try:
        raise ValueError(f"bad header Authorization: Bot {TOKEN}")
    except ValueError as error:
        reference = logs.report(error, doing="sending")
        logging.getLogger("another").exception("failed with %s", TOKEN)
    finally:
        logging.getLogger().handlers.clear()
        structlog.configure(**before)
    logged = capsys.readouterr().err
    assert reference in logged
    assert logged.count("bad header Authorization: Bot [token]") == 2
    assert TOKEN not in logged
