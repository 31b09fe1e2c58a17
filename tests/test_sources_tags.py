"""One audio file as a source gives it: tags of every format, guesses, bad input, the signature."""

from __future__ import annotations

import io
import math
import os
import pickle
import struct
import zlib
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from linernotes.errors import AudioError
from linernotes.sources import content_signature, fs_path, read_file
from linernotes.types import Fact, SourceItem

RECORDING = "5b11f4ce-a62d-471e-81fc-a69a8278c7da"
ARTIST_A = "0383dadf-2a4e-4d10-a46a-e9e041da8eb3"
ARTIST_B = "8bfac288-ccc5-448d-9573-c33ea2aa5c30"
RELEASE = "1b022e01-4da6-387b-8658-8678046e4cef"


# --- making files ----------------------------------------------------------------------------------


def sound(kind: str, *, seconds: float = 1.0, pitch_hz: float = 440.0, **tags: str) -> bytes:
    """A little audio file as libsndfile writes it: flac, vorbis, opus, mp3, wav or aiff."""
    container, subtype, rate = {
        "flac": ("FLAC", "PCM_16", 44100),
        "vorbis": ("OGG", "VORBIS", 44100),
        "opus": ("OGG", "OPUS", 48000),
        "mp3": ("MP3", "MPEG_LAYER_III", 44100),
        "wav": ("WAV", "PCM_16", 44100),
        "aiff": ("AIFF", "PCM_16", 44100),
    }[kind]
    times = np.arange(int(seconds * rate)) / rate
    samples = 0.5 * np.sin(2 * math.pi * pitch_hz * times) * np.linspace(0.2, 1, len(times))
    buffer = io.BytesIO()
    with soundfile.SoundFile(buffer, "w", rate, 1, subtype, format=container) as file:
        for name, value in tags.items():
            setattr(file, name, value)
        file.write(samples.astype(np.float32))
    return buffer.getvalue()


def vorbis_comment(*comments: str | bytes) -> bytes:
    """The body of a Vorbis comment: vendor, then "NAME=value" each with its length."""
    raw = [comment.encode() if isinstance(comment, str) else comment for comment in comments]
    parts = [struct.pack("<I", 4), b"none", struct.pack("<I", len(raw))]
    return b"".join([*parts, *(struct.pack("<I", len(one)) + one for one in raw)])


def flac(*comments: str | bytes, **options: Any) -> bytes:
    """A FLAC file with exactly these comments."""
    data = sound("flac", **options)
    position, is_last = 4, False
    while not is_last:
        is_last = bool(data[position] & 0x80)
        position += 4 + int.from_bytes(data[position + 1 : position + 4], "big")
    body = vorbis_comment(*comments)
    return data[:42] + b"\x84" + len(body).to_bytes(3, "big") + body + data[position:]


def id3(*frames: bytes, version: int = 4, size: int | None = None) -> bytes:
    """An ID3v2 tag; ``size`` lies about its length."""
    body = b"".join(frames)
    length = len(body) if size is None else size
    synchsafe = bytes(length >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3" + bytes([version, 0, 0]) + synchsafe + body


def frame(name: str, text: str | bytes, encoding: int = 3) -> bytes:
    """An ID3v2.4 text frame; encodings: 0 Latin-1, 1 UTF-16, 3 UTF-8."""
    body = text if isinstance(text, bytes) else text.encode({0: "latin-1", 1: "utf-16", 3: "utf-8"}[encoding])
    length = len(body) + 1
    synchsafe = bytes(length >> shift & 0x7F for shift in (21, 14, 7, 0))
    return name.encode() + synchsafe + b"\0\0" + bytes([encoding]) + body


def bare_mp3(**options: Any) -> bytes:
    """MP3 frames without any tag of the encoder's."""
    data = sound("mp3", **options)
    if not data.startswith(b"ID3"):
        return data
    return data[
        10 + sum((byte & 0x7F) << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True)) :
    ]


def id3v1(title: str, artist: str, year: str, track: int, genre: int) -> bytes:
    fields = [title.ljust(30, "\0"), artist.ljust(30, "\0"), "\0" * 30, year]
    return b"TAG" + "".join(fields).encode("latin-1") + b"\0" * 29 + bytes([track, genre])


def atom(name: bytes, *bodies: bytes) -> bytes:
    body = b"".join(bodies)
    return struct.pack(">I", len(body) + 8) + name + body


def mp4(*items: bytes, payload: bytes = bytes(range(256)) * 8) -> bytes:
    """An MP4 file as far as tags and length go: there is no sound that could be decoded."""
    header = atom(b"mvhd", struct.pack(">IIIII", 0, 0, 0, 1000, 2500), bytes(80))
    meta = atom(b"meta", bytes(4), atom(b"ilst", *items))
    movie = atom(b"moov", header, atom(b"udta", meta))
    return atom(b"ftyp", b"M4A \0\0\0\0") + movie + atom(b"mdat", payload)


