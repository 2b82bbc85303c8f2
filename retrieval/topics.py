"""What a record is about: noun phrases that several of its works share, from the texts alone.

Candidates are runs of content words (Rose et al. 2010, RAKE) of one to four words. A candidate is
worth the works that use it, the ones that use it in their title double, times how rare its words
are in the whole corpus; what a longer candidate mostly contains is counted with the longer one
(Frantzi et al. 2000, C-value). Topics are then taken greedily by the works not yet covered.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from retrieval.text import readable, terms
from storage import terms as statistics
from storage import topics, works
from storage.topics import Topic
from storage.works import Work

MOST = 12
MIN_WORKS = 2
LONGEST = 4
NESTED = 0.7  # a phrase whose works mostly use a longer one says less than the longer one
COVERED = 0.6  # a topic whose works are mostly covered adds little

# Words of every abstract: they report, praise or count, and so end a phrase that names a subject.
_REPORTING = frozenset(
    """
    abstract accordingly achieve achieved achieves achieving across addition additional address
    addressed addresses addressing advanced aim aims almost along already also although among
    amount analyse analyses analyze analyzing another apply applied applying approach approaches
    aspect aspects assume available aware based baseline baselines basic become becomes
    benchmark benchmarks best better beyond bring brings called capability capable carefully
    carry case cases certain challenge challenges challenging clear code codes com common
    commonly compare compared comparison competitive complex component components comprehensive
    conduct consider considerable considering consist consistently contain contains contribute
    contribution contributions corresponding could crucial current currently dataset datasets
    date deal deep demonstrate demonstrated demonstrates demonstrating denote depend derive
    design designed designing despite detail detailed details develop developed developing
    development difference different difficult directly discuss done due early easily easy
    effect effective effectively effectiveness efficient efficiently eg either eliminate employ
    employed enable enables encourage end enhance enhanced enhancing entire especially essential
    establish et etc evaluate evaluated evaluation even exist existing experiment experimental
    experiments explore exploit exploiting explored extend extensive extensively extra
    facilitate fact final finally find finding findings first five focus focused followed
    following form found four framework frameworks full fully fundamental furthermore future
    gain gains general generally generate generated generic get github give given gives giving
    good great greatly handle hard hence high higher highly however http https hundred ideal
    idea identify ie impact implement implementation important improve improved improvement
    improvements improves improving include included includes including incorporate increase
    increased increasing indicate inherent initial inspired instead integrate interesting
    introduce introduced introduces introducing investigate investigated involve issue issues
    key kind know known lack large largely last later latter lead leading leads less let
    leverage leverages leveraging light like likely limit limitation limitations limited limits
    little main mainly maintain major make makes making manner many may mean means merely method
    methods might million minor modern moreover mostly motivated much multiple must namely
    natural naturally necessary need needed needs never new next notable note notably novel
    number numerous observation observe observed obtain obtained obtaining obtains offer often
    one open optimal order org original others otherwise outperform outperforming outperforms
    overall page paper papers part particular particularly per perform performance performed
    performing performs perhaps plays point popular possible potential power powerful practical
    practice precise present presented presents preserve prevent previous previously prior
    problem problems procedure process processes produce produced project promising properly
    property propose proposed proposes proposing prove provide provided provides providing
    public publicly range rarely rather real reason recent recently reduce reduced reduces
    reducing regarding related relative relatively release released relevant rely remain remains
    remarkable report reported require required requires requiring research researchers
    respectively result resulting results reveal reveals rich robust role scenario scenarios
    second section see seen select selected serve set sets setting settings seven several severe
    shot show showed showing shown shows significant significantly similar simple simply
    simultaneously since single six small solution solutions solve solving sota source specific
    specifically standard state still strategy strategies strong studied studies study
    substantial substantially success successful successfully suffer suffers sufficient suggest
    superior support system systems take taken takes taking target task tasks technique
    techniques ten term terms test tested thereby therefore thorough thousand three thus tiny
    together top toward towards traditional true try two type types typical typically underlying
    understand unlike usage use used useful user uses using usually utilize utilized utilizing
    valuable value values variety various vary verify version via wide widely without work works
    world would www year years yet yield yields zero able analysis application applications art
    approximately better-performing conventional plug play end-to-end high-quality ii iii input
    output outputs inputs level levels line low lower outstanding previous-art proper quality
    quite respective scale state-of-the-art step steps straightforward vast view way ways well
    well-known whole whose
    """.split()
)
_TOKEN = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_BREAK = re.compile(r"[.,;:!?()\[\]{}\"“”/|=<>]|\s[-–—]\s")
_ADVERB = re.compile(r"\w{3,}ly$")
# A subject ends in a noun: not "self-supervised", "low-bit" or "convolutional".
_NO_NOUN = re.compile(
    r".*-.*|.*(?:ed|ive|ous|able|ible|less|ful|like|based)$"
    r"|(?!.*(?:retriev|sign|remov|propos|approv|mater|crystal|fract).*)\w{3,}al$"
    r"|(?!.*(?:mus|log|top|dynam|statist|econom|traff|fabr|metr)\w*).*ic$"
)


@dataclass
class _Candidate:
    """One phrase under its stems, with the forms it is written in and the works that use it."""

    forms: Counter[str] = field(default_factory=Counter)
    works: set[int] = field(default_factory=set)
    titles: set[int] = field(default_factory=set)


async def refresh(session: AsyncSession, researcher_id: int) -> tuple[Topic, ...]:
    """Work out a record's topics from its stored works, keep them and return them."""
    record = await works.of_researchers(session, [researcher_id])
    vocabulary = {term for work in record for term in terms(f"{work.title} {work.abstract}")}
    total, _ = await statistics.corpus(session)
    frequencies = await statistics.works_with(session, vocabulary)
    rarity = {term: statistics.idf(n, max(total, n)) for term, n in frequencies.items()}
    found = topics_of(record, rarity)
    await topics.replace(session, researcher_id, found)
    return found


