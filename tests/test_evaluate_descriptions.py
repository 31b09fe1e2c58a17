"""The suite of descriptions on made-up data, and its model-free parts on the real."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import REPOSITORY
from fakes import FakeGenerator
from linernotes.errors import InputError
from linernotes.evaluate import parts as parts_module
from linernotes.evaluate.clips import CAPTIONS, GPT_PROMPTS, PREDICTIONS, read_clips
from linernotes.evaluate.descriptions import (
    FIRST_TEXT,
    STORED,
    Options,
    Writers,
    collect,
    measure_all,
)
from linernotes.evaluate.pairs import GPT, key_path, make_pairs, write_pairs
from linernotes.evaluate.parts import CORPUS, HUMAN, RAW_TAGS, TEMPLATE, Part, by_fame, sample
from linernotes.evaluate.report import COLUMNS, as_json, as_markdown, columns_with_values, rows
from linernotes.evaluate.values import Subject, Text
from linernotes.evaluate.verdicts import read_preferences
from linernotes.ingest import Progress
from linernotes.learn.corpora import Lesson
from linernotes.types import CollectionSheet, FactSheet
from table_library import make_library

TUNED = "tuned@1"
CLIPS: tuple[tuple[str, str, list[str], list[str]], ...] = (
    ("clip-a", "A sad piano plays a slow ballad.", ["sad", "piano", "ballad"], ["low quality"]),
    ("clip-b", "Loud guitars and a man who sings rock.", ["rock", "loud guitars", "male singer"], []),
    ("clip-c", "Nobody sings over these fast drums.", ["instrumental", "fast tempo", "drums"], []),
)


def write_rows(path: Path, rows: Sequence[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def caption_row(clip: tuple[str, str, list[str], list[str]], **other: object) -> dict[str, object]:
    ytid, caption, words, quality = clip
    return {
        "ytid": ytid,
        "caption_clean": caption,
        "aspects_clean": words,
        "aspects": [*quality, *words],
        "is_eval": True,
        **other,
    }


def prediction_rows(ytid: str) -> list[dict[str, object]]:
    texts = {prompt: f"{prompt} says {ytid} has a banjo." for prompt in (*GPT_PROMPTS, "baseline_k2c")}
    return [{"ytid": ytid, "prompt": prompt, "prediction": text} for prompt, text in texts.items()]


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    extra = [
        caption_row(("training", "To be taught with.", ["piano"], []), is_eval=False),
        caption_row(("empty", "", ["piano"], [])),
        caption_row(("aspectless", "A song.", [], [])),
        caption_row(("unpredicted", "A song.", ["piano"], [])),
    ]
    write_rows(folder / CAPTIONS, [*(caption_row(clip) for clip in reversed(CLIPS)), *extra])
    with_texts = [*(clip[0] for clip in CLIPS), "training", "empty", "aspectless"]
    write_rows(folder / PREDICTIONS, [row for ytid in with_texts for row in prediction_rows(ytid)])
    return folder


def lesson_ids(held_out: bool, count: int) -> list[str]:
    sheet = FactSheet()
    ids = (f"lesson-{number}" for number in range(1000))
    lessons = (Lesson(id=name, sheet=sheet, text="", source="", licence="") for name in ids)
    return [lesson.id for lesson in lessons if lesson.is_held_out is held_out][:count]


@pytest.fixture
def corpus_dir(tmp_path: Path) -> Path:
    song, artist, genre = lesson_ids(True, 3)
    (taught,) = lesson_ids(False, 1)
    notes = [
        (song, "song", {"genres": ["dub"], "tempo_bpm": 72}, "{title} is slow dub."),
        (artist, "artist", {"tracks": 3, "genres": ["fado"]}, "Three tracks of fado by {artist}."),
        (genre, "genre", {"tracks": 9, "moods": ["calm"]}, "{genre}: nine calm tracks."),
        (taught, "song", {"genres": ["rock"]}, "{title} is rock."),
    ]
    folder = tmp_path / "corpus"
    folder.mkdir()
    lines = [json.dumps({"id": i, "kind": k, "facts": f, "text": t}) for i, k, f, t in notes]
    (folder / "notes.jsonl").write_text("\n".join(lines))
    return folder


@pytest.fixture
def options(data_dir: Path, corpus_dir: Path) -> Options:
    return Options(data_dir=data_dir, corpus_dir=corpus_dir)


@pytest.fixture
def writers() -> Writers:
    return Writers(
        ours=FakeGenerator(default="{title} is calm.", adapter=TUNED), base=FakeGenerator(default="Banjo!")
    )


# --- data


def test_clips_are_the_evaluation_rows_that_everybody_described(data_dir: Path) -> None:
    first, second, third = read_clips(data_dir)
    assert [clip.subject.id for clip in (first, second, third)] == ["clip-a", "clip-b", "clip-c"]
    assert first.subject.reference == "A sad piano plays a slow ballad."
    assert first.subject.words == ("sad", "piano", "ballad")
    assert first.said_of_recording == ("low quality",)
    assert second.said_of_recording == ()
    assert set(first.gpt_texts) == set(GPT_PROMPTS)
    assert first.gpt_texts["caption_writing"] == "caption_writing says clip-a has a banjo."


@pytest.mark.parametrize("missing", [CAPTIONS, PREDICTIONS])
def test_missing_data_is_named_with_its_origin(data_dir: Path, missing: Path) -> None:
    (data_dir / missing).unlink()
    with pytest.raises(InputError, match=rf"{missing.name} is not there.*docs/evaluate.md"):
        read_clips(data_dir)


def test_data_of_another_form_is_told_with_its_line(data_dir: Path) -> None:
    write_rows(data_dir / CAPTIONS, [{"ytid": "clip-a", "is_eval": True}])
    with pytest.raises(InputError, match=r"line 1: 'caption_clean' is None"):
        read_clips(data_dir)


def test_data_without_a_clip_is_told(data_dir: Path) -> None:
    write_rows(data_dir / CAPTIONS, [caption_row(CLIPS[0], is_eval=False)])
    with pytest.raises(InputError, match="no clip"):
        read_clips(data_dir)


def test_a_corpus_without_held_out_lessons_is_told(options: Options, tmp_path: Path) -> None:
    folder = tmp_path / "another"
    folder.mkdir()
    with pytest.raises(InputError, match="no notes"):
        collect(replace(options, corpus_dir=folder, parts=("corpus",)), None)
    (folder / "notes.jsonl").write_text(
        json.dumps({"id": lesson_ids(False, 1)[0], "kind": "song", "facts": {}, "text": "x"})
    )
    with pytest.raises(InputError, match="no held-out lesson"):
        collect(replace(options, corpus_dir=folder, parts=("corpus",)), None)


def test_a_library_that_is_none_is_told(options: Options, tmp_path: Path) -> None:
    gone = replace(options, database=tmp_path / "library.db", parts=("library",))
    with pytest.raises(InputError, match="--library needs"):
        collect(gone, None)
    assert not (tmp_path / "library.db").exists()


def test_a_sample_is_the_same_each_time_and_in_order() -> None:
    chosen = sample(range(1000), full=False)
    assert len(chosen) == 300
    assert chosen == sorted(chosen) == sample(range(1000), full=False)
    assert sample(range(1000), full=True) == list(range(1000))
    assert sample(range(5), full=False) == [0, 1, 2, 3, 4]


def test_subjects_of_unknown_fame_stand_apart() -> None:
    fame = [0.9, None, 0.1, 0.5, 0.1]
    subjects = [Subject(id=str(at), sheet=FactSheet(), popularity=value) for at, value in enumerate(fame)]
    assert by_fame(subjects) == {
        "obscure": [2, 4],
        "middling": [3],
        "popular": [0],
        "of unknown fame": [1],
    }


# --- the suite


def test_baselines_need_no_model(options: Options) -> None:
    captions, corpus = collect(options, None)
    assert [text and text.text for text in captions.systems[RAW_TAGS]] == [
        "sad, piano, ballad",
        "rock, loud guitars, male singer",
        "instrumental, fast tempo, drums",
    ]
    assert [text and text.text for text in captions.systems[HUMAN]] == [clip[1] for clip in CLIPS]
    assert {kind: len(places) for kind, places in corpus.groups.items()} == {
        "songs": 1,
        "artists": 1,
        "genres": 1,
    }
    assert all(len(texts) == 3 for texts in (*captions.systems.values(), *corpus.systems.values()))
    result = measure_all(options, [captions, corpus], started=0.0)
    assert result.metrics == {}
    assert set(result.baselines) >= {RAW_TAGS, TEMPLATE, HUMAN, *(f"GPT-3.5 {name}" for name in GPT_PROMPTS)}
    assert result.n == 6


def test_each_system_is_measured_where_it_has_a_meaning(options: Options) -> None:
    result = measure_all(options, collect(options, None), started=0.0)
    human, tags = result.baselines[HUMAN]["captions"].figures, result.baselines[RAW_TAGS]["captions"].figures
    assert "recall_at_1" not in human
    assert "loops" in human
    assert "loops" not in tags
    assert tags["recall_at_1"] == 1.0
    assert "corpus" not in result.baselines[RAW_TAGS]
    assert result.baselines["GPT-3.5 caption_writing"]["captions"].figures["unsupported"] == 1.0
    assert result.baselines[CORPUS]["corpus: songs"].figures["told"] == 1.0


def test_our_writer_gives_first_and_stored_texts_beside_the_untuned_base(
    options: Options, writers: Writers
) -> None:
    steps: list[Progress] = []
    parts = collect(options, writers, steps.append)
    captions = parts[0]
    assert captions.systems[FIRST_TEXT][0] == Text(text="{title} is calm.")
    stored = captions.systems[STORED][0]
    assert stored is not None
    assert stored.is_fallback
    assert ("captions, ours", 3, 3) in [(step.stage, step.done, step.total) for step in steps]
    assert ("corpus, base", 3, 3) in [(step.stage, step.done, step.total) for step in steps]
    assert isinstance(writers.ours, FakeGenerator)
    assert isinstance(writers.base, FakeGenerator)
    assert all(prompt.completion for prompt in writers.ours.prompts)
    assert all(prompt.system for prompt in writers.base.prompts)
    result = measure_all(options, parts, started=0.0)
    assert set(result.metrics) == {FIRST_TEXT, STORED}
    assert result.metrics[STORED]["captions"].figures["fallback"] == 1.0
    assert any("calm" not in problem and count for problem, count in result.problems["captions"])


def test_a_library_is_described_by_fame_and_by_what_was_heard(options: Options, tmp_path: Path) -> None:
    settings = make_library(tmp_path)
    with_library = replace(options, database=settings.library_dir / "library.db", parts=("library",))
    (part,) = collect(with_library, None)
    assert part.name == "library"
    assert len(part.subjects) == 8
    assert len(part.groups["recordings"]) == 0
    assert len(part.groups["of unknown fame"]) == 3
    result = measure_all(with_library, [part], started=0.0)
    table = result.baselines[TEMPLATE]
    assert "library: recordings" not in table
    assert {"library: obscure", "library: middling", "library: popular"} <= set(table)
    assert "spearman_told_facts" in table["library"].figures


# --- the report


def test_the_json_is_the_object_that_was_promised(options: Options, writers: Writers) -> None:
    result = as_json(measure_all(options, collect(options, writers), started=0.0))
    assert list(result) == ["suite", "data", "n", "metrics", "baselines", "seconds"]
    assert result["suite"] == "descriptions"
    again = json.loads(json.dumps(result, allow_nan=False))
    assert again["metrics"]["stored"]["captions"]["n"] == 3
    assert len(again["baselines"][TEMPLATE]["captions"]["intervals"]["told"]) == 2


def test_rows_put_ours_first_and_wholes_before_parts(options: Options, writers: Writers) -> None:
    table = rows(measure_all(options, collect(options, writers), started=0.0))
    assert [row.system for row in table[:2]] == ["ours, first text", "ours, stored"]
    groups = list(dict.fromkeys(row.group for row in table))
    assert groups == ["captions", "corpus", "corpus: songs", "corpus: artists", "corpus: genres"]
    kept = [list(COLUMNS)[at] for at in columns_with_values([row for row in table if row.group == "corpus"])]
    assert "recall_at_1" not in kept
    assert "fallback" in kept


def test_the_report_escapes_what_texts_hold(options: Options, writers: Writers) -> None:
    assert isinstance(writers.ours, FakeGenerator)
    hostile = Writers(ours=FakeGenerator(default="<b>*bold*|`x`", adapter=TUNED), base=writers.base)
    page = as_markdown(measure_all(options, collect(options, hostile), started=0.0), command="linernotes x")
    assert "## captions" in page
    assert "`linernotes x`" in page
    assert "<b>" not in page.replace("\\<b\\>", "")
    assert page.count("\n| system |") == 5


# --- pairs


def test_pairs_hide_who_wrote_and_the_key_knows(options: Options, writers: Writers, tmp_path: Path) -> None:
    parts = collect(options, writers)
    pairs = make_pairs(parts, 2, seed=1)
    assert sorted(pair.comparison for pair in pairs) == ["gpt", "gpt", "template", "template"]
    assert pairs == make_pairs(parts, 2, seed=1)
    folder = tmp_path / "pairs"
    key = write_pairs(pairs, folder)
    assert key == key_path(folder)
    assert key.parent == tmp_path
    assert sorted(path.name for path in folder.iterdir()) == [
        "README.txt",
        "pair-1.txt",
        "pair-2.txt",
        "pair-3.txt",
        "pair-4.txt",
        "verdicts.csv",
    ]
    for pair in pairs:
        page = (folder / f"{pair.id}.txt").read_text()
        assert pair.text_a in page
        assert pair.text_b in page
        assert "{" not in page
        assert not any(word in page.lower() for word in ("gpt", "template", "ours"))


def paired(part: str, rival: str, ours: str, theirs: str) -> tuple[str, str]:
    """Our text and the rival's, as a pair on one subject shows them."""
    subject = Subject(id="x", sheet=FactSheet(genres=("dub",)))
    systems = {STORED: [Text(text=ours)], rival: [Text(text=theirs)]}
    (pair,) = make_pairs([Part(name=part, subjects=(subject,), systems=systems)], 5, seed=3)
    return (pair.text_a, pair.text_b) if pair.ours == "A" else (pair.text_b, pair.text_a)


