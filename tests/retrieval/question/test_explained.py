"""What only explains a topic is left out, and other names of it are not."""

import pytest

from retrieval.question.explained import without_explanation


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("works on rafting, that is, kelp adrift at sea?", "works on rafting?"),
        ("works on rafting, i.e. kelp adrift at sea?", "works on rafting?"),
        ("anything on rafting, in other words kelp adrift?", "anything on rafting?"),
        ("works on kelp - in tanks, or adrift - for food", "works on kelp for food"),
        ("works on kelp, whether in tanks or adrift", "works on kelp"),
        ("works on kelp (what grows under water) for food", "works on kelp for food"),
        ("works on kelp, moss included", "works on kelp or moss"),
        ("works on brown algae (kelp, wrack)", "works on brown algae (kelp, wrack)"),
        ("works on giant kelp (GK) for food", "works on giant kelp (GK) for food"),
        ("works on algae, i.e. kelp, wrack or moss?", "works on algae (kelp, wrack or moss)?"),
        ("kelp works (moss counts, too)", "kelp works (moss counts, too)"),
        ("kelp - which papers?", "kelp - which papers?"),
        ("kelp — anywhere it is used", "kelp — anywhere it is used"),
        ("works on kelp, that is all", "works on kelp, that is all"),
    ],
)
def test_what_explains_is_left_out(text: str, without: str) -> None:
    assert without_explanation(text) == without
