from __future__ import annotations

import random

import pytest

from linernotes.describe import check_note
from linernotes.describe.check.coverage import facts_told
from linernotes.describe.check.numerals import numerals
from linernotes.describe.check.reading import Reading
from linernotes.types import FactSheet

SHEET = FactSheet(
    genres=("alternative rock",),
    instruments=("electric guitar", "synthesizer"),
    vocals="male vocals",
    moods=("yearning",),
    tempo_bpm=128.4,
    key="A minor",
    energy=0.7,
    valence=0.3,
    loudness_lufs=-9.0,
    duration_s=245,
    year=1997,
    country="United Kingdom",
    language="English",
)
GOOD = (
    "{title} is alternative rock from the United Kingdom, 1997, yearning and wistful. A man sings in English "
    "over electric guitar and synthesizer. It moves at a brisk 128 bpm in A minor, lively and full, and "
    "lasts 4:05."
)


def problems(sentence: str, sheet: FactSheet = SHEET) -> tuple[str, ...]:
    """The problems of a good note with one more sentence."""
    return check_note(f"{GOOD} {sentence}" if sheet is SHEET else sentence, sheet)


def test_a_note_that_keeps_to_its_sheet_has_no_problem() -> None:
    assert check_note(GOOD, SHEET) == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "It runs at a hundred and twenty-eight beats a minute.",
        "The guitar leads.",
        "It is fast, and it is melancholy.",
        "It is rock, and it is British.",
        "Four minutes go by, or 245 seconds.",
        "It dates from the nineties.",
        "It is not sad, and there is no choir.",
        "It rolls on like a slow train with a banjo on its roof, or so one may feel.",
    ],
)
def test_the_same_in_other_words_is_borne_out(sentence: str) -> None:
    assert [problem for problem in problems(sentence) if "banjo" not in problem] == []


@pytest.mark.parametrize(
    ("sentence", "problem"),
    [
        ("It is slow.", "says 'slow', tempo is 128 bpm (fast)"),
        ("It keeps to 92 beats a minute.", "says 92 beats a minute, the tempo is 128 bpm"),
        ("Ninety-two beats a minute, then.", "says ninety-two beats a minute, the tempo is 128 bpm"),
        ("It is in F minor.", "says 'F minor', the key is A minor"),
        ("It has a major key.", "says 'major', the key is A minor"),
        ("It is calm.", "says 'calm', energy is 0.70 (energetic)"),
        ("It is a joyful song.", "says 'joyful', valence is 0.30 (melancholy)"),
        ("It is loud.", "says 'loud', loudness is -9.0 LUFS (ordinary)"),
        ("It is made for dancing.", "says 'made for dancing', no fact does"),
        ("A banjo joins in.", "names the instrument 'banjo', which is in no fact"),
        ("An acoustic guitar joins in.", "names the instrument 'acoustic guitar', which is in no fact"),
        ("It is techno.", "names the genre 'techno', which is in no fact"),
        ("It is instrumental.", "says 'instrumental', the voice is male vocals"),
        ("She sings it.", "says 'she', the voice is male vocals"),
        ("It came out in 1989.", "says 1989, the year is 1997"),
        ("It is of the 1980s.", "says '1980s', the year is 1997"),
        ("It lasts 5:30.", "says '5:30', the length is 245 seconds"),
        ("It lasts six minutes.", "says 'six minutes', the length is 245 seconds"),
        ("It scores 17 of 20.", "says 17, which is in no fact"),
        ("It is Brazilian.", "says 'Brazilian', the country is United Kingdom and the language is English"),
        ("It is in French.", "says 'French', the country is United Kingdom and the language is English"),
        ("It was recorded live.", "says 'live', nothing is known of it"),
        ("It is a remix.", "says 'remix', no fact does"),
        ("It recalls Radiohead.", "names Radiohead, which is in no fact"),
        ("It is reminiscent of the masters.", "compares ('reminiscent of')"),
        ("It is a masterpiece.", "praises ('masterpiece')"),
        ("The recording is of poor quality.", "speaks of the recording's quality ('poor quality')"),
        ("It won awards.", "tells what no fact holds ('awards')"),
        ("The band plays on.", "tells what no fact holds ('the band')"),
        ("I hope so.", "speaks of its task ('i')"),
        ("These facts are all.", "speaks of its task ('these facts')"),
        ("- It goes.", "is not plain prose"),
        ("{name} made it.", "has the brace '{name}', which is no placeholder"),
        ("It ends in the", "breaks off ('4:05. It ends in the')"),
        ("It moves. It moves.", "repeats a sentence"),
        ("It is very fast, and very fast.", "repeats itself ('very fast, and very fast')"),
        ("It is fast and fast.", "repeats itself ('is fast and fast')"),
        ("With drums, drums and piano it moves.", "repeats itself ('with drums, drums')"),
    ],
)
def test_what_the_sheet_does_not_hold_is_a_problem(sentence: str, problem: str) -> None:
    if sentence.startswith("- "):
        sentence = f"\n{sentence}"
    assert any(problem in found for found in problems(sentence)), problems(sentence)


