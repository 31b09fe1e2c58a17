"""Texts that were kept: the same notes again, without the model that wrote them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from fakes import FakeGenerator
from linernotes.describe import write_notes
from linernotes.errors import GenerationError, ModelError
from linernotes.evaluate.cache import CachedGenerator
from linernotes.llm import KeptGenerator
from linernotes.llm.kept import write_kept
from linernotes.types import FactSheet

SHEETS = [
    FactSheet(genres=("folk",), moods=("sad",)),
    FactSheet(genres=("rock",), moods=("happy",)),
    FactSheet(genres=("dub",), moods=("calm",)),
]


def texts(prompt: object) -> str:
    """True of the first sheet, true of the second at the second try only, never true of the third."""
    user, seed = getattr(prompt, "user", ""), getattr(prompt, "seed", 0)
    texts_seen.append(seed)
    if "folk" in user:
        return "A sad folk song."
    if "rock" in user:
        return "A happy rock song." if len(texts_seen) > len(SHEETS) else "A happy rock song from 1999."
    return "An angry polka."


texts_seen: list[int] = []


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    texts_seen.clear()
    cached = CachedGenerator(FakeGenerator(default=texts, model="m", adapter="a"), tmp_path)
    write_notes(SHEETS, cached, seed=1, tuned=True)
    path = tmp_path / "kept.jsonl.gz"
    asked = [(key, generation.text) for key, generation in cached.asked().items()]
    assert len(asked) == 5
    write_kept(path, asked, model=cached.model, adapter=cached.adapter)
    return path


def test_the_same_notes_come_about_in_the_same_way(kept: Path) -> None:
    generator = KeptGenerator(kept)
    assert (generator.model, generator.adapter) == ("m", "a")
    drafts = write_notes(SHEETS, generator, seed=1, tuned=True)
    assert [draft.status for draft in drafts] == ["written", "written", "fallback"]
    assert [draft.tries for draft in drafts] == [1, 2, 2]
    assert drafts[1].template == "A happy rock song."
    assert any("1999" in problem for problem in drafts[1].problems)


def test_what_is_not_kept_fails_and_the_others_are_written(kept: Path) -> None:
    unknown = FactSheet(genres=("ska",), moods=("happy",))
    drafts = write_notes([unknown, SHEETS[0]], KeptGenerator(kept), seed=1, tuned=True)
    assert [draft.status for draft in drafts] == ["fallback", "written"]
    assert any("no text is kept" in problem for problem in drafts[0].problems)


def test_the_same_texts_make_the_same_file(tmp_path: Path) -> None:
    rows = [("k2", "two"), ("k1", "one")]
    for name, order in (("a", rows), ("b", rows[::-1])):
        write_kept(tmp_path / name, order, model="m", adapter=None)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_after_the_end_nothing_is_answered(kept: Path, tmp_path: Path) -> None:
    cached = CachedGenerator(FakeGenerator(default="A text."), tmp_path)
    for generator in (KeptGenerator(kept), cached):
        generator.close()
        with pytest.raises(GenerationError, match="closed"):
            write_notes(SHEETS, generator, seed=1)


@pytest.mark.parametrize("content", [b"", b"no gzip", gzip.compress(b"{}", mtime=0)[:10] + b"\xff" * 9, None])
def test_what_holds_no_texts_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "kept.jsonl.gz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError, match="no kept texts"):
        KeptGenerator(path)