def topics_of(record: Sequence[Work], rarity: Mapping[str, float]) -> tuple[Topic, ...]:
    """The topics of these works, weightiest first, at most `MOST`.

    Args:
        record: the works of one record.
        rarity: a term's inverse document frequency in the whole corpus; missing terms are common.
    """
    candidates = _shared(_candidates(record))
    scores = {stems: _score(stems, c, rarity) for stems, c in candidates.items()}
    chosen: list[Topic] = []
    taken: list[tuple[str, ...]] = []
    covered: Counter[int] = Counter()
    while len(chosen) < MOST and scores:
        best = max(scores, key=lambda s: (scores[s] * _fresh(candidates[s].works, covered), s))
        candidate = candidates.pop(best)
        del scores[best]
        if any(_alike(best, other) for other in taken):
            continue
        taken.append(best)
        covered.update(candidate.works)
        chosen.append(Topic(_name(candidate.forms), tuple(sorted(candidate.works))))
    return tuple(chosen)


def _candidates(record: Sequence[Work]) -> dict[tuple[str, ...], _Candidate]:
    found: dict[tuple[str, ...], _Candidate] = defaultdict(_Candidate)
    for work in record:
        for text, in_title in ((work.title, True), (work.abstract, False)):
            for phrase in _phrases(readable(text)):
                stems = tuple(stem for word in phrase for stem in _stem(word))
                candidate = found[stems]
                candidate.forms[" ".join(_shown(word) for word in phrase)] += 1
                candidate.works.add(work.id)
                if in_title:
                    candidate.titles.add(work.id)
    return found


def _phrases(text: str) -> list[list[str]]:
    """Every run of one to four content words; phrases never cross punctuation."""
    phrases = []
    for clause in _BREAK.split(text):
        run: list[str] = []
        for word in [*_TOKEN.findall(clause), ""]:
            if word and _is_content(word):
                run.append(word)
                continue
            phrases += [
                run[start : start + size]
                for size in range(1, LONGEST + 1)
                for start in range(len(run) - size + 1)
                if _ends_in_noun(run[start + size - 1])
            ]
            run = []
    return phrases


def _is_content(word: str) -> bool:
    lower = word.lower()
    if lower in _REPORTING or _ADVERB.match(lower) or word[0].isdigit() or len(word) < 2:
        return False
    return bool(terms(word))


def _ends_in_noun(word: str) -> bool:
    last = word.rpartition("-")[2]
    named = sum(letter.isupper() for letter in last) > 1 or any(map(str.isdigit, last))
    return named or _NO_NOUN.match(word.lower()) is None


def _stem(word: str) -> tuple[str, ...]:
    return tuple(terms(word)) or (word.lower(),)


def _shown(word: str) -> str:
    """Acronyms and names with inner capitals keep their letters; other words lose the capital."""
    return word if any(letter.isupper() for letter in word[1:]) else word.lower()


def _shared(candidates: Mapping[tuple[str, ...], _Candidate]) -> dict[tuple[str, ...], _Candidate]:
    """Candidates of several works that no longer candidate stands for."""
    shared = {s: c for s, c in candidates.items() if len(c.works) >= MIN_WORKS}
    longest = sorted(shared, key=len, reverse=True)
    return {
        stems: shared[stems]
        for n, stems in enumerate(longest)
        if not any(
            len(longer) > len(stems)
            and _contains(longer, stems)
            and len(shared[longer].works) >= NESTED * len(shared[stems].works)
            for longer in longest[:n]
        )
    }


def _score(stems: tuple[str, ...], candidate: _Candidate, rarity: Mapping[str, float]) -> float:
    weight = len(candidate.works) + len(candidate.titles)
    rare = sum(rarity.get(stem, 0.0) for stem in stems) / len(stems)
    length = (0.15, 1.0, 1.1, 1.0)[min(len(stems), LONGEST) - 1]
    if len(stems) == 1 and not _name(candidate.forms).islower():
        length = 0.5  # a name or an acronym says more than a common word
    return weight * length * (0.5 + rare)


def _fresh(theirs: set[int], covered: Counter[int]) -> float:
    """1 where no work is covered yet, falling to 1 - COVERED where all are."""
    return 1 - COVERED * sum(covered[work] > 0 for work in theirs) / len(theirs)


def _contains(longer: tuple[str, ...], shorter: tuple[str, ...]) -> bool:
    size = len(shorter)
    return any(longer[n : n + size] == shorter for n in range(len(longer) - size + 1))


def _alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two phrases share at least half of the longer one's words, or one is all in it."""
    common = len(set(one) & set(other))
    return common == min(len(set(one)), len(set(other))) or common * 2 > max(len(one), len(other))


def _name(forms: Counter[str]) -> str:
    """The commonest form; a plural gives way to its singular where both are written."""
    form, _ = max(forms.items(), key=lambda item: (item[1], item[0]))
    singular = form.removesuffix("s")
    return singular if singular in forms else form
