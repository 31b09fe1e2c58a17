"""The suite ``promises``: planted and marked promises, what breaks them, and that broken ones are counted."""

from __future__ import annotations

import gzip
import json
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

import linernotes.evaluate.promises.suite
import linernotes.library.answering
from linernotes.config import Settings
from linernotes.errors import InputError
from linernotes.evaluate.descriptors import Descriptor, ParsedRequest
from linernotes.evaluate.promises.gold import asked, is_limited, is_unwanted
from linernotes.evaluate.promises.known import believed, common_values, copied
from linernotes.evaluate.promises.limits import limits_of
from linernotes.evaluate.promises.planted import plant_requests
from linernotes.evaluate.promises.real import has_negation, read_real
from linernotes.evaluate.promises.rules import (
    minutes_at_most,
    number_within,
    says,
    songs_at_most,
    songs_of_an_artist_at_most,
    without_artist,
    without_title,
    without_value,
    without_version,
    without_voice,
    years_within,
)
from linernotes.evaluate.promises.suite import Outcome, fault, figures_of, measure_promises, outcome
from linernotes.evaluate.promises.understood import understood
from linernotes.evaluate.promises.values import Asked, Known, Promise
from linernotes.evaluate.report import as_markdown
from linernotes.evaluate.values import SuiteResult
from linernotes.serve.cli import app
from linernotes.types import Answer, Avoid, Fact, FactValue, Limit, Pick, Request, Track
from table_library import make_library


def known(
    title: str = "Untitled",
    artist: str = "Nobody",
    *,
    number: int = 1,
    album: str = "",
    seconds: float | None = None,
    **values: FactValue | Sequence[FactValue],
) -> Known:
    """A track; of each fact one value or several."""
    lists = {
        name: tuple(value) if isinstance(value, tuple | list) else (value,) for name, value in values.items()
    }
    track = Track(
        id=number, title=title, artists=(artist,), artist_ids=(number,), album=album, duration_s=seconds
    )
    return Known(track=track, values=lists)


UNKNOWN = known()
NOT_90S = years_within("not the 90s", low=1990, high=1999, outside=True)
NOT_LONG = number_within("duration_s", "nothing over 5 minutes", low=300, outside=True)


def breaks(promise: Promise, *picks: Known) -> list[bool]:
    """Of each pick, whether it breaks the promise."""
    found = promise.broken_by(picks)
    return [any(one is pick for one in found) for pick in picks]


# --- rules


def test_a_kind_of_a_thing_is_the_thing() -> None:
    assert says(["death metal"], "metal")
    assert says(["R&B"], "r & b")
    assert not says(["metalcore", "synth-pop"], "metal")
    assert not says(["post-rock"], "rock")
    assert not says(["bass guitar"], "guitar")


@pytest.mark.parametrize(
    ("promise", "breaking", "keeping"),
    [
        (without_value(["genre"], ["metal"], "no metal"), known(genre=["pop", "metal"]), known(genre="pop")),
        (without_value(["mood", "energy"], ["calm"], "x"), known(energy="calm"), known(mood="sad")),
        (without_artist(["Bo"], "no bo"), known(artist="BO"), known(artist="Bob")),
        (without_title("thriller", "x"), known("Thriller"), known("Thriller Night")),
        (without_title("rumours", "x"), known(album="Rumours"), known(album="Tusk")),
        (without_voice("no vocals"), known(vocals="male vocals"), known(vocals="instrumental")),
        (without_voice("x", singing=True), known(vocals="choir"), known(vocals="spoken word")),
        (without_version("live", "x"), known("Go (Live in Ghent)"), known("Live and Learn")),
        (without_version("remix", "x"), known("Go - Bo Remix"), known("Remix to Ignite")),
        (without_version("cover", "x"), known("Go (Cover Version)"), known("Take Cover")),
        (without_version("karaoke", "x"), known("Go (Karaoke)"), known("Go")),
        (without_version("acoustic", "x"), known("Go [Acoustic]"), known("Acoustic Ladyland")),
        (without_version("christmas", "x"), known("Blue Christmas"), known("Blue Winter")),
        (years_within("90s", low=1990, high=1999), known(year=1989), known(year=1990)),
        (years_within("90s", low=1990, high=1999), known(decade=[1970, 1980]), known(decade=[1980, 1990])),
        (years_within("x", high=1979), known(decade=1980), known(decade=[1970, 1980])),
        (NOT_90S, known(decade=1990), known(decade=[1980, 1990])),
        (NOT_90S, known(year=1999), known(year=2000)),
        (number_within("tempo_bpm", "x", low=90, high=120), known(tempo_bpm=121), known(tempo_bpm=120.4)),
        (NOT_LONG, known(duration_s=301), known(duration_s=300)),
    ],
)  # fmt: skip
def test_what_breaks_a_promise_is_known(promise: Promise, breaking: Known, keeping: Known) -> None:
    assert breaks(promise, breaking, keeping, UNKNOWN) == [True, False, False]


