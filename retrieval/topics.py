"""What a record is about: noun phrases that several of its works share, from the texts alone.

Candidates are runs of content words (Rose et al. 2010, RAKE) of one to four words. A candidate is
worth the works that use it, those that use it in their title more, times how rare its words are in
the whole corpus; what a longer candidate mostly contains is counted with the longer one (Frantzi et
al. 2000, C-value), and an acronym with what it stands for. Topics are then taken greedily by the
works not yet covered.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from retrieval.text import readable, terms
from storage import persons, topics, works
from storage import terms as statistics
from storage.database import Database
from storage.topics import Topic
from storage.works import Work

MOST = 12
MIN_WORKS = 2
LONGEST = 4
NESTED = 0.7  # a phrase whose works mostly use a longer one says less than the longer one
COVERED = 0.8  # a topic whose works are mostly covered adds little
LEAST = 3
SMALL = 10  # works; a smaller record is described by phrases of single titles as well,
FILL = 3  # as many as make this many topics a work
TITLE = 3.0  # what a use in a title counts more than one in an abstract
UNTITLED = 0.3  # what a phrase of no title is worth
MANY = 1.3  # the power of the number of works, against that of the rarity
FLOOR = 1.5  # added to the rarity, so that a field's common words may name a topic
LENGTH = (0.15, 1.0, 1.1, 1.0)  # by the number of words
WORDS = 50_000  # that are remembered as they were looked at
AT_ONCE = 20  # researchers whose topics are worked out and kept together
TRIES = 3
NAMED = 0.3  # a single word that is an acronym or a name

# Words of every abstract: they report, praise or count, and so end a phrase that names a subject.
_REPORTING = frozenset(
    """
    able abstract accordingly achieve achieved achieves achieving across addition additional
    address addressed addresses addressing advanced aim aims alleviate alleviates alleviating
    almost along already also although among amount analyse analyses analysis analyze analyzing
    another application applications applied apply applying approach approaches approximately art
    aspect aspects assume available aware based baseline baselines basic become becomes benchmark
    benchmarks best better better-performing beyond bring brings called capability capable
    carefully carry case cases certain challenge challenges challenging clear code codes com
    common commonly compare compared comparison competitive complex component components
    comprehensive comprise comprises conduct consider considerable considering consist
    consistently contain contains contribute contribution contributions conventional corresponding
    could crucial current currently dataset datasets date deal deep demonstrate demonstrated
    demonstrates demonstrating denote depend derive design designed designing despite detail
    detailed details develop developed developing development difference different difficult
    directly discuss done due early easily easy effect effective effectively effectiveness
    efficient efficiently eg either eliminate employ employed enable enables encourage end
    end-to-end enhance enhanced enhancing entire especially essential establish et etc evaluate
    evaluated evaluation even exist existing experiment experimental experiments exploit
    exploiting explore explored extend extensive extensively extra facilitate fact final finally
    find finding findings first five focus focused followed following form found four framework
    frameworks full fully fundamental furthermore future gain gains general generally generate
    generated generic get github give given gives giving good great greatly handle hard hence high
    high-quality higher highlight highlights highly however http https hundred idea ideal identify
    ie ii iii impact implement implementation important improve improved improvement improvements
    improves improving include included includes including incorporate increase increased
    increasing indicate inherent initial input inputs inspired instead integrate interesting
    introduce introduced introduces introducing investigate investigated involve issue issues key
    kind know known lack large largely last later latter lead leading leads less let level levels
    leverage leverages leveraging light like likely limit limitation limitations limited limits
    line little low lower main mainly maintain major make makes making manner many may mean means
    merely method methods might million minor mitigate mitigated mitigates mitigating mitigation
    modern moreover mostly motivated much multiple must namely natural naturally necessary need
    needed needs never new next notable notably note novel number numerous observation observe
    observed obtain obtained obtaining obtains offer often one open optimal order org original
    others otherwise outperform outperforming outperforms output outputs outstanding overall page
    paper papers part particular particularly per perform performance performed performing
    performs perhaps play plays plug point popular possible potential power powerful practical
    practice precise preliminary present presented presents preserve prevent previous previous-art
    previously prior problem problems procedure process processes produce produced project
    promising proper properly property propose proposed proposes proposing prove provide provided
    provides providing public publicly quality quite range rarely rather real reason recent
    recently reduce reduced reduces reducing regarding related relative relatively release
    released relevant rely remain remains remarkable report reported require required requires
    requiring research researchers respective respectively result resulting results reveal reveals
    rich robust role scale scenario scenarios second section see seen select selected serve set
    sets setting settings seven several severe shot show showed showing shown shows significant
    significantly similar simple simply simultaneously since single six small solution solutions
    solve solving sota source specific specifically standard state state-of-the-art step steps
    still straightforward strategies strategy strong studied studies study substantial
    substantially success successful successfully suffer suffers sufficient suggest superior
    support system systems tackle tackles take taken takes taking target task tasks technique
    techniques ten term terms test tested thereby therefore thorough thousand three thus timely
    tiny together top toward towards traditional true try two type types typical typically
    underlying underscore underscores understand unlike unveil usage use used useful user uses
    using usually utilize utilized utilizing valuable value values variety various vary vast
    verify version via view way ways well well-known whole whose wide widely without work works
    world would www year years yet yield yields zero
    """.split()
)
# A single word of these names no field.
_GENERIC = frozenset(
    """
    accuraci action activ agent algorithm architectur attent behavior behaviour camera chang class
    classif cloud comput condit connect constraint content context control convolut cost data depth
    detect dimens direct distribut domain dynam embed encod entiti environ error estim event exampl
    facil featur feedback format frame function gradient graph group human imag infer inform
    instanc instruct interact item knowledg label languag latenc latent layer learn length line loss
    machin map matric matrix mean measur mechan memori metric model modul motion network neural
    neuron node nois number object oper optim order pair paramet patch pattern perspect pixel point
    polici posit predict prior problem program prompt protocol queri question ratio reason recognit
    reconstruct region relat represent reward sampl scene score search semant sensor sequenc seri
    shape signal simul sourc space speed state structur surfac survey theori time token trade train
    transfer transform translat updat valu vector video view weight word
    """.split()
)
_DESCRIBING = frozenset("deep large natural open robust".split())
_INTRODUCED = re.compile(r"((?:[\w'’-]+ ){1,6})\(([A-Za-z][A-Za-z0-9]{1,8})\)")
_TOKEN = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_BREAK = re.compile(r"[.,;:!?()\[\]{}\"“”/|=<>]|\s[-–—]\s")
_ADVERB = re.compile(r"\w{3,}ly$")
# A subject ends in a noun: not "self-supervised", "low-bit" or "convolutional".
_NO_NOUN = re.compile(
    r".*-.*|.*(?:ed|ive|ous|able|ible|less|ful|like|based)$"
    r"|(?!.*(?:retriev|sign|remov|propos|approv|mater|crystal|fract).*)\w{3,}al$"
    r"|(?!.*(?:mus|log|top|dynam|statist|econom|traff|fabr|metr)\w*).*ic$"
)
_NO_NOUN_ALONE = re.compile(r".*(?:ing|ings|free|aware|driven|guided)$")


@dataclass
class _Candidate:
    """One phrase under its stems, with the forms it is written in and the works that use it."""

    forms: Counter[str] = field(default_factory=Counter)
    works: set[int] = field(default_factory=set)
    titles: set[int] = field(default_factory=set)


async def refresh(database: Database, researcher_ids: Sequence[int]) -> None:
    """Work out the topics of records and persons from their stored works, and keep them.

    Reading, working out (on a thread) and keeping come one after the other, some researchers at
    once, so that nobody waits long; those whose works changed meanwhile are worked out again.
    """
    for start in range(0, len(researcher_ids), AT_ONCE):
        left = researcher_ids[start : start + AT_ONCE]
        for _ in range(TRIES):
            left = await _refreshed(database, left) if left else []


async def _refreshed(database: Database, researcher_ids: Sequence[int]) -> list[int]:
    """Refresh these; those whose works changed meanwhile."""
    async with database.read() as session:
        texts = {i: await works.texts_of(session, i) for i in researcher_ids}
        records = [await works.of_researchers(session, [i]) for i in researcher_ids]
    rarity = await rarity_of(database, [work for record in records for work in record])
    found = [await asyncio.to_thread(topics_of, record, rarity) for record in records]
    changed = []
    async with database.write() as session:
        for researcher_id, theirs in zip(researcher_ids, found, strict=True):
            await persons.lock(session, researcher_id)
            if await works.texts_of(session, researcher_id) == texts[researcher_id]:
                await topics.replace(session, researcher_id, theirs)
            else:
                changed.append(researcher_id)
    return changed


async def rarity_of(database: Database, record: Sequence[Work]) -> dict[str, float]:
    """How rare each term of these works is in the whole corpus."""
    vocabulary = await asyncio.to_thread(_vocabulary, record)
    async with database.read() as session:
        total, _ = await statistics.corpus(session)
        frequencies = await statistics.works_with(session, vocabulary)
    return {term: statistics.idf(n, max(total, n)) for term, n in frequencies.items()}


def _vocabulary(record: Sequence[Work]) -> set[str]:
    return {term for work in record for term in terms(f"{work.title} {work.abstract}")}


def topics_of(record: Sequence[Work], rarity: Mapping[str, float]) -> tuple[Topic, ...]:
    """The topics of these works, weightiest first, at most `MOST`.

    Where few phrases are shared, as in a small record, phrases of single titles make up for it.

    Args:
        record: the works of one record.
        rarity: a term's inverse document frequency in the whole corpus; missing terms are common.
    """
    candidates = _candidates(record)
    chosen = _chosen(_shared(candidates), rarity, MOST, ())
    wanted = min(MOST, max(LEAST, FILL * len(record))) if len(record) < SMALL else LEAST
    if len(chosen) < wanted:
        single = {s: c for s, c in candidates.items() if len(s) > 1 and c.titles}
        chosen += _chosen(single, rarity, wanted - len(chosen), chosen)
    return tuple(Topic(_name(c.forms), tuple(sorted(c.works))) for _, c in chosen)


_Chosen = tuple[tuple[str, ...], _Candidate]


def _chosen(
    candidates: dict[tuple[str, ...], _Candidate],
    rarity: Mapping[str, float],
    most: int,
    before: Sequence[_Chosen],
) -> list[_Chosen]:
    """Candidates by their score, less for those whose works are covered, none like another."""
    scores = {stems: _score(stems, c, rarity) for stems, c in candidates.items()}
    order = sorted(scores, key=lambda s: (scores[s], s), reverse=True)
    taken = [stems for stems, _ in before]
    covered = {work for _, c in before for work in c.works}
    chosen: list[_Chosen] = []
    while len(chosen) < most and order:
        best = _best(order, scores, candidates, covered)
        order.remove(best)
        if any(_alike(best, other) for other in taken):
            continue
        taken.append(best)
        covered |= candidates[best].works
        chosen.append((best, candidates[best]))
    return chosen


def _best(
    order: Sequence[tuple[str, ...]],
    scores: Mapping[tuple[str, ...], float],
    candidates: Mapping[tuple[str, ...], _Candidate],
    covered: set[int],
) -> tuple[str, ...]:
    """The best candidate, less for covered works; `order` is by the score, which is the most that
    is left of it, so that few have to be looked at.
    """
    best: tuple[float, tuple[str, ...]] = (-1.0, ())
    for stems in order:
        if (scores[stems], stems) < best:
            break
        best = max(best, (scores[stems] * _fresh(candidates[stems].works, covered), stems))
    return best[1]


def _candidates(record: Sequence[Work]) -> dict[tuple[str, ...], _Candidate]:
    texts = [(w.id, readable(w.title), readable(w.abstract)) for w in record]
    acronyms = _acronyms([text for _, title, abstract in texts for text in (title, abstract)])
    found: dict[tuple[str, ...], _Candidate] = defaultdict(_Candidate)
    for work_id, title, abstract in texts:
        for text, in_title in ((title, True), (abstract, False)):
            for phrase in _phrases(text):
                stems = tuple(
                    stem
                    for word in phrase
                    for stem in acronyms.get(word.rstrip("s").upper(), None) or _stem(word)
                )
                candidate = found[stems]
                candidate.forms[" ".join(_shown(word) for word in phrase)] += 1
                candidate.works.add(work_id)
                if in_title:
                    candidate.titles.add(work_id)
    return found


def _acronyms(texts: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The stems of what each acronym stands for, where a text introduces it in parentheses."""
    found: dict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    for text in texts:
        for match in _INTRODUCED.finditer(text):
            letters = match[2].rstrip("s").upper()
            words = re.findall(r"[^\W_]+", match[1])
            for size in range(2, min(6, len(words)) + 1):
                initials = "".join(word[0] for word in words[-size:]).upper()
                if initials == letters:
                    found[letters][tuple(s for w in words[-size:] for s in _stem(w))] += 1
    return {k: max(c.items(), key=lambda item: (item[1], item[0]))[0] for k, c in found.items()}