def mp4_text(name: bytes, text: str) -> bytes:
    return atom(name, atom(b"data", struct.pack(">II", 1, 0), text.encode()))


def mp4_custom(name: str, *texts: str) -> bytes:
    data = [atom(b"data", struct.pack(">II", 1, 0), text.encode()) for text in texts]
    return atom(
        b"----", atom(b"mean", bytes(4), b"com.apple.iTunes"), atom(b"name", bytes(4), name.encode()), *data
    )


def adts(frames: int) -> bytes:
    """An AAC stream whose frames hold zeros."""
    length = 200
    header = bytes(
        [0xFF, 0xF1, 0x50, 0x80 | length >> 11, length >> 3 & 0xFF, (length & 7) << 5 | 0x1F, 0xFC]
    )
    return (header + bytes(length - 7)) * frames


def riff(data: bytes, **info: str | bytes) -> bytes:
    """A WAV file with an INFO list after the sound."""
    chunks = b"INFO"
    for name, text in info.items():
        raw = (text.encode() if isinstance(text, str) else text) + b"\0"
        chunks += name.encode() + struct.pack("<I", len(raw)) + raw + b"\0" * (len(raw) % 2)
    body = data[8:] + b"LIST" + struct.pack("<I", len(chunks)) + chunks
    return b"RIFF" + struct.pack("<I", len(body)) + body