def test_facts_that_contradict_each_other_break_nothing() -> None:
    slow_or_fast = known(tempo_bpm=[70, 140], vocals=["instrumental", "male vocals"], year=[1989, 1994])
    assert breaks(number_within("tempo_bpm", "x", high=100), slow_or_fast) == [False]
    assert breaks(without_voice("x"), slow_or_fast) == [False]
    assert breaks(years_within("x", low=1990), slow_or_fast) == [False]


def claims(*told: tuple[str, str, float], name: str = "genre") -> list[Fact]:
    """Facts of one name, each a value with its source and confidence."""
    return [
        Fact(name=name, value=value, source=source, confidence=confidence)
        for value, source, confidence in told
    ]


def test_what_is_doubtful_is_not_known() -> None:
    assert believed(claims(("pop", "tag", 0.5), ("rock", "tag", 0.49))) == {"genre": ("pop",)}
    assert believed(claims(("rock", "tag", 0.49))) == {}


def test_what_is_told_of_the_song_goes_before_what_is_told_of_the_artist_or_heard() -> None:
    of_artist, heard, own = ("rock", "joined:x", 0.6), ("jazz", "audio:musicnn", 0.9), ("pop", "tag", 0.8)
    assert believed(claims(of_artist, heard, own)) == {"genre": ("pop",)}
    assert believed(claims(of_artist, heard)) == {"genre": ("rock",)}
    assert believed(claims(heard)) == {"genre": ("jazz",)}
    assert believed(claims(of_artist, heard, own, name="mood")) == {"mood": ("jazz", "pop")}


def test_promises_about_the_whole_answer_are_broken_by_what_is_too_much() -> None:
    picks = [
        known(artist="Ana", seconds=60),
        known(artist="Bo", seconds=90),
        known(artist="Ana", seconds=60),
        known(artist="Cy"),
    ]
    assert breaks(songs_at_most(3, "x"), *picks) == [False, False, False, True]
    assert breaks(songs_of_an_artist_at_most(1, "x"), *picks) == [False, False, True, False]
    assert breaks(minutes_at_most(2, "x"), *picks) == [False, False, True, True]
    assert breaks(minutes_at_most(2, "x", strictly=True), *picks) == [False, True, True, True]
    assert breaks(minutes_at_most(3, "x"), *picks[:3]) == [False, False, False]


# --- planted requests

VALUES = {
    "genre": ["polka", "zydeco"],
    "instrument": ["banjo", "theremin"],
    "mood": ["eerie", "silly"],
    "artist": ["Mara Lind", "Otto Vale"],
    "country": ["Canada", "Peru"],
}
BREAKING = known(
    genre=["polka", "zydeco"],
    instrument=["banjo", "theremin"],
    mood=["eerie", "silly"],
    country=["Canada", "Peru"],
    vocals="choir",
    artist="Mara Lind",
    title="Christmas (Live) (Remix) (Cover) (Karaoke) (Acoustic)",
    seconds=7200.0,
)


def answers() -> list[list[Known]]:
    """Answers of which some break any promise that can be planted, and some keep it."""
    return [
        [UNKNOWN],
        [BREAKING] * 20,
        [known(artist="Otto Vale")],
        *([known(year=year)] for year in range(1950, 2031)),
        *([known(tempo_bpm=float(bpm))] for bpm in (50, 75, 95, 115, 135, 155, 175)),
        *([known(duration_s=float(seconds))] for seconds in (60, 150, 210, 270, 330)),
    ]


def test_every_planted_promise_can_be_broken_and_kept() -> None:
    requests = plant_requests(VALUES, 400, seed=3)
    promises = [promise for one in requests for promise in one.promises or ()]
    assert {one.kind for one in promises} == {
        "genre", "instrument", "mood", "artist", "country", "vocals", "year", "tempo_bpm", "duration_s",
        "live", "remix", "cover", "karaoke", "acoustic", "christmas", "tracks", "tracks_per_artist",
        "total_minutes",
    }  # fmt: skip
    for one in promises:
        outcomes = [bool(one.broken_by(picks)) for picks in answers()]
        assert set(outcomes) == {True, False}, one.words
        assert not outcomes[0], one.words


