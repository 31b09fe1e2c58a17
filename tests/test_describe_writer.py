from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from fakes import FakeGenerator
from linernotes.describe import (
    PROMPT_VERSION,
    clean_text,
    plain_collection_note,
    plain_note,
    write_notes,
)
from linernotes.errors import GenerationError
from linernotes.llm import Generation
from linernotes.types import CollectionSheet, FactSheet

ROCK = FactSheet(genres=("rock",), tempo_bpm=125.0)
JAZZ = FactSheet(genres=("jazz",), vocals="instrumental")
ANN = CollectionSheet(kind="artist", tracks=9, genres=("rock",), energy_median=0.7)
GOOD_ROCK = "{title} is rock at a brisk 125 bpm."
GOOD_JAZZ = "{title} is instrumental jazz."
GOOD_ANN = "Nine energetic tracks of rock by {artist}."
BAD_ROCK = "{title} is slow rock."


def test_no_sheets_need_no_model() -> None:
    generator = FakeGenerator()
    assert write_notes([], generator, seed=1) == []
    assert generator.history == []


def test_good_texts_are_written_in_one_batch() -> None:
    generator = FakeGenerator([GOOD_ROCK, GOOD_JAZZ])
    rock, jazz = write_notes([ROCK, JAZZ], generator, seed=1)
    assert (rock.template, rock.status, rock.problems, rock.tries) == (GOOD_ROCK, "written", (), 1)
    assert (jazz.template, jazz.prompt_version) == (GOOD_JAZZ, PROMPT_VERSION)
    assert len(generator.history) == 1


def test_only_what_failed_is_tried_again_with_another_seed() -> None:
    generator = FakeGenerator([BAD_ROCK, GOOD_JAZZ, GOOD_ROCK])
    rock, jazz = write_notes([ROCK, JAZZ], generator, seed=10)
    assert (rock.template, rock.status, rock.tries) == (GOOD_ROCK, "written", 2)
    assert rock.problems == ("says 'slow', tempo is 125 bpm (fast)",)
    assert jazz.tries == 1
    first, second = generator.history
    assert (len(first.prompts), len(second.prompts)) == (2, 1)
    assert first.seed != second.seed


def test_two_failures_fall_back_to_a_plain_note() -> None:
    (draft,) = write_notes([ROCK], FakeGenerator(default=BAD_ROCK), seed=1)
    assert (draft.template, draft.status, draft.tries) == (plain_note(ROCK), "fallback", 2)
    assert draft.problems == ("says 'slow', tempo is 125 bpm (fast)",)


def test_sheets_with_too_few_facts_cost_no_call() -> None:
    generator = FakeGenerator()
    bare, empty = write_notes([FactSheet(genres=("rock",), live=False), FactSheet()], generator, seed=1)
    assert (bare.status, bare.problems, bare.tries) == ("fallback", ("too few facts",), 0)
    assert empty.template == plain_note(FactSheet())
    assert generator.history == []


def test_an_error_in_one_text_does_not_stop_the_others() -> None:
    failed = Generation(text="", finish_reason="error", error="out of memory")
    generator = FakeGenerator([failed, GOOD_JAZZ, failed])
    rock, jazz = write_notes([ROCK, JAZZ], generator, seed=1)
    assert (rock.status, rock.problems) == ("fallback", ("the model failed: out of memory",))
    assert jazz.status == "written"


def test_a_model_that_fails_altogether_writes_nothing() -> None:
    generator = FakeGenerator([GenerationError("the server is gone")])
    with pytest.raises(GenerationError, match="the server is gone"):
        write_notes([ROCK, JAZZ], generator, seed=1)


def test_the_tuned_model_gets_bare_facts() -> None:
    tuned, untuned = FakeGenerator(default=GOOD_ROCK), FakeGenerator(default=GOOD_ROCK)
    write_notes([ROCK], tuned, seed=1, tuned=True)
    write_notes([ROCK], untuned, seed=1)
    assert tuned.prompts[0].completion
    assert untuned.prompts[0].system is not None


