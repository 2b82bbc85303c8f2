"""How likely it is that two works of one name are by one person: the evidence, pair by pair.

Evidence is added up as log-odds, each kind with the weight that it has in a logistic regression
over pairs of works whose authors are known (the way of Torvik & Smalheiser 2009, and of S2AND). A
name is compared by its spellings, and a short one, which many people bear, counts for less.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from storage.names import name_forms, name_key

Matrix = NDArray[np.float64]

KINDS = ("prior", "co-author", "circle", "strangers", "topic", "field", "place", "elsewhere")
WEIGHTS = np.array([-1.2, 3.0, 1.5, -0.24, 5.0, 0.45, 2.6, -1.4])
_TIES = slice(1, 4)  # what is known of the people on both works

USUAL_COSINE = 0.3  # of two works of one field
_COMMON_LETTERS = 7
_PLACE_WORDS = frozenset(
    "a and at college department dept for in institute lab laboratory national of research school"
    " science sciences technology the university academy center centre state inc ltd group".split()
)


@dataclass(frozen=True, slots=True)
class Signature:
    """A name on a work, with what tells whose it is.

    Attributes:
        id: the work's.
        coauthors: as printed, without the name itself.
        vector: (d,) unit vector of the work's text; None while there is none.
        complete: whether `coauthors` are all of them.
        categories: under which the work is listed, as "cs.CV".
        affiliation: as printed; empty where not known.
    """

    id: int
    coauthors: tuple[str, ...]
    vector: NDArray[np.float32] | None = None
    complete: bool = True
    categories: tuple[str, ...] = ()
    affiliation: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against each pair of n works.

    Attributes:
        kinds: (k, n, n) one matrix for each of `KINDS`, before weighting.
        people: (n, m) which co-authors, of `names`, are on which work.
        names: the m co-authors, as most often printed.
        knows: (m, m) which co-authors write together elsewhere.
    """

    kinds: Matrix
    people: NDArray[np.bool_]
    names: tuple[str, ...]
    knows: NDArray[np.bool_]

    def log_odds(self, weights: Matrix = WEIGHTS) -> Matrix:
        """(n, n) log-odds that two works are by one person; the diagonal means nothing."""
        total: Matrix = np.tensordot(weights, self.kinds, axes=1)
        return total

    def ties(self, weights: Matrix = WEIGHTS) -> Matrix:
        """(n, n) the part of the log-odds that comes from the people on both works."""
        part: Matrix = np.tensordot(weights[_TIES], self.kinds[_TIES], axes=1)
        return part

    def kind(self, name: str) -> Matrix:
        """(n, n) one kind of evidence, before weighting."""
        matrix: Matrix = self.kinds[KINDS.index(name)]
        return matrix


def weigh(
    signatures: Sequence[Signature], together: Iterable[Collection[str]] = (), name: str = ""
) -> Evidence:
    """Compare every pair.

    Args:
        signatures: the works of one name.
        together: groups of names that wrote a work together elsewhere, as printed.
        name: the name itself, which is nobody's co-author.
    """
    own = {key for key, form in name_forms(name).items() if form != "surname"}
    spelling = Spellings(author for signature in signatures for author in signature.coauthors)
    teams = [
        {person for a in s.coauthors if (person := spelling[a]) and person not in own}
        for s in signatures
    ]
    names = sorted(set().union(*teams))
    number = {person: n for n, person in enumerate(names)}
    people = np.zeros((len(teams), len(names)), bool)
    for row, team in zip(people, teams, strict=True):
        row[[number[person] for person in team]] = True
    knows = np.zeros((len(names), len(names)), bool)
    for group in together:
        mine = [number[person] for author in group if (person := spelling[author]) in number]
        knows[np.ix_(mine, mine)] = True
    np.fill_diagonal(knows, False)
    on = people.astype(float)
    shared = (on * np.array([_rarity(person) for person in names])) @ on.T
    circles = np.where(shared > 0, 0, np.minimum(np.log1p(on @ knows @ on.T), 2))
    sizes = on.sum(axis=1)
    strangers = np.where((shared == 0) & (circles == 0), np.log1p(np.outer(sizes, sizes)), 0)
    same, elsewhere = _places([signature.affiliation for signature in signatures])
    kinds = [
        np.ones_like(shared),
        np.minimum(shared, 1),
        circles,
        strangers,
        _nearness(signatures),
        _fields([set(signature.categories) for signature in signatures]),
        same,
        elsewhere,
    ]
    return Evidence(np.stack(kinds), people, tuple(spelling.printed(n) for n in names), knows)


