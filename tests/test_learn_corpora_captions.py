"""Captions: what is kept of them, what is taken out, and the sets that they come in."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linernotes.errors import InputError
from linernotes.learn.corpora.agreement import facts_of, is_told, passes
from linernotes.learn.corpora.aspects import aspects_of, sheet_told
from linernotes.learn.corpora.captions import Caption, lessons_of, opening_of
from linernotes.learn.corpora.lesson import Lesson
from linernotes.learn.corpora.musiccaps import read_musiccaps
from linernotes.learn.corpora.sentences import mended, sentences_in
from linernotes.learn.corpora.song_describer import CAPTIONS, TAGS, read_song_describer
from linernotes.learn.corpora.tags import read_tags
from linernotes.types import FactSheet

TRIO = ("jazz", "saxophone melody", "piano", "double bass", "passionate", "male vocal")


def mend(sentence: str, *aspects: str) -> str | None:
    return mended(sentence, aspects_of(aspects or TRIO))


def lesson_of(text: str, *aspects: str) -> Lesson | None:
    lessons = lessons_of([Caption(id="a", text=text, aspects=aspects or TRIO)], source="s", licence="l")
    return lessons[0] if lessons else None


# --- aspects ---------------------------------------------------------------------------------------


def test_aspects_become_the_fields_that_a_sheet_has() -> None:
    aspects = aspects_of(
        ["reggae", "electric guitar", "female singer", "happy", "Jamaican", "live performance"]
    )
    text = "A live reggae song from Jamaica: a happy female vocal over electric guitar."
    assert sheet_told(text, aspects) == FactSheet(
        genres=("reggae",),
        instruments=("electric guitar",),
        vocals="female vocals",
        moods=("happy",),
        country="Jamaica",
        live=True,
    )


def test_words_of_tempo_and_loudness_are_no_facts() -> None:
    aspects = aspects_of(["fast tempo", "loud", "rock"])
    assert sheet_told("A fast rock song.", aspects) is None
    assert sheet_told("A loud rock song.", aspects) is None
    assert sheet_told("A rock song.", aspects) == FactSheet(genres=("rock",))


def test_a_word_for_the_same_is_borne_out_and_a_wider_one_too() -> None:
    aspects = aspects_of(["cheerful", "death metal", "violin"])
    assert sheet_told("Happy metal music with strings.", aspects) == FactSheet(
        genres=("metal",), instruments=("strings",), moods=("happy",)
    )
    assert sheet_told("Cheerful black metal.", aspects) is None


def test_what_is_denied_is_not_named() -> None:
    assert sheet_told("There are no drums.", aspects_of(["no drums"])) == FactSheet()
    assert aspects_of(["no drums", "without guitar"]).meanings == frozenset()


def test_a_mood_of_one_part_is_no_mood_of_the_music() -> None:
    assert sheet_told("A groovy song.", aspects_of(["groovy bass line"])) is None
    assert sheet_told("A groovy song.", aspects_of(["groovy bass line", "groovy"])) is not None


def test_voices_that_no_sheet_holds_are_not_told() -> None:
    assert sheet_told("A whispering voice.", aspects_of(["whispering voice"])) is None
    both = aspects_of(["male vocal", "female vocal"])
    told = sheet_told("A male vocal and a female vocal sing.", both)
    assert told is not None
    assert told.vocals == "male and female vocals"


def test_a_language_is_told_by_what_is_sung_in_it() -> None:
    aspects = aspects_of(["spanish"])
    told = sheet_told("She sings in Spanish.", aspects)
    assert told is not None
    assert (told.language, told.country) == ("Spanish", None)


# --- sentences -------------------------------------------------------------------------------------


def test_captions_are_cut_into_sentences() -> None:
    assert sentences_in("it is slow.  A man sings! “Really”") == ("It is slow.", "A man sings!", "Really.")
    assert sentences_in("") == ()


@pytest.mark.parametrize(
    "talk",
    [
        "The low quality recording features a saxophone melody over piano.",
        "This is an amateur recording of a jazz song with a saxophone.",
        "This jazz song could be used in a movie with a saxophone.",
        "You can hear a piano, probably a jazz song, in this video.",
        "It sounds like it is a jazz song with a saxophone.",
        "There are no other instruments than piano and double bass.",
        "The piano and the double bass make it a perfect jazz tutorial.",
    ],
)
def test_talk_is_not_kept(talk: str) -> None:
    kept = mend(talk)
    spoken = (
        "quality",
        "recording",
        "movie",
        "video",
        "probably",
        "sounds like",
        "other",
        "perfect",
        "tutorial",
    )
    assert kept is None or not any(word in kept for word in spoken)


def test_talk_at_the_end_is_cut_off() -> None:
    assert (
        mend("It sounds passionate, like something you would hear in a bar.") is None
    )  # three words are left
    kept = mend("A saxophone plays a passionate melody over piano, like something for a movie.")
    assert kept == "A saxophone plays a passionate melody over piano."


def test_qualities_that_nothing_bears_out_are_taken_from_their_nouns() -> None:
    kept = mend("A shimmering, punchy piano plays over an upbeat double bass.")
    assert kept == "A piano plays over a double bass."


def test_a_list_loses_the_members_that_nothing_bears_out() -> None:
    said = "{title} features a saxophone melody, piano, didgeridoo and double bass."
    assert mend(said) == "{title} features a saxophone melody, piano and double bass."
    ends_otherwise = "{title} features a saxophone melody, piano and didgeridoo."
    assert mend(ends_otherwise) == "{title} features a saxophone melody and piano."


def test_a_list_of_moods_is_cut_down_to_the_known_ones() -> None:
    kept = mend("The song sounds sad, passionate, wild and melancholic.", "passionate", "sad")
    assert kept == "The song sounds sad and passionate."
    assert mend("The song sounds wild, eerie and cold.") is None


def test_the_half_that_is_borne_out_may_stand_alone() -> None:
    kept = mend("The piano is playing the melody while an exploding kettle whistles.")
    assert kept == "The piano is playing the melody."


@pytest.mark.parametrize(
    "sentence",
    [
        "The guitar plays a jazz melody.",  # not among the aspects
        "The piano plays at 120 bpm in A minor.",
        "The piano plays on every fourth count.",
        "The rhythm of the piano is fast.",
        "Passionate jazz piano.",  # too short
    ],
)
def test_what_the_aspects_do_not_hold_is_not_kept(sentence: str) -> None:
    assert mend(sentence) is None


def test_recordings_and_clips_become_the_song() -> None:
    kept = mend("The low sounding recording features a saxophone melody over piano.")
    assert kept == "{title} features a saxophone melody over piano."
    assert mend("This clip features a jazz song with a piano.") == "{title} is a jazz song with a piano."


def test_english_is_mended() -> None:
    assert mend("This song is an alternative rock.", "alternative rock") == "This song is alternative rock."
    assert (
        mend("A male vocalist sings this Pop.", "pop", "male singer")
        == "A male vocalist sings this pop song."
    )
    assert mend("The melody is played on a e-guitar.", "e-guitar") == (
        "The melody is played on an electric guitar."
    )


# --- lessons ---------------------------------------------------------------------------------------


def test_a_lesson_holds_what_its_text_tells_and_nothing_else() -> None:
    lesson = lesson_of(
        "The noisy recording features a jazz song with a saxophone melody over double bass."
        " It could be used in a film. There is a passionate mood."
    )
    assert lesson is not None
    assert lesson.sheet == FactSheet(
        genres=("jazz",), instruments=("saxophone", "double bass"), moods=("passionate",)
    )
    assert "piano" not in lesson.sheet.instruments
    assert "film" not in lesson.text
    assert passes(lesson)


def test_a_sentence_without_a_new_fact_is_left_out() -> None:
    lesson = lesson_of(
        "This is a jazz song with a saxophone. The saxophone is playing jazz. The piano plays the melody."
    )
    assert lesson is not None
    assert lesson.text.count("jazz") == 1
    assert lesson.sheet.instruments == ("saxophone", "piano")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "It is slow. It is loud. The quality is poor.",
        "The piano and the saxophone and the double bass are playing.",  # one kind of fact
        "Passionate jazz with piano.",  # too short
    ],
)
def test_what_tells_too_little_is_dropped(text: str) -> None:
    assert lesson_of(text) is None


def test_no_text_opens_with_what_leans_on_a_lost_sentence() -> None:
    lesson = lesson_of("The video is blurred. This is accompanied by piano and double bass in a jazz song.")
    assert lesson is None


def test_a_caption_without_aspects_is_believed() -> None:
    captions = [Caption(id="a", text="A sad folk song with female vocals over accordion and harp.")]
    (lesson,) = lessons_of(captions, source="s", licence="l")
    assert lesson.sheet == FactSheet(
        genres=("folk",), instruments=("accordion", "harp"), vocals="female vocals", moods=("sad",)
    )


def test_openings_are_spread_and_bounded() -> None:
    genres = ("jazz", "folk", "reggae", "techno", "disco", "soul", "salsa", "opera", "ska", "funk")
    captions = [
        Caption(
            id=f"{place}",
            text=f"The recording features a {genre} song with piano and {other}. It sounds passionate.",
            aspects=(genre, "piano", other, "passionate"),
        )
        for place, (genre, other) in enumerate(
            (genre, other)
            for genre in genres
            for other in ("violin", "flute", "banjo", "harp", "cello", "oud")
        )
    ]
    lessons = lessons_of(captions, source="s", licence="l")
    openings = Counter(opening_of(lesson.text) for lesson in lessons)
    assert len(openings) > 10
    assert max(openings.values()) <= 3
    assert [lesson.id for lesson in lessons] == sorted((lesson.id for lesson in lessons), key=int)


def test_the_same_captions_make_the_same_lessons() -> None:
    text = "The recording features a jazz song with piano. It sounds passionate. The saxophone is playing."
    captions = [Caption(id=f"{place}", text=text, aspects=TRIO) for place in range(5)]
    assert lessons_of(captions, source="s", licence="l") == lessons_of(captions, source="s", licence="l")


NAMES = ("jazz", "rock", "piano", "guitar", "male vocal", "sad", "wild", "loud", "fast", "song", "melody")
FILLERS = (
    "a",
    "the",
    "this",
    "it",
    "is",
    "plays",
    "playing",
    "sounds",
    "and",
    "with",
    "over",
    "no",
    ",",
    ".",
)
WORDS = st.sampled_from((*NAMES, *FILLERS))


@given(st.lists(WORDS, min_size=5, max_size=40), st.lists(st.sampled_from(TRIO), unique=True))
def test_whatever_the_caption_its_lesson_agrees_with_its_sheet(words: list[str], aspects: list[str]) -> None:
    captions = [Caption(id="a", text=" ".join(words), aspects=tuple(aspects) or TRIO)]
    for lesson in lessons_of(captions, source="s", licence="l"):
        assert isinstance(lesson.sheet, FactSheet)
        assert passes(lesson)
        assert all(is_told(fact, lesson.text, lesson.sheet) for fact in facts_of(lesson.sheet))


# --- MusicCaps -------------------------------------------------------------------------------------

JAZZ = {
    "ytid": "abc",
    "start_s": 30,
    "caption": "The noisy recording features a jazz song with piano and bass. There is a passionate mood.",
    "caption_clean": "The recording features a jazz song with piano and bass. There is a passionate mood.",
    "aspects": ["noisy", *TRIO],
    "aspects_clean": list(TRIO),
    "is_eval": False,
}


def test_the_evaluation_half_of_musiccaps_is_never_learned_from(tmp_path: Path) -> None:
    path = tmp_path / "captions.jsonl"
    rows = [JAZZ, JAZZ | {"ytid": "eval", "is_eval": True}]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    lessons = read_musiccaps(path, source="s", licence="l")
    assert [lesson.id for lesson in lessons] == ["musiccaps-abc-30"]


def test_a_row_that_does_not_say_its_half_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "captions.jsonl"
    path.write_text(json.dumps({name: JAZZ[name] for name in JAZZ if name != "is_eval"}), encoding="utf-8")
    with pytest.raises(InputError, match="line 1: neither 'is_eval' nor 'is_audioset_eval'"):
        read_musiccaps(path, source="s", licence="l")


def test_a_row_without_aspects_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "captions.jsonl"
    path.write_text(json.dumps({"ytid": "a", "caption": "Jazz.", "is_eval": False}), encoding="utf-8")
    with pytest.raises(InputError, match="line 1: no aspects"):
        read_musiccaps(path, source="s", licence="l")


def test_musiccaps_is_read_as_it_was_published(tmp_path: Path) -> None:
    path = tmp_path / "musiccaps-public.csv"
    header = ["ytid", "start_s", "end_s", "audioset_positive_labels", "aspect_list", "caption"]
    header += ["author_id", "is_balanced_subset", "is_audioset_eval"]
    row = ["abc", "30", "40", "/m/04rlf", str(["noisy", *TRIO]), JAZZ["caption"], "4", "False"]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, [*row, "False"], ["eval", *row[1:], "True"]])
    (lesson,) = read_musiccaps(path, source="s", licence="l")
    assert lesson.id == "musiccaps-abc-30"
    assert lesson.sheet == FactSheet(genres=("jazz",), instruments=("piano", "bass"), moods=("passionate",))


# --- Song Describer --------------------------------------------------------------------------------

COLUMNS = ("caption_id", "track_id", "caption", "is_valid_subset", "familiarity", "artist_id", "album_id")
FOLK = "A sad folk song with a melody played on accordion and harp."


def song_describer(folder: Path, *rows: tuple[str, ...]) -> Path:
    with (folder / CAPTIONS).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*COLUMNS, "path", "duration"])
        writer.writerows([*row, "0", "artist_1", "album_1", "24/1.2min.mp3", "200.1"] for row in rows)
    return folder


def test_only_captions_that_were_looked_through_are_taken(tmp_path: Path) -> None:
    folder = song_describer(tmp_path, ("7", "1", FOLK, "True"), ("8", "1", FOLK, "False"))
    lessons = read_song_describer(folder, source="s", licence="l")
    assert [lesson.id for lesson in lessons] == ["song_describer-7"]
    assert read_song_describer(folder / CAPTIONS, source="s", licence="l") == lessons


def test_tags_beside_the_captions_must_bear_them_out(tmp_path: Path) -> None:
    folder = song_describer(tmp_path, ("7", "1", FOLK, "True"), ("8", "22", FOLK, "True"))
    tags = ["genre---folk", "instrument---accordion", "mood/theme---sad"]
    (folder / TAGS).write_text(
        "TRACK_ID\tARTIST_ID\tALBUM_ID\tPATH\tDURATION\tTAGS\n"
        f"track_0000001\ta\tb\tp\t200.1\t{chr(9).join(tags)}\n"
        "track_0000003\ta\tb\tp\t200.1\tgenre---rock\n",
        encoding="utf-8",
    )
    (tagged, believed) = read_song_describer(folder, source="s", licence="l")
    assert tagged.sheet == FactSheet(genres=("folk",), instruments=("accordion",), moods=("sad",))
    assert "harp" not in tagged.text
    assert isinstance(believed.sheet, FactSheet)
    assert believed.sheet.instruments == ("accordion", "harp")


@pytest.mark.parametrize("content", ["TRACK\tTAG\n1\trock\n", "TRACK_ID\tPATH\tTAGS\n1\n", ""])
def test_tags_that_cannot_be_read_are_refused(tmp_path: Path, content: str) -> None:
    folder = song_describer(tmp_path, ("7", "1", FOLK, "True"))
    (folder / TAGS).write_text(content, encoding="utf-8")
    if content.endswith("\n1\n"):
        assert read_song_describer(folder, source="s", licence="l")  # a track without a tag
    else:
        with pytest.raises(InputError, match="cannot read the tags in"):
            read_song_describer(folder, source="s", licence="l")


def test_a_caption_file_without_its_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / CAPTIONS).write_text("caption_id,caption\n1,Rock.\n", encoding="utf-8")
    with pytest.raises(InputError, match="row 1: 'is_valid_subset' is None"):
        read_song_describer(tmp_path, source="s", licence="l")


# --- tags with captions ----------------------------------------------------------------------------


def test_tags_are_the_facts_of_their_captions(tmp_path: Path) -> None:
    path = tmp_path / "tags.csv"
    path.write_text(
        'id,tags,caption\n7,"folk; accordion | sad",A sad folk song with a melody on accordion and banjo.\n',
        encoding="utf-8",
    )
    (lesson,) = read_tags(path, source="s", licence="l")
    assert lesson.id == "tags-7"
    assert lesson.sheet == FactSheet(genres=("folk",), instruments=("accordion",), moods=("sad",))
    assert "banjo" not in lesson.text


def test_rows_without_tags_bear_nothing_out(tmp_path: Path) -> None:
    path = tmp_path / "tags.jsonl"
    path.write_text(json.dumps({"tags": [], "caption": FOLK}), encoding="utf-8")
    assert read_tags(path, source="s", licence="l") == []


def test_tags_without_a_caption_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "tags.jsonl"
    path.write_text(json.dumps({"tags": ["folk"]}), encoding="utf-8")
    with pytest.raises(InputError, match="line 1: 'caption' is None, expected a text"):
        read_tags(path, source="s", licence="l")
