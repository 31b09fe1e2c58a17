"""Listening and writing: what is final, what is tried again, what waits."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fakes import FakeGenerator
from linernotes.audio import ANALYSER_VERSION, TaggerPaths
from linernotes.compute import Outcome
from linernotes.errors import AudioError, GenerationError, ModelError, UndecodableError
from linernotes.ingest import silent, waves
from linernotes.ingest.names import add_table
from linernotes.ingest.waves import WaveReport, listen, write
from linernotes.llm import KeptGenerator, TextGenerator
from linernotes.llm.kept import write_kept
from linernotes.store import Store
from linernotes.types import AudioFeatures

Heard = AudioFeatures | Exception
TAGGERS = TaggerPaths(msd=Path("none"), mtt=Path("none"))
FEATURES = AudioFeatures(
    duration_s=3.0,
    tempo_bpm=120.0,
    tempo_alternatives_bpm=(),
    tempo_confidence=0.8,
    key=None,
    key_confidence=0.0,
    loudness_lufs=-14.0,
    energy=0.5,
    tags=(),
    embedding=None,
    warnings=(),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "library.db") as opened:
        yield opened


@pytest.fixture
def table(tmp_path: Path, store: Store) -> Path:
    """Two songs with recordings, Rain (1) and Snow (2), in the store."""
    (tmp_path / "rain.wav").write_bytes(b"rain")
    (tmp_path / "snow.wav").write_bytes(b"snow")
    path = tmp_path / "songs.csv"
    path.write_text(
        "id,title,artists,genres,tempo,path\na,Rain,Ann,rock,128,rain.wav\nb,Snow,Ben,jazz,70,snow.wav\n"
    )
    add(path, store)
    return path


def add(path: Path, store: Store) -> None:
    add_table(path, store, editors=False, on_progress=silent, after_batch=lambda: None)


Ears = Callable[[dict[str, Heard]], list[str]]


@pytest.fixture
def ears(monkeypatch: pytest.MonkeyPatch) -> Ears:
    """Sets what is heard in each file from now on; gives the list of files that were listened to."""

    def in_this_process(
        work: Callable[[Any], Any], items: Iterable[Any], **_: object
    ) -> Iterator[Outcome[Any, Any]]:
        for item in items:
            try:
                yield Outcome(item=item, value=work(item), error=None)
            except AudioError as err:
                yield Outcome(item=item, value=None, error=str(err))

    def hear(heard: dict[str, Heard]) -> list[str]:
        listened: list[str] = []

        def analyse(path: Path, *, tagger_paths: TaggerPaths) -> AudioFeatures:
            assert tagger_paths is TAGGERS
            listened.append(path.name)
            found = heard[path.name]
            if isinstance(found, Exception):
                raise found
            return found

        monkeypatch.setattr(waves, "analyse_file", analyse)
        return listened

    monkeypatch.setattr(waves, "run_isolated", in_this_process)
    return hear


def listen_to(store: Store) -> WaveReport:
    return listen(store, TAGGERS, jobs=1, on_progress=silent, after_batch=lambda: None)


def test_what_cannot_be_decoded_is_unplayable_and_not_tried_again(
    store: Store, table: Path, ears: Ears
) -> None:
    ears({"rain.wav": UndecodableError("it holds no sound"), "snow.wav": FEATURES})
    assert listen_to(store) == WaveReport(done=1, failed=1)
    assert list(store.catalogue.revisions().ids) == [2]
    assert [failure.reason for failure in store.jobs.failures()] == ["it holds no sound"]
    listened = ears({})
    assert listen_to(store) == WaveReport()
    assert listened == []


def test_another_file_in_its_place_is_listened_to(store: Store, table: Path, ears: Ears) -> None:
    ears({"rain.wav": UndecodableError("it holds no sound"), "snow.wav": FEATURES})
    listen_to(store)
    (table.parent / "rain.wav").write_bytes(b"rain at last")
    add(table, store)
    listened = ears({"rain.wav": FEATURES})
    assert listen_to(store) == WaveReport(done=1)
    assert listened == ["rain.wav"]
    assert list(store.catalogue.revisions().ids) == [1, 2]


def test_what_failed_otherwise_stays_in_the_answers_and_comes_last(
    store: Store, table: Path, ears: Ears
) -> None:
    ears({"rain.wav": AudioError("m4a needs ffmpeg"), "snow.wav": FEATURES})
    assert listen_to(store) == WaveReport(done=1, failed=1)
    assert list(store.catalogue.revisions().ids) == [1, 2]
    store.jobs.forget("audio", [2])
    listened = ears({"rain.wav": FEATURES, "snow.wav": FEATURES})
    assert listen_to(store) == WaveReport(done=2)
    assert listened == ["snow.wav", "rain.wav"]
    assert store.jobs.failures() == ()


def test_a_recording_that_is_not_there_waits(store: Store, table: Path, ears: Ears) -> None:
    (table.parent / "rain.wav").rename(table.parent / "away.wav")
    ears({"snow.wav": FEATURES})
    assert listen_to(store) == WaveReport(done=1, absent=1)
    assert store.jobs.pending("audio", ANALYSER_VERSION) == [1]
    assert store.jobs.failures() == ()


def test_an_edited_title_is_no_reason_to_listen_again(store: Store, table: Path, ears: Ears) -> None:
    ears({"rain.wav": FEATURES, "snow.wav": FEATURES})
    listen_to(store)
    table.write_text(table.read_text().replace("Rain", "Drops"))
    add(table, store)
    assert store.catalogue.tracks([1])[1].title == "Drops"
    assert store.jobs.pending("audio", ANALYSER_VERSION) == []


@pytest.mark.parametrize("error", [GenerationError("the server is gone"), ModelError("no such model")])
def test_a_generator_that_fails_altogether_stops_the_wave(
    store: Store, table: Path, error: Exception
) -> None:
    report = write(
        store,
        FakeGenerator([error]),
        audio_only=True,
        seed=1,
        on_progress=silent,
        after_batch=lambda: None,
    )
    assert report == WaveReport(stopped=str(error))
    assert store.jobs.pending("describe", with_audio=True) == [1, 2]
    assert store.notes.current("song", [1, 2]) == {}


def test_a_prompt_that_fails_falls_back_alone(store: Store, table: Path) -> None:
    generator = FakeGenerator(default="Nonsense about a {title} from Mars in 1066.")
    report = write(store, generator, audio_only=True, seed=1, on_progress=silent, after_batch=lambda: None)
    assert report == WaveReport(failed=2)
    assert store.jobs.pending("describe", waves.writer_version(generator), with_audio=True) == []


def test_a_note_may_use_the_names_that_the_song_has(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "songs.csv"
    path.write_text("id,title,artists,genres,tempo\na,Rain,Ann,rock,128\nb,Snow,,jazz,70\n")
    add(path, store)
    generator = FakeGenerator(default="x.", adapter="tuned@1")
    write(store, generator, audio_only=False, seed=1, on_progress=silent, after_batch=lambda: None)
    known = {
        prompt.user.count("rock"): prompt.bounds().placeholders
        for prompt in generator.prompts
        if prompt.bounds
    }
    assert known == {1: ("title", "artist"), 0: ("title",)}


def test_a_note_that_is_still_true_outlives_another_writer_that_fails(
    store: Store, table: Path, tmp_path: Path
) -> None:
    def run(generator: TextGenerator) -> WaveReport:
        return write(store, generator, audio_only=True, seed=1, on_progress=silent, after_batch=lambda: None)

    assert run(FakeGenerator(["{title} is rock at a brisk 128 bpm.", "Jazz at 70 bpm."])).done == 2
    before = store.notes.current("song", [1, 2])
    write_kept(tmp_path / "nothing.gz", [], model="another", adapter=None)
    failing = KeptGenerator(tmp_path / "nothing.gz")
    report = run(failing)
    assert (report.done, report.failed, report.trouble) == (0, 2, "no text is kept for it")
    assert store.notes.current("song", [1, 2]) == before
    assert store.jobs.pending("describe", waves.writer_version(failing), with_audio=True) == [1, 2]


def test_a_named_table_is_known_at_another_path(store: Store, tmp_path: Path) -> None:
    for folder in ("here", "there"):
        path = tmp_path / folder / "songs.csv"
        path.parent.mkdir()
        path.write_text("id,title,artists\na,Rain,Ann\n")
        report = add_table(
            path, store, editors=False, source_name="demo", on_progress=silent, after_batch=lambda: None
        )
    assert (report.new, report.changed) == (0, 0)
    assert [source.location for source in store.catalogue.sources()] == ["demo"]
