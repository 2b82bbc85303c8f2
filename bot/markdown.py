"""Text of unknown origin -> Discord markdown that shows it as it is. Pure.

Whatever a title, a name, an abstract or a question holds, it neither mentions anybody, nor changes
the layout around it, nor hides a link. Lengths are counted in UTF-16 units, the strictest of the
counts that Discord's servers and apps use.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

INVISIBLE = "\u200b"

# Controls, and the marks that reorder what follows them; joiners inside words stay.
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]")
_SPECIAL = re.compile(r"[\\*_~`|<\[\]]")
_ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")
_LINE_START = re.compile(r"^(\s*)(>|#|-|\+|=|\d+(?=[.)](?:\s|$)))", re.MULTILINE)
_MENTION = re.compile(r"@(?=everyone|here|[!&]?\d)|(?<=<)(?=[@#/:a-z])", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[A-Za-z0-9\-._~/?=&%+;,:#]*[A-Za-z0-9/]", re.IGNORECASE)
_WEB = re.compile(r"https?://[^\s/]+\.[^\s]*\Z|https?://[^\s/]+\Z", re.IGNORECASE)
_UNSAFE_IN_LINK = {c: f"%{ord(c):02X}" for c in "()<>[]\\`|*@\"'"}
_BREAKS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?…。！？])[”’\")\]]*\s+"),
    re.compile(r"\s+"),
)
LONGEST_ADDRESS = 600


def width(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def clean(text: str) -> str:
    """The text without control characters and reordering marks; lines stay."""
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def escape(text: str) -> str:
    """Markdown that shows the text as it is, lines included; web addresses stay usable."""
    text = clean(text)
    pieces = []
    position = 0
    for match in _ADDRESS.finditer(text):
        pieces += [_escape(text[position : match.start()]), match.group()]
        position = match.end()
    pieces.append(_escape(text[position:]))
    return _LINE_START.sub(_shield_line, "".join(pieces))


def read_back(markdown: str) -> str:
    """The text that `escape` shows."""
    return _ESCAPED.sub(r"\1", markdown).replace(INVISIBLE, "")


def quoted(message: str) -> str:
    """Somebody's words, as they wrote them, set apart from ours."""
    return "\n".join(f"> {line}" for line in escape(message.strip()).split("\n"))


def unquoted(markdown: str) -> str:
    """The words that `quoted` sets apart, read from a text in which they are shown."""
    own = [line[1:].removeprefix(" ") for line in markdown.split("\n") if line.startswith(">")]
    return read_back("\n".join(own))


def inline(text: str, limit: int | None = None) -> str:
    """`escape` on one line, cut to `limit` characters of the text if it is longer."""
    line = " ".join(clean(text).split())
    return escape(line if limit is None else clip(line, limit))


def clip(text: str, limit: int) -> str:
    """The text, or as much of it as fits into `limit` UTF-16 units with an ellipsis."""
    if width(text) <= limit:
        return text
    head = text[: _fitting(text, limit - 1)]
    words = head.rsplit(" ", 1)[0]
    return f"{(words if len(words) > len(head) // 2 else head).rstrip()}…"


def clip_start(text: str, limit: int) -> str:
    """The text, or as much of its end as fits into `limit` UTF-16 units after an ellipsis."""
    return clip(text[::-1], limit)[::-1]


def link(label: str, url: str | None, limit: int = 300) -> str:
    """A masked link, or the label alone where there is no address that can be linked."""
    shown = inline(label.replace("://", f":{INVISIBLE}//"), limit) or "untitled"
    safe = address(url)
    return f"[{shown}]({safe})" if safe else shown


def address(url: str | None) -> str | None:
    """The web address made safe for a link; None where it is none, or too long to be one."""
    if url is None or not _WEB.match(url.strip()):
        return None
    safe = "".join(
        _UNSAFE_IN_LINK.get(character) or character
        for character in clean(url.strip())
        if not character.isspace()
    )
    return safe if width(safe) <= LONGEST_ADDRESS else None


def split(text: str, limit: int) -> list[str]:
    """Pieces of at most `limit` UTF-16 units, cut at a paragraph, a line, a sentence or a space.

    A cut lies in the second half of its piece; where no such place is found there, the text is cut
    between two characters, never inside an escape or a composed character. White space at the cuts
    is dropped and nothing else.
    """
    return list(_pieces(text.strip(), limit))


def _pieces(text: str, limit: int) -> Iterator[str]:
    while width(text) > limit:
        end, following = _cut(text, limit)
        yield text[:end].rstrip()
        text = text[following:].lstrip()
    if text:
        yield text


def _cut(text: str, limit: int) -> tuple[int, int]:
    """Where the first piece ends, and where the next begins."""
    fits = _fitting(text, limit)
    for pattern in _BREAKS:
        found = [m for m in pattern.finditer(text, fits // 2, fits + 1) if m.start() <= fits]
        if found:
            return found[-1].start(), found[-1].end()
    end = fits
    while end > fits // 2 and _joined(text, end):
        end -= 1
    end = end if end > fits // 2 else max(1, fits)
    return end, end


def _fitting(text: str, limit: int) -> int:
    """How many characters fit into `limit` UTF-16 units."""
    if len(text) * 2 <= limit:
        return len(text)
    units = 0
    for number, character in enumerate(text):
        units += 2 if character > "\uffff" else 1
        if units > limit:
            return number
    return len(text)


def _joined(text: str, position: int) -> bool:
    """Whether the characters on both sides of the position belong together."""
    before, after = text[position - 1], text[position : position + 1]
    backslashes = len(text[:position]) - len(text[:position].rstrip("\\"))
    return (
        backslashes % 2 == 1
        or before == "\u200d"
        or after in {"\u200d", "\ufe0f"}
        or (after != "" and unicodedata.combining(after) != 0)
        or "\U0001f3fb" <= after <= "\U0001f3ff"
    )


def _escape(text: str) -> str:
    escaped = _SPECIAL.sub(lambda match: f"\\{match.group()}", text)
    return _MENTION.sub(lambda match: match.group() + INVISIBLE, escaped)


def _shield_line(match: re.Match[str]) -> str:
    space, mark = match.groups()
    return f"{space}{mark}{INVISIBLE}" if mark.isdigit() else f"{space}\\{mark}"
