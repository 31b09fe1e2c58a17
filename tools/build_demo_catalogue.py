"""Makes the catalogue that the demo ships: 5,000 songs of the CPCD catalogue, half of them described.

    python tools/build_demo_catalogue.py --cpcd FOLDER [--out FILE]

FOLDER holds ``tracks.jsonl.gz`` of the Conversational Playlist Curation Dataset (CC BY 4.0). Half of the
songs are by artists of the editors' table (``demo_artists.csv``), which lends its facts to their songs; the
other half is by anyone else and says nothing but names. The choice is drawn by hash: the same input gives the
same file.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from linernotes.words import fold

DATA = Path(__file__).resolve().parents[1] / "src" / "linernotes" / "data"
HALF = 2500
# Eight songs let an artist stand out; more would push others out of a half of 2,500.
MOST_BY_ONE_ARTIST = 8
# So that there are several songs by each, and something to say of what they have in common.
MOST_ARTISTS = 700
MOST_BY_ONE_IN_THE_TAIL = 4
SEED = "linernotes-demo-1"
POPULARITY_BY_FAME = {1: 0.1, 2: 0.3, 3: 0.5, 4: 0.7, 5: 0.9}

# What is not a song of its own artist: sung over, played over, slept or exercised to. Instrumental versions
# go too, because the facts of a singer would be wrong of them.
_UNWANTED_WORDS: Mapping[str, tuple[str, ...]] = {
    "karaoke": (
        r"karaoke|originally (performed|recorded|by)|made (popular|famous)|in the style of|as performed",
        r"sing-?along|backing (track|force)|jam track|play-?along|drumless",
    ),
    "tribute": (
        r"\btributes?\b|renditions?\b|vitamin string|string quartet performs|\bemulation\b",
        r"\b8[- ]?bit|piano (tribute|dream|players|guys)",
    ),
    "cover": (
        r"\bcovers\b|[(\[][^)\]]*\bcover(ed)?\b|\bcover( version)?$",
        r"\b(hit|chart|party|pop|dance|summer|cover)s?[- ](hits|band|masters|crew|makers|stormers|factory)\b",
    ),
    "workout": (r"work-?out (mix|remix|version|music|hits|songs|trainer)|fitness|\b1\d\d ?bpm\b|workout$",),
    "sleep and study": (
        r"\b(baby|deep|restful|better|for) sleep|sleep (music|sounds|aid|therapy)|for sleeping",
        r"lullaby (rendition|version|baby|hits)|baby lullab|rock-?a-?bye baby|music box (lullaby|version)",
        r"relax(ing|ation)\b|to relax\b|stress relief|\bspa\b|massage|\byoga\b|reiki|\basmr\b|meditation",
        r"binaural|solfeggio|study music|stud(y|ying) (to|lo)|(work|exam|relaxation|&) study",
    ),
    "sounds": (
        r"white noise|sound effects|sounds of (nature|earth|rain)|\b\d+ ?hz\b|ringtone",
        r"\b(rain|ocean|nature|forest|storm|thunder|brain|sea|water|bird)s? (sounds?|waves|noise|ambience)\b",
    ),
    "instrumental": (
        r"[(\[][^)\]]*\b(instrumentals?|a ?cappella|piano version)\b|instrumentals?$",
        r"instrumental (version|king|hits|covers?|mix)",
    ),
}
UNWANTED = {
    reason: re.compile("|".join(patterns), re.IGNORECASE) for reason, patterns in _UNWANTED_WORDS.items()
}
_BRACKETED = re.compile(r"\s*[(\[{][^)\]}]*[)\]}]|\s+-\s.*$|\s+(feat|ft)\..*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Song:
    """A track of the catalogue; ``owner`` is the folded name of its first artist in the editors' table."""

    id: str
    title: str
    artists: tuple[str, ...]
    album: str
    cluster: str
    owner: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The rows to ship, sorted by artist and title, and what was left out with the reason."""

    rows: tuple[dict[str, object], ...]
    left_out: Mapping[str, int]


def read_editors(path: Path) -> dict[str, dict[str, str]]:
    """The editors' table, by the folded name of the artist."""
    with path.open(encoding="utf-8", newline="") as file:
        return {fold(row["artist"]): row for row in csv.DictReader(file)}


def read_songs(path: Path, artists: Iterable[str]) -> list[Song]:
    """The tracks of ``tracks.jsonl.gz``, by id; ``artists`` are the folded names of the editors' table."""
    known = frozenset(artists)
    with gzip.open(path, "rt", encoding="utf-8") as file:
        tracks = [json.loads(line) for line in file]
    songs = [
        Song(
            id=track["id"],
            title=track["title"],
            artists=tuple(track["artists"]),
            album=track["album"],
            cluster=track["cluster_id"],
            owner=next((key for key in map(fold, track["artists"]) if key in known), None),
        )
        for track in tracks
    ]
    return sorted(songs, key=lambda song: song.id)


def unwanted(song: Song) -> str | None:
    """Why the song is left out, or None."""
    texts = (song.title, song.album, *song.artists)
    for reason, pattern in UNWANTED.items():
        if any(pattern.search(text) for text in texts):
            return reason
    return None


def song_key(song: Song) -> tuple[str, str]:
    """The same for all recordings of a song by one artist: title without what stands in brackets, artist."""
    title = fold(_BRACKETED.sub("", song.title)) or fold(song.title)
    return title, song.owner or fold(song.artists[0])


