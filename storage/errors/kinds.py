"""What every error is, and the kinds that there are."""

from __future__ import annotations

from typing import ClassVar


class ColloquyError(Exception):
    """Base of the tree: a class-level template, filled with the keyword arguments given."""

    code: ClassVar[str] = "error"
    template: ClassVar[str] = "Something went wrong."

    def __init__(self, **data: object) -> None:
        self.data = data
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """The plain text a person reads; renderers escape it."""
        return self.template.format(**self.data)


class InputError(ColloquyError):
    """What was asked cannot be read."""


class NotFound(ColloquyError):
    """Nothing of that name is stored."""


class NotAllowed(ColloquyError):
    """Not by this person, not here, or not so often."""

    code = "not_allowed"
    template = "{what}"


class SourceError(ColloquyError):
    """Papers could not be fetched."""


class StorageError(ColloquyError):
    """The database, the index or the data directory."""


class SetupError(ColloquyError):
    """Settings, models or packages."""


class StaleButton(NotFound):
    code = "stale_button"
    template = "That is not there any more; please use the command again."