def test_a_claim_on_an_unknown_fact_is_a_problem() -> None:
    sheet = FactSheet(genres=("rock",))
    assert check_note("{title} is fast rock.", sheet) == ("says 'fast', no fact does",)
    assert check_note("{title} is rock from 1990.", sheet) == ("says 1990, the year is unknown",)
    assert check_note("{title} is rock with a woman singing.", sheet) == (
        "says 'singing', the voice is unknown",
        "says 'woman', the voice is unknown",
    )


def test_the_sheets_own_words_claim_nothing_else() -> None:
    sheet = FactSheet(
        genres=("dark ambient", "instrumental hip hop"), instruments=("808 bass",), moods=("driving",)
    )
    assert (
        check_note("{title} joins dark ambient and instrumental hip hop, driving, on 808 bass.", sheet) == ()
    )


def test_a_kind_of_the_genre_may_stand_for_it_but_not_a_narrower_one() -> None:
    sheet = FactSheet(genres=("deep house",), vocals="choir")
    assert check_note("{title} is house music with a choir.", sheet) == ()
    assert check_note("{title} is Chicago house with a choir.", sheet) == (
        "names the genre 'Chicago house', which is in no fact",
    )


def test_the_artists_decades_are_not_the_songs() -> None:
    sheet = FactSheet(genres=("rock",), decades=(1990,))
    assert check_note("{title} is rock. {artist} worked in the 1990s.", sheet) == ()
    assert check_note("{title} is rock from the 1990s.", sheet) == (
        "says '1990s' of the song, the decades are the artist's",
    )


def test_enharmonic_keys_are_the_same() -> None:
    assert check_note("{title} is in C-sharp minor.", FactSheet(key="Db minor")) == ()


def test_studio_is_borne_out_only_by_a_known_studio() -> None:
    text = "{title} is rock from a studio, not live."
    assert check_note(text, FactSheet(genres=("rock",), live=False)) == ()
    assert check_note("{title} is rock, a studio recording.", FactSheet(genres=("rock",), live=False)) == ()
    assert len(check_note(text, FactSheet(genres=("rock",), live=True))) == 2


def test_a_note_that_leaves_out_most_facts_is_a_problem() -> None:
    assert check_note("{title} is alternative rock.", SHEET) == (
        "tells 1 of 13 facts; left out: electric guitar, synthesizer, yearning, tempo, energy, valence, "
        "loudness, the voice, the key, the year, the country, the language",
    )


@pytest.mark.parametrize(
    "silence",
    [
        "Nobody sits at the microphone.",
        "Nobody at the microphone, then.",
        "It leaves the words out.",
        "One may leave out the singer here.",
        "A singer is not there.",
        "It would be wrong to call for a singer: a singer might have spoilt it.",
    ],
)
def test_silence_may_be_put_in_many_ways(silence: str) -> None:
    text = f"{{title}} is rock for organ. {silence}"
    sheet = FactSheet(genres=("rock",), instruments=("organ",), vocals="instrumental")
    assert check_note(text, sheet) == ()


def test_what_the_sheet_says_is_not_to_be_denied() -> None:
    sheet = FactSheet(genres=("rock",), instruments=("organ",), tempo_bpm=62, key="A minor", vocals="choir")
    good = "{title} is slow rock in A minor, with organ and choir."
    assert check_note(f"{good} It is not fast, not in a major key, and there is no piano.", sheet) == ()
    for denial in (
        "It is not slow.",
        "It is not in a minor key.",
        "There is no organ.",
        "There is no choir.",
    ):
        assert check_note(f"{good} {denial}", sheet), denial