def _phrases(text: str) -> list[list[str]]:
    """Every run of one to four content words; phrases never cross punctuation.

    A word that only describes may come before two others: "large language models".
    """
    phrases = []
    for clause in _BREAK.split(text):
        run: list[str] = []
        before = ""
        for word in [*_TOKEN.findall(clause), ""]:
            if word and _is_content(word):
                run.append(word)
                continue
            for start in range(len(run)):
                for size in range(1, min(LONGEST, len(run) - start) + 1):
                    if not _ends_in_noun(run[start + size - 1]):
                        continue
                    phrase = run[start : start + size]
                    phrases.append(phrase)
                    if start == 0 and before and 1 < size < LONGEST:
                        phrases.append([before, *phrase])
            run = []
            before = word if word.lower() in _DESCRIBING else ""
    return phrases


@lru_cache(WORDS)
def _is_content(word: str) -> bool:
    lower = word.lower()
    if lower in _REPORTING or _ADVERB.match(lower) or word[0].isdigit() or len(word) < 2:
        return False
    return bool(terms(word))


@lru_cache(WORDS)
def _ends_in_noun(word: str) -> bool:
    last = word.rpartition("-")[2]
    named = sum(letter.isupper() for letter in last) > 1 or any(map(str.isdigit, last))
    return named or _NO_NOUN.match(word.lower()) is None