def png() -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    pixels = zlib.compress(np.random.default_rng(3).integers(0, 256, 40_000, dtype=np.uint8).tobytes())
    header = struct.pack(">IIBBBBB", 200, 200, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def read(folder: Path, data: bytes, key: str = "x.mp3") -> SourceItem:
    path = folder / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return read_file(path, key)


def values(item: SourceItem, name: str) -> list[Any]:
    return [fact.value for fact in item.facts if fact.name == name]


def only(item: SourceItem, name: str) -> Fact:
    (fact,) = [fact for fact in item.facts if fact.name == name]
    return fact


# --- tags of every format --------------------------------------------------------------------------


def test_flac_comments_become_facts(tmp_path: Path) -> None:
    comments = [
        "TITLE=Low Tide",
        "ARTIST=Mira Vale",
        "ARTIST=The Harbour",
        "ALBUM=Salt",
        "ALBUMARTIST=Mira Vale",
        "TRACKNUMBER=3/12",
        "DISCNUMBER=2",
        "DATE=1997-05-21",
        "GENRE=Folk",
        "GENRE=Ambient",
        "MOOD=calm",
        "BPM=92.5",
        "INITIALKEY=F#m",
        "LANGUAGE=deu",
        "ISRC=us-rc1-76-07839",
        f"MUSICBRAINZ_TRACKID={RECORDING}",
        f"MUSICBRAINZ_ARTISTID={ARTIST_A}",
        f"MUSICBRAINZ_ARTISTID={ARTIST_B}",
        f"MUSICBRAINZ_ALBUMID={RELEASE.upper()}",
        "COMMENT=ripped by hand",
    ]
    item = read(tmp_path, flac(*comments, seconds=2), "a/b.flac")
    found = [(fact.name, fact.value, fact.confidence, fact.unit) for fact in item.facts]
    assert found == [
        ("title", "Low Tide", 0.9, None),
        ("artist", "Mira Vale", 0.9, None),
        ("artist", "The Harbour", 0.9, None),
        ("album", "Salt", 0.9, None),
        ("album_artist", "Mira Vale", 0.9, None),
        ("track_number", 3, 0.9, None),
        ("disc_number", 2, 0.9, None),
        ("year", 1997, 0.9, None),
        ("tempo_bpm", 92.5, 0.7, "bpm"),
        ("duration_s", 2.0, 0.9, "s"),
        ("genre", "Folk", 0.8, None),
        ("genre", "Ambient", 0.8, None),
        ("mood", "calm", 0.8, None),
        ("key", "F# minor", 0.9, None),
        ("language", "German", 0.9, None),
        ("isrc", "USRC17607839", 0.9, None),
        ("musicbrainz_recording_id", RECORDING, 0.9, None),
        ("musicbrainz_release_id", RELEASE, 0.9, None),
        ("musicbrainz_artist_id", ARTIST_A, 0.9, None),
        ("musicbrainz_artist_id", ARTIST_B, 0.9, None),
    ]
    assert {fact.source for fact in item.facts} == {"tag"}


def test_an_item_knows_its_file(tmp_path: Path) -> None:
    data = sound("wav")
    item = read(tmp_path, data, "a/b.wav")
    assert item.key == "a/b.wav"
    assert item.audio_path == str(tmp_path / "a/b.wav")
    assert item.size_bytes == len(data)
    assert item.modified_ns == (tmp_path / "a/b.wav").stat().st_mtime_ns
    assert item.signature is not None


@pytest.mark.parametrize("kind", ["vorbis", "opus", "flac", "mp3", "wav", "aiff"])
def test_titles_are_read_from_every_format_that_libsndfile_writes(tmp_path: Path, kind: str) -> None:
    item = read(tmp_path, sound(kind, seconds=1.5, title="Ünder Tow", artist="Mira Vale"), "x.bin")
    assert only(item, "title") == Fact(name="title", value="Ünder Tow", source="tag", confidence=0.9)
    assert values(item, "artist") == ["Mira Vale"]
    assert only(item, "duration_s").value == pytest.approx(1.5, abs=0.1)


@pytest.mark.parametrize("encoding", [0, 1, 3])
def test_id3v2_texts_are_read_in_all_encodings(tmp_path: Path, encoding: int) -> None:
    item = read(tmp_path, id3(frame("TIT2", "Ébène", encoding)) + bare_mp3())
    assert values(item, "title") == ["Ébène"]


def test_id3v2_frames_become_facts(tmp_path: Path) -> None:
    tag = id3(
        frame("TIT2", "Low Tide"),
        frame("TPE1", "Mira Vale\0The Harbour"),
        frame("TRCK", "3/12"),
        frame("TDRC", "2005"),
        frame("TDOR", "1997-05-21"),
        frame("TBPM", "92"),
        frame("TKEY", "Am"),
        frame("TLAN", "eng"),
        frame("TCON", "(17)"),
        frame("TXXX", f"MusicBrainz Artist Id\0{ARTIST_A}"),
        frame("TXXX", f"MusicBrainz Album Id\0{RELEASE}"),
        b"UFID" + bytes([0, 0, 0, 59, 0, 0]) + b"http://musicbrainz.org\0" + RECORDING.encode(),
    )
    item = read(tmp_path, tag + bare_mp3())
    assert values(item, "artist") == ["Mira Vale", "The Harbour"]
    assert values(item, "track_number") == [3]
    assert values(item, "year") == [1997]
    assert values(item, "tempo_bpm") == [92]
    assert values(item, "key") == ["A minor"]
    assert values(item, "language") == ["English"]
    assert values(item, "genre") == ["Rock"]
    assert values(item, "musicbrainz_artist_id") == [ARTIST_A]
    assert values(item, "musicbrainz_release_id") == [RELEASE]
    assert values(item, "musicbrainz_recording_id") == [RECORDING]


def test_id3v1_is_read_where_there_is_nothing_better(tmp_path: Path) -> None:
    item = read(tmp_path, bare_mp3() + id3v1("Low Tide", "Mira Vale", "1997", 7, 80))
    assert values(item, "title") == ["Low Tide"]
    assert values(item, "artist") == ["Mira Vale"]
    assert values(item, "year") == [1997]
    assert values(item, "track_number") == [7]
    assert values(item, "genre") == ["Folk"]


def test_mp4_atoms_become_facts(tmp_path: Path) -> None:
    data = mp4(
        mp4_text(b"\xa9nam", "Low Tide"),
        mp4_text(b"\xa9ART", "Mira Vale"),
        mp4_text(b"\xa9day", "1997-05-21T07:00:00Z"),
        atom(b"trkn", atom(b"data", bytes(8), struct.pack(">HHHH", 0, 3, 12, 0))),
        atom(b"tmpo", atom(b"data", struct.pack(">IIH", 21, 0, 92))),
        atom(b"gnre", atom(b"data", bytes(8), struct.pack(">H", 18))),
        mp4_custom("MusicBrainz Track Id", RECORDING),
        mp4_custom("MusicBrainz Artist Id", ARTIST_A, ARTIST_B),
        mp4_custom("initialkey", "8A"),
    )
    item = read(tmp_path, data, "x.m4a")
    assert values(item, "title") == ["Low Tide"]
    assert values(item, "artist") == ["Mira Vale"]
    assert values(item, "year") == [1997]
    assert values(item, "track_number") == [3]
    assert values(item, "tempo_bpm") == [92]
    assert values(item, "genre") == ["Rock"]
    assert values(item, "musicbrainz_recording_id") == [RECORDING]
    assert values(item, "musicbrainz_artist_id") == [ARTIST_A, ARTIST_B]
    assert values(item, "key") == ["A minor"]
    assert values(item, "duration_s") == [2.5]


def test_riff_info_is_read(tmp_path: Path) -> None:
    item = read(tmp_path, riff(sound("wav"), INAM="Low Tide", IART="Mira Vale", ICRD="1997", IGNR="Folk"))
    assert values(item, "title") == ["Low Tide"]
    assert values(item, "artist") == ["Mira Vale"]
    assert values(item, "year") == [1997]
    assert values(item, "genre") == ["Folk"]


def test_a_bare_aac_stream_is_audio_with_its_id3_tag(tmp_path: Path) -> None:
    item = read(tmp_path, id3(frame("TIT2", "Low Tide")) + adts(20), "x.aac")
    assert values(item, "title") == ["Low Tide"]
    assert values(item, "duration_s") == []


# --- several values --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "artists"),
    [
        ("Mira Vale; The Harbour", ["Mira Vale", "The Harbour"]),
        ("Mira Vale / The Harbour", ["Mira Vale", "The Harbour"]),
        ("Mira Vale feat. The Harbour", ["Mira Vale", "The Harbour"]),
        ("Mira Vale (ft. The Harbour)", ["Mira Vale", "The Harbour"]),
        ("Mira Vale, Featuring The Harbour", ["Mira Vale", "The Harbour"]),
        ("AC/DC", ["AC/DC"]),
        ("Earth, Wind & Fire", ["Earth, Wind & Fire"]),
        ("Fobos &amp; Deimos", ["Fobos &amp; Deimos"]),
        ("Daft Punk; daft punk", ["Daft Punk"]),
        ("Lift", ["Lift"]),
    ],
)
def test_artists_are_divided_where_they_are_several(tmp_path: Path, text: str, artists: list[str]) -> None:
    assert values(read(tmp_path, flac(f"ARTIST={text}")), "artist") == artists