def test_planted_promises_stand_in_the_request_word_for_word() -> None:
    for one in plant_requests(VALUES, 200, seed=3):
        assert one.promises
        assert all(promise.words in one.text for promise in one.promises)


def test_the_same_seed_plants_the_same_requests() -> None:
    first, again, other = (plant_requests(VALUES, 50, seed=seed) for seed in (3, 3, 4))
    assert [one.text for one in first] == [one.text for one in again]
    assert [one.text for one in first] != [one.text for one in other]


def test_nobody_asks_for_what_they_exclude() -> None:
    requests = plant_requests({"genre": ["soul", "r&b"], "mood": ["happy", "joyful"]}, 300, seed=1)
    assert not any("happy" in one.text.replace("happy", "", 1) for one in requests)
    assert not any("soul" in one.text and "r&b" in one.text for one in requests)


def test_an_exception_stands_first_and_alone() -> None:
    for one in plant_requests(VALUES, 400, seed=3):
        words = [promise.words for promise in one.promises or ()]
        assert not any(other.startswith(("except", "anyone but", "other than")) for other in words[1:])


def test_what_a_library_does_not_hold_is_not_excluded_there() -> None:
    kinds = {promise.kind for one in plant_requests({}, 100, seed=1) for promise in one.promises or ()}
    assert not kinds & {"genre", "instrument", "mood", "artist", "country"}


def test_without_the_whole_answer_promises_are_about_each_pick() -> None:
    requests = plant_requests(VALUES, 300, seed=1, whole=False)
    kinds = {promise.kind for one in requests for promise in one.promises or ()}
    assert not kinds & {"tracks", "tracks_per_artist", "total_minutes"}


def test_the_commonest_values_are_planted() -> None:
    tracks = [known(genre="pop"), known(genre=["pop", "rock"]), known(mood="sad")]
    assert common_values(tracks)["genre"] == ["pop", "rock"]
    assert common_values([])["artist"] == []


# --- marked requests


def parsed(query: str, *marked: tuple[str, str, str]) -> ParsedRequest:
    gold = tuple(
        Descriptor(
            start=query.index(text),
            end=query.index(text) + len(text),
            text=text,
            type=type_,
            polarity=polarity,
        )
        for text, type_, polarity in marked
    )
    return ParsedRequest(id="1", query=query, gold=gold)


ARTISTS = frozenset({"the cats", "genesis"})


@pytest.mark.parametrize(
    ("query", "marked", "breaking", "keeping"),
    [
        ("no rap", ("rap", "Genre"), known(genre="gangsta rap"), known(genre="trap")),
        ("no sax", ("sax", "Instrument"), known(instrument="saxophone"), known(instrument="flute")),
        ("no drums", ("drums", "Instrument"), known(instrument="drums"), known(instrument="drum machine")),
        ("no lyrics", ("lyrics", "Instrument"), known(vocals="duet"), known(vocals="instrumental")),
        ("not singing", ("singing", "Vocals"), known(vocals="choir"), known(vocals="spoken word")),
        ("no screaming", ("screaming", "Instrument"), known(vocals="screaming"), known(vocals="choir")),
        ("not sad", ("sad", "Mood"), known(mood="sad"), known(mood="happy")),
        ("no remixs", ("remixs", "Genre"), known("Go (Remix)"), known("Go")),
        ("no live versions", ("live versions", "Genre"), known("Go (Live)"), known("Go")),
        ("no christmas", ("christmas", "ListeningContext"), known("Last Christmas"), known("Snow")),
        ("no cats", ("cats", "NE"), known(artist="The Cats"), known("Cats")),
        ("no genesis", ("genesis", "NE"), known(artist="Genesis"), known("Genesis")),
        ("no hello", ("hello", "NE"), known("Hello!"), known("Hello, Goodbye")),
        ("not the 80s", ("80s", "Decade"), known(decade=1980), known(decade=[1980, 1990])),
        ("not austrian", ("austrian", "country"), known(country="Austria"), known(country="Peru")),
        ("not in french", ("french", "Language"), known(language="French"), known(language="English")),
        ("nothing slow", ("slow", "Tempo"), known(tempo_bpm=50), known(tempo_bpm=100)),
        ("no songs over 5 minutes", ("over 5 minutes", "Limit"), known(duration_s=400), known(duration_s=90)),
        ("none from before 1990", ("from before 1990", "Limit"), known(year=1989), known(year=1990)),
    ],
)
def test_what_people_marked_as_unwanted_is_a_promise(
    query: str, marked: tuple[str, str], breaking: Known, keeping: Known
) -> None:
    request = parsed(query, (*marked, "-"))
    (promise,) = asked(request, ARTISTS).promises or ()
    assert is_unwanted(request)
    assert breaks(promise, breaking, keeping, UNKNOWN) == [True, False, False]


