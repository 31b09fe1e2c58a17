"""What a file's place and name suggest about the track: guesses for files without tags."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from linernotes.sources.places import readable_parts
from linernotes.sources.values import clean_text, is_placeholder, year_in

_DASH = re.compile(r"\s+[-–—]+\s+")
_DISC_AND_TRACK = re.compile(r"([1-9])-(\d\d)(?=[\s.]|$)[\s.-]*")
_MARKED_NUMBER = re.compile(r"[(\[]?(\d{1,3})(?:\s*[.)\]]\s*(?=\D)|\s*-\s*(?=\D)|$)|(0\d{1,2})\s+")
_PLAIN_NUMBER = re.compile(r"([1-9]\d)\s+(?=\D)")
# "99 Luftballons" is no 99th track: a number without any mark must be one that albums have.
_MOST_TRACKS = 40
_DISC_FOLDER = re.compile(r"(?:cd|dis[ck]|disque|disco|volume|vol)[\s.]*(\d{1,2})", re.IGNORECASE)
_DATE = re.compile(r"(?:18|19|20)\d\d(?:[-./]\d\d)*")
_DATE_BEFORE = re.compile(r"((?:18|19|20)\d\d)\s*[-–—.]\s*(?=\D)")
_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_FORMAT = re.compile(
    r"flac|mp3|ogg|opus|wav|web|vinyl|\d+\s?(?:k|kbps|kbit|bit|khz)|v0|320|cd", re.IGNORECASE
)
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_ORDINARY_FOLDERS_TEXT = """
music, musik, musique, musica, mp3, mp3s, flac, audio, songs, tracks, singles, album, albums, artists,
download, downloads, compilation, compilations, various, various artists, va, soundtrack, soundtracks, ost,
sampler, samplers, misc, unsorted, new, new folder, incoming, library, media, playlists, mixes, unknown,
unknown artist, unknown album, itunes, itunes media, collection, lossless, lossy, files, shared, data,
desktop, temp, tmp
"""
_ORDINARY_FOLDERS = frozenset(name.strip() for name in _ORDINARY_FOLDERS_TEXT.split(","))


@dataclass(frozen=True, slots=True, kw_only=True)
class PathGuess:
    """What the path suggests; ``name`` is the file's name without extension, in case there is no title."""

    name: str
    title: str | None = None
    artist: str | None = None
    album: str | None = None
    track_number: int | None = None
    disc_number: int | None = None
    year: int | None = None


def guess_from_key(key: str) -> PathGuess:
    """Title, artist, album, numbers and year by the usual ways of naming folders and files.

    Understood are "Artist/Album/03 - Title", "Artist/1997 - Album/CD 2/03 Title", "Artist - Title",
    "Artist - Album - 03 - Title", "03. Artist - Title", with "_" for blanks. "Track 01" is no title.
    """
    *folders, name = (_readable(part) for part in readable_parts(key))
    stem = _EXTENSION.sub("", name).strip() or "untitled"
    above = _from_folders([folder for folder in folders if folder])
    return _without_placeholders(_from_name(stem, above, has_folder=bool(folders)))


def _readable(part: str) -> str:
    return clean_text(part.replace("_", " ")) or ""


# --- folders ---------------------------------------------------------------------------------------


def _from_folders(folders: list[str]) -> PathGuess:
    disc_number = None
    if folders and (disc := _DISC_FOLDER.fullmatch(folders[-1])):
        disc_number, folders = int(disc[1]), folders[:-1]
    if not folders:
        return PathGuess(name="", disc_number=disc_number)
    year, words = _year_of_album(folders[-1])
    artist, album = _artist_and_album(words)
    if artist is None and len(folders) > 1:
        artist = _unless_ordinary(folders[-2])
    return PathGuess(name="", artist=artist, album=album, year=year, disc_number=disc_number)


def _year_of_album(folder: str) -> tuple[int | None, list[str]]:
    """The year in an album folder's name, and the parts between dashes without the year and the format."""
    dates = [text for text in _BRACKETS.findall(folder) if _DATE.fullmatch(text)]
    bare = _BRACKETS.sub(lambda bracket: "" if _says_date_or_format(bracket[1]) else bracket[0], folder)
    parts = [part.strip() for part in _DASH.split(bare) if part.strip()] or [folder]
    # "Taylor Swift - 1989" ends with a title; of three parts any may be the year.
    for part in parts if len(parts) > 2 else parts[:-1]:
        if _DATE.fullmatch(part):
            parts.remove(part)
            dates.append(part)
            break
    if before := _DATE_BEFORE.match(parts[0]):
        dates.append(before[1])
        parts[0] = parts[0][before.end() :]
    return (year_in(dates[0]) if dates else None), parts


