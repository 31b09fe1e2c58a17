"""Which true texts read badly."""

from __future__ import annotations

from pathlib import Path

import pytest

from linernotes.learn.clumsy import is_awkward, is_clumsy
from linernotes.learn.corpora import read_notes
from linernotes.types import FactSheet

SHEET = FactSheet(
    genres=("R&B", "contemporary R&B", "rock", "folk rock", "indie rock"),
    vocals="female vocals",
    country="Canada",
)
CORPUS = Path(__file__).resolve().parents[1] / "corpora" / "liner_notes"


@pytest.mark.parametrize(
    "text",
    [
        "Pop and soul are the names of the names on {title}.",
        "{title} is dreamy and dreamy.",
        "The years are 1982 and 1982, in country.",
        "It is slow at 75 BPM, and it is slow at night.",
        "Drums lead, drums follow, and the drums end it.",
        "R&B, contemporary R&B and R&B meet in {title}.",
    ],
)
def test_clumsy(text: str) -> None:
    assert is_clumsy(text, SHEET)


@pytest.mark.parametrize(
    "text",
    [
        "Drums lead and a flute follows, calm through and through.",
        "Slower than most of the library, and darker than most of the library, {artist} plays doom.",
        "{title} is dream pop, dreamy at 75 BPM.",
        "R&B and contemporary R&B meet in {title}.",
        "Folk rock and indie rock meet rock in {title}.",
        "",
    ],
)
def test_not_clumsy(text: str) -> None:
    assert not is_clumsy(text, SHEET)


@pytest.mark.parametrize(
    "text",
    [
        "Folk rock drives {title}. A woman sings.",
        "Nobody sings this indie rock. The song is instrumental.",
        "Indie rock from Canada drives {title}. Its artist is a Canadian.",
        "Indie rock drives {title}, and the artist is Canada.",
        "Indie rock drives {title}, energetic and party in mood.",
        "Indie rock is played with a filtered drums.",
        "Folk rock and a shimmering hi hats are heard.",
        "The library has one tracks of indie rock.",
        "The tempo is folk rock, slow and sad.",
        "The mood of the song is sad and folk rock.",
        "A male vocal sings folk rock over a male voice.",
    ],
)
def test_awkward(text: str) -> None:
    assert is_awkward(text, SHEET)


@pytest.mark.parametrize(
    "text",
    [
        "A woman from Canada sings folk rock. Indie rock and R&B are in it.",
        "{title} is party music by a Canadian artist.",
        "The country is Canada, and {title} is made for a party, folk rock and all.",
        "The music is Canada's answer to folk rock.",
        "Folk rock with a drums machine, twenty-one tracks of it.",
        "A ukulele and drums play folk rock.",
        "The mood is sad, folk rock is what a woman sings.",
        "A female vocalist sings to a male one.",
        "",
    ],
)
def test_not_awkward(text: str) -> None:
    assert not is_awkward(text, SHEET)


def test_a_value_that_holds_a_nationality_tells_no_country() -> None:
    fado = FactSheet(genres=("fado",), instruments=("Portuguese guitar",), country="Portugal")
    assert not is_awkward("A voice leans on a Portuguese guitar. This is fado from Portugal.", fado)
    assert is_awkward("A Portuguese singer leans on it. This is fado from Portugal.", fado)


def test_people_are_seldom_clumsy() -> None:
    notes = read_notes(CORPUS, source="ours", licence="CC-BY-4.0")
    assert sum(is_clumsy(note.text, note.sheet) for note in notes) / len(notes) < 0.06
