"""A model that is held to bounds: it does not write what they bar, however much it would like to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from linernotes.llm import Bounds, LocalGenerator, Prompt

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def generator(models_dir: Path) -> Iterator[LocalGenerator]:
    path = next(models_dir.rglob("SmolLM2*.gguf"))
    generator = LocalGenerator(path, workers=1, context=256)
    yield generator
    generator.close()


def written(generator: LocalGenerator, start: str, bounds: Bounds | None) -> str:
    prompt = Prompt(user=start, completion=True, bounds=(lambda: bounds) if bounds else None)
    return generator.generate([prompt], max_tokens=24, temperature=0.0, seed=1)[0].text


def test_a_barred_word_is_not_written(generator: LocalGenerator) -> None:
    start = "The capital of France is"
    assert "Paris" in written(generator, start, None)
    assert "Paris" not in written(generator, start, Bounds(barred=("paris",)))


def test_a_needed_word_that_begins_with_a_barred_one_stays_possible(generator: LocalGenerator) -> None:
    """To this model "funk" is "fun" and "k", and "shorter" a word of its own."""
    start = "funk, funk, funk, funk, funk,"
    assert " funk" in written(generator, start, Bounds(barred=("fun",), needed=("funk",)))
    assert " funk" not in written(generator, start, Bounds(barred=("fun",), needed=("shorter",)))


def test_only_the_numbers_given_are_written(generator: LocalGenerator) -> None:
    start = "1, 2, 3, 4, 5, 6,"
    assert re.findall(r"\d+", written(generator, start, None))[:3] == ["7", "8", "9"]
    for numbers in (("8", "41"), ("8", "70s"), ("C86", "7"), ()):
        told = re.findall(r"[A-Za-z]*\d+[A-Za-z]*", written(generator, start, Bounds(numbers=numbers)))
        assert set(told) <= set(numbers)
    assert "7" in re.findall(r"\d+", written(generator, start, Bounds(numbers=("7",))))


def test_barred_numbers_are_written_in_no_spelling(generator: LocalGenerator) -> None:
    start = "Sixteen, seventeen, eighteen,"
    assert "nineteen" in written(generator, start, None)
    text = written(generator, start, Bounds(barred_numbers=("nineteen", "twenty")))
    assert text
    assert not re.search(r"nineteen|twenty", text.lower())
    needed = Bounds(barred_numbers=("nineteen", "twenty"), needed=("nineteenth",))
    assert re.search(r"\bnineteen\w", written(generator, start, needed).lower())  # it may become "nineteenth"


def test_bounds_do_not_disturb_what_keeps_to_them(generator: LocalGenerator) -> None:
    start = "Roses are red, violets are"
    bounds = Bounds(barred=("polka",), numbers=("1", "3"))
    assert written(generator, start, bounds) == written(generator, start, None)


def test_a_schema_comes_before_bounds(generator: LocalGenerator) -> None:
    schema = {"type": "object", "properties": {"n": {"const": 5}}, "required": ["n"]}
    prompt = Prompt(user="Say 5.", bounds=lambda: Bounds(numbers=()))
    text = generator.generate([prompt], max_tokens=24, temperature=0.0, seed=1, schema=schema)[0].text
    assert "5" in text


def test_only_the_placeholders_given_are_written(generator: LocalGenerator) -> None:
    start = "The templates {name}, {name} and"
    assert "{name}" in written(generator, start, None)
    assert "{" not in written(generator, start, Bounds())
    assert set(re.findall(r"\{.*?\}", written(generator, start, Bounds(placeholders=("artist",))))) <= {
        "{artist}"
    }
    assert "{name}" in written(generator, start, Bounds(placeholders=("name",)))


def test_a_number_is_not_written_before_what_it_does_not_count(generator: LocalGenerator) -> None:
    start = "A week has 7 days. A week has"
    assert written(generator, start, Bounds(numbers=("7",))).lstrip().startswith("7 days")
    barred = Bounds(numbers=("7", "12"), barred_units=(("7", ("days", "day")),))
    assert not re.search(r"\b7[ -]day", written(generator, start, barred))
    others = Bounds(numbers=("7", "12"), barred_units=(("12", ("days",)), ("7", ("hours",))))
    assert written(generator, start, others).lstrip().startswith("7 days")