def _says_date_or_format(text: str) -> bool:
    return bool(_DATE.fullmatch(text)) or any(_FORMAT.fullmatch(word) for word in re.split(r"[\s,-]+", text))


def _artist_and_album(parts: list[str]) -> tuple[str | None, str | None]:
    if len(parts) > 1:
        return _unless_ordinary(parts[0]), " - ".join(parts[1:])
    return None, _unless_ordinary(parts[0])


def _unless_ordinary(folder: str) -> str | None:
    return None if folder.casefold() in _ORDINARY_FOLDERS else folder


# --- the file's own name ---------------------------------------------------------------------------


def _from_name(stem: str, above: PathGuess, *, has_folder: bool) -> PathGuess:
    disc_number, track_number, rest = _leading_number(stem, has_folder=has_folder)
    guess = replace(
        above,
        name=stem,
        track_number=track_number,
        disc_number=disc_number or above.disc_number,
    )
    parts = [part for part in _DASH.split(rest) if part]
    is_bare_title = len(parts) < 2 or _is_title_with_dash(parts, guess)
    if above.artist is None and above.year is None and track_number is None:
        # In one folder alone, numbered files belong to an album, others to an artist.
        guess = replace(guess, artist=above.album, album=None)
    return replace(guess, title=rest) if is_bare_title else _from_parts(parts, guess)


def _leading_number(stem: str, *, has_folder: bool) -> tuple[int | None, int | None, str]:
    """The disc and track number at the start of a name, and what is left; all of it if there is none."""
    both = _DISC_AND_TRACK.match(stem)
    if both and both.end() < len(stem):
        return int(both[1]), int(both[2]), stem[both.end() :]
    marked = _MARKED_NUMBER.match(stem)
    if marked and (has_folder or len(marked[1] or marked[2]) < 3):
        return *_disc_and_track(int(marked[1] or marked[2])), stem[marked.end() :].strip(" -–—.")
    plain = _PLAIN_NUMBER.match(stem)
    if plain and has_folder and int(plain[1]) <= _MOST_TRACKS and not _DASH.search(stem):
        return None, int(plain[1]), stem[plain.end() :]
    return None, None, stem


def _disc_and_track(number: int) -> tuple[int | None, int | None]:
    """203 is the third track of the second disc."""
    return (number // 100, number % 100 or None) if number >= 100 else (None, number or None)


def _is_title_with_dash(parts: list[str], guess: PathGuess) -> bool:
    """Within "Artist/Album/", "03 Intro - Outro" names no artist, unless it repeats the folder's."""
    in_album = guess.artist is not None and guess.album is not None and guess.track_number is not None
    return in_album and parts[0].casefold() != (guess.artist or "").casefold()


def _from_parts(parts: list[str], guess: PathGuess) -> PathGuess:
    """A guess from "Artist - Title", "Artist - Album - Title" and both with a number before the title."""
    number_at = next((at for at, part in enumerate(parts[1:-1], 1) if re.fullmatch(r"\d{1,3}", part)), None)
    if number_at is not None:
        disc_number, track_number = _disc_and_track(int(parts[number_at]))
        guess = replace(guess, track_number=track_number, disc_number=disc_number or guess.disc_number)
        names, title = parts[:number_at], " - ".join(parts[number_at + 1 :])
    elif len(parts) == 2 or (guess.album is not None and parts[1].casefold() != guess.album.casefold()):
        names, title = parts[:1], " - ".join(parts[1:])
    else:
        names, title = parts[:2], " - ".join(parts[2:])
    album = names[1] if len(names) > 1 else guess.album
    return replace(guess, artist=names[0], album=album, title=title)


def _without_placeholders(guess: PathGuess) -> PathGuess:
    def known(name: str, text: str | None) -> str | None:
        return None if text is None or not text or is_placeholder(name, text) else text

    return replace(
        guess,
        title=known("title", guess.title),
        artist=known("artist", guess.artist),
        album=known("album", guess.album),
    )