def test_artist_and_artists_tags_give_each_name_once(tmp_path: Path) -> None:
    comments = ["ARTIST=Mira Vale feat. The Harbour", "ARTISTS=Mira Vale", "ARTISTS=The Harbour"]
    assert values(read(tmp_path, flac(*comments)), "artist") == ["Mira Vale", "The Harbour"]


def test_genres_are_divided_and_numbers_without_a_name_dropped(tmp_path: Path) -> None:
    item = read(
        tmp_path, flac("GENRE=Rock/Pop; R&B", "GENRE=Folk, World, & Country", "GENRE=Other", "GENRE=(255)")
    )
    assert values(item, "genre") == ["Rock", "Pop", "R&B", "Folk", "World", "Country"]


def test_at_most_twenty_values_are_kept(tmp_path: Path) -> None:
    item = read(tmp_path, flac(*(f"GENRE=genre {number}" for number in range(100))))
    assert values(item, "genre") == [f"genre {number}" for number in range(20)]


def test_the_artist_of_the_album_stands_in_for_a_missing_artist(tmp_path: Path) -> None:
    item = read(tmp_path, flac("TITLE=Low Tide", "ALBUMARTIST=Mira Vale"))
    assert only(item, "artist") == Fact(name="artist", value="Mira Vale", source="tag", confidence=0.6)


# --- cleaning --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Low\0Tide\0", "Low Tide"),
        ("  Low \t\r\n Tide ", "Low Tide"),
        ("Low\x01\x1f Tide\x7f\x9f", "Low Tide"),
        ("\u202eLow\u2066 Tide\u2069", "Low Tide"),
        ("<b>Low</b> <script>alert(1)</script>", "<b>Low</b> <script>alert(1)</script>"),
        ("שלום עולם", "שלום עולם"),
        ("Cafe\u0301", "Café"),
        ("?", "?"),
    ],
)
def test_values_are_cleaned(tmp_path: Path, text: str, title: str) -> None:
    assert values(read(tmp_path, flac(f"TITLE={text}")), "title") == [title]


def test_a_megabyte_of_title_is_cut(tmp_path: Path) -> None:
    item = read(
        tmp_path, flac("TITLE=" + "long " * 200_000, "ARTIST=" + "a; " * 300_000, "GENRE=" + "x" * 10**6)
    )
    assert len(str(only(item, "title").value)) <= 500
    assert values(item, "artist") == ["a"]
    assert values(item, "genre") == ["x" * 500]


def test_broken_utf8_costs_one_character_not_the_file(tmp_path: Path) -> None:
    item = read(
        tmp_path, flac(b"TITLE=Caf\xe9 Noir", b"ARTIST=\xff\xfe\xfd", "ALBUM=Salt"), "Mira Vale/x.flac"
    )
    assert values(item, "title") == ["Caf\ufffd Noir"]
    assert only(item, "artist") == Fact(name="artist", value="Mira Vale", source="path", confidence=0.3)
    assert values(item, "album") == ["Salt"]