def one_recording_each(songs: Iterable[Song]) -> list[Song]:
    """One recording of every song: the artist's own before a guest's, the plain one before a version."""
    best: list[Song] = []
    seen: set[object] = set()
    for song in sorted(songs, key=_preference):
        marks = {song.cluster, song_key(song)}
        if seen.isdisjoint(marks):
            best.append(song)
        seen |= marks
    return best


def _preference(song: Song) -> tuple[bool, bool, bool, str]:
    """Sorts the recordings of a song, best first."""
    guest = song.owner is not None and fold(song.artists[0]) != song.owner
    return song.owner is None, guest, _BRACKETED.search(song.title) is not None, _draw(song.id)


def _draw(text: str) -> str:
    """A place in the draw: as good as random, and the same everywhere."""
    return hashlib.sha256(f"{SEED}:{text}".encode()).hexdigest()


def pick_known(songs: Iterable[Song], fame: Mapping[str, int], count: int) -> list[Song]:
    """Songs by the artists of the table who have most, dealt in rounds: one each, two for the most famous.

    Nobody gets more than eight.
    """
    waiting: dict[str, list[Song]] = defaultdict(list)
    for song in songs:
        if song.owner is not None and len(waiting[song.owner]) < MOST_BY_ONE_ARTIST:
            waiting[song.owner].append(song)
    most = sorted(waiting, key=lambda owner: (-len(waiting[owner]), _draw(owner)))[:MOST_ARTISTS]
    order = sorted(most, key=_draw)
    picked: list[Song] = []
    while len(picked) < count and any(waiting[owner] for owner in order):
        for owner in order:
            share = 2 if fame[owner] == max(POPULARITY_BY_FAME) else 1
            picked += waiting[owner][:share]
            del waiting[owner][:share]
    return picked[:count]


def pick_tail(songs: Iterable[Song], count: int) -> list[Song]:
    """Songs by artists outside the table, drawn at random, at most four by one artist."""
    by_artist: Counter[str] = Counter()
    picked: list[Song] = []
    for song in sorted((song for song in songs if song.owner is None), key=lambda song: _draw(song.id)):
        artist = fold(song.artists[0])
        by_artist[artist] += 1
        if by_artist[artist] <= MOST_BY_ONE_IN_THE_TAIL:
            picked.append(song)
    return picked[:count]


def build(songs: Sequence[Song], editors: Mapping[str, dict[str, str]], half: int = HALF) -> Catalogue:
    """The catalogue: ``half`` songs by artists of the table and as many by others."""
    reasons = {song.id: unwanted(song) for song in songs}
    wanted = one_recording_each(song for song in songs if reasons[song.id] is None)
    fame = {artist: int(row["fame"]) for artist, row in editors.items()}
    chosen = pick_known(wanted, fame, half) + pick_tail(wanted, half)
    chosen.sort(key=lambda song: (fold(song.artists[0]), fold(song.title), song.id))
    left_out = Counter(reason for reason in reasons.values() if reason)
    left_out["another recording of the same song"] = len(songs) - left_out.total() - len(wanted)
    return Catalogue(rows=tuple(_row(song, editors) for song in chosen), left_out=left_out)


def _row(song: Song, editors: Mapping[str, dict[str, str]]) -> dict[str, object]:
    """A song as it is shipped: its names, and what the editors say of its artist. Unknown is left out."""
    row: dict[str, object] = {"id": song.id, "title": song.title, "artists": list(song.artists)}
    if song.album:
        row["album"] = song.album
    if song.owner is None:
        return row
    artist = editors[song.owner]
    for column in ("genres", "moods", "instruments"):
        row[column] = artist[column].split(";")
    row["vocals"] = _voice(song, editors)
    row["country"] = artist["country"]
    row["decades"] = [int(decade) for decade in artist["decades"].split(";") if decade]
    row["fame"] = int(artist["fame"])
    row["popularity"] = POPULARITY_BY_FAME[int(artist["fame"])]
    return {name: value for name, value in row.items() if value not in ("", [])}


def _voice(song: Song, editors: Mapping[str, dict[str, str]]) -> str:
    """The voice that all artists of the song share; "" where a guest may sing otherwise."""
    voices = {editors[key]["voice"] if key in editors else "" for key in map(fold, song.artists)}
    return voices.pop() if len(voices) == 1 else ""


def packed(rows: Iterable[Mapping[str, object]]) -> bytes:
    """The rows as gzipped JSON lines, without a date, so that equal rows give equal bytes."""
    lines = "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, compresslevel=9, mtime=0) as file:
        file.write(lines.encode())
    return buffer.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cpcd", type=Path, required=True, help="folder with tracks.jsonl.gz")
    parser.add_argument("--editors", type=Path, default=DATA / "demo_artists.csv")
    parser.add_argument("--out", type=Path, default=DATA / "demo_catalogue.jsonl.gz")
    options = parser.parse_args()
    editors = read_editors(options.editors)
    songs = read_songs(options.cpcd / "tracks.jsonl.gz", editors)
    catalogue = build(songs, editors)
    data = packed(catalogue.rows)
    options.out.write_bytes(data)
    print(f"{options.out}: {len(catalogue.rows)} of {len(songs)} tracks, {len(data)} bytes")
    for reason, count in sorted(catalogue.left_out.items()):
        print(f"  left out, {reason}: {count}")


if __name__ == "__main__":
    main()