@lru_cache(WORDS)
def _stem(word: str) -> tuple[str, ...]:
    return tuple(terms(word)) or (word.lower(),)


@lru_cache(WORDS)
def _shown(word: str) -> str:
    """Acronyms and names with inner capitals keep their letters; other words lose the capital."""
    inner = any(letter.isupper() for part in word.split("-") for letter in part[1:])
    alone = any(len(part) == 1 and part.isupper() for part in word.split("-"))
    return word if inner or alone else word.lower()


def _shared(candidates: Mapping[tuple[str, ...], _Candidate]) -> dict[tuple[str, ...], _Candidate]:
    """Candidates of several works that no longer candidate stands for.

    A single word must say something, and be in the titles of two of them.
    """
    shared = {
        s: c
        for s, c in candidates.items()
        if len(c.works) >= MIN_WORKS and (len(s) > 1 or _names_a_field(s[0], c))
    }
    inside: dict[tuple[str, ...], int] = defaultdict(int)
    for longer, candidate in shared.items():
        for size in range(1, len(longer)):
            for start in range(len(longer) - size + 1):
                part = longer[start : start + size]
                inside[part] = max(inside[part], len(candidate.works))
    return {s: c for s, c in shared.items() if inside[s] < NESTED * len(c.works)}


def _names_a_field(stem: str, candidate: _Candidate) -> bool:
    name = _name(candidate.forms)
    if stem in _GENERIC or (name.islower() and _NO_NOUN_ALONE.match(name)):
        return False
    return len(candidate.titles) > 1 or (bool(candidate.titles) and not name.islower())