def test_both_texts_of_a_pair_bear_the_same_names() -> None:
    ours, theirs = paired("corpus", TEMPLATE, "{title}: dub by {artist}.", "{artist} plays {title}.")
    title, artist = ours.removesuffix(".").split(": dub by ")
    assert theirs == f"{artist} plays {title}."


def test_a_pair_with_a_rival_who_knew_no_names_bears_none() -> None:
    ours, theirs = paired("captions", GPT, "{title} by {artist} is dub.", "This track is dub.")
    assert (ours, theirs) == ("This song is dub.", "This track is dub.")


def test_pairs_without_a_models_texts_are_refused(options: Options) -> None:
    with pytest.raises(InputError, match="nothing to pair"):
        make_pairs(collect(options, None), 5, seed=0)


def test_a_folder_that_holds_verdicts_is_not_overwritten(
    options: Options, writers: Writers, tmp_path: Path
) -> None:
    pairs = make_pairs(collect(options, writers), 1, seed=0)
    write_pairs(pairs, tmp_path / "pairs")
    with pytest.raises(InputError, match="the key of other pairs"):
        write_pairs(pairs, tmp_path / "pairs")
    key_path(tmp_path / "pairs").unlink()
    with pytest.raises(InputError, match="not an empty folder"):
        write_pairs(pairs, tmp_path / "pairs")


