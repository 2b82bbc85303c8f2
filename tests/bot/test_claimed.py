"""What a claimant reads of a claim, also of one with a long story."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot import claimed
from bot.cards import CARD_LIMIT
from retrieval import proofs
from retrieval.proofs import Looked, Target
from storage.claim_states import Claim, Happened, State, Step
from storage.proofs import Kind, Proof
from storage.researchers import Researcher

NOW = datetime.fromisoformat("2026-11-28")
PAGE = "https://www.cs.example.edu/departments/people/faculty/maria.gonzalez.rodriguez/index.html"
MARIA = Researcher(
    1, "Maria Gonzalez Rodriguez", "Author record", "", None, None, False, 1, False, "arXiv", 10
)


def test_after_many_failed_checks_the_codes_and_the_latest_steps_are_still_there() -> None:
    why = proofs.NO_NAME.format(name=MARIA.name)
    proved = Proof(Kind.GITHUB, "https://github.com/maria", True, "", NOW)
    claim = Claim(
        id=1,
        researcher=MARIA,
        user_id=7,
        guild_id=None,
        state=State.AWAITING,
        codes={kind: f"colloquy-{kind}-ABCD" for kind in Kind if kind is not Kind.REVIEW},
        codes_until=NOW,
        why="",
        joined_at=None,
        review_channel_id=None,
        review_message_id=None,
        started_at=NOW,
        changed_at=NOW,
        told=True,
        proofs=(proved, *(Proof(Kind.INSTITUTION, PAGE, False, why, NOW),) * 12),
        rivals=1,
        disputed=False,
    )
    looks = [Happened(Step.LOOK, State.AWAITING, f"{n}. {why}", NOW, 7) for n in range(20)]
    asks = [Happened(Step.MORE, State.AWAITING, f"page {n}", NOW, 9) for n in range(20)]
    steps = [*looks, *asks]
    looked = Looked(Target(Kind.INSTITUTION, PAGE, PAGE), why)
    card = claimed.status(claim, steps, NOW, looked)
    shown = "\n".join(card.sections)
    assert card.width <= CARD_LIMIT
    assert all(code in shown for code in claim.codes.values())
    assert "✓ GitHub profile or gist · https://github.com/maria" in shown
    assert "and 6 earlier\n" in shown
    assert shown.count("it does not show the name") == 6, "the page just looked at is told once"
    assert "page looked at" not in shown
    assert "28 November 2026, 00:00 UTC · more asked for by a moderator: page 19" in shown
    assert "<@9>" not in shown
    assert "The codes count until 28 November 2026." in shown


def test_a_name_in_the_question_whether_it_is_you_does_nothing() -> None:
    spoofed = replace(MARIA, name="[Maria](https://evil.example) **bold** @everyone")
    shown = "\n".join(claimed.is_this_you(spoofed, ()).sections)
    assert "[Maria](" not in shown
    assert " **bold**" not in shown
    assert "@everyone" not in shown
