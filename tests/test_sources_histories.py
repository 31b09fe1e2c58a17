"""Exports of listening histories: every format, and what can be wrong with a file."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from linernotes.errors import InputError
from linernotes.sources import read_history
from linernotes.sources.histories import json_objects as scanning
from linernotes.sources.histories.json_objects import BrokenJson, json_objects
from linernotes.sources.histories.moments import moment_of
from linernotes.sources.histories.services import COLUMNS
from linernotes.types import Failure, Listen

DOCS = Path(__file__).resolve().parents[1] / "docs" / "history.md"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MBID = "e225fb84-dc9a-419e-adcd-9890f59ec432"
TRACK = "spotify:track:0000000000000000000abc"

LISTENBRAINZ: dict[str, Any] = {
    "listened_at": 1700000000.0,
    "inserted_at": 1700000011.25,
    "track_metadata": {
        "artist_name": "Mara Lind",
        "track_name": "Glass Rain",
        "release_name": "North",
        "recording_msid": "11111111-1111-4111-8111-111111111111",
        "additional_info": {"isrc": "GB-AAA-11-00001", "duration_ms": 230000},
        "mbid_mapping": {"recording_mbid": MBID, "artists": [{"artist_credit_name": "Mara Lind"}]},
    },
}
SPOTIFY: dict[str, Any] = {
    "ts": "2023-05-06T07:08:09Z",
    "platform": "linux",
    "ms_played": 115000,
    "master_metadata_track_name": "Glass Rain",
    "master_metadata_album_artist_name": "Mara Lind",
    "master_metadata_album_album_name": "North",
    "spotify_track_uri": TRACK,
    "episode_name": None,
    "spotify_episode_uri": None,
    "reason_start": "trackdone",
    "reason_end": "trackdone",
    "shuffle": False,
    "skipped": False,
    "incognito_mode": False,
}
LASTFM: dict[str, Any] = {
    "artist": {"mbid": "", "#text": "Mara Lind"},
    "streamable": "0",
    "mbid": MBID,
    "album": {"mbid": "", "#text": "North"},
    "name": "Glass Rain",
    "date": {"uts": "1700000000", "#text": "14 Nov 2023, 22:13"},
}


def read(path: Path) -> list[Listen | Failure]:
    return list(read_history(path, now=NOW))


def listens(path: Path) -> list[Listen]:
    found = read(path)
    assert [one.reason for one in found if isinstance(one, Failure)] == []
    return [one for one in found if isinstance(one, Listen)]


def reasons(path: Path) -> list[str]:
    return [one.reason for one in read(path) if isinstance(one, Failure)]


def text_file(folder: Path, text: str, *, encoding: str = "utf-8") -> Path:
    path = folder / "export"  # the name tells nothing
    path.write_text(text, encoding=encoding)
    return path


def zip_file(folder: Path, texts: Mapping[str, str]) -> Path:
    path = folder / "export"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
    return path


def lines(*objects: Mapping[str, object]) -> str:
    return "".join(f"{json.dumps(one)}\n" for one in objects)


# --- ListenBrainz


def test_a_listenbrainz_archive_is_read_month_by_month(tmp_path: Path) -> None:
    later = {**LISTENBRAINZ, "listened_at": 1710000000}
    path = zip_file(
        tmp_path,
        {
            "listens/2024/3.jsonl": lines(later),
            "listens/2023/11.jsonl": lines(LISTENBRAINZ),
            "user.json": json.dumps({"user_id": 7, "username": "nobody"}),
            "feedback.jsonl": lines(
                {"recording_msid": None, "recording_mbid": MBID, "score": 1, "created": 1}
            ),
            "pinned_recording.jsonl": lines({"recording_mbid": MBID, "blurb_content": "{", "created": 1}),
        },
    )
    assert [one.at.timestamp() for one in listens(path)] == [1700000000, 1710000000]


def test_a_listenbrainz_listen_keeps_all_that_identifies_it(tmp_path: Path) -> None:
    assert listens(text_file(tmp_path, lines(LISTENBRAINZ))) == [
        Listen(
            artist="Mara Lind",
            title="Glass Rain",
            album="North",
            at=datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC),
            recording_mbid=MBID,
            isrc="GBAAA1100001",
        )
    ]


def test_what_the_player_said_of_a_recording_goes_before_what_was_mapped(tmp_path: Path) -> None:
    own = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
    told = {**LISTENBRAINZ["track_metadata"]}
    told["additional_info"] = {
        "recording_mbid": own.upper(),
        "spotify_id": f"https://open.spotify.com/track/{TRACK[-22:]}",
        "ms_played": 1500,
    }
    (listen,) = listens(text_file(tmp_path, lines({**LISTENBRAINZ, "track_metadata": told})))
    assert (listen.recording_mbid, listen.spotify_uri, listen.played_ms) == (own, TRACK, 1500)


@pytest.mark.parametrize("indent", [None, 2])
def test_a_listenbrainz_array_and_a_page_of_its_api_are_read(tmp_path: Path, indent: int | None) -> None:
    page = {"payload": {"count": 1, "listens": [LISTENBRAINZ], "user_id": "nobody"}}
    for whole in ([LISTENBRAINZ], page):
        assert len(listens(text_file(tmp_path, json.dumps(whole, indent=indent)))) == 1


@pytest.mark.parametrize("missing", ["artist_name", "track_name"])
def test_a_listenbrainz_row_without_a_name_fails_alone(tmp_path: Path, missing: str) -> None:
    told = {key: value for key, value in LISTENBRAINZ["track_metadata"].items() if key != missing}
    rows = lines(
        {**LISTENBRAINZ, "track_metadata": told}, LISTENBRAINZ, {**LISTENBRAINZ, "track_metadata": None}
    )
    found = read(text_file(tmp_path, rows))
    assert [type(one) for one in found] == [Failure, Listen, Failure]
    assert isinstance(found[0], Failure)
    assert found[0].reason == f"no {missing[:6].strip('_').replace('track', 'title')} in row 1: " + (
        "a listen has artist, title and moment"
    )


# --- Last.fm


def test_pages_of_recent_tracks_are_read_without_the_one_that_plays_now(tmp_path: Path) -> None:
    playing = {
        **{key: value for key, value in LASTFM.items() if key != "date"},
        "@attr": {"nowplaying": "true"},
    }
    pages = [
        {"recenttracks": {"track": [playing, LASTFM], "@attr": {"page": "1"}}},
        {"recenttracks": {"track": [{**LASTFM, "date": {"uts": "1600000000"}}], "@attr": {"page": "2"}}},
    ]
    expected = Listen(
        artist="Mara Lind",
        title="Glass Rain",
        album="North",
        at=datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC),
        recording_mbid=MBID,
    )
    for text in (json.dumps(pages), lines(*pages)):
        first, second = listens(text_file(tmp_path, text))
        assert first == expected
        assert second.at.timestamp() == 1600000000


def test_an_extended_page_names_artists_in_its_own_way(tmp_path: Path) -> None:
    row = {**LASTFM, "artist": {"name": "Mara Lind", "url": "https://example.org"}, "loved": "1"}
    (listen,) = listens(text_file(tmp_path, json.dumps({"recenttracks": {"track": [row]}})))
    assert listen.artist == "Mara Lind"


TABLES = {
    "lastfm-to-csv": "Mara Lind,North,Glass Rain,14 Nov 2023 22:13\n"
    '"Vale, Otto",Rooms,Night Desk,01 Jan 2024 00:00\n',
    "with a header": "artist,album,track,date\nMara Lind,North,Glass Rain,14 Nov 2023 22:13\n"
    '"Vale, Otto",Rooms,Night Desk,01 Jan 2024 00:00\n',
    "lastfm.ghan.nl": "uts,utc_time,artist,artist_mbid,album,album_mbid,track,track_mbid\n"
    '"1699999980","14 Nov 2023, 22:13","Mara Lind","","North","","Glass Rain",""\n'
    '"1704067200","01 Jan 2024, 00:00","Vale, Otto","","Rooms","","Night Desk",""\n',
    "lastfmstats.com": "Artist;Album;AlbumId;Track;Date#nobody\nMara Lind;North;;Glass Rain;1699999980000\n"
    "Vale, Otto;Rooms;;Night Desk;1704067200000\n",
    "ISO moments": "time\tartist_name\ttrack_name\trelease_name\n"
    "2023-11-14T23:13:00+01:00\tMara Lind\tGlass Rain\tNorth\n"
    "2024-01-01 00:00:00\tVale, Otto\tNight Desk\tRooms\n",
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_tables_of_last_fm_are_known_by_their_columns(
    tmp_path: Path, table: str, encoding: str, line_end: str
) -> None:
    path = text_file(tmp_path, table.replace("\n", line_end), encoding=encoding)
    assert [(one.artist, one.title, one.album, one.at) for one in listens(path)] == [
        ("Mara Lind", "Glass Rain", "North", datetime(2023, 11, 14, 22, 13, tzinfo=UTC)),
        ("Vale, Otto", "Night Desk", "Rooms", datetime(2024, 1, 1, tzinfo=UTC)),
    ]


def test_the_docs_list_the_columns_best_first() -> None:
    text = DOCS.read_text(encoding="utf-8")
    for field, names in COLUMNS.items():
        assert ", ".join(f"`{name}`" for name in names) in text, field


def test_a_text_that_runs_over_lines_ends_no_table(tmp_path: Path) -> None:
    row = '"Mara\nLind",North,Glass Rain,1700000000\n'
    assert [one.artist for one in listens(text_file(tmp_path, row * 30))] == ["Mara Lind"] * 30


def test_scrobbles_of_lastfmstats_are_read_from_json(tmp_path: Path) -> None:
    scrobble = {"track": "Glass Rain", "artist": "Mara Lind", "album": "North", "date": 1700000000500}
    (listen,) = listens(text_file(tmp_path, json.dumps({"username": "nobody", "scrobbles": [scrobble]})))
    assert listen.at == datetime(2023, 11, 14, 22, 13, 20, 500000, tzinfo=UTC)


def test_a_table_row_that_lacks_cells_or_holds_too_many_fails_alone(tmp_path: Path) -> None:
    rows = "artist,album,track,date\nMara Lind\nMara Lind,North,Glass Rain,\n,North,Glass Rain,1700000000\n"
    found = read(text_file(tmp_path, f"{rows}a,b,c,d,e\nMara Lind,North,Glass Rain,1700000000\n"))
    assert [type(one) for one in found] == [Failure] * 4 + [Listen]
    assert [one.reason.split(":")[0] for one in found if isinstance(one, Failure)] == [
        "no title in row 1",
        "moment '' in row 2",
        "no artist in row 3",
        "row 4 has 5 cells, the header 4",
    ]


# --- Spotify


@pytest.mark.parametrize(
    "name", ["Spotify Extended Streaming History/Streaming_History_Audio_2023_1.json", "endsong_0.json"]
)
def test_a_spotify_archive_is_read_whatever_its_files_are_called(tmp_path: Path, name: str) -> None:
    path = zip_file(tmp_path, {name: json.dumps([SPOTIFY]), "ReadMeFirst.pdf": "%PDF-1.4 {}\n"})
    assert listens(path) == [
        Listen(
            artist="Mara Lind",
            title="Glass Rain",
            album="North",
            at=datetime(2023, 5, 6, 7, 8, 9, tzinfo=UTC),
            spotify_uri=TRACK,
            played_ms=115000,
        )
    ]


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"skipped": True, "reason_end": "endplay"}, "skip"),
        ({"skipped": None, "reason_end": "fwdbtn"}, "skip"),
        ({"skipped": True, "reason_end": "fwdbtn", "ms_played": 0}, "skip"),
        ({"skipped": None, "reason_end": "trackdone"}, "play"),
        ({"skipped": False, "reason_end": "endplay"}, "play"),
    ],
)
def test_what_was_skipped_is_a_skip(tmp_path: Path, told: Mapping[str, object], kind: str) -> None:
    (listen,) = listens(text_file(tmp_path, json.dumps([{**SPOTIFY, **told}])))
    assert listen.kind == kind


@pytest.mark.parametrize(
    "told",
    [
        {"master_metadata_track_name": None, "episode_name": "On Birds", "spotify_track_uri": None},
        {"master_metadata_track_name": None, "audiobook_title": "On Fish"},
        {"ms_played": 0, "reason_end": "trackerror"},
        {"incognito_mode": True},
    ],
)
def test_podcasts_private_sessions_and_what_nobody_heard_are_left_out(
    tmp_path: Path, told: Mapping[str, object]
) -> None:
    other = {**SPOTIFY, "master_metadata_track_name": "Night Desk"}
    assert [one.title for one in listens(text_file(tmp_path, json.dumps([{**SPOTIFY, **told}, other])))] == [
        "Night Desk"
    ]


@pytest.mark.parametrize("ms_played", [-1, 10**400, True, "115000", float("inf")])
def test_a_stream_of_no_possible_length_fails_alone(tmp_path: Path, ms_played: object) -> None:
    rows = [{**SPOTIFY, "ms_played": ms_played}, SPOTIFY]
    assert [type(one) for one in read(text_file(tmp_path, json.dumps(rows)))] == [Failure, Listen]


@pytest.mark.parametrize("missing", ["ts", "ms_played", "master_metadata_album_artist_name"])
def test_a_stream_that_lacks_what_it_needs_fails_alone(tmp_path: Path, missing: str) -> None:
    rows = [{key: value for key, value in SPOTIFY.items() if key != missing}, SPOTIFY]
    assert [type(one) for one in read(text_file(tmp_path, json.dumps(rows)))] == [Failure, Listen]


def test_the_last_year_of_an_account_is_read_without_podcasts(tmp_path: Path) -> None:
    song = {
        "endTime": "2024-01-02 03:04",
        "artistName": "Otto Vale",
        "trackName": "Night Desk",
        "msPlayed": 410000,
    }
    podcast = {"endTime": "2024-01-02 03:04", "podcastName": "Birds", "episodeName": "Owls", "msPlayed": 1}
    path = zip_file(
        tmp_path,
        {
            "my_data/StreamingHistory_music_0.json": json.dumps([song, {**song, "msPlayed": 0}]),
            "my_data/StreamingHistory_podcast_0.json": json.dumps([podcast]),
            "my_data/YourLibrary.json": json.dumps({"tracks": [{"artist": "A", "album": "B", "track": "C"}]}),
        },
    )
    (listen,) = listens(path)
    assert (listen.artist, listen.title, listen.played_ms) == ("Otto Vale", "Night Desk", 410000)
    assert listen.at == datetime(2024, 1, 2, 3, 4, tzinfo=UTC)


# --- moments


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (1700000000, "2023-11-14T22:13:20+00:00"),
        ("1700000000", "2023-11-14T22:13:20+00:00"),
        (1700000000.25, "2023-11-14T22:13:20.250000+00:00"),
        (1700000000000, "2023-11-14T22:13:20+00:00"),
        ("14 Nov 2023, 22:13", "2023-11-14T22:13:00+00:00"),
        ("1 January 2024 00:00:07", "2024-01-01T00:00:07+00:00"),
        ("2023-11-14T22:13:20Z", "2023-11-14T22:13:20+00:00"),
        ("2023-11-14 22:13", "2023-11-14T22:13:00+00:00"),
        (" 2023-11-14T22:13:20+05:30 ", "2023-11-14T22:13:20+05:30"),
    ],
)
def test_moments_are_read_as_services_write_them(value: object, moment: str) -> None:
    assert moment_of(value).isoformat() == moment


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "",
        "yesterday",
        "31 Feb 2023, 10:00",
        "1 Foo 2023, 10:00",
        1e30,
        float("nan"),
        [1],
        "9" * 9999,
    ],
)
def test_what_is_no_moment_fails_alone(tmp_path: Path, value: object) -> None:
    found = read(text_file(tmp_path, lines({**LISTENBRAINZ, "listened_at": value}, LISTENBRAINZ)))
    assert [type(one) for one in found] == [Failure, Listen]


def test_a_listen_to_come_and_one_before_there_were_any_are_refused(tmp_path: Path) -> None:
    moments = [
        NOW + timedelta(seconds=1),
        NOW,
        datetime(2002, 10, 1, tzinfo=UTC),
        datetime(1970, 1, 1, tzinfo=UTC),
    ]
    rows = lines(*({**LISTENBRAINZ, "listened_at": moment.timestamp()} for moment in moments))
    found = read(text_file(tmp_path, rows))
    assert [type(one) for one in found] == [Failure, Listen, Listen, Failure]
    assert isinstance(found[0], Failure)
    assert found[0].reason == (
        "a listen at 2026-03-01T12:00:01+00:00 in row 1: that is still to come; was a clock wrong?"
    )


# --- bad files


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{}",
        "hello\n",
        "id,title,artists\n1,One,Ann\n",
        '[{"track": "x"}]',
        "<html></html>",
        "\x00\x01",
        "[" * 999,
    ],
)
def test_a_file_of_something_else_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="holds no listens"):
        read(text_file(tmp_path, text))


def test_an_empty_file_a_folder_and_a_path_to_nothing_are_refused(tmp_path: Path) -> None:
    for path, why in (
        (text_file(tmp_path, ""), "is empty"),
        (tmp_path, "not a file"),
        (tmp_path / "x", "not a file"),
    ):
        with pytest.raises(InputError, match=why):
            read(path)


def test_half_a_json_file_is_read_up_to_where_it_breaks_off(tmp_path: Path) -> None:
    for whole in (json.dumps([SPOTIFY] * 3), json.dumps({"payload": {"listens": [LISTENBRAINZ] * 3}})):
        found = read(text_file(tmp_path, whole[: len(whole) * 5 // 6]))
        assert sorted(type(one).__name__ for one in found) == ["Failure", "Listen", "Listen"]


def test_half_an_archive_is_refused(tmp_path: Path) -> None:
    path = zip_file(tmp_path, {"endsong_0.json": json.dumps([SPOTIFY] * 50)})
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(InputError, match="downloaded to its end"):
        read(path)


def test_a_damaged_file_in_an_archive_costs_no_other(tmp_path: Path) -> None:
    path = tmp_path / "export"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("1.jsonl", lines(LISTENBRAINZ))
        archive.writestr("2.jsonl", lines(LISTENBRAINZ))
    path.write_bytes(path.read_bytes().replace(b"Glass Rain", b"Glass Rein", 1))
    found = read(path)
    assert [one.reason.split(":")[0] for one in found if isinstance(one, Failure)] == [
        "the rest of the file cannot be read"
    ]
    assert [one.title for one in found if isinstance(one, Listen)][-1:] == ["Glass Rain"]


def test_an_archive_that_would_be_much_larger_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "export"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("endsong_0.json", "w") as file,
    ):
        file.write(json.dumps([SPOTIFY]).encode())
        for _ in range(65):
            file.write(b" " * (1 << 20))
    with pytest.raises(InputError, match="when unpacked, more than"):
        read(path)


def test_a_locked_archive_is_refused(tmp_path: Path) -> None:
    path = zip_file(tmp_path, {"endsong_0.json": json.dumps([SPOTIFY])})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(InputError, match="password"):
        read(path)


def test_names_in_an_archive_lead_nowhere(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    path = zip_file(
        inside, {"../../outside.jsonl": lines({**LISTENBRAINZ, "listened_at": "?"}, LISTENBRAINZ)}
    )
    before = sorted(tmp_path.rglob("*"))
    failure, listen = read(path)
    assert isinstance(failure, Failure)
    assert isinstance(listen, Listen)
    assert failure.key == "../../outside.jsonl"
    assert sorted(tmp_path.rglob("*")) == before


def test_bytes_that_are_no_text_cost_only_themselves(tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_bytes("Mara Lind,North,Glass Rain,1700000000\nJosé,,Uno,1700000001\n".encode("latin-1"))
    assert [one.artist for one in listens(path)] == ["Mara Lind", "Jos\ufffd"]


def test_names_are_cleaned_but_markup_stays_data(tmp_path: Path) -> None:
    told = {"artist_name": " <b>Mara\x1b\u202e</b>\n ", "track_name": "\ud800../../Rain"}
    (listen,) = listens(text_file(tmp_path, lines({"listened_at": 1700000000, "track_metadata": told})))
    assert (listen.artist, listen.title) == ("<b>Mara</b>", "../../Rain")


# --- JSON of any size


def objects(text: str) -> Sequence[object]:
    return list(json_objects(io.StringIO(text)))


def test_objects_are_found_whatever_stands_around_them() -> None:
    assert objects('[{"a": 1}, {"b": "}{"}]') == [{"a": 1}, {"b": "}{"}]
    assert objects('{"a": 1}\n\n{"b": 2}\n') == [{"a": 1}, {"b": 2}]
    assert objects('["{not this}", {"a": {}}]') == [{"a": {}}]
    assert objects("") == objects("[1, null]") == []


def test_a_broken_line_costs_only_itself() -> None:
    found = objects('{"a": 1}\n{"b": "un{closed}\n{"c": 3}\n{"d": }\n{"e": 5}')
    assert [one for one in found if isinstance(one, dict)] == [{"a": 1}, {"c": 3}, {"e": 5}]
    assert [one.place for one in found if isinstance(one, BrokenJson)] == [26, 42]


def test_an_object_too_large_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, size in (("_CHUNK_CHARS", 7), ("MOST_OBJECT_CHARS", 40), ("_MOST_STRING_CHARS", 20)):
        monkeypatch.setattr(scanning, name, size)
    rows = [{"a": number, "b": "x{y"} for number in range(9)]
    assert objects(json.dumps({"na{me": "n{", "rows": rows})) == rows
    assert objects(json.dumps([{"rows": rows}, {"rows": rows}])) == rows * 2
    assert objects(json.dumps(rows)) == rows


def test_a_file_of_garbage_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "MOST_UNREAD", 3)
    *_, last = objects('{"a": }\n' * 9)
    assert isinstance(last, BrokenJson)
    assert "the rest was given up" in last.reason


@pytest.mark.parametrize("text", ['{"a":' * 5000, '"\\' * 200_000, "{" * 3000, '{"a": ' + "[" * 5000])
def test_garbage_of_all_kinds_is_come_to_terms_with(text: str) -> None:
    assert all(isinstance(one, BrokenJson) for one in objects(text))