def written_pairs(options: Options, writers: Writers, folder: Path) -> dict[str, str]:
    """Writes pairs against the template alone; gives the side of ours by pair."""
    pairs = make_pairs(collect(replace(options, parts=("corpus",)), writers), 3, seed=0)
    write_pairs(pairs, folder)
    return {pair.id: pair.ours for pair in pairs}


def other(side: str) -> str:
    return "B" if side == "A" else "A"


def test_verdicts_become_a_preference_with_ties_half(
    options: Options, writers: Writers, tmp_path: Path
) -> None:
    ours = written_pairs(options, writers, tmp_path / "pairs")
    first, second, third = ours
    told = {first: ours[first].lower(), second: other(ours[second]), third: " Tie "}
    lines = ["pair,verdict", *(f"{pair},{verdict}" for pair, verdict in told.items())]
    (tmp_path / "pairs" / "verdicts.csv").write_text("\n".join(lines))
    (one,) = read_preferences(tmp_path / "pairs")
    assert (one.comparison, one.rival, one.pairs) == ("template", TEMPLATE, 3)
    assert (one.wins, one.ties, one.losses) == (1, 1, 1)
    assert one.preferred.mean == pytest.approx(0.5)
    assert 0.0 <= one.preferred.low < 0.5 < one.preferred.high <= 1.0