def test_two_songs_of_the_same_facts_get_notes_of_their_own() -> None:
    def prompts_of(*names: str) -> list[tuple[str, int | None]]:
        generator = FakeGenerator(default=GOOD_ROCK)
        write_notes(
            [ROCK] * len(names), generator, seed=1, tuned=True, names=[{"title": name} for name in names]
        )
        return [(prompt.user, prompt.seed) for prompt in generator.prompts]

    one, other = prompts_of("One Song", "Another Song")
    assert one != other
    assert prompts_of("Another Song", "One Song") == [other, one]


def test_a_tuned_model_is_asked_for_no_name_that_is_unknown() -> None:
    def heads_of(names: Mapping[str, str]) -> set[str]:
        generator = FakeGenerator(default=GOOD_ROCK)
        sheets = [replace(ROCK, tempo_bpm=float(bpm)) for bpm in range(80, 120)]
        write_notes(sheets, generator, seed=1, tuned=True, names=[names] * len(sheets))
        return {prompt.user.partition("\n")[0] for prompt in generator.prompts}

    assert heads_of({}) == {"song"}
    assert heads_of({"title": "Fire"}) == {"song", "song {title}"}
    assert heads_of({"title": "Fire", "artist": "Ann"}) == {"song", "song {title}", "song {artist}"}


def test_a_second_try_follows_another_plan() -> None:
    generator = FakeGenerator(default=BAD_ROCK)
    write_notes(
        [ROCK] * 8, generator, seed=1, tuned=True, names=[{"title": str(number)} for number in range(8)]
    )
    first, second = generator.prompts[:8], generator.prompts[8:]
    assert [prompt.user for prompt in first] != [prompt.user for prompt in second]


def test_progress_ends_with_all_notes_settled() -> None:
    seen: list[tuple[int, int]] = []
    generator = FakeGenerator([BAD_ROCK, GOOD_JAZZ, BAD_ROCK])
    write_notes([ROCK, JAZZ], generator, seed=1, on_progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]


def test_songs_and_artists_are_written_side_by_side() -> None:
    generator = FakeGenerator([GOOD_ROCK, GOOD_ANN])
    rock, ann = write_notes([ROCK, ANN], generator, seed=1)
    assert (rock.template, ann.template, ann.status) == (GOOD_ROCK, GOOD_ANN, "written")
    assert generator.prompts[1].user == plain_collection_note(ANN)


def test_an_artist_who_is_told_wrongly_twice_gets_a_plain_note() -> None:
    (ann,) = write_notes([ANN], FakeGenerator(default="Nine calm tracks of jazz by {artist}."), seed=1)
    assert (ann.template, ann.status, ann.tries) == (plain_collection_note(ANN), "fallback", 2)
    assert any("jazz" in problem for problem in ann.problems)


def test_a_collection_of_which_only_the_tracks_are_counted_costs_no_call() -> None:
    (genre,) = write_notes([CollectionSheet(kind="genre", tracks=9)], FakeGenerator(), seed=1)
    assert (genre.status, genre.problems) == ("fallback", ("too few facts",))


def test_a_tuned_model_gets_the_bare_facts_of_a_collection() -> None:
    generator = FakeGenerator(default=GOOD_ANN)
    write_notes([ANN], generator, seed=1, tuned=True)
    assert generator.prompts[0].completion
    assert generator.prompts[0].user.startswith("artist")


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (' "{title} is rock." ', "{title} is rock."),
        ("{title} is rock.\n\nNote: more.", "{title} is rock."),
        ("{title} is rock.###\nsong", "{title} is rock."),
        ("{title} is rock.\nIt is fast.", "{title} is rock. It is fast."),
        ("{title} is rock. It is mo", "{title} is rock."),
        ("{title} is mo", "{title} is mo"),
        ('The song "{title}," is rock.', "The song {title}, is rock."),
        ("{title} is rock at 99.5 bpm. It", "{title} is rock at 99.5 bpm."),
        (
            "{title} is a American song, an slow one in a mood.",
            "{title} is an American song, a slow one in a mood.",
        ),
        (
            "A major and a unhurried, an ukulele in an A minor.",
            "A major and an unhurried, a ukulele in an A minor.",
        ),
        ("", ""),
    ],
)
def test_models_wrappings_are_taken_off(text: str, clean: str) -> None:
    assert clean_text(text) == clean
