"""Whatever goes in shows as it is: nobody is mentioned, nothing breaks, nothing is lost."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from bot.markdown import (
    INVISIBLE,
    address,
    clip,
    clip_start,
    escape,
    inline,
    link,
    read_back,
    split,
    width,
)

# Text that is likely to break something, mixed with any text at all.
HOSTILE = [
    "@everyone",
    "@here",
    "<@123456789012345678>",
    "<@!123456789012345678>",
    "<@&123456789012345678>",
    "<#123456789012345678>",
    "</ask:123456789012345678>",
    "<t:1700000000:R>",
    "<a:wave:123456789012345678>",
    "[here](https://evil.example)",
    "[1](https://evil.example)",
    "**bold**",
    "__x__",
    "~~x~~",
    "||spoiler||",
    "```py\ncode\n```",
    "`code`",
    "# heading",
    "-# small",
    "> quote",
    ">>> quote",
    "- item",
    "1. item",
    "https://github.com/a_b/c_d",
    "\\",
    "\\\\<@123456789012345678>",
    "\u202egnp.exe",
    "e\u0301",
    "👩‍🔬",
    "\r\n",
    "\n\n",
    " ",
    ". ",
]
text = st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=20)), max_size=30).map("".join)

MENTION = re.compile(r"@everyone|@here|<@[!&]?\d+>|<#\d+>|</[^>]*:\d+>|<t:-?\d+[^>]*>|<a?:\w+:\d+>")
UNESCAPED = re.compile(r"(?<!\\)(?:\\\\)*[*_~`|<\[\]]")
LAYOUT = re.compile(r"^\s*(?:#{1,3} |-# |- |\+ |>|\d+[.)] )", re.MULTILINE)


@given(text)
def test_nothing_mentions_anybody(given_text: str) -> None:
    for shown in (escape(given_text), inline(given_text), link(given_text, "https://a.b/c")):
        assert not MENTION.search(shown)


@given(text)
@example("https://github.com/a_b/c_d# not at the start of the line")
def test_nothing_changes_the_layout(given_text: str) -> None:
    shown = re.sub(r"https?://[A-Za-z0-9\-._~/?=&%+;,:#]*[A-Za-z0-9/]", "link", escape(given_text))
    assert not LAYOUT.search(shown)
    assert not UNESCAPED.search(shown)


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"])))
def test_escaped_text_reads_as_written(given_text: str) -> None:
    assert read_back(escape(given_text)) == given_text.replace(INVISIBLE, "")


@given(text, st.integers(20, 400))
def test_pieces_fit_and_hold_everything(given_text: str, limit: int) -> None:
    pieces = split(given_text, limit)
    assert all(0 < width(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(given_text.split())


@given(text, st.integers(20, 400))
def test_no_cut_inside_an_escape(given_text: str, limit: int) -> None:
    for piece in split(escape(given_text), limit):
        assert (len(piece) - len(piece.rstrip("\\"))) % 2 == 0


def test_cut_at_a_paragraph_then_a_line_then_a_sentence_then_a_space() -> None:
    assert split("One one. One.\n\nTwo two. Two", 20) == ["One one. One.", "Two two. Two"]
    assert split("One one. One.\nTwo two. Two", 20) == ["One one. One.", "Two two. Two"]
    assert split("One one one. Two two two", 20) == ["One one one.", "Two two two"]
    assert split("aaaaaaaaaaaaa bbbbbbbbbbbb", 20) == ["aaaaaaaaaaaaa", "bbbbbbbbbbbb"]
    assert split("a" * 45, 20) == ["a" * 20, "a" * 20, "a" * 5]


@given(text, st.integers(2, 100))
def test_clipped_text_fits(given_text: str, limit: int) -> None:
    assert width(clip(given_text, limit)) <= limit
    assert width(clip_start(given_text, limit)) <= limit


def test_of_a_text_that_is_too_long_the_end_can_be_kept() -> None:
    assert clip_start("One two three. What is four?", 16) == "…What is four?"
    assert clip_start("What is four?", 16) == "What is four?"


@given(text, text)
def test_a_link_is_one_link_to_a_web_address(label: str, url: str) -> None:
    shown = link(label, f"https://arxiv.org/abs/{url}")
    target = address(f"https://arxiv.org/abs/{url}")
    if target is not None:
        assert shown.endswith(f"]({target})")
        assert not re.search(r"[\s()<>]", target)
    assert "\n" not in shown


def test_only_web_addresses_are_linked() -> None:
    assert address("javascript:alert(1)") is None
    assert address("discord://-/channels/1") is None
    assert address(None) is None
    assert address("https://arxiv.org/abs/" + "9" * 900) is None
    assert (
        address("https://en.wikipedia.org/wiki/A_(b)") == "https://en.wikipedia.org/wiki/A_%28b%29"
    )


def test_web_addresses_in_text_stay_usable() -> None:
    said = "Code is at https://github.com/huawei-noah/CV_Backbones_x."
    assert "https://github.com/huawei-noah/CV_Backbones_x." in escape(said)
