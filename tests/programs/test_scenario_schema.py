"""The JSON Schema of scenario files, by a validator that others wrote: good files keep to it, and slips that an editor is
to mark do not."""

import json
import tomllib
from pathlib import Path

import jsonschema_rs
import pytest

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = jsonschema_rs.validator_for(json.loads((ROOT / "scenarios/scenario.schema.json").read_text()))
GOOD = [ROOT / "tests/scenario/every-key.toml", *sorted((ROOT / "scenarios").glob("*.toml"))]
# Broken files whose mistakes no schema can see: they lie between two values, or in a name.
BEYOND = {
    "a-key-twice",
    "clearing-what-was-not-thrown",
    "coming-back-of-one-that-stays-away",
    "not-toml",
    "pushing-to-a-feed-that-makes-its-own",
}
BROKEN = [path for path in sorted((ROOT / "tests/scenario/broken").glob("*.toml")) if path.stem not in BEYOND]


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_file_keeps_to_the_schema(path):
    told = [error.message for error in SCHEMA.iter_errors(tomllib.loads(path.read_text()))]
    assert not told


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_file_does_not(path):
    text = path.read_text().replace("= 2026-01-01", "= 1")
    assert not SCHEMA.is_valid(tomllib.loads(text))
