"""Whether a surname that may be another word is meant as a person, told by the sentence around it.

"papers by plank", "plank's papers" and "did plank publish" speak of a person, "a plank of wood" and
"with long contexts" do not. A word that abstracts hold ("long", "field") needs a wording that can
mean nobody else; a word that hardly any holds ("maier") may stand wherever people do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import OSA

from retrieval.question.spans import Span
from retrieval.question.words import MONTHS, OFTEN_SO, WORKS, WRITES
from retrieval.text import terms
from storage.finding import ONE_SLIP, Mention
from storage.names import name_key

NEAR = 100
"""Characters on either side of a name that are looked at."""
RARE = 1000
"""A word is rare where no more than one in so many works holds it."""

_WORDS = frozenset(
    """
    ball banks bell best black blank block bloom boards bond book bose bow branch bright brook
    brooks brown burns bush camp can card case cash chase chin church coin cole cook corner
    cotton court cox crane cross crow cruz cut dale day deal dean deep dent diamond dish dove
    drew drum dry duke early east english even fair fall fan fang fast feather field fields fine
    fish fisher fit flame flower flowers fly force ford forest fort foster fox frame frank free
    french frost full gain game gang gates gold golden good gore grand grant grass grave graves
    gray green grey ground grove guest hall hand hands hang hard hardy harsh hart head heart
    heath held hide high hill hills hit hold hole holes home hook hope horn house hunt hunter
    ice iron jade jewel joy judge jury just keen key keys kind king knight lake lamb land lane
    large law leaf lean light little load loan lock long loop lord love low loyal main major man
    many marine mark marks marsh mason master masters mean means medal mild mill miller mills
    mine mining mint model moon moor more moss most mount net neural new nice noble noise north
    null oak old open orange page pan paradise park parks parts peace peak pearl pen pike pine
    ping pitt place plain pole pool poor pope port post pot pound power powers price prince
    print private quick race rain ran range ranks ray read reader red reed rice rich ring river
    rivers road rock root roots rose round row ruler rush sage sail salt sand sands sang savage
    say school sea season self sense sharp shell shin ship shock shore short silk silver simple
    sing singer slack slow small smart smooth snow song south spark sparks speed spring square
    stable star stark stars steel stern stock stone storm street strong style summer sun sung
    super swan sweet swift table tan tang tank temple test time token tong tool tower town trace
    train travel tree true trust twin vale van vector vision wade wait walk wall walls ward
    watch water waters wave waves way weather weeks well wells west wheeler white wild will win
    wind wing winter wise wish wolf wood woods word words work world worth yard year young
    """.split()
)
"""Words that people bear as surnames, too ordinary to mean them wherever a name may stand."""
_OF_PAPERS = frozenset(
    "best early full good key large long main most new old open recent rich sharp short simple "
    "small strong wise young".split()
)
"""Those that more often say how a paper is: "long papers"."""

_HOW = (
    r"(?:(?:most|very|latest|newest|recent|frequent|common|prolific|first|oldest|earliest|last|"
    r"other|main|closest|close|top|new|early|own|only|next|second|third|total|\d+)\s+){0,3}"
)
_OWNED = (
    rf"(?:{WORKS}|research|co-?authors?|collaborators?|latest|newest|most recent|oldest|earliest|"
    r"abstracts?|busiest|output|affiliation|group|team|lab)\b"
)
_END = (
    r"\s*(?:$|[?.!,;:)])|\s+(?:in|since|from|between|before|after|about|on|until|during|which|that|"
    r"published|written|please|so far|together|the most|most|as|have|has|are|is|was|were|does|do|"
    r"did|this|last|"
    r"deal\w*|mention\w*|us(?:e|es|ing)|regarding|concerning|19\d\d|20\d\d)\b"
)
_TITLE = r"(?:(?:dr|prof|professor|mr|ms|mrs)\.?\s+)?$"

_DETERMINED = re.compile(
    r"\b(?:an?|each|every|its|his|her|our|your|my|these|those|two|three|per)\s+$", re.I
)
_OF = re.compile(r"\s+of\b", re.I)
_THE = re.compile(r"\bthe\s+$", re.I)
_OWNS = re.compile(rf"['’]s?\s+{_HOW}(?:[\w-]+\s+)?{_OWNED}", re.I)
_OWNS_BARELY = re.compile(rf"\s+{_HOW}{_OWNED}", re.I)
_ITS_PAPERS = re.compile(r"\s+(?:papers?|publications?|preprints?|co-?authors?)\b", re.I)
_ITS_TOPIC = re.compile(rf"\s+(?:(?!of\b)[\w-]+\s+){{1,3}}?{WORKS}\b", re.I)
_OF_WORK = (
    rf"(?:{WORKS}|written|published|authored|posted|ones?|something|anything|everything|stuff|"
    r"latest|newest|most recent|recent|research)\s+(?:all |only |just )?"
)
_BY = re.compile(rf"(?:\b{_OF_WORK}|^)(?:by|from)\s+{_TITLE}", re.I)
_BY_OR_WITH = re.compile(rf"(?:\b{_OF_WORK}|^)(?:by|from|with)\s+{_TITLE}", re.I)
_DOING = re.compile(rf"\b(?:did|does|do|has|have|had)\s+{_TITLE}", re.I)
PAPERS_OF = re.compile(rf"\b{WORKS}\s+(?:does|do|did|has)\s+{_TITLE}", re.I)
HAS = re.compile(
    r"\s+(?:still |currently |already )?have\b|\s*[?.!]*$|\s+(?:about|on|in|since|from|with)\b",
    re.I,
)
_DOES = re.compile(
    rf"\s+(?:{WRITES}|(?:ever )?have (?:any )?{_OWNED}|"
    rf"(?:{OFTEN_SO} )?(?:collaborat|work(?:s|ed|ing)? (?:\w+ )?with\b))",
    re.I,
)
ENDS = re.compile(_END, re.I)
"""What follows a name that stands at the end of a phrase: "by plank *in 2026*"."""


@dataclass(frozen=True, slots=True)
class Surnames:
    """Judges the surnames in a text that may be other words.

    Attributes:
        text: the sentence.
        held: in how many works each stem of the text occurs.
        total: how many works there are.
    """

    text: str
    held: Mapping[str, int]
    total: int

    def meant(self, start: int, end: int, owning: bool) -> bool:
        """Whether `text[start:end]` is meant as a person; `owning` says that its last letter is a
        possessive "s" without an apostrophe.
        """
        before, after = _before(self.text, start), self.text[end : end + NEAR]
        word = self.text[start:end].casefold()
        stems = list(terms(word))
        counted = _DETERMINED.search(before) and not _ITS_PAPERS.match(after)
        if not stems or counted or _OF.match(after):
            return False  # "he", "a plank", "plank of wood"
        if word in MONTHS:
            return bool(_OWNS.match(after) or (_DOING.search(before) and _DOES.match(after)))
        topical = self._topical(word)
        common = topical or word.removesuffix("s" if owning else "") in _WORDS
        if owning:
            return not common and _owns_barely(after)
        article = _THE.search(before) or _DETERMINED.search(before)
        if common:
            return not article and _surely(before, after, word, topical=topical)
        return not article or _owns_barely(after)

    def whole(self, start: int, end: int) -> bool:
        """Whether `text[start:end]`, all words of an author's name, can mean nothing else.

        One of them is no word of the abstracts and no ordinary one, and none is a word of grammar
        unless all have a capital: "tim vieira", "Kaiming He", and neither "monte carlo" nor
        "tianyu do".
        """
        words = self.text[start:end].split()
        capital = all(word[0].isupper() for word in words)
        if not capital and not all(
            len(word.strip(".")) == 1 or list(terms(word)) for word in words
        ):
            return False
        return any(self.rare(word.casefold()) for word in words if len(word.strip(".")) > 1)

    def rare(self, word: str) -> bool:
        """Whether a word is neither an ordinary one nor one of those that abstracts hold."""
        return word not in _WORDS and word not in MONTHS and not self._topical(word)

    def _topical(self, word: str) -> bool:
        """Whether a word is one of those that abstracts hold."""
        return any(self.held.get(stem, 0) > self.total // RARE for stem in terms(word))


def _before(text: str, start: int) -> str:
    """What stands near before a place, never taken for the beginning of the text."""
    return text[:start] if start <= NEAR else "\0" + text[start - NEAR : start]


def _owns_barely(after: str) -> bool:
    """Whether works follow, as those of somebody without an apostrophe: "planks newest paper"."""
    return bool(_OWNS_BARELY.match(after) or _ITS_TOPIC.match(after))


def _surely(before: str, after: str, word: str, *, topical: bool) -> bool:
    """Whether the wording can mean nobody but a person, be the word one of abstracts or not."""
    if _OWNS.match(after):
        return True
    if _ITS_PAPERS.match(after) and word not in _OF_PAPERS and not topical:
        return True
    by = _BY if topical else _BY_OR_WITH
    if by.search(before) and ENDS.match(after):
        return True
    if PAPERS_OF.search(before) and HAS.match(after):
        return True
    return bool(_DOING.search(before) and _DOES.match(after))


# Given names ------------------------------------------------------------------------------


def with_given(text: str, found: Sequence[Mention], names: Sequence[Span]) -> list[Mention]:
    """Who is named by a surname, as the given name before it has it.

    A slip of the pen in the given name makes no other person ("barbra plank"); another given name
    does, if it stands in one of the `names`, stretches that read as a person's name.
    """
    fitted = [_fitted(text, mention, names) if mention.surname else mention for mention in found]
    kept = [_with_title(text, mention) for mention in fitted if mention]
    closest = {m.end: min(other.start for other in kept if other.end == m.end) for m in kept}
    return [mention for mention in kept if mention.start == closest[mention.end]]


def _fitted(text: str, mention: Mention, names: Sequence[Span]) -> Mention | None:
    """The mention with the given name before it, or None where that is another person's."""
    end = mention.end - mention.owning
    whole = name_key(mention.researcher.name)
    before = _before(text, mention.start)
    for given in _GIVEN:
        m = given.search(before)
        typed = name_key(f"{m[0]} {text[mention.start : end]}") if m else ""
        if m and len(whole) >= ONE_SLIP and OSA.distance(typed, whole, score_cutoff=1) <= 1:
            start = mention.start - len(m[0]) - 1
            return replace(mention, start=start, surname=False)
    for start, stop in names:
        said = name_key(_TITLED.sub("", text[start : mention.start]))
        if said and start < mention.start and end <= stop:
            first = whole.split()[0]
            same = first.startswith(said) or said.startswith(f"{first} ")
            return replace(mention, start=start, surname=False) if same else None
    return mention


def _with_title(text: str, mention: Mention) -> Mention:
    m = _BEFORE_NAME.search(_before(text, mention.start))
    return replace(mention, start=mention.start - len(m[0])) if m else mention


_GIVEN = tuple(
    re.compile(rf"(?<![\w-])[^\W\d_][\w.'’-]*{more}(?=\s$)")
    for more in ("", r"\s[^\W\d_][\w.'’-]*")
)
_TITLED = re.compile(r"^(?:dr|prof|professor|mr|ms|mrs)\b\.?", re.I)
_BEFORE_NAME = re.compile(r"\b(?:dr|prof|professor|mr|ms|mrs)\.?\s$", re.I)
