"""What was listened to elsewhere becomes events, each with the track that was heard."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from linernotes.config import Settings
from linernotes.errors import InputError
from linernotes.ingest import HistoryReport, Progress, UnmatchedSong
from linernotes.ingest.matching import CONFIDENCE, Matcher, bare_title
from linernotes.library import Library
from linernotes.types import Event, Listen

NOON = datetime(2024, 5, 31, 12, tzinfo=UTC)
MBID = "e225fb84-dc9a-419e-adcd-9890f59ec432"
ISRC = "GBAAA1100001"
ROWS = f"""id,title,artists,album,duration_s,isrc,musicbrainz_recording_id
1,Glass Rain,Mara Lind,North,200,,{MBID}
2,Glass Rain,Mara Lind,Best Of,200,,
3,Iron Parade,The Anvils,Forge,245,GB-AAA-11-00001,
4,Night Desk - Remastered 2011,Otto Vale,Rooms,410,,
5,Sugar Run (Single Version),Tilly Ray,,,,
6,Two Boats,Mara Lind;Otto Vale,,100,,
7,Slow Harbour,Otto Vale,Rooms,380,,
8,Slow Harbour (Live),Otto Vale,Rooms,400,,
9,夜の駅,佐藤さくら,,300,,
"""


@contextmanager
def made(folder: Path) -> Iterator[Library]:
    table = folder / "songs.csv"
    table.write_text(ROWS, encoding="utf-8")
    with Library(Settings(library_dir=folder / "library", models_dir=folder / "no models")) as library:
        library.add(table)
        yield library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with made(tmp_path) as library:
        yield library


@pytest.fixture(scope="module")
def matcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matcher]:
    with made(tmp_path_factory.mktemp("matcher")) as library:
        yield Matcher(library._store)


def listen(artist: str, title: str, album: str | None = None, **identifiers: str) -> Listen:
    return Listen(artist=artist, title=title, album=album, at=NOON, **identifiers)  # type: ignore[arg-type]


def listenbrainz(artist: str, title: str, minute: int = 0, **more: object) -> dict[str, object]:
    told = {"artist_name": artist, "track_name": title, "additional_info": more}
    return {"listened_at": (NOON + timedelta(minutes=minute)).timestamp(), "track_metadata": told}


def stream(artist: str, title: str, ms_played: int, *, skipped: bool = False) -> dict[str, object]:
    return {
        "ts": NOON.isoformat(),
        "master_metadata_track_name": title,
        "master_metadata_album_artist_name": artist,
        "ms_played": ms_played,
        "skipped": skipped,
    }


def export(folder: Path, *rows: object) -> Path:
    path = folder / "export.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    return path


def events(library: Library, listener: str = "me") -> tuple[Event, ...]:
    return library._store.listeners.events(listener)


def ways(report: HistoryReport) -> dict[str, int]:
    return {way.by: way.listens for way in report.matched if way.listens}


# --- matching


@pytest.mark.parametrize(
    ("heard", "track_id", "by"),
    [
        (listen("Somebody", "Else", recording_mbid=MBID, isrc=ISRC), 1, "musicbrainz"),
        (listen("Somebody", "Else", recording_mbid="0" * 36, isrc=ISRC), 3, "isrc"),
        (listen("MARA LIND", "glass rain!"), 1, "name"),
        (listen("Mara Lind", "Glass Rain", "Best of"), 2, "name"),
        (listen("Mara Lind", "Glass Rain", "Another Album"), 1, "name"),
        (listen("Mara Lind feat. Otto Vale", "Two Boats"), 6, "name"),
        (listen("Otto Vale", "Two Boats"), 6, "name"),
        (listen("Mara Lind, Otto Vale", "Two Boats"), 6, "name"),
        (listen("Mara Lind & Otto Vale", "Two Boats"), 6, "name"),
        (listen("佐藤さくら", "夜の駅"), 9, "name"),
        (listen("Otto Vale", "Slow Harbour (Live)"), 8, "name"),
        (listen("Otto Vale", "Slow Harbour - Live at Home, 1999"), 7, "bare_name"),
        (listen("Otto Vale", "Night Desk"), 4, "bare_name"),
        (listen("Otto Vale", "Night Desk (2020 Mix)"), 4, "bare_name"),
        (listen("Tilly Ray", "Sugar Run feat. Somebody"), 5, "bare_name"),
    ],
)
def test_a_listen_is_matched_by_the_surest_way(
    matcher: Matcher, heard: Listen, track_id: int, by: str
) -> None:
    match = matcher.match(heard)
    assert match is not None
    assert (match.track_id, match.by) == (track_id, by)


@pytest.mark.parametrize(
    "heard",
    [
        listen("Mara Lind", "Night Desk"),
        listen("Otto", "Night Desk"),
        listen("Mara Lind", "Glass Rain Again"),
        listen("Mara", "Lind Glass Rain"),
    ],
)
def test_another_song_is_not_matched(matcher: Matcher, heard: Listen) -> None:
    assert matcher.match(heard) is None


def test_a_track_that_is_missing_is_not_matched(library: Library) -> None:
    library._store.catalogue.mark_missing(1, ["1"])
    match = Matcher(library._store).match(listen("Mara Lind", "Glass Rain", recording_mbid=MBID))
    assert match is not None
    assert match.track_id == 2


def test_the_surest_way_comes_first_and_the_docs_say_so() -> None:
    text = (Path(__file__).resolve().parents[1] / "docs" / "history.md").read_text(encoding="utf-8")
    told = [float(number) for number in re.findall(r"\| (\d?\.\d+) \|$", text, re.MULTILINE)]
    assert list(CONFIDENCE.values()) == sorted(CONFIDENCE.values(), reverse=True) == told


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("Glass Rain", "Glass Rain"),
        ("Glass Rain - Remastered 2011", "Glass Rain"),
        ("Glass Rain - 2011 Remaster", "Glass Rain"),
        ("Glass Rain (feat. B) – Radio Edit", "Glass Rain"),
        ("Glass Rain - Live", "Glass Rain"),
        ("Glass Rain ft. B", "Glass Rain"),
        ("Glass - Rain", "Glass - Rain"),
        ("Symphony No. 5 - I. Allegro", "Symphony No. 5 - I. Allegro"),
        ("(Live)", "(Live)"),
        ("Live and Remix", "Live and Remix"),
    ],
)
def test_a_title_is_bared_of_its_version_alone(title: str, bare: str) -> None:
    assert bare_title(title) == bare


# --- recording


def test_listens_become_plays_and_skips_with_the_share_that_was_heard(
    library: Library, tmp_path: Path
) -> None:
    path = export(
        tmp_path,
        stream("Mara Lind", "Glass Rain", 50_000),
        stream("Otto Vale", "Slow Harbour", 400_000),
        stream("The Anvils", "Iron Parade", 3_000, skipped=True),
        stream("Tilly Ray", "Sugar Run", 3_000),
        listenbrainz("佐藤さくら", "夜の駅"),
    )
    report = library.import_history(path)
    assert {(one.track_id, one.kind, one.value) for one in events(library)} == {
        (1, "play", 0.25),
        (7, "play", 1.0),
        (3, "skip", None),
        (5, "play", None),
        (9, "play", None),
    }
    assert {one.at for one in events(library)} == {NOON}
    assert (report.listens, report.skips, report.new, report.unmatched, report.failed) == (5, 1, 5, 0, 0)
    assert ways(report) == {"name": 4, "bare_name": 1}


def test_a_second_import_changes_nothing(library: Library, tmp_path: Path) -> None:
    first = listenbrainz("Mara Lind", "Glass Rain", 1)
    path = export(tmp_path, first, first, listenbrainz("Mara Lind", "Glass Rain", 2))
    assert library.import_history(path).new == 2
    before = events(library)
    again = library.import_history(export(tmp_path, first, listenbrainz("Otto Vale", "Slow Harbour", 3)))
    assert (again.listens, ways(again), again.new) == (2, {"name": 2}, 1)
    assert events(library)[1:] == before


def test_what_is_not_here_is_counted_and_the_50_most_played_are_told(
    library: Library, tmp_path: Path
) -> None:
    rows = [
        listenbrainz("Nobody", f"Song {number}", minute)
        for number in range(60)
        for minute in range(1 + number)
    ]
    report = library.import_history(export(tmp_path, *rows))
    assert report.unmatched == len(rows)
    assert len(report.unmatched_songs) == 50
    assert report.unmatched_songs[0] == UnmatchedSong(artist="Nobody", title="Song 59", listens=60)
    assert events(library) == ()
    assert library._store.listeners.names() == ()


def test_rows_that_fail_are_counted_and_the_first_20_are_told(library: Library, tmp_path: Path) -> None:
    to_come = (datetime.now(UTC) + timedelta(days=1)).timestamp()
    bad = [{**listenbrainz("Mara Lind", "Glass Rain"), "listened_at": to_come}] * 30
    report = library.import_history(export(tmp_path, *bad, listenbrainz("Mara Lind", "Glass Rain")))
    assert (report.failed, len(report.failures), report.listens) == (30, 20, 1)
    assert "still to come" in report.failures[0].reason


def test_each_listener_has_a_history_of_their_own(library: Library, tmp_path: Path) -> None:
    path = export(tmp_path, listenbrainz("Mara Lind", "Glass Rain"))
    names = [" zoe ", "../../x", "<b>bob</b>"]
    assert [library.import_history(path, name).new for name in names] == [1, 1, 1]
    assert library._store.listeners.names() == ("zoe", "../../x", "<b>bob</b>")
    assert [len(events(library, name)) for name in names] == [1, 1, 1]


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 201])
def test_a_name_that_is_none_is_refused(library: Library, tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="listener"):
        library.import_history(export(tmp_path, listenbrainz("Mara Lind", "Glass Rain")), name)


def test_a_file_that_is_no_export_adds_nobody(library: Library, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no listens"):
        library.import_history(export(tmp_path, {"a": 1}), "zoe")
    assert library._store.listeners.names() == ()


def test_progress_tells_the_rows_that_were_read(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linernotes.ingest.history.BATCH", 2)
    rows = [listenbrainz("Mara Lind", "Glass Rain", minute) for minute in range(3)]
    steps: list[Progress] = []
    report = library.import_history(
        export(tmp_path, *rows, {**rows[0], "listened_at": None}), on_progress=steps.append
    )
    assert [(step.stage, step.done, step.failed) for step in steps] == [("history", 2, 0), ("history", 4, 1)]
    assert report.new == 3