class Spellings:
    """One key for every spelling of a name: order, hyphens and diacritics make no difference, and
    an initial stands for the one given name that it can stand for among these names, unless the
    name is a short one, as "W. Chen", and so anybody's.
    """

    def __init__(self, names: Iterable[str]) -> None:
        written = Counter(names)
        keyed = {name: name_key(name) for name in written}
        keys = sorted(set(keyed.values()), key=lambda key: (-len(key), key))
        self._keys: dict[str, str] = {}
        readings: dict[tuple[str, str], str] = {}
        initials: dict[tuple[str, str], set[str]] = defaultdict(set)
        abbreviated = []
        for key in keys:
            given, surname = _given_and_surname(key)
            if surname and len(given) <= 2 and all(len(part) == 1 for part in key.split()[:-1]):
                abbreviated.append(key)
                continue
            mine = _readings(key)
            found = next((readings[r] for r in mine if r in readings), key)
            self._keys[key] = found
            for reading in mine:
                readings.setdefault(reading, found)
            if surname:
                initials[given[0], surname].add(found)
        for key in abbreviated:
            given, surname = _given_and_surname(key)
            meant = initials[given[0], surname]
            sure = len(meant) == 1 and _rarity(key) > _rarity("")
            self._keys[key] = next(iter(meant)) if sure else key
        self._printed: dict[str, str] = {}
        for name, _ in written.most_common():
            self._printed.setdefault(self._keys[keyed[name]], name)

    def printed(self, key: str) -> str:
        """How the name of this key is most often written."""
        return self._printed[key]

    def __getitem__(self, name: str) -> str:
        key = name_key(name)
        return self._keys.get(key, key)


def _given_and_surname(key: str) -> tuple[str, str]:
    *given, surname = key.split() or [""]
    return ("".join(given), surname) if given else (surname, "")


def _readings(key: str) -> list[tuple[str, str]]:
    """The name with its surname last, and with its surname first, given names as one word; and
    all as one word, as where a script has no spaces.
    """
    parts = key.split()
    if len(parts) < 2:
        return [(key, "")]
    pairs = [("".join(parts[:-1]), parts[-1]), ("".join(parts[1:]), parts[0])]
    return [*((min(pair), max(pair)) for pair in pairs), ("".join(parts), "")]


def _rarity(key: str) -> float:
    """What a shared name is worth: a short one is often another person's too."""
    letters = len(key.replace(" ", ""))
    return 1.0 if letters > _COMMON_LETTERS + 1 else 0.75 if letters > _COMMON_LETTERS else 0.5


def _nearness(signatures: Sequence[Signature]) -> Matrix:
    """(n, n) cosines above the usual one, 0 where a vector is missing."""
    there = np.array([signature.vector is not None for signature in signatures])
    size = next((len(s.vector) for s in signatures if s.vector is not None), 1)
    rows = np.stack(
        [np.zeros(size) if s.vector is None else s.vector.astype(float) for s in signatures]
    )
    return np.where(np.logical_and.outer(there, there), rows @ rows.T - USUAL_COSINE, 0)


def _fields(categories: Sequence[set[str]]) -> Matrix:
    """(n, n) 0.5 for the same categories, -0.5 for none in common, 0 where not known."""
    fields = np.zeros((len(categories), len(categories)))
    for i, one in enumerate(categories):
        for j, two in enumerate(categories[:i]):
            if one and two:
                fields[i, j] = fields[j, i] = len(one & two) / len(one | two) - 0.5
    return fields


def _places(affiliations: Sequence[str]) -> tuple[Matrix, Matrix]:
    """(n, n) each: which pairs name one place, and which name two."""
    words = [set(name_key(a).split()) - _PLACE_WORDS for a in affiliations]
    same = np.zeros((len(words), len(words)))
    other = np.zeros_like(same)
    for i, one in enumerate(words):
        for j, two in enumerate(words[:i]):
            if one and two:
                alike = len(one & two) / min(len(one), len(two))
                same[i, j] = same[j, i] = float(alike > 0.5)
                other[i, j] = other[j, i] = float(alike == 0)
    return same, other