def test_what_the_lexicon_calls_like_something_wanted_is_not_excluded() -> None:
    request = parsed("sad but not weepy", ("sad", "Mood", "+"), ("weepy", "Mood", "-"))
    (promise,) = asked(request, ARTISTS).promises or ()
    assert breaks(promise, known(mood="sad"), known(mood="weepy")) == [False, True]


def test_what_no_fact_tells_is_no_promise() -> None:
    request = parsed("no hits for running", ("hits", "Popularity", "-"), ("running", "ListeningContext", "-"))
    assert asked(request, ARTISTS).promises == ()


@pytest.mark.parametrize(
    ("text", "type_", "breaking", "keeping"),
    [
        ("under 4 minutes", "Limit", known(duration_s=250), known(duration_s=240)),
        ("no longer than 2:30", "Limit", known(duration_s=160), known(duration_s=150)),
        ("between 4 and 7 minutes", "Limit", known(duration_s=230), known(duration_s=240)),
        ("120 bpm", "Limit", known(tempo_bpm=140), known(tempo_bpm=130)),
        ("170-180bpm", "Limit", known(tempo_bpm=165), known(tempo_bpm=175)),
        ("under 100 bpm", "Limit", known(tempo_bpm=101), known(tempo_bpm=40)),
        ("between 2003 and 2007", "Limit", known(year=2002), known(year=2003)),
        ("before 1970", "Limit", known(year=1970), known(year=1969)),
        ("after 2015", "Limit", known(year=2015), known(year=2016)),
        ("1994", "Limit", known(year=1995), known(year=1994)),
        ("early 2000s", "Decade", known(decade=1990), known(year=2009)),
        ("60s", "Decade", known(year=1970), known(year=1960)),
    ],
)
def test_limits_that_people_marked_are_promises_about_each_pick(
    text: str, type_: str, breaking: Known, keeping: Known
) -> None:
    request = parsed(f"rock {text}", (text, type_, "+"))
    (promise,) = limits_of(request)
    assert is_limited(request)
    assert breaks(promise, breaking, keeping, UNKNOWN) == [True, False, False]


@pytest.mark.parametrize(
    ("text", "most"),
    [("20 songs", 20), ("top 5", 5), ("one song", 1), ("no more than 12 tracks", 12), ("ten", 10)],
)
def test_numbers_of_songs_that_people_marked_are_upper_ends(text: str, most: int) -> None:
    (promise,) = limits_of(parsed(f"rock, {text}", (text, "Limit", "+")))
    assert len(promise.broken_by([UNKNOWN] * 50)) == 50 - most


@pytest.mark.parametrize(
    ("text", "minutes"), [("45 min", 45), ("an hour and a half", 90), ("half an hour", 30), ("3 hrs", 180)]
)
def test_minutes_that_people_marked_are_about_the_whole_answer(text: str, minutes: int) -> None:
    (promise,) = limits_of(parsed(f"rock for {text}", (text, "Limit", "+")))
    song = known(seconds=60.0)
    assert len(promise.broken_by([song] * 200)) == 199 - minutes


def test_more_of_the_limits_that_people_marked() -> None:
    (promise,) = limits_of(parsed("max 2 per artist", ("max 2 per artist", "Limit", "+")))
    assert len(promise.broken_by([UNKNOWN] * 5)) == 3
    (promise,) = limits_of(parsed("80s and 90s", ("80s", "Decade", "+"), ("90s", "Decade", "+")))
    assert breaks(promise, known(year=1979), known(year=1989), known(year=1999)) == [True, False, False]
    (promise,) = limits_of(parsed("trance circa 2002", ("2002", "Limit", "+")))
    assert breaks(promise, known(year=1999), known(year=2000), known(year=2005)) == [True, False, True]
    (promise,) = limits_of(parsed("180 bpm and up", ("180 bpm", "Limit", "+")))
    assert breaks(promise, known(tempo_bpm=170), known(tempo_bpm=220)) == [True, False]
    assert limits_of(parsed("the last 5 years", ("last 5 years", "Limit", "+"))) == []
    assert limits_of(parsed("at most 3 by nirvana", ("at most 3 by nirvana", "Limit", "+"))) == []


