import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text import MOST_SENTENCES, pieces, readable, split_sentences, terms

ONE_SENTENCE = [
    "It reaches 68.73% (e.g. on MATH) and 8.1x, i.e. Ours beats SFT.",
    "Kretzschmar et al. 1997a and De Robertis et al. (2003) agree.",
    "See Fig. 2, Eq. (3), Sec. IV and No. 7, cf. Table 1.",
    "Written by J. M. Weingott and S. M. Penny for Eugene B. Jackson.",
    "Errors fell from 0.7 to 0.2, 99.3% vs. 88.9% for the baseline.",
    "The code is at https://github.com/huawei-noah/CV-Backbones.git and on www.a.ac.uk/x.",
    "We bound $f(x). A$ by $O(n \\log n)$ for the U.S. National Library.",
    "We find: 1) heads are redundant; 2) depth matters; (iii) width does not.",
    "It costs $.06 per abstract, e.g. $5 for Dr. Vilma Proctor.",
    "Mutations, particularly p. S49C, may be risk factors etc. in carriers.",
]

SEVERAL = [
    ("We propose X. It works! Does it? Yes.", 4),
    ("It was proposed by Khuller et al. More importantly, it is tight.", 2),
    ("The problem concerns modern LLMs. Despite this, IAs. Screening helps.", 3),
    ("Code will be released soon.We hope it helps.", 2),
    ('The year of "the universe." With it came data.', 2),
    ("We studied Bmi1. miR-203 was lower. p38 was not.", 3),
    ("A fee of $5 was paid. It rose to $6. Nobody noticed.", 3),
    ("Accuracy is 5.2\\%. $\\Delta$-IFD helps. \\textbf{Ours} wins.", 3),
    ("We work in a set S. We show more.", 2),
    ("Title line\n\nThe first paragraph", 2),
    ("The three areas are: 1. Standards; 2. Practice. They matter.", 2),
]


@pytest.mark.parametrize("text", ONE_SENTENCE)
def test_a_sentence_stays_whole(text: str) -> None:
    assert split_sentences(text) == [text]


@pytest.mark.parametrize(("text", "number"), SEVERAL)
def test_sentences_are_told_apart(text: str, number: int) -> None:
    assert len(split_sentences(text)) == number


@given(st.text(alphabet=st.sampled_from("aB.!? \n$\\{}()\"'1é。") | st.characters()))
def test_sentences_are_verbatim_slices_in_order_and_lose_nothing(text: str) -> None:
    position = 0
    for sentence in split_sentences(text):
        assert sentence
        assert sentence == sentence.strip()
        found = text.index(sentence, position)
        assert not text[position:found].strip()
        position = found + len(sentence)
    assert not text[position:].strip()


def test_no_sentences_in_no_text() -> None:
    assert split_sentences(" \n ") == []


@pytest.mark.parametrize(
    ("question", "stored"),
    [
        ("quantizing networks", "We quantize a network."),
        ("Erdos", "The Erdős number"),
        ("Erdos", r"The Erd\H{o}s number"),
        ("PanGu-π", r"PanGu-$\pi$"),
        ("Δ-IFD filtering", r"the $\Delta$-IFD filter"),
        ("ResNet-50 at 68.73%", "68.73% with RESNET-50"),
    ],
)
def test_a_question_meets_the_words_of_the_text(question: str, stored: str) -> None:
    assert set(terms(question)) <= set(terms(stored))


def test_function_words_are_no_terms_and_repetition_counts() -> None:
    assert terms("What is it that they don't have?") == {}
    assert terms("Pruning, pruned: prune the model")["prune"] == 3


def test_latex_commands_are_no_terms() -> None:
    assert set(terms(r"\textbf{Wave-MLP} \emph{beats} it \citep{tang2022}")) == {
        "wave",
        "mlp",
        "beat",
    }


@given(st.text())
def test_any_text_has_terms(text: str) -> None:
    assert all(term and count > 0 for term, count in terms(text).items())


@pytest.mark.parametrize(
    ("latex", "shown"),
    [
        (r"signs\unicode{x2014}and words", "signs—and words"),
        (r"PanGu-$\pi$", "PanGu-π"),
        (r"$O(n \log n)$ in $\mathbb{R}^d$", "O(n log n) in ℝ^d"),
        (r"$10^{-3}$, H$_2$O and $x_{ij}^2$", "10⁻³, H₂O and xᵢⱼ²"),
        (r"2$\times$3 at 160$\times$160 and 45$^{\circ}$", "2×3 at 160×160 and 45°"),
        (r"\textbf{bold \emph{and} more} by 5.2\%", "bold and more by 5.2%"),
        (r"Erd\H{o}s, na\"ive Poincar\'e", "Erdős, naïve Poincaré"),
        (r"{\sc Lexas} and \ours{} (\aka ours)", "Lexas and ours (aka ours)"),
        (r"\href{https://a.b/c_d}{here} or \url{https://e.f}", "here or https://e.f"),
        (r"``quoted'' in Fig.~2", "“quoted” in Fig. 2"),
        (r"costs \$5 \& more", "costs $5 & more"),
    ],
)
def test_latex_becomes_characters(latex: str, shown: str) -> None:
    assert readable(latex) == shown


@pytest.mark.parametrize(
    "text",
    [
        "From $5 million to $6 million, up 8%.",
        "50% of A&B, #1, ~8%, snake_case, x^2, it''s {odd",
        "Ends in a backslash \\",
        "\\verb|x",
        "**bold** <@1> ‮ right to left שלום 你好 🙂",
    ],
)
def test_what_is_no_latex_stays_as_it_is(text: str) -> None:
    assert readable(text) == text


@given(st.text(alphabet=st.sampled_from("\\${}^_%~&#`'\"ab 1[]()") | st.characters()))
def test_damaged_latex_is_shown_and_never_raises(text: str) -> None:
    assert isinstance(readable(text), str)


def test_money_and_percentages_survive_beside_latex() -> None:
    assert readable(r"$5 and 7% of $6 with \textbf{x}") == "$5 and 7% of $6 with x"


def test_of_what_is_no_abstract_only_the_beginning_is_searched() -> None:
    assert len(pieces("Bees", "The queen dances. " * 5000)) == 1 + MOST_SENTENCES


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"we call it \texttt{Graph2Tac}", "we call it Graph2Tac"),
        (r"\textsf{Name} by \mbox{MRI}", "Name by MRI"),
        (r"from 5\%~$\rightarrow$~6\%", "from 5% → 6%"),
    ],
)
def test_what_a_macro_is_given_is_read(latex: str, text: str) -> None:
    assert readable(latex) == text


def test_a_name_with_an_exclamation_mark_ends_no_sentence() -> None:
    assert (
        len(split_sentences("We use Yahoo! Answers, a large dataset. It is big! We like it.")) == 3
    )