def test_utf8_that_was_taken_for_latin1_is_mended(tmp_path: Path) -> None:
    tag = id3(frame("TIT2", "Café".encode(), 0), frame("TPE1", "Ã", 0), frame("TALB", "Señor Ã©", 0))
    item = read(tmp_path, tag + bare_mp3())
    assert [values(item, name) for name in ("title", "artist", "album")] == [["Café"], ["Ã"], ["Señor Ã©"]]


@pytest.mark.parametrize("date", ["0000", "3021-01-01", "yesterday", "12", "99999"])
def test_nonsense_years_are_dropped(tmp_path: Path, date: str) -> None:
    assert values(read(tmp_path, flac(f"DATE={date}")), "year") == []


@pytest.mark.parametrize(
    ("date", "year"),
    [("1997", 1997), ("21.05.1997", 1997), ("19970521", 1997), ("c. 1997 (reissue 2005)", 1997)],
)
def test_years_are_found_in_dates_of_any_form(tmp_path: Path, date: str, year: int) -> None:
    assert values(read(tmp_path, flac(f"DATE={date}")), "year") == [year]


@pytest.mark.parametrize("bpm", ["0", "-90", "12000", "nan", "inf", "1e400", "fast", ""])
def test_nonsense_tempos_are_dropped(tmp_path: Path, bpm: str) -> None:
    assert values(read(tmp_path, flac(f"BPM={bpm}")), "tempo_bpm") == []


@pytest.mark.parametrize(
    ("tag", "key"),
    [
        ("Am", "A minor"),
        ("A", "A major"),
        ("C# minor", "C# minor"),
        ("Db", "Db major"),
        ("Dbm", "C# minor"),
        ("EbM", "Eb major"),
        ("B-flat major", "Bb major"),
        ("g♯ moll", "G# minor"),
        ("AMIN", "A minor"),
        ("8A", "A minor"),
        ("12B", "E major"),
        ("1m", "A minor"),
        ("6d", "B major"),
        ("o", None),
        ("Em7", None),
        ("13A", None),
    ],
)
def test_keys_are_read_in_the_usual_spellings(tmp_path: Path, tag: str, key: str | None) -> None:
    assert values(read(tmp_path, flac(f"INITIALKEY={tag}")), "key") == ([key] if key else [])


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "English"),
        ("GER", "German"),
        ("pt-BR", "Portuguese"),
        ("french", "French"),
        ("und", None),
        ("qq", None),
    ],
)
def test_languages_get_their_english_names(tmp_path: Path, tag: str, language: str | None) -> None:
    assert values(read(tmp_path, flac(f"LANGUAGE={tag}")), "language") == ([language] if language else [])


@pytest.mark.parametrize(
    "comment",
    ["ISRC=none", "MUSICBRAINZ_TRACKID=abc", "MUSICBRAINZ_ARTISTID=", "TRACKNUMBER=0", "TRACKNUMBER=A1"],
)
def test_malformed_identifiers_and_numbers_are_dropped(tmp_path: Path, comment: str) -> None:
    names = {fact.name for fact in read(tmp_path, flac(comment)).facts}
    assert names == {"title", "duration_s"}


# --- guesses from the path -------------------------------------------------------------------------


def test_tags_go_before_the_path_and_the_path_fills_their_gaps(tmp_path: Path) -> None:
    item = read(tmp_path, flac("TITLE=Low Tide"), "Mira Vale/1997 - Salt/03 - Something Else.flac")
    assert [fact.value for fact in item.facts if fact.source == "tag"] == ["Low Tide", 1.0]
    guessed = [(fact.name, fact.value, fact.confidence) for fact in item.facts if fact.source == "path"]
    assert guessed == [
        ("artist", "Mira Vale", 0.3),
        ("album", "Salt", 0.3),
        ("track_number", 3, 0.3),
        ("year", 1997, 0.3),
    ]


@pytest.mark.parametrize(
    "comments",
    [
        ["TITLE=Track 03", "ARTIST=Unknown Artist", "ALBUM=Unknown Album"],
        ["TITLE=<unknown>", "ARTIST=Various Artists", "ALBUM=<unknown>"],
        ["TITLE=AudioTrack 03", "ARTIST=[unknown]", "ALBUM= "],
        ["TITLE=\0", "ARTIST=-", "ALBUM=n/a"],
    ],
)
def test_placeholder_tags_count_as_missing(tmp_path: Path, comments: list[str]) -> None:
    item = read(tmp_path, flac(*comments), "Mira Vale/Salt/03 - Low Tide.flac")
    told = [(name, only(item, name).value, only(item, name).source) for name in ("title", "artist", "album")]
    assert told == [("title", "Low Tide", "path"), ("artist", "Mira Vale", "path"), ("album", "Salt", "path")]


