"""One polite connection to a public service: spaced, timed, bounded, backing off, never blocking.

All requests of one `Connection` go through one thread, one after the other. Whoever shares the
object shares its spacing and its back-off.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from io import BytesIO
from typing import Any, Final, NoReturn, TypeVar

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError as BrokenBody

T = TypeVar("T")

_BUSY: Final = {429: "it asks us to slow down", 503: "it is not available"}
_LARGEST: Final = 64 * 2**20
_PIECE: Final = 2**16


@dataclass(frozen=True, slots=True)
class Pacing:
    """How patient a connection is; all in seconds.

    Attributes:
        spacing: from the end of a request, failed or not, to the start of the next.
        backoff: waits while the service is down or asks to slow down; then we give up.
        again: waits before asking again for an answer that never came, or came cut off, damaged
            or empty; then we give up.
        connect: the longest wait for a connection.
        read: the longest silence within an answer.
        whole: the longest time that one answer may take.
        longest_wait: a Retry-After beyond this is not waited for.
    """

    spacing: float = 3.0
    backoff: tuple[float, ...] = (15, 30, 60, 120, 240)
    again: tuple[float, ...] = (3, 10, 30, 60)
    connect: float = 10.0
    read: float = 30.0
    whole: float = 180.0
    longest_wait: float = 900.0


class Refused(Exception):
    """No answer, or one that is not to be used; asking again may help. `why` says what it was."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class SlowDown(Refused):
    """The service is down or asks to slow down: everybody on the connection waits."""


class Hopeless(Refused):
    """Asking again soon will not help."""


class _NotYet(Exception):
    """The connection is backing off."""


class PoliteSession(requests.Session):
    """A `requests.Session` whose `get` waits its turn and gives whole answers only."""

    def __init__(self, user_agent: str, pacing: Pacing) -> None:
        super().__init__()
        self.pacing = pacing
        self.resume_at = 0.0
        self._free_at = 0.0
        self._failures = 0
        self._agent = user_agent
        self.max_redirects = 3
        for scheme in ("http://", "https://"):
            self.mount(scheme, HTTPAdapter(pool_connections=1, pool_maxsize=1, max_retries=0))

    def get(self, url: str | bytes, **kwargs: Any) -> requests.Response:
        """The whole answer, whatever its status, unless it says that the service is down.

        Raises:
            SlowDown: the service is down or wants to be left alone for a while.
            Refused: no answer, or one that breaks off or does not end.
        """
        now = time.monotonic()
        if self.resume_at > now:
            raise _NotYet
        time.sleep(max(0.0, self._free_at - now))
        try:
            answer = self._ask(url, kwargs | {"headers": {"User-Agent": self._agent}})
        finally:
            self._free_at = time.monotonic() + self.pacing.spacing
        if answer.status_code in _BUSY or answer.status_code >= 500:
            why = _BUSY.get(answer.status_code, "it has an error of its own")
            self.back_off(f"{why}, HTTP {answer.status_code}", retry_after(answer))
        self._failures = 0
        return answer

    def back_off(self, why: str, asked_for: float = 0.0) -> NoReturn:
        """Let everybody wait, longer each time in a row.

        Raises:
            SlowDown: always, or Hopeless where the wait asked for is too long.
        """
        if asked_for > self.pacing.longest_wait:
            raise Hopeless(f"{why}, and to come back in {asked_for / 60:.0f} minutes")
        waits = self.pacing.backoff or (0.0,)
        wait = max(waits[min(self._failures, len(waits) - 1)], asked_for)
        self._failures += 1
        self.resume_at = time.monotonic() + wait
        raise SlowDown(why)

    def _ask(self, url: str | bytes, kwargs: dict[str, Any]) -> requests.Response:
        limits = (self.pacing.connect, self.pacing.read)
        until = time.monotonic() + self.pacing.whole
        try:
            with super().get(url, stream=True, timeout=limits, **kwargs) as response:
                body = _whole_body(response, until)
        except requests.Timeout as error:
            raise Refused("it does not answer") from error
        except requests.ConnectionError as error:
            raise Refused("the connection failed") from error
        except (requests.RequestException, BrokenBody, OSError) as error:
            raise Refused("its answer broke off") from error
        return with_body(response, body)


class Connection:
    """Runs jobs that use one `PoliteSession`, one at a time, off the event loop."""

    def __init__(self, session: PoliteSession) -> None:
        self.session = session
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="source")

    async def run(self, job: Callable[[], T]) -> T:
        """Run the job once the connection is not backing off."""
        while True:
            await asyncio.sleep(max(0.0, self.session.resume_at - time.monotonic()))
            try:
                return await asyncio.get_running_loop().run_in_executor(self._worker, job)
            except _NotYet:
                continue

    def close(self) -> None:
        """Give up the connection; a request under way ends by its own time-out."""
        self._worker.shutdown(wait=False, cancel_futures=True)
        self.session.close()


def with_body(response: requests.Response, body: bytes) -> requests.Response:
    """The same answer with another body, which is already here."""
    whole = requests.Response()
    whole.status_code = response.status_code
    whole.headers = response.headers
    whole.url = response.url
    whole.raw = BytesIO(body)
    return whole


def _whole_body(response: requests.Response, until: float) -> bytes:
    """Read piece by piece, so that neither a trickle nor a flood can hold us."""
    body = bytearray()
    while piece := response.raw.read1(_PIECE, decode_content=True):
        body += piece
        if len(body) > _LARGEST or time.monotonic() > until:
            raise Refused("its answer does not end")
    return bytes(body)


def retry_after(response: requests.Response) -> float:
    """Seconds that the server asks to wait (RFC 9110, 10.2.3); 0 where it says nothing sensible."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())
