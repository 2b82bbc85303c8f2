"""The command line, as a shell sees it."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from bot import cli, progress
from bot.datadir import held
from bot.stopping import STOPPED
from retrieval.sources.arxiv import Arxiv
from retrieval.sources.connection import Pacing
from tests.arxiv_loopback import LoopbackArxiv, sample_works

ROOT = Path(__file__).parents[2]


class Result:
    """What a command left behind."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


Shell = Callable[..., Result]


@pytest.fixture
def bot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Shell:
    """`python -m bot …` in a folder of its own, with an empty data directory."""
    for name in [*os.environ]:
        if name.startswith("COLLOQUY_") or name == "DISCORD_TOKEN":
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLLOQUY_DATA_DIR", str(tmp_path / "data"))

    def run(*arguments: str) -> Result:
        monkeypatch.setattr(sys, "argv", ["bot", *arguments])
        capfd.readouterr()
        with pytest.raises(SystemExit) as exit_:
            cli.main()
        out, err = capfd.readouterr()
        code = exit_.value.code
        return Result(code if isinstance(code, int) else 0, out, err)

    return run


@pytest.fixture
def filled(
    bot: Shell, filled_data_dir: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Shell:
    """The same, with the sample in the data directory."""
    shutil.copytree(filled_data_dir, tmp_path / "data", symlinks=True)
    return bot


def test_help_comes_at_once() -> None:
    started = time.process_time(), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "bot", "--help"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert "Answer a question from what is stored." in done.stdout
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "typer" in imported
    assert not imported & {"discord", "sqlalchemy", "numpy", "chromadb", "onnxruntime", "pydantic"}
    assert started[1] <= time.perf_counter()


def test_a_wrong_setting_is_one_sentence(bot: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLLOQUY_LIMITS__PER_HOUR", "many")
    result = bot("migrate")
    assert (result.code, result.out) == (1, "")
    assert result.err == (
        "COLLOQUY_LIMITS__PER_HOUR: it must be a whole number from 1 to 10000, "
        "but it is 'many'; the default is 80.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("ask", "Give either a QUESTION or --batch FILE."),
        ("ask Why? --batch config.yaml", "Give either a QUESTION or --batch FILE."),
        ("ask --batch nowhere.txt", "There is no file nowhere.txt."),
        ("import arxiv", "Give a NAME, one or more --id, or a --query."),
        ("import arxiv Kai --query cat:cs.CL", "Give a NAME, one or more --id, or a --query."),
        ("import arxiv Kai --max 0", "should be greater than or equal to 1."),
        ("import snapshot nowhere.jsonl", "'nowhere.jsonl' does not exist."),
        ("try --port x", "Invalid value for '--port': it should be a whole number."),
        ("people", "Missing argument 'name'."),
        ("dance", "No such command 'dance'."),
    ],
)
def test_wrong_usage_is_one_line_and_code_two(bot: Shell, arguments: str, said: str) -> None:
    result = bot(*arguments.split())
    assert (result.code, result.out) == (2, "")
    assert said in result.err
    assert "--help` shows what can be given." in result.err
    assert result.err.count("\n") == 1


def test_without_a_command_all_are_shown(bot: Shell) -> None:
    result = bot()
    assert result.code == 2
    assert "Answer a question from what is stored." in result.out + result.err


def test_migrate_says_what_it_did(bot: Shell) -> None:
    first = bot("migrate")
    assert first.code == 0
    assert "it was empty before" in first.out
    assert "is up to date" in bot("migrate").out


def test_a_newer_database_is_left_alone(bot: Shell, tmp_path: Path) -> None:
    bot("migrate")
    file = tmp_path / "data" / "colloquy.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = file.read_bytes()
    for arguments in (("migrate",), ("ask", "How many papers?"), ("run",)):
        result = bot(*arguments)
        assert result.code == 1
        assert "written by a newer Colloquy (schema 9999" in result.err
    assert file.read_bytes() == before


def test_a_second_process_is_told_who_is_there(bot: Shell, tmp_path: Path) -> None:
    with held(tmp_path / "data"):
        result = bot("migrate")
    assert result.code == 1
    assert result.err.startswith(f"Another Colloquy (process {os.getpid()}) is using")
    assert bot("migrate").code == 0


def test_a_folder_that_cannot_be_written_to(bot: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder, why in (
        ("/proc/nowhere", "cannot be written to"),
        (__file__, "is a file, not a folder; set COLLOQUY_DATA_DIR to a folder of your own."),
        (f"{__file__}/data", "lies in a file, not in a folder; set COLLOQUY_DATA_DIR"),
    ):
        monkeypatch.setenv("COLLOQUY_DATA_DIR", folder)
        result = bot("migrate")
        assert result.code == 1
        assert result.err.startswith(f"data_dir: {folder} {why}")
        assert result.err.count("\n") == 1


def test_ask_prints_the_answer_with_its_sources(filled: Shell) -> None:
    result = filled("ask", "What does NPD stand for?")
    assert (result.code, result.err) == (0, "")
    assert "Near-Policy Distillation (NPD)" in result.out
    assert "[1] Near-Policy: Accelerating On-Policy Distillation" in result.out
    assert "https://arxiv.org/abs/2605.05940" in result.out
    assert "\x1b" not in result.out


def test_ask_gives_one_json_object(filled: Shell) -> None:
    result = filled("ask", "What does NPD stand for?", "--researcher", "kai han", "--json")
    [line] = result.out.splitlines()
    answer = json.loads(line)
    assert [*answer] == [
        "question",
        "answer",
        "refused",
        "kind",
        "scope",
        "citations",
        "writer",
        "note",
        "seconds",
    ]
    assert answer["question"] == "What does NPD stand for?"
    assert answer["refused"] is False
    assert answer["scope"].startswith("Kai Han")
    assert [*answer["citations"][0]] == ["title", "url", "year", "quote"]
    assert answer["citations"][0]["year"] == 2026


def test_ask_refuses_in_json_too(filled: Shell) -> None:
    answer = json.loads(filled("ask", "Who is the king of France?", "--json").out)
    assert answer["refused"] is True
    assert answer["citations"] == []


def test_a_batch_keeps_its_order_whatever_a_line_holds(filled: Shell, tmp_path: Path) -> None:
    lines = [
        "How many papers in 2022?",
        "",
        "x" * 10_000,
        "'; DROP TABLE works; --",
        "\u202e\u05d0\u05d9\u05da? \U0001f419",
        "What does NPD stand for?",
    ]
    file = tmp_path / "questions.txt"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = filled("ask", "--batch", str(file))
    answers = [json.loads(line) for line in result.out.splitlines()]
    assert [answer["question"] for answer in answers] == lines
    assert "14 works in 2022" in answers[0]["answer"]
    assert answers[1]["answer"].startswith("Please write a question")
    assert "2,000 characters" in answers[2]["answer"]
    assert [answer["refused"] for answer in answers[:3]] == [False, True, True]
    assert "NPD" in answers[5]["answer"]
    assert result.code == 0


def test_a_batch_may_come_from_standard_input(
    filled: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("How many papers in 2022?\n"))
    result = filled("ask", "--batch", "-")
    assert result.code == 0
    assert "14 works in 2022" in json.loads(result.out)["answer"]


GONE = "That researcher is not stored here (any more)"


@pytest.mark.parametrize(
    ("who", "said"),
    [("Nobody", "I know no researcher called “Nobody”"), ("99", GONE), ("9" * 30, GONE)],
)
def test_who_has_the_command_line_is_told_how_to_import(filled: Shell, who: str, said: str) -> None:
    result = filled("ask", "How many papers?", "--researcher", who)
    assert (result.code, result.out, result.err.count("\n")) == (1, "", 1)
    assert result.err.startswith(said)
    assert "python -m bot import arxiv" in result.err


def test_an_author_without_a_record_is_named_with_what_to_do(filled: Shell) -> None:
    result = filled("ask", "How many papers?", "--researcher", "yunhe")
    assert result.err == (
        "I know no researcher called “yunhe”. Yunhe Wang is an author of 14 works here, without a "
        "record; ask about “papers by Yunhe Wang”. "
        'Import their papers: python -m bot import arxiv "Yunhe Wang"\n'
    )
    assert "14 works with Yunhe Wang" in filled("ask", "papers by Yunhe Wang").out


def test_an_unknown_researcher_is_named_with_near_ones(filled: Shell) -> None:
    result = filled("ask", "How many papers?", "--researcher", "Kay Hann", "--json")
    assert result.code == 1
    assert result.err.startswith("I know no researcher called “Kay Hann”. Did you mean Kai Han?")
    assert json.loads(result.out)["kind"] == "unknown_researcher"


def test_an_ambiguous_researcher_is_chosen_by_number(filled: Shell, tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text(
        json.dumps({"title": "T", "abstract": "About tea.", "year": 2020, "authors": ["Kai Han"]}),
        encoding="utf-8",
    )
    assert filled("import", "snapshot", str(rows), "--researcher", "Kai Han").code == 0
    result = filled("ask", "How many papers?", "--researcher", "Kai Han")
    assert result.code == 1
    choices = [line for line in result.err.splitlines() if line.startswith("  --researcher ")]
    assert len(choices) == 2
    number = next(line for line in choices if "1 work)" in line).split()[1].rstrip(":")
    assert "1 work" in filled("ask", "How many papers?", "--researcher", number).out


def test_asking_goes_on_while_the_bot_runs(filled: Shell, tmp_path: Path) -> None:
    with held(tmp_path / "data"):
        result = filled("ask", "What does NPD stand for?")
    assert (result.code, result.err) == (0, "")
    assert "Near-Policy Distillation" in result.out


ROWS = [
    {
        "title": "Tea",
        "abstract": "We brew tea at 80 degrees.",
        "year": 2020,
        "authors": ["Ann Lee"],
    },
    {"title": "Rice", "abstract": "We boil rice slowly.", "year": 2021, "authors": ["Ben Oak"]},
]


@contextmanager
def started(
    tmp_path: Path, *arguments: str, stdin: int | None = None
) -> Iterator[subprocess.Popen[str]]:
    """`python -m bot …` as a process of its own; it gets its standard input from the test."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        # What a shell runs in the background ignores Ctrl-C, and so would all that it starts.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def interrupted(process: subprocess.Popen[str]) -> Result:
    """What is left after Ctrl-C, which has to end it within two seconds."""
    started = time.perf_counter()
    process.send_signal(signal.SIGINT)
    code = process.wait(timeout=20)
    took = time.perf_counter() - started
    assert process.stdout
    assert process.stderr
    result = Result(code, process.stdout.read(), process.stderr.read())
    assert took < 2
    return result


def test_an_import_that_is_stopped_says_so_at_once_and_goes_on_later(
    filled: Shell, tmp_path: Path
) -> None:
    rows: list[dict[str, object]] = [
        {"title": f"Paper {n}", "abstract": f"Sentence {n} about things. " * 60, "year": 2020}
        for n in range(120)
    ]
    file = write_rows(tmp_path / "many.jsonl", rows)
    with started(tmp_path, "import", "snapshot", file) as process:
        assert process.stderr
        assert any("Reading abstracts" in line for line in process.stderr)
        time.sleep(0.2)  # it is deep in the first batch of texts
        result = interrupted(process)
    assert (result.code, result.out) == (130, "")
    assert result.err.splitlines()[-1:] == [STOPPED]
    assert "120 known already" in filled("import", "snapshot", file).out


def test_a_batch_that_waits_for_standard_input_can_be_stopped(
    filled: Shell, tmp_path: Path
) -> None:
    with started(tmp_path, "ask", "--batch", "-", stdin=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write("How many papers?\n")
        process.stdin.flush()
        assert "35" in process.stdout.readline()
        result = interrupted(process)
    assert (result.code, result.out, result.err) == (130, "", f"{STOPPED}\n")
    assert not (tmp_path / "data" / "colloquy.pid").exists()


def write_rows(path: Path, rows: list[dict[str, object]]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def test_import_says_what_came_in_and_asking_finds_it(filled: Shell, tmp_path: Path) -> None:
    file = write_rows(tmp_path / "rows.jsonl", ROWS)
    result = filled("import", "snapshot", file)
    assert result.code == 0
    assert result.out == (
        "2 works from rows.jsonl: 2 new, 0 changed, 0 known already. "
        "They belong to nobody's record; --researcher NAME makes one.\n"
    )
    assert "0 new, 0 changed, 2 known" in filled("import", "snapshot", file).out
    assert "80 degrees" in filled("ask", "At how many degrees is tea brewed?").out


def test_import_of_one_work_speaks_of_one(filled: Shell, tmp_path: Path) -> None:
    result = filled("import", "snapshot", write_rows(tmp_path / "row.jsonl", ROWS[:1]))
    assert "1 work from row.jsonl" in result.out
    assert "It belongs to nobody's record" in result.out


def test_import_of_one_author_makes_their_record(filled: Shell, tmp_path: Path) -> None:
    file = write_rows(tmp_path / "rows.jsonl", ROWS)
    result = filled("import", "snapshot", file, "--researcher", "Ann Lee")
    assert "1 work by Ann Lee from rows.jsonl: 1 new" in result.out
    assert "1 row is about somebody else and was passed over" in result.out
    answer = json.loads(filled("ask", "How many works by Ann Lee?", "--json").out)
    assert answer["scope"].startswith("Ann Lee, 1 work")


def test_import_tells_which_rows_it_left_out(
    filled: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps(ROWS[0]) + "\n{broken" * 7, encoding="utf-8")
    result = filled("import", "snapshot", str(file))
    assert result.code == 0
    assert "1 new" in result.out
    assert " known already. It belongs" in result.out
    assert result.out.strip().endswith(" 7 lines could not be used.")
    assert all(f"rows.jsonl, line {n}: " in result.err for n in range(2, 9))
    monkeypatch.setattr(progress.console, "_force_terminal", True)  # nobody reads a long list there
    result = filled("import", "snapshot", str(file))
    assert "rows.jsonl, line 6: " in result.err
    assert "rows.jsonl, line 7: " not in result.err
    assert (
        "… and 2 more were left out; with `2> left-out.txt` behind the command, "
        "that file names them." in result.err
    )


def test_a_file_that_is_none_is_one_sentence(filled: Shell, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text("not JSON at all\n", encoding="utf-8")
    result = filled("import", "snapshot", str(file))
    assert result.code == 1
    assert "rows.jsonl" in result.err
    assert "Traceback" not in result.err


def test_import_from_arxiv_by_identifier(filled: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    with LoopbackArxiv(sample_works()) as server:
        monkeypatch.setenv("COLLOQUY_ARXIV__URL", server.url)
        result = filled("import", "arxiv", "--id", "1911.11907", "--id", "arXiv:2605.05940v1")
    assert result.code == 0
    assert result.out.startswith("2 works from arXiv: 0 new, ")


def test_arxiv_out_of_reach_leaves_asking_untouched(
    filled: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient = Pacing(spacing=0, backoff=(), again=())
    monkeypatch.setattr("bot.importing.Arxiv", partial(Arxiv, pacing=impatient))
    monkeypatch.setenv("COLLOQUY_ARXIV__URL", "http://127.0.0.1:1/api")
    result = filled("import", "arxiv", "Kai Han")
    assert result.code == 1
    assert "arXiv cannot be reached right now" in result.err
    assert "14 works in 2022" in filled("ask", "How many papers in 2022?").out


def test_a_wrong_identifier_is_named(filled: Shell) -> None:
    result = filled("import", "arxiv", "--id", "bad id")
    assert result.code == 1
    assert result.err.startswith("“bad id” is not an arXiv identifier")


def test_a_deleted_index_comes_back(filled: Shell, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "data" / "index", ignore_errors=True)
    result = filled("rebuild-index")
    assert (result.code, result.out) == (0, "The search index was made anew: 35 works.\n")


def test_an_empty_folder_is_filled_with_the_sample(
    bot: Shell, models: Path, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "models").symlink_to(models, target_is_directory=True)
    result = bot("ask", "How many papers?")
    assert result.code == 0
    assert "35 works" in result.out
    assert "Reading abstracts …" in result.err


def test_a_researcher_who_asks_for_it_is_forgotten_until_that_is_taken_back(
    filled: Shell, tmp_path: Path
) -> None:
    file = tmp_path / "papers.jsonl"
    line = {"title": "On engines", "abstract": "We build one.", "year": 1843}
    file.write_text(json.dumps(line | {"authors": ["Ada Lovelace"]}))
    assert filled("import", "snapshot", str(file), "--researcher", "Ada Lovelace").code == 0
    done = filled("forget-researcher", "Ada Lovelace", "--yes")
    assert done.code == 0
    assert "Ada Lovelace is forgotten, with 1 work that nobody else here has." in done.out
    again = filled("import", "snapshot", str(file), "--researcher", "Ada Lovelace")
    assert again.code == 1
    assert "Ada Lovelace is not to be profiled, as was asked" in again.err
    other = {"title": "On looms", "abstract": "We weave.", "year": 1804, "authors": ["Bob Bee"]}
    file.write_text(
        "\n".join([json.dumps(line | {"authors": ["Lovelace, Ada"]}), json.dumps(other)])
    )
    without = filled("import", "snapshot", str(file))
    assert "1 work from papers.jsonl: 1 new" in without.out
    assert "1 work by somebody who is not to be profiled was left out." in without.out
    assert (
        "Ada Lovelace may be profiled again"
        in filled("forget-researcher", "Ada Lovelace", "--undo").out
    )
    assert filled("import", "snapshot", str(file), "--researcher", "Ada Lovelace").code == 0
    never = filled("forget-researcher", "Ada Lovelace", "--undo")
    assert never.code == 1
    assert "Nobody asked that Ada Lovelace be forgotten, so there is nothing to take" in never.err
    unknown = filled("forget-researcher", "Nobody Atall", "--yes")
    assert unknown.code == 1
    assert "I know no researcher called “Nobody Atall”" in unknown.err