@pytest.mark.parametrize("key", ["track 01.wav", "01.wav", "Track_01.wav"])
def test_a_name_that_says_nothing_is_a_title_of_last_resort(tmp_path: Path, key: str) -> None:
    title = only(read(tmp_path, sound("wav"), key), "title")
    assert title.value == key.removesuffix(".wav").replace("_", " ")
    assert (title.source, title.confidence) == ("path", 0.1)


def test_a_name_of_control_characters_alone_still_gives_a_title(tmp_path: Path) -> None:
    assert values(read(tmp_path, sound("wav"), "\u202e\u2066.wav"), "title") == ["untitled"]


# --- bad input -------------------------------------------------------------------------------------


def fails(folder: Path, data: bytes, key: str = "x.mp3") -> str:
    with pytest.raises(AudioError) as caught:
        read(folder, data, key)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_an_empty_file_fails(tmp_path: Path) -> None:
    assert fails(tmp_path, b"") == "the file is empty (0 bytes)"


@pytest.mark.parametrize("name", ["x.mp3", "x.flac", "x.ogg", "x.wav", "x.m4a", "x.aiff", "x.aac"])
def test_a_picture_is_no_audio_whatever_its_name(tmp_path: Path, name: str) -> None:
    assert "no audio in the file" in fails(tmp_path, png(), name)


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE html><html></html>",
        bytes(100_000),
        b"\xff" * 100_000,
        b"\xff\xfb\x90\x00",
        np.random.default_rng(1).integers(0, 256, 300_000, dtype=np.uint8).tobytes(),
        atom(b"ftyp", b"heic\0\0\0\0") + bytes(1000),
        b"ID3",
        b"RIFF\x04\0\0\0AVI ",
    ],
    ids=["html", "zeros", "ones", "one header", "noise", "photo", "half a tag", "video"],
)
def test_what_is_no_audio_fails(tmp_path: Path, data: bytes) -> None:
    assert "no audio in the file" in fails(tmp_path, data)


def test_a_tag_without_sound_fails(tmp_path: Path) -> None:
    assert "no audio in the file" in fails(tmp_path, id3(frame("TIT2", "Low Tide")))


@pytest.mark.parametrize("kind", ["flac", "vorbis", "opus", "wav", "aiff"])
def test_a_mislabelled_sound_is_read_for_what_it_is(tmp_path: Path, kind: str) -> None:
    item = read(tmp_path, sound(kind, artist="Mira Vale"), "x.mp3")
    assert values(item, "artist") == ["Mira Vale"]
    assert only(item, "duration_s").value == pytest.approx(1, abs=0.1)


def test_an_mp3_named_wav_is_read(tmp_path: Path) -> None:
    assert values(read(tmp_path, id3(frame("TIT2", "Low Tide")) + bare_mp3(), "x.wav"), "title") == [
        "Low Tide"
    ]


def test_a_flac_behind_an_id3_tag_is_read(tmp_path: Path) -> None:
    item = read(tmp_path, id3(frame("TPE1", "Mira Vale")) + flac("TITLE=Low Tide"), "x.flac")
    assert values(item, "title") == ["Low Tide"]
    assert values(item, "duration_s") == [1.0]


@pytest.mark.parametrize("size", [0, 5, 2**28 - 1])
def test_a_tag_with_a_wrong_length_does_not_hide_the_sound(tmp_path: Path, size: int) -> None:
    item = read(tmp_path, id3(frame("TIT2", "Low Tide"), size=size) + bare_mp3(), "Mira Vale - Undertow.mp3")
    assert values(item, "title")[0] in {"Low Tide", "Undertow"}
    assert item.signature == read(tmp_path, bare_mp3()).signature


def test_a_file_with_broken_tags_is_read_by_its_path(tmp_path: Path) -> None:
    data = flac("TITLE=Low Tide")
    broken = data.replace(b"TITLE=Low Tide", b"\xff\xff\xff\xffOw Tide").replace(
        struct.pack("<I", 14) + b"\xff\xff", b"\xff\xff\xff\x7f\xff\xff"
    )
    item = read(tmp_path, broken, "Mira Vale - Undertow.flac")
    assert only(item, "title") == Fact(name="title", value="Undertow", source="path", confidence=0.3)
    assert values(item, "artist") == ["Mira Vale"]


