"""Which page counts as what, and when a code stands on it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from retrieval import proofs
from retrieval.proofs import ProofChecker, aim, shows, stands, visible
from retrieval.sources.pages import PageReader
from storage import own_claims, researchers
from storage.answers import utcnow
from storage.claim_states import Claim, State
from storage.database import Database
from storage.errors import BadOrcid, BadPage, Busy, ClaimMoved, NoSuchClaim, TooFast
from storage.proofs import Kind
from storage.schema import ClaimStepRow
from tests import page_zoo
from tests.page_zoo import Zoo, answer

ADA, EVE = 11, 12
ORCID = "0000-0002-1825-0097"


@pytest.fixture
async def zoo() -> AsyncIterator[Zoo]:
    async with page_zoo.opened() as zoo:
        yield zoo


@pytest.fixture
def checker(database: Database, zoo: Zoo) -> ProofChecker:
    return ProofChecker(database, PageReader(zoo.rules()), zoo.url("/v3.0", "pub.orcid.test"))


@pytest.fixture
async def claim(database: Database) -> Claim:
    async with database.write() as session:
        record = await researchers.ensure(session, "Ada Lovelace", "arXiv")
        return await own_claims.start(session, record, ADA)


def _orcid(code: str, name: tuple[str, str] = ("Ada", "Lovelace")) -> str:
    person = {
        "name": {"given-names": {"value": name[0]}, "family-name": {"value": name[1]}},
        "biography": {"content": f"I compute. {code}"},
        "researcher-urls": {"researcher-url": [{"url-name": "x", "url": {"value": "y"}}]},
    }
    return json.dumps({"orcid-identifier": {"path": ORCID}, "person": person})


async def test_the_code_on_a_page_proves_the_claim(
    checker: ProofChecker, zoo: Zoo, claim: Claim
) -> None:
    zoo.pages["/"] = answer(f"<h1>Ada Lovelace</h1><p>{claim.codes[Kind.HOMEPAGE]}</p>")
    done, looked = await checker.check(claim.id, ADA, zoo.url("/"))
    assert looked.why is None
    assert (done.state, done.level) == (State.VERIFIED, 3)
    zoo.pages[f"/v3.0/{ORCID}/record"] = answer(
        _orcid(claim.codes[Kind.ORCID]), kind="application/json;charset=UTF-8"
    )
    done, looked = await checker.check(claim.id, ADA, f"https://orcid.org/{ORCID}")
    assert looked.why is None
    assert (done.level, done.researcher.orcid) == (4, ORCID)
    assert "Accept: application/json" in zoo.hits[-1]
    with pytest.raises(BadPage, match="another kind"):
        await checker.check(claim.id, ADA, zoo.url("/", "other.test"))


async def test_a_gist_is_read_without_its_comments(
    checker: ProofChecker, zoo: Zoo, claim: Claim
) -> None:
    code = claim.codes[Kind.GITHUB]
    zoo.pages["/ada/0123456789abcdef/raw"] = answer(f"Ada Lovelace\n{code}\n", kind="text/plain")
    done, looked = await checker.check(
        claim.id, ADA, zoo.url("/ada/0123456789abcdef", "gist.github.com")
    )
    assert looked.why is None
    assert "Host: gist.githubusercontent.com" in zoo.hits[0]
    assert done.proofs[0].page == zoo.url("/ada/0123456789abcdef", "gist.github.com")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("<p>Ada Lovelace</p>", "the code is not in its text"),
        ("<p>Ada Lovelace</p><!-- {code} -->", "the code is not in its text"),
        ('<p title="> {code} ">Ada Lovelace</p>', "the code is not in its text"),
        ("<p>Ada Lovelace</p><script>'{code}'</script>", "the code is not in its text"),
        ("<p>Ada Lovelace x{code}</p>", "the code is not in its text"),
        ("<p>Ada Lovelace {code}-2</p>", "the code is not in its text"),
        ("<p>Ada Lovelace {other}</p>", "the code is not in its text"),
        ("<p>Eve Lovelace {code}</p>", "it does not show the name “Ada Lovelace”"),
    ],
)
async def test_what_proves_nothing_is_kept_with_its_reason(
    checker: ProofChecker, zoo: Zoo, claim: Claim, body: str, why: str
) -> None:
    codes = claim.codes
    text = body.format(code=codes[Kind.HOMEPAGE], other=codes[Kind.GITHUB])
    zoo.pages["/"] = answer(text)
    done, looked = await checker.check(claim.id, ADA, zoo.url("/"))
    assert why in (looked.why or "")
    assert done.state is State.AWAITING
    assert [(p.found, why in p.why) for p in done.proofs] == [(False, True)]


async def test_a_page_that_cannot_be_read_is_kept_too(
    checker: ProofChecker, zoo: Zoo, claim: Claim
) -> None:
    done, looked = await checker.check(claim.id, ADA, zoo.url("/gone"))
    assert looked.why == "it answers with the status 404"
    assert len(done.proofs) == 1


async def test_a_page_that_repeats_its_address_proves_nothing(
    checker: ProofChecker, zoo: Zoo, claim: Claim
) -> None:
    code = claim.codes[Kind.HOMEPAGE]
    spelt = code.replace("-", "%252D").lower()
    _, looked = await checker.check(claim.id, ADA, zoo.url(f"/search?q=Ada+Lovelace+{spelt}"))
    assert looked.why == proofs.IN_ADDRESS
    assert zoo.hits == []
    zoo.pages["/"] = page_zoo.redirect(f"/search?q={code}")
    zoo.pages[f"/search?q={code}"] = answer(f"Ada Lovelace {code}")
    _, looked = await checker.check(claim.id, ADA, zoo.url("/"))
    assert looked.why == proofs.IN_ADDRESS


async def test_an_orcid_of_somebody_else_proves_nothing(
    checker: ProofChecker, zoo: Zoo, claim: Claim
) -> None:
    path = f"/v3.0/{ORCID}/record"
    code = claim.codes[Kind.ORCID]
    for body in (_orcid(code, ("Eve", "Else")), _orcid("nothing"), "[1", "{}", "[" * 9000):
        zoo.pages[path] = answer(body, kind="application/json")
        done, looked = await checker.check(claim.id, ADA, ORCID)
        assert looked.why
        assert done.researcher.orcid is None


async def test_the_orcid_of_whoever_stands_does_not_keep_the_other_from_proving_theirs(
    checker: ProofChecker, zoo: Zoo, claim: Claim, database: Database
) -> None:
    other = "0000-0001-5109-3700"
    async with database.write() as session:
        eve = await own_claims.start(session, claim.researcher.id, EVE)
    for one, user, orcid in ((eve, EVE, other), (claim, ADA, ORCID)):
        body = _orcid(one.codes[Kind.ORCID])
        zoo.pages[f"/v3.0/{orcid}/record"] = answer(body, kind="application/json")
        done, looked = await checker.check(one.id, user, orcid)
        assert looked.why is None
    assert done.state is State.DISPUTED


async def test_who_may_check_and_how_often(
    checker: ProofChecker, zoo: Zoo, claim: Claim, database: Database
) -> None:
    with pytest.raises(NoSuchClaim):
        await checker.check(claim.id, EVE, zoo.url("/"))
    opened, closing = asyncio.Event(), asyncio.Event()

    async def wait(writer: asyncio.StreamWriter) -> None:
        opened.set()
        await closing.wait()
        await answer(f"Ada Lovelace {claim.codes[Kind.HOMEPAGE]}")(writer)

    zoo.pages["/"] = wait
    first = asyncio.create_task(checker.check(claim.id, ADA, zoo.url("/")))
    await opened.wait()
    with pytest.raises(Busy):
        await checker.check(claim.id, ADA, zoo.url("/"))
    async with database.write() as session:  # withdrawn while the page is on its way
        await own_claims.withdraw(session, claim.id, ADA)
    closing.set()
    with pytest.raises(ClaimMoved):
        await first
    async with database.write() as session:
        claim = await own_claims.start(session, claim.researcher.id, ADA)
    for _ in range(proofs.MOST_LOOKS):
        async with database.write() as session:
            await own_claims.look(session, claim.id, ADA, Kind.HOMEPAGE, "https://a.test", "no")
    async with database.write() as session:
        ago = utcnow() - timedelta(minutes=50)
        await session.execute(update(ClaimStepRow).values(at=ago))
    with pytest.raises(TooFast, match=r"in (10|9) minutes"):
        await checker.check(claim.id, ADA, zoo.url("/"))


@pytest.mark.parametrize(
    ("page", "kind", "read"),
    [
        (ORCID, Kind.ORCID, f"https://pub.orcid.org/v3.0/{ORCID}/record"),
        ("https://orcid.org/0000-0002-1694-233x", Kind.ORCID,
         "https://pub.orcid.org/v3.0/0000-0002-1694-233X/record"),
        ("github.com/ada", Kind.GITHUB, "https://github.com/ada"),
        ("https://www.github.com/ada/?tab=x#y", Kind.GITHUB, "https://github.com/ada"),
        ("https://gist.github.com/ada/0123456789abcdef", Kind.GITHUB,
         "https://gist.githubusercontent.com/ada/0123456789abcdef/raw"),
        ("https://ada.github.io/me", Kind.GITHUB, "https://ada.github.io/me"),
        ("https://ada.example/", Kind.HOMEPAGE, "https://ada.example/"),
        ("people.mit.edu/ada", Kind.INSTITUTION, "https://people.mit.edu/ada"),
        ("https://www.cl.cam.ac.uk/~ada", Kind.INSTITUTION, "https://www.cl.cam.ac.uk/~ada"),
        ("https://notgithub.com/ada", Kind.HOMEPAGE, "https://notgithub.com/ada"),
        ("https://github.com.evil.example/ada", Kind.HOMEPAGE,
         "https://github.com.evil.example/ada"),
        ("https://edu.example/ada", Kind.HOMEPAGE, "https://edu.example/ada"),
        ("https://gіthub.com/ada", Kind.HOMEPAGE, "https://xn--gthub-n2e.com/ada"),
    ],
)  # fmt: skip
def test_the_kind_follows_from_the_address(page: str, kind: Kind, read: str) -> None:
    target = aim(page, PageReader())
    assert (target.kind, target.read) == (kind, read)


@pytest.mark.parametrize(
    ("page", "error"),
    [
        ("https://orcid.org/0000-0002-1825-0098", BadOrcid),
        ("0000-0002-1825-009X", BadOrcid),
        ("https://orcid.org/my-orcid", BadOrcid),
        ("https://github.com/ada/repo/issues/1", BadPage),
        ("https://gist.github.com/ada", BadPage),
        ("https://raw.githubusercontent.com/ada/x/main/y", BadPage),
        ("http://ada.example", BadPage),
        ("https://ada:secret@ada.example", BadPage),
        ("ada", BadPage),
        ("", BadPage),
    ],
)
def test_what_cannot_be_looked_at(page: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        aim(page, PageReader())


@pytest.mark.parametrize(
    ("name", "text", "there"),
    [
        ("Ada Lovelace", "Prof. Ada K. Lovelace, FRS", True),
        ("Ada Lovelace", "Lovelace, Ada", True),
        ("Ada Lovelace", "LOVELACE Ada", True),
        ("Ada Lovelace", "Adam Lovelace", False),
        ("Ada Lovelace", "Lovelace", False),
        ("K. Han", "Kai Han", True),
        ("Jürgen Müller", "Jurgen Muller", True),
        ("Ludwig van Beethoven", "Ludwig van Beethoven", True),
        ("Plato", "Plato of Athens", True),
        ("Plato", "Platonov", False),
    ],
)
def test_names_on_pages(name: str, text: str, there: bool) -> None:
    assert shows(name, f"Welcome to the page of {text}. And more, of this.") is there


@settings(max_examples=25)
@given(st.text(alphabet="<>!-/\"' abscript&;=", max_size=200))
def test_any_page_has_a_text(source: str) -> None:
    assert stands("the-code", visible(f"<b>the-code</b>{source}"))


@pytest.mark.parametrize("piece", ["<!--", "<a ", "<", '<a "', "<script>", "<!", "</", "<a'>"])
def test_no_page_takes_long_to_read(piece: str) -> None:
    import time

    source = piece * (1_000_000 // len(piece))
    started = time.process_time()
    visible(source)
    shows("Ada Lovelace", source[:200_000])
    assert time.process_time() - started < 10  # a second or two; a square of it would be hours