def test_wanted_decades_are_no_limit_where_they_may_be_about_chords() -> None:
    request = parsed("disco with 50s chords", ("50s", "Decade", "+"))
    assert asked(request, ARTISTS, limited=False).promises == ()


@pytest.mark.parametrize(
    "text", ["no rap", "I don't like it", "Dont want that", "anything but pop", "less sad"]
)
def test_a_negation_is_seen(text: str) -> None:
    assert has_negation(text)


@pytest.mark.parametrize("text", ["I want another one", "unless", "different fronts", "notes"])
def test_what_only_looks_like_a_negation_is_none(text: str) -> None:
    assert not has_negation(text)


# --- what was understood


def test_what_was_understood_is_held_by_the_same_rules() -> None:
    request = Request(
        text="x",
        avoids=(
            Avoid(family="genre", name="metal", text="metal"),
            Avoid(family="artist", name="Bo", text="bo", ids=(2,)),
            Avoid(family="track", name="Go", text="go", ids=(3,)),
            Avoid(family="vocals", name="vocals", text="singing"),
            Avoid(family="style", name="live", text="live"),
            Avoid(family="tempo", name="slow", text="slow"),
            Avoid(family="activity", name="party", text="party"),
        ),
        limits=(
            Limit(name="year", text="the 90s", low=1990, high=1999),
            Limit(name="tempo_bpm", text="fast", low=120),
            Limit(name="tracks", text="2 songs", low=2, high=2),
            Limit(name="tracks_per_artist", text="one each", high=1),
            Limit(name="total_minutes", text="3 minutes", high=3),
        ),
    )
    sheet = known("Go (Live)", "Bo", seconds=200, genre="metal", vocals="choir", tempo_bpm=50, year=1980)
    found = {one.words: len(one.broken_by([sheet, sheet, known("Go")])) for one in understood(request)}
    assert found == {
        "metal": 2, "bo": 2, "go": 1, "singing": 2, "live": 2, "slow": 2, "the 90s": 2, "fast": 2,
        "2 songs": 1, "one each": 1, "3 minutes": 3,
    }  # fmt: skip


# --- what is counted


def answered(*verified: bool, marked: bool = True) -> Answer:
    picks = tuple(
        Pick(
            rank=rank,
            track=known(number=rank).track,
            score=1.0,
            reasons=(),
            description="",
            verified=sure,
            unverified=() if sure or not marked else ("no metal",),
        )
        for rank, sure in enumerate(verified, start=1)
    )
    avoids = (Avoid(family="genre", name="metal", text="metal"),)
    return Answer(
        id=1, request=Request(text="no metal", avoids=avoids), picks=picks, messages=(), seconds=0.0
    )


NO_METAL = without_value(["genre"], ["metal"], "no metal")
SHELF = {
    1: known("One", "Ana", number=1, genre="metal"),
    2: known("Two", "Bo", number=2, genre="pop"),
    3: known("Three", "Cy", number=3, genre="metal"),
}


def counted(answer: Answer, promises: tuple[Promise, ...] | None = (NO_METAL,)) -> Outcome:
    return outcome(Asked(text="pop, no metal", promises=promises), answer, SHELF)


def test_a_pick_that_breaks_a_promise_is_counted_and_named() -> None:
    one = counted(answered(True, True, True))
    assert one.violations == 2
    assert fault(one.text, one.broken[0]) == (
        "“pop, no metal”: “no metal” (genre) is broken by Ana - One, and 1 more"
    )


def test_without_a_marked_parse_our_own_is_held() -> None:
    assert counted(answered(True), None).violations == 1


def test_figures_are_counts_over_all_answers() -> None:
    outcomes = [
        counted(answered(True, False, True)),
        counted(answered(False, marked=False)),
        counted(answered()),
    ]
    assert figures_of(outcomes) == {
        "n": 3, "promises": 3, "picks": 4, "violations": 3, "unverified": 2, "unmarked": 1, "disordered": 1,
        "empty": 1,
    }  # fmt: skip