def test_several_readers_of_a_pair_count_as_one_mean(
    options: Options, writers: Writers, tmp_path: Path
) -> None:
    folder = tmp_path / "pairs"
    ours = written_pairs(options, writers, folder)
    first, second, _ = ours
    (folder / "verdicts.csv").unlink()
    (folder / "verdicts-ann.csv").write_text(f"pair,verdict\n{first},{ours[first]}\n{second},\n")
    (folder / "verdicts-bob.csv").write_text(f"pair,verdict\n{first},{other(ours[first])}\n")
    (one,) = read_preferences(folder)
    assert (one.pairs, one.verdicts, one.preferred.mean) == (1, 2, 0.5)


@pytest.mark.parametrize(
    ("line", "problem"),
    [("pair-1,C", "'C' is no verdict"), ("77,A", "no pair '77'"), ("pair-1,", "no verdict in")],
)
def test_verdicts_that_cannot_be_read_are_told(
    options: Options, writers: Writers, tmp_path: Path, line: str, problem: str
) -> None:
    written_pairs(options, writers, tmp_path / "pairs")
    (tmp_path / "pairs" / "verdicts.csv").write_text(f"pair,verdict\n{line}\n")
    with pytest.raises(InputError, match=problem):
        read_preferences(tmp_path / "pairs")


