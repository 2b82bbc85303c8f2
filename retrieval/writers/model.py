"""The writer with a language model: any chat model that LangChain can open.

The model sees instructions in the system message and fenced data in the user message
(`retrieval.prompts`), has no tools, and what it writes is checked sentence by sentence
(`retrieval.writers.checked`) before anybody reads it.
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

import structlog

from retrieval import prompts
from retrieval.writers import Draft
from retrieval.writers.checked import Checker
from storage.errors import ModelUnavailable

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage

    from retrieval.search import Passage

OnDraft: TypeAlias = Callable[[Draft], Awaitable[None]]

_BROKEN = "its answer was cut off"
_CUT_OFF = frozenset({"length", "max_tokens", "model_length", "incomplete"})
_REFUSED = frozenset({"content_filter", "refusal", "safety"})
_STATUS = {
    401: "it refused the API key",
    403: "it refused the API key",
    404: "it does not know the model",
    429: "it is busy",
}

_UNREACHED = "it cannot be reached"
_TOO_LONG = "it took too long"
_CURES = {
    _UNREACHED: "start its server, or correct model.base_url in config.yaml",
    _STATUS[401]: "correct it in .env",
    _STATUS[404]: "correct model.name or model.base_url in config.yaml",
    _TOO_LONG: "raise model.timeout_s in config.yaml, or see whether its server hangs",
}

_ENDED = re.compile(r"(?:[.!?\])】]\s+|\n)\S")  # and the next sentence begins

log = structlog.get_logger(__name__)


def _random_key() -> str:
    return f"k{secrets.token_hex(4)}"


class ModelWriter:
    """Writes answers with the model `name`, "provider:model" as in `init_chat_model`.

    `base_url` points at any server that speaks the provider's protocol; `timeout_s` bounds in
    seconds how long the model may take for a whole answer; `max_tokens` bounds its length. Nothing
    is opened before the first answer.
    """

    def __init__(
        self,
        name: str,
        *,
        base_url: str = "",
        timeout_s: float = 30.0,
        max_tokens: int = 600,
        temperature: float = 0.0,
        new_key: Callable[[], str] = _random_key,
    ) -> None:
        self.name = name
        self._base_url = base_url
        self._timeout_s = timeout_s
        self._max_tokens = max_tokens
        self._temperature = temperature
        self._new_key = new_key
        self._chat: BaseChatModel | None = None

    async def check(self) -> None:
        """Open the model and let it begin an answer; no more than the first piece is read.

        Raises:
            ModelUnavailable: a package or a key is missing, or no answer begins; the sentence says
                which, and what to do.
        """
        chat = await self._opened()
        try:
            async with asyncio.timeout(self._timeout_s):
                await anext(chat.astream("Hello!"), None)
        except Exception as error:
            log.warning("model does not answer", model=self.name, error=type(error).__name__)
            why = _why(error)
            cure = _CURES.get(why)
            raise ModelUnavailable(why=f"{why}; {cure}" if cure else why) from error

    async def write(
        self,
        question: str,
        passages: Sequence[Passage],
        *,
        history: Sequence[str] = (),
        on_draft: OnDraft | None = None,
    ) -> Draft:
        """A checked draft; without sentences when the model finds no answer in the passages.

        `history` are the member's earlier questions, oldest first. `on_draft` is awaited with the
        checked sentences so far whenever there is one more; its time is not the model's.

        Raises:
            ModelUnavailable: slow, down, cut off, or nothing it wrote bears checking.
        """
        keyed = {self._new_key(): passage for passage in passages}
        checker = Checker(keyed)
        await self._opened()  # its packages take seconds to import, once: that time is not its own
        limit = asyncio.timeout(self._timeout_s)
        raw, read, shown = "", 0, 0
        try:
            async with limit, aclosing(self._pieces(question, keyed, history)) as pieces:
                async for piece in pieces:
                    raw += piece
                    if on_draft is None or not _ENDED.search(raw, read):
                        continue
                    read = len(raw)
                    draft = checker.draft(raw, finished=False)
                    if len(draft.sentences) > shown:
                        shown = len(draft.sentences)
                        with _suspended(limit):
                            await on_draft(draft)
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise ModelUnavailable(
                why=f"it took longer than {self._timeout_s:g} seconds"
            ) from error
        draft = checker.draft(raw)
        if not draft.sentences and prompts.CANNOT_ANSWER not in raw:
            raise ModelUnavailable(why="nothing it wrote is borne out by the papers")
        return draft

    async def _pieces(
        self, question: str, keyed: dict[str, Passage], history: Sequence[str]
    ) -> AsyncGenerator[str]:
        """The model's text as it comes.

        Raises:
            ModelUnavailable: it cannot be reached, fails, refuses, or stops in mid-answer.
        """
        from langchain_core.prompts import ChatPromptTemplate  # slow to import

        chat = await self._opened()
        prompt = ChatPromptTemplate.from_messages(
            [("system", prompts.SYSTEM), ("human", prompts.USER)]
        )
        works = [(key, passage.work) for key, passage in keyed.items()]
        chain = prompt | chat
        stream = chain.astream(
            {
                "fence": secrets.token_hex(8),
                "example": self._new_key(),
                "cannot_answer": prompts.CANNOT_ANSWER,
                "data": prompts.data(question, works, history),
            }
        )
        reason, tail = "", ""
        while True:
            try:
                chunk = await anext(stream)
            except StopAsyncIteration:
                break
            except Exception as error:
                log.warning("model failed", model=self.name, error=type(error).__name__)
                raise ModelUnavailable(why=_BROKEN if tail else _why(error)) from error
            reason = _finish_reason(chunk) or reason
            text = str(chunk.text)
            tail = (tail + text)[-80:]
            yield text
        _check_end(reason, tail)

    async def _opened(self) -> BaseChatModel:
        if self._chat is None:
            self._chat = await asyncio.to_thread(self._open)
        return self._chat

    def _open(self) -> BaseChatModel:
        from langchain.chat_models import init_chat_model  # slow to import

        try:
            chat: BaseChatModel = init_chat_model(self.name, **self._options())
        except ImportError as error:
            package = re.search(r"pip install ['\"]?([\w.-]+)", str(error))
            name = package[1] if package else (error.name or "its package")
            raise ModelUnavailable(
                why=f"the package {name} is missing; install it with `pip install {name}`"
            ) from error
        except Exception as error:
            log.warning("model does not open", model=self.name, error=type(error).__name__)
            raise ModelUnavailable(why=self._why_not_opened(error)) from error
        return chat

    def _options(self) -> dict[str, Any]:
        """What the provider's class is made with; Ollama's has names of its own."""
        provider = self.name.partition(":")[0]
        options: dict[str, Any] = {"temperature": self._temperature}
        if self._base_url:
            options["base_url"] = self._base_url
        if provider == "ollama":
            return {
                **options,
                "num_predict": self._max_tokens,
                "client_kwargs": {"timeout": self._timeout_s},
            }
        if provider == "openai" and self._base_url and not os.environ.get("OPENAI_API_KEY"):
            options["api_key"] = "none"  # servers at home ask for none; the client insists on one
        return {
            **options,
            "max_tokens": self._max_tokens,
            "timeout": self._timeout_s,
            "max_retries": 1,
        }

    def _why_not_opened(self, error: Exception) -> str:
        provider = self.name.partition(":")[0]
        if "supported" in str(error).lower() and provider in str(error):
            return f"{provider} is not a provider that LangChain knows"
        key = re.search(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_KEY\b", str(error))
        if key:
            return f"its key is missing; set {key[0]} in .env"
        return "it cannot be opened with these settings"


@contextmanager
def _suspended(limit: asyncio.Timeout) -> Iterator[None]:
    """Leave out of a time limit what is done meanwhile."""
    now, until = asyncio.get_running_loop().time, limit.when()
    assert until is not None
    left = until - now()
    limit.reschedule(None)
    yield
    limit.reschedule(now() + left)


def _finish_reason(chunk: AIMessage) -> str:
    metadata = chunk.response_metadata
    names = ("finish_reason", "stop_reason", "done_reason")
    return next((str(metadata[name]).lower() for name in names if metadata.get(name)), "")


def _check_end(reason: str, tail: str) -> None:
    """Raise ModelUnavailable unless the stream came to a proper end."""
    if reason in _REFUSED:
        raise ModelUnavailable(why="it declined to answer")
    whole = tail.rstrip().endswith((".", "!", "?", "]", prompts.CANNOT_ANSWER))
    if reason in _CUT_OFF or (not reason and tail.strip() and not whole):
        raise ModelUnavailable(why=_BROKEN)


def _why(error: Exception) -> str:
    """What went wrong, told by status and class name: every provider has errors of its own."""
    status = getattr(error, "status_code", None)
    name = type(error).__name__.lower()
    if status in _STATUS:
        return _STATUS[status]
    if "timeout" in name:
        return _TOO_LONG
    if "protocol" in name or "incomplete" in name:
        return _BROKEN
    if "connect" in name or isinstance(error, OSError):
        return _UNREACHED
    return "it answered with an error"
