"""The check on texts with known right and wrong claims, written by hand before it was tuned on them.

Each line of ``golden/claims.jsonl`` has a sheet, a text and ``wrong``: the words of the text that the sheet
does not bear out. ``golden/claims_second.jsonl`` was written when the check was done with the first, to see
how well it does on claims put in other words: recall .82 and precision .94 when first read, before the
classes of mistakes found in it were mended, too.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pytest

from conftest import REPOSITORY
from linernotes.describe import check_note
from linernotes.learn.corpora.notes import sheet_from
from linernotes.types import CollectionSheet, FactSheet, Sheet

GOLDEN = REPOSITORY / "tests" / "golden"


@dataclass(frozen=True)
class Case:
    """A text, its sheet, and what is wrong in it."""

    id: str
    sheet: Sheet
    text: str
    wrong: tuple[str, ...]


def cases_in(path: Path) -> list[Case]:
    rows: list[dict[str, Any]] = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Case(
            id=row["id"],
            sheet=sheet_from(row["kind"], row["facts"]),
            text=row["text"],
            wrong=tuple(row["wrong"]),
        )
        for row in rows
    ]


def recall_and_precision(cases: list[Case]) -> tuple[float, float]:
    flagged = [case for case in cases if check_note(case.text, case.sheet)]
    wrong = [case for case in cases if case.wrong]
    caught = sum(bool(case.wrong) for case in flagged)
    return caught / len(wrong), caught / len(flagged)


def test_the_golden_set_is_what_it_says() -> None:
    cases = cases_in(GOLDEN / "claims.jsonl")
    assert sum(isinstance(case.sheet, FactSheet) for case in cases) >= 240
    assert sum(isinstance(case.sheet, CollectionSheet) for case in cases) >= 59
    assert 0.4 <= sum(bool(case.wrong) for case in cases) / len(cases) <= 0.6
    assert all(claim in case.text for case in cases for claim in case.wrong)
    assert len({case.id for case in cases}) == len({case.text for case in cases}) == len(cases)


@pytest.mark.parametrize("kind", [FactSheet, CollectionSheet])
def test_wrong_claims_are_found_and_right_ones_are_left_alone(kind: type[Sheet]) -> None:
    cases = [case for case in cases_in(GOLDEN / "claims.jsonl") if isinstance(case.sheet, kind)]
    recall, precision = recall_and_precision(cases)
    assert recall >= 0.95
    assert precision >= 0.9


def test_claims_put_in_other_words_are_found_too() -> None:
    recall, precision = recall_and_precision(cases_in(GOLDEN / "claims_second.jsonl"))
    assert recall >= 0.95
    assert precision >= 0.9


# --- the opposite of every fact --------------------------------------------------------------------

SONG = FactSheet(
    genres=("soul",),
    instruments=("organ", "bass"),
    vocals="male vocals",
    moods=("tender",),
    tempo_bpm=72,
    key="E minor",
    energy=0.15,
    valence=0.2,
    danceability=0.2,
    acousticness=0.95,
    loudness_lufs=-22,
    duration_s=520,
    year=1968,
    country="Ghana",
    language="Twi",
    live=True,
    styles=("cover",),
)
OF_SONG = (
    "{title} is tender soul from Ghana, 1968, a live cover. A man sings in Twi to organ and bass. Slow and "
    "dark in E minor, it is very calm, hushed, entirely acoustic, not for dancing, and very long at 8:40."
)
OPPOSITES_OF_SONG = {
    "genres": "It is techno.",
    "instruments": "A trumpet leads.",
    "vocals": "It is instrumental.",
    "moods": "It is furious.",
    "tempo_bpm": "It is fast.",
    "key": "It is in E major.",
    "energy": "It is energetic.",
    "valence": "It is joyful.",
    "danceability": "It is made for dancing.",
    "acousticness": "It is electronic through and through.",
    "loudness_lufs": "It is loud.",
    "duration_s": "It is short.",
    "year": "It dates from 1998.",
    "decades": "{artist} was active in the 1990s.",
    "country": "It comes from Norway.",
    "language": "He sings in French.",
    "live": "It is a studio recording.",
    "styles": "It is a remix.",
}
ARTIST = CollectionSheet(
    kind="artist",
    tracks=9,
    genres=("ambient",),
    instruments=("harp",),
    vocals="instrumental",
    moods=("tender",),
    first_year=1990,
    last_year=1999,
    tempo_low_bpm=50,
    tempo_median_bpm=62,
    tempo_high_bpm=76,
    mode="mostly minor",
    energy_median=0.1,
    acousticness_median=0.95,
    country="Norway",
    stands_out=("calmer than most of the library",),
)
OF_ARTIST = (
    "Nine tender tracks of ambient by {artist}, from Norway, 1990 to 1999: instrumental, for harp, mostly "
    "minor, very calm, entirely acoustic, calmer than most of the library, from 50 to 76 bpm with a median "
    "of 62."
)
OPPOSITES_OF_ARTIST = {
    "tracks": "There are ninety tracks.",
    "artists": "Five artists are at work.",
    "genres": "It is techno.",
    "instruments": "A trumpet leads.",
    "vocals": "A woman sings.",
    "moods": "They are furious.",
    "first_year": "They begin in 1970.",
    "last_year": "They end in 2019.",
    "tempo_low_bpm": "They go down to 30 bpm.",
    "tempo_high_bpm": "They go up to 160 bpm.",
    "tempo_median_bpm": "The tempo is fast.",
    "mode": "They are mostly in major.",
    "energy_median": "They are energetic.",
    "acousticness_median": "They are electronic through and through.",
    "decades": "The artist was active in the 1970s.",
    "country": "They come from Ghana.",
    "parents": "They descend from polka.",
    "relatives": "They are relatives of salsa.",
    "origin": "It all began in Cuba.",
    "stands_out": "They are more energetic than most of the library.",
}


def test_the_notes_of_which_opposites_are_told_are_right() -> None:
    assert check_note(OF_SONG, SONG) == ()
    assert check_note(OF_ARTIST, ARTIST) == ()


@pytest.mark.parametrize(("name", "opposite"), OPPOSITES_OF_SONG.items())
def test_the_opposite_of_a_songs_fact_is_caught(name: str, opposite: str) -> None:
    assert check_note(f"{OF_SONG} {opposite}", SONG)


@pytest.mark.parametrize(("name", "claim"), OPPOSITES_OF_SONG.items())
def test_a_claim_on_a_songs_fact_that_is_unknown_is_caught(name: str, claim: str) -> None:
    sheet = FactSheet(moods=("hopeful",))
    assert check_note("{title} by {artist} is hopeful.", sheet) == ()
    assert check_note(f"{{title}} by {{artist}} is hopeful. {claim}", sheet)


@pytest.mark.parametrize(("name", "opposite"), OPPOSITES_OF_ARTIST.items())
def test_the_opposite_of_an_artists_fact_is_caught(name: str, opposite: str) -> None:
    assert check_note(f"{OF_ARTIST} {opposite}", ARTIST)


def test_every_fact_has_its_opposite() -> None:
    assert set(OPPOSITES_OF_SONG) == {field.name for field in fields(FactSheet)} - {"kind"}
    assert set(OPPOSITES_OF_ARTIST) == {field.name for field in fields(CollectionSheet)} - {"kind"}