def test_a_decade_is_the_artists_where_the_artist_is_spoken_of() -> None:
    sheet = FactSheet(genres=("rock",), decades=(1990, 2000))
    assert check_note("{title} is rock. The artist worked in the 1990s and 2000s.", sheet) == ()
    assert check_note("{title} is rock by an act of the nineties.", sheet) == ()
    assert check_note("{title} is rock. The artist worked in the late nineties.", sheet) != ()
    assert check_note("{title} is rock of the 1990s.", sheet) != ()


def test_a_stretch_of_decades_has_no_gap() -> None:
    sheet = FactSheet(genres=("rock",), decades=(1960, 1970, 1990, 2000, 2010))
    assert check_note("Rock by an artist active from the 1990s through the 2010s.", sheet) == ()
    assert check_note("Rock by an artist of the sixties to the seventies and the 1990s.", sheet) == ()
    assert check_note("Rock by an artist active from the 1960s to the 2010s.", sheet) == (
        "says '1960s to the 2010s', the artist's decades are 1960s, 1970s, 1990s, 2000s, 2010s",
    )


def test_the_part_of_a_decade_has_to_be_right() -> None:
    sheet = FactSheet(genres=("rock",), year=1977)
    assert check_note("{title} is rock of the late seventies.", sheet) == ()
    assert check_note("{title} is rock of the early seventies.", sheet) == (
        "says 'early seventies', the year is 1977",
    )


@pytest.mark.parametrize(
    ("sentence", "is_right"),
    [
        ("It lasts eleven minutes, less three seconds.", True),
        ("It lasts ten minutes fifty-seven.", True),
        ("It lasts ten minutes and a good deal more.", True),
        ("It lasts eleven minutes and three seconds.", False),
        ("It lasts nine minutes.", False),
    ],
)
def test_minutes_are_read_with_what_is_added_and_taken_away(sentence: str, is_right: bool) -> None:
    problems_found = check_note(f"{{title}} is rock. {sentence}", FactSheet(genres=("rock",), duration_s=657))
    assert (problems_found == ()) is is_right


def test_a_loudness_in_lufs_counts_as_told() -> None:
    sheet = FactSheet(genres=("rock",), loudness_lufs=-14.0)
    assert facts_told(Reading("{title} is rock; its loudness measures -14.0 LUFS.", sheet))["loudness"]


def test_even_and_full_have_other_senses() -> None:
    sheet = FactSheet(genres=("hard rock",), valence=0.1, loudness_lufs=-22)
    assert check_note("Even hard rock, hushed and bleak, can be full of air.", sheet) == ()
    assert check_note("{title} is hard rock, hushed, bleak and even in feeling.", sheet) != ()


def test_a_narrower_instrument_is_not_borne_out_by_its_kin() -> None:
    sheet = FactSheet(genres=("flamenco",), instruments=("handclaps",))
    assert check_note("{title} is flamenco with handclaps for percussion.", sheet) == ()
    assert check_note("{title} is flamenco with handclaps and castanets.", sheet) != ()


def test_a_language_is_not_borne_out_by_the_country() -> None:
    sheet = FactSheet(genres=("pop",), vocals="choir", country="Germany", language="English")
    assert check_note("{title} is German pop, and a choir sings in English.", sheet) == ()
    assert check_note("{title} is pop, and a choir sings in German.", sheet) == (
        "says 'in German', the language is English",
    )


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_note_is_a_problem(text: str) -> None:
    assert "is empty" in check_note(text, SHEET)


def test_texts_of_every_kind_are_read_without_error() -> None:
    wild = random.Random(11)
    signs = "aA1 .,:;{}#-–'\"“9\n\tİßﬁ♯ in F# minor 3:99 99:99:99 nineteen"
    for _ in range(300):
        check_note("".join(wild.choice(signs) for _ in range(wild.randrange(200))), SHEET)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1,214 seconds and -20.8 lufs", [1214.0, -20.8]),
        ("one hundred and twelve", [112.0]),
        ("nineteen seventy-four", [1974.0]),
        ("at 3:24 and f#3", []),
        (".65 of 1", [0.65, 1.0]),
    ],
)
def test_numbers_are_read_in_digits_and_in_words(text: str, values: list[float]) -> None:
    assert [numeral.value for numeral in numerals(text)] == values