# --- a run


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A library of eight songs."""
    return make_library(tmp_path)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """One marked request, and a conversation of which one turn denies something."""
    marked = {"query": "songs without metal", "descriptors": [descriptor("metal")]}
    plain = {"query": "calm songs", "descriptors": [{**descriptor("calm"), "type": "Mood", "polarity": "+"}]}
    turns = [{"user_query": "happy pop"}, {"user_query": "no ambient please"}]
    for name, rows in {
        "music_reco_intent/requests.jsonl.gz": [marked, plain],
        "cpcd/dialogs.jsonl.gz": [{"id": "d", "turns": turns}],
    }.items():
        written(tmp_path / "data" / name, rows)
    for name in ("parsed_general", "parsed_exclusions"):
        written(tmp_path / "requests" / f"{name}.jsonl", [marked])
    return tmp_path / "data"


def descriptor(text: str) -> dict[str, str]:
    return {"text": text, "type": "Genre", "polarity": "-"}


def written(path: Path, rows: Sequence[object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
    path.write_bytes(gzip.compress(lines) if path.suffix == ".gz" else lines)


def measured(settings: Settings, data: Path, count: int = 8) -> SuiteResult:
    return measure_promises(settings, data, data.parent / "requests", started=time.monotonic(), count=count)


def test_every_group_is_measured_beside_words_alone(settings: Settings, data: Path) -> None:
    result = measured(settings, data)
    table = {name: one.figures for name, one in result.metrics["library"].items()}
    assert [(name, own["n"]) for name, own in table.items()] == [
        ("generated", 8),
        ("real: MusicRecoIntent", 1),
        ("real: own", 2),
        ("real: conversations", 1),
    ]
    assert result.n == 12
    assert all(own["picks"] for own in table.values())
    assert all(not own["violations"] for name, own in table.items() if name.startswith("real"))
    by_words = result.baselines["BM25, no promises"]["real: MusicRecoIntent"].figures
    assert (by_words["picks"], by_words["violations"]) == (3, 1)


def test_search_that_forgets_promises_is_found_out(
    settings: Settings, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linernotes.library.answering, "conditions_of", lambda *_, **__: ())
    result = measured(settings, data, count=0)
    assert result.metrics["library"]["real: MusicRecoIntent"].figures["violations"] == 1
    assert result.faults["real: MusicRecoIntent"] == (
        "“songs without metal”: “metal” (genre) is broken by The Anvils - Iron Parade",
    )
    page = as_markdown(result, command="linernotes")
    assert "## Wrong: real: MusicRecoIntent" in page
    assert "is broken by The Anvils - Iron Parade" in page


def test_answers_do_not_stay_in_the_users_database(settings: Settings, data: Path) -> None:
    measured(settings, data, count=1)
    with closing(sqlite3.connect(settings.library_dir / "library.db")) as database:
        assert database.execute("select count(*) from answers").fetchone() == (0,)


def test_a_copy_is_gone_afterwards(settings: Settings) -> None:
    with copied(settings.library_dir) as folder:
        assert (folder / "library.db").is_file()
        assert (folder / "index").is_dir()
    assert not folder.exists()


def test_missing_data_says_where_it_comes_from(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Deezer Research"):
        read_real(tmp_path, tmp_path, ())


def test_a_conversation_without_turns_is_named(data: Path) -> None:
    written(data / "cpcd" / "dialogs.jsonl.gz", [{"id": "d"}])
    with pytest.raises(InputError, match="expected a list"):
        read_real(data, data.parent / "requests", ())


def test_the_command_prints_counts(settings: Settings, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linernotes.evaluate.promises.suite, "GENERATED", 2)
    args = ["evaluate", "promises", "--data", str(data), "--requests", str(data.parent / "requests")]
    env = {"LINERNOTES_MODELS_DIR": str(settings.models_dir), "COLUMNS": "200"}
    told = CliRunner().invoke(app, [*args, "--library", str(settings.library_dir)], env=env)
    assert told.exit_code == 0, told.output
    lines = told.stdout.splitlines()
    at = lines.index("real: own")
    assert lines[at + 1].split("  ")[0] == "system"
    assert lines[at + 2].split()[:5] == ["ours,", "library", "2", "2", "14"]


def test_without_a_library_the_demo_is_named(tmp_path: Path) -> None:
    args = ["evaluate", "promises", "--data", str(tmp_path), "--library", str(tmp_path / "none")]
    told = CliRunner().invoke(app, args)
    assert told.exit_code == 2
    assert "`linernotes demo`" in told.output