def test_an_mp4_with_broken_tags_keeps_its_length(tmp_path: Path) -> None:
    broken_number = atom(b"trkn", atom(b"data", bytes(9)))
    item = read(tmp_path, mp4(mp4_text(b"\xa9nam", "Low Tide"), broken_number), "Mira Vale - Undertow.m4a")
    assert values(item, "title") == ["Undertow"]
    assert values(item, "duration_s") == [2.5]


def read_or_refuse(folder: Path, data: bytes) -> tuple[list[Any], str]:
    """The titles, or the line in which the file is refused; anything else is raised."""
    try:
        item = read(folder, data, "x.bin")
    except AudioError as err:
        return [], str(err).splitlines()[0]
    assert all(math.isfinite(fact.value) for fact in item.facts if isinstance(fact.value, float))
    return values(item, "title"), ""


@pytest.mark.parametrize("kind", ["flac", "vorbis", "opus", "mp3", "wav", "aiff"])
def test_a_file_cut_anywhere_is_read_or_refused_in_words(tmp_path: Path, kind: str) -> None:
    data = sound(kind, seconds=0.3, title="Low Tide")
    for length in [*range(1, 200, 7), *range(200, len(data), max(1, len(data) // 40))]:
        titles, message = read_or_refuse(tmp_path, data[:length])
        assert (len(titles) == 1) == (message == "")


@pytest.mark.parametrize("kind", ["flac", "vorbis", "opus", "mp3", "wav", "aiff", "mp4"])
def test_a_file_with_flipped_bytes_is_read_or_refused_in_words(tmp_path: Path, kind: str) -> None:
    whole = (
        mp4(mp4_text(b"\xa9nam", "Low Tide")) if kind == "mp4" else sound(kind, seconds=0.2, title="Low Tide")
    )
    random = np.random.default_rng(7)
    for _ in range(60):
        data = bytearray(whole)
        for position in random.integers(0, min(len(data), 400), 4):
            data[position] = int(random.integers(0, 256))
        titles, message = read_or_refuse(tmp_path, bytes(data))
        assert (len(titles) == 1) == (message == "")


def test_a_missing_file_fails(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="No such file"):
        read_file(tmp_path / "gone.mp3", "gone.mp3")


def test_a_folder_and_a_pipe_fail_without_being_opened(tmp_path: Path) -> None:
    (tmp_path / "x.mp3").mkdir()
    os.mkfifo(tmp_path / "pipe.mp3")
    for name in ("x.mp3", "pipe.mp3"):
        with pytest.raises(AudioError, match="not a regular file"):
            read_file(tmp_path / name, name)


def test_a_file_whose_name_is_not_utf8_opens_by_its_audio_path(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/Caf\xe9 - Noir.wav"))
    try:
        path.write_bytes(sound("wav"))
    except OSError:
        pytest.skip("this file system takes UTF-8 names alone")
    item = read_file(path, "%:Caf%E9 - Noir.wav")
    assert item.audio_path is not None
    item.audio_path.encode("utf-8")
    assert fs_path(item.audio_path).read_bytes() == path.read_bytes()
    assert values(item, "artist") == ["Café"]


def test_reading_works_through_a_pickle(tmp_path: Path) -> None:
    reader = pickle.loads(pickle.dumps(read_file))
    (tmp_path / "x.wav").write_bytes(sound("wav"))
    item = reader(tmp_path / "x.wav", "x.wav")
    assert pickle.loads(pickle.dumps(item)) == item


# --- the signature ---------------------------------------------------------------------------------


def signature(folder: Path, data: bytes) -> str | None:
    path = folder / "signed.bin"
    path.write_bytes(data)
    return content_signature(path)


def test_retagging_keeps_the_signature(tmp_path: Path) -> None:
    mp3, picture = bare_mp3(), frame("APIC", b"image/png\0\x03\0" + png(), 0)
    ape_items = b"\x04\0\0\0\0\0\0\0Title\0Tide"
    ape_end = struct.pack("<8sIIII8x", b"APETAGEX", 2000, len(ape_items) + 32, 1, 1 << 31)
    ape = struct.pack("<8sIIII8x", b"APETAGEX", 2000, len(ape_items) + 32, 1, 5 << 29) + ape_items + ape_end
    retagged = {
        "mp3": [
            mp3,
            id3(frame("TIT2", "Low Tide")) + mp3,
            id3(frame("TIT2", "Low Tide"), picture) + bytes(500) + mp3,
            mp3 + id3v1("Low Tide", "", "1997", 1, 1),
            mp3 + ape,
            mp3 + ape + id3v1("Low Tide", "", "1997", 1, 1),
            mp3 + b"LYRICSBEGIN" + b"000011LYRICS200",
        ],
        "flac": [flac("TITLE=a"), flac("TITLE=" + "b" * 9000), id3(frame("TIT2", "c")) + flac()],
        "wav": [sound("wav"), riff(sound("wav"), INAM="Low Tide")],
        "aiff": [sound("aiff"), sound("aiff", title="Low Tide", artist="Mira Vale")],
        "mp4": [mp4(mp4_text(b"\xa9nam", "a")), mp4(mp4_text(b"\xa9nam", "b" * 999))],
        "aac": [adts(9), id3(frame("TIT2", "Low Tide")) + adts(9)],
    }
    seen = {kind: {signature(tmp_path, data) for data in variants} for kind, variants in retagged.items()}
    assert all(len(found) == 1 and None not in found for found in seen.values()), seen


def ogg_pages(data: bytes) -> list[bytes]:
    pages, position = [], 0
    while position < len(data):
        count = data[position + 26]
        end = position + 27 + count + sum(data[position + 27 : position + 27 + count])
        pages.append(data[position:end])
        position = end
    return pages


def renumbered(pages: list[bytes]) -> bytes:
    """The pages with new numbers and (wrong, but changed) checksums, as a tagger leaves them."""
    return b"".join(
        page[:14] + b"\x07\x07\x07\x07" + struct.pack("<II", number, number * 977) + page[26:]
        for number, page in enumerate(pages)
    )


@pytest.mark.parametrize(("kind", "head"), [("vorbis", b"\x03vorbis"), ("opus", b"OpusTags")])
def test_a_longer_comment_in_an_ogg_file_keeps_the_signature(tmp_path: Path, kind: str, head: bytes) -> None:
    pages = ogg_pages(sound(kind, seconds=3))
    comment = head + vorbis_comment("TITLE=" + "long " * 20_000) + b"\x01"
    parts = [comment[at : at + 255 * 255] for at in range(0, len(comment), 255 * 255)]
    new = []
    for part in parts:
        lacing = b"\xff" * (len(part) // 255) + (bytes([len(part) % 255]) if part is parts[-1] else b"")
        new.append(b"OggS\0\0" + bytes(20) + bytes([len(lacing)]) + lacing + part)
    if kind == "vorbis":  # the set-up packet shares the page of the old comment
        lacing = pages[1][27 : 27 + pages[1][26]]
        first = next(at for at, length in enumerate(lacing) if length < 255) + 1
        body = pages[1][27 + len(lacing) :][sum(lacing[:first]) :]
        new.append(pages[1][:26] + bytes([len(lacing) - first]) + lacing[first:] + body)
    retagged = renumbered([pages[0], *new, *pages[2:]])
    assert signature(tmp_path, retagged) == signature(tmp_path, b"".join(pages)) is not None


def test_long_recordings_are_sampled_at_three_places(tmp_path: Path) -> None:
    length = 2_000_000
    payload = np.random.default_rng(5).integers(0, 256, length, dtype=np.uint8).tobytes()
    whole = signature(tmp_path, mp4(payload=payload))
    for place, is_noticed in [(0, True), (length // 2, True), (length - 1, True), (400_000, False)]:
        changed = payload[:place] + bytes([payload[place] ^ 1]) + payload[place + 1 :]
        assert (signature(tmp_path, mp4(payload=changed)) != whole) == is_noticed
    assert signature(tmp_path, mp4(payload=payload[:-1])) != whole


@pytest.mark.parametrize("kind", ["flac", "vorbis", "opus", "mp3", "wav", "aiff"])
def test_other_sounds_have_other_signatures(tmp_path: Path, kind: str) -> None:
    sounds = [sound(kind), sound(kind, pitch_hz=441), sound(kind, seconds=1.01)]
    signatures = [signature(tmp_path, data) for data in sounds]
    assert all(one != other for one, other in pairwise(signatures))
    assert all(one is not None and len(one) == 32 for one in signatures)


def test_a_moved_file_keeps_its_signature(tmp_path: Path) -> None:
    data = sound("vorbis")
    assert read(tmp_path, data, "a/1.ogg").signature == read(tmp_path, data, "b/2.ogg").signature


@pytest.mark.parametrize(
    "data", [b"", b"no audio at all", b"fLaC\0\0", b"OggS\0" + bytes(30), b"RIFF\0\0\0\0WAVE"]
)
def test_a_file_without_whole_sound_has_no_signature(tmp_path: Path, data: bytes) -> None:
    assert signature(tmp_path, data) is None


def test_a_wav_whose_length_was_never_written_is_signed_to_its_end(tmp_path: Path) -> None:
    data = sound("wav")
    at = data.index(b"data") + 4
    assert signature(tmp_path, data[:at] + b"\xff\xff\xff\xff" + data[at + 4 :]) == signature(tmp_path, data)