def test_verdicts_without_a_key_are_told(tmp_path: Path) -> None:
    (tmp_path / "pairs").mkdir()
    with pytest.raises(InputError, match="not the key"):
        read_preferences(tmp_path / "pairs")


# --- the real data


@pytest.mark.shared
def test_the_real_rows_give_baselines_as_good_as_they_are_known_to_be(
    shared_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts_module, "SAMPLE", 100)
    options = Options(data_dir=shared_dir, corpus_dir=REPOSITORY / "corpora/liner_notes", parts=("captions",))
    result = measure_all(options, collect(options, None), started=0.0)
    figures = {name: table["captions"].figures for name, table in result.baselines.items()}
    assert result.n == 100
    assert all((figures[name]["told"] or 0) > 0.97 for name in (RAW_TAGS, TEMPLATE))
    assert (figures[RAW_TAGS]["recall_at_10"] or 0) > 0.95
    assert (figures[TEMPLATE]["rouge_l"] or 0) > 0.25
    assert figures[TEMPLATE]["unsupported"] == 0.0


@pytest.mark.shared
def test_the_corpus_has_held_out_lessons_of_every_kind(shared_dir: Path) -> None:
    options = Options(data_dir=shared_dir, corpus_dir=REPOSITORY / "corpora/liner_notes", parts=("corpus",))
    (part,) = collect(options, None)
    assert all(len(places) > 10 for places in part.groups.values())
    assert {type(subject.sheet) for subject in part.subjects} == {FactSheet, CollectionSheet}