def _score(stems: tuple[str, ...], candidate: _Candidate, rarity: Mapping[str, float]) -> float:
    weight = len(candidate.works) + TITLE * len(candidate.titles)
    if not candidate.titles:
        weight *= UNTITLED
    rare = sum(rarity.get(stem, 0.0) for stem in stems) / len(stems)
    length = LENGTH[min(len(stems), LONGEST) - 1]
    if len(stems) == 1 and not _name(candidate.forms).islower():
        length = NAMED  # a name or an acronym says more than a common word
    return float(weight**MANY * length * (FLOOR + rare))


def _fresh(theirs: set[int], covered: set[int]) -> float:
    """1 where no work is covered yet, falling to 1 - COVERED where all are."""
    return 1 - COVERED * len(theirs & covered) / len(theirs)


def _alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two phrases share at least half of the longer one's words, or one is all in it."""
    common = len(set(one) & set(other))
    return common == min(len(set(one)), len(set(other))) or common * 2 > max(len(one), len(other))


def _name(forms: Counter[str]) -> str:
    """The commonest form, written out where it is; a plural gives way to its written singular."""
    spelt = {form: n for form, n in forms.items() if " " in form} or forms
    form, _ = max(spelt.items(), key=lambda item: (item[1], item[0]))
    singular = form.removesuffix("s")
    return singular if singular in spelt else form
