"""What is asked, how often, and answers that are gone."""

from __future__ import annotations

from storage.errors.kinds import InputError, NotAllowed, NotFound, StaleButton
from storage.phrases import length


class EmptyQuestion(InputError):
    code = "empty_question"
    template = "Please write a question, for example: “Which papers are about binary networks?”"


class QuestionTooLong(InputError):
    code = "question_too_long"
    template = (
        "That is longer than I can read at once; please ask in {limit:,} characters or fewer."
    )


class NoResearcherNamed(NotFound):
    code = "no_researcher_named"
    template = "Please say which researcher you mean; the researcher option offers their names."


class NothingImported(NotFound):
    code = "nothing_imported"
    template = (
        "No papers are stored yet; import some with "
        '`python -m bot import arxiv "Researcher Name"` and ask again.'
    )


class AnswerGone(StaleButton):
    code = "answer_gone"
    template = "That answer is no longer kept; please ask the question again."


class BadYears(InputError):
    code = "bad_years"
    template = "I cannot read “{text}” as years; please write them like 2022, 2019-2022 or 2019-."


class TooFast(NotAllowed):
    """`seconds`: a whole number, how long to wait."""

    code = "too_fast"
    template = "That was quick! Please ask again in {wait}."

    def __init__(self, *, seconds: int) -> None:
        super().__init__(seconds=seconds, wait=length(seconds))


class Busy(NotAllowed):
    code = "busy"
    template = "I am still busy with what you asked last; please wait for it to finish."
