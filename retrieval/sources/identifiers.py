"""arXiv identifiers as people write them: old and new style, versions, links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from storage.errors import BadIdentifier

# https://info.arxiv.org/help/arxiv_identifier.html; the subject class of "math.GT/0309136" is
# decoration: the identifier is math/0309136.
_IDENTIFIER = re.compile(
    r"""(?P<base> \d{4}\.\d{4,5}
      | (?P<archive>[a-z]+(?:-[a-z]+)*) (?:\.[a-z-]+)? / (?P<number>\d{7}) )
      (?:v(?P<version>[1-9]\d{0,2}))?""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_LINK = re.compile(
    r"(?:(?:https?://)?(?:[\w-]+\.)*arxiv\.org/(?:abs|pdf|html|format|src)/"
    r"|(?:https?://(?:dx\.)?doi\.org/)?10\.48550/arxiv\."
    r"|arxiv:\s*)?(?P<bare>[^?#]+?)(?:\.pdf)?/?(?:[?#].*)?",
    re.IGNORECASE | re.ASCII,
)
_SHOWN = 60
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class ArxivId:
    """`base` without version, as arXiv prints it; `version` only where one was named."""

    base: str
    version: int | None = None

    def __str__(self) -> str:
        return self.base if self.version is None else f"{self.base}v{self.version}"

    @property
    def source_id(self) -> str:
        """The key under which the work is stored."""
        return f"arxiv:{self.base}"

    @property
    def url(self) -> str:
        """The abstract page, of the newest version."""
        return f"https://arxiv.org/abs/{self.base}"

    @property
    def month(self) -> date | None:
        """The first day of the month in which the number was given, if it names one."""
        digits = self.base.rpartition("/")[2][:4]
        year, month = int(digits[:2]), int(digits[2:])
        # Numbers begin with 9107 (July 1991), so "91" to "99" are the nineties.
        return date(year + (1900 if year > 90 else 2000), month, 1) if 1 <= month <= 12 else None


def parse_arxiv_id(text: str) -> ArxivId:
    """Read "1911.11907", "hep-th/9901001v2", "arXiv:…", or a link to arXiv.

    Raises:
        BadIdentifier: it is none of these.
    """
    link = _LINK.fullmatch(text.strip().strip("<>")) if len(text) <= _LONGEST else None
    found = _IDENTIFIER.fullmatch(link["bare"]) if link else None
    if found is None:
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        raise BadIdentifier(identifier=" ".join(shown.split()))
    base = found["base"]
    if found["archive"]:
        base = f"{found['archive'].lower()}/{found['number']}"
    return ArxivId(base, int(found["version"]) if found["version"] else None)
