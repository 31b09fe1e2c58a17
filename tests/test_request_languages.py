"""Requests in other languages: which one it is, and what they are in English."""

from __future__ import annotations

import tomllib
from importlib import resources

import pytest

from linernotes.evaluate.descriptors import gazetteer_of
from linernotes.request import Gazetteer, parse
from linernotes.request.languages import LANGUAGES, dictionary, in_english
from linernotes.words import fold, lexicon

NOBODY = Gazetteer()


@pytest.mark.parametrize(
    ("text", "language", "wants", "avoids"),
    [
        ("ruhiges Klavier ohne Gesang zum Lernen", "de", {"calm", "piano", "studying"}, {"vocals"}),
        ("musique douce pour cuisiner, sans batterie", "fr", {"gentle", "cooking"}, {"drums"}),
        (
            "algo tranquilo con flauta para estudiar, sin voces",
            "es",
            {"calm", "flute", "studying"},
            {"vocals"},
        ),
        ("canzoni tristi con la chitarra, niente rap", "it", {"sad", "guitar"}, {"hip hop"}),
        ("samba alegre para dançar, nada de metal", "pt", {"samba", "happy"}, {"metal"}),
    ],
)
def test_a_request_is_read_in_its_language(
    text: str, language: str, wants: set[str], avoids: set[str]
) -> None:
    request = parse(text, NOBODY)
    assert (request.text, request.language) == (text, language)
    assert {want.name for want in request.wants} >= wants
    assert {avoid.name for avoid in request.avoids} >= avoids


def test_what_was_found_is_told_in_the_words_of_the_request() -> None:
    request = parse("fröhliche Lieder aus den 80ern, höchstens 30 Minuten, keine Balladen", NOBODY)
    assert [want.text for want in request.wants] == ["fröhliche"]
    assert [avoid.text for avoid in request.avoids] == ["Balladen"]
    decade, minutes = sorted(request.limits, key=lambda limit: limit.name, reverse=True)
    assert (decade.low, decade.high, minutes.high) == (1980, 1989, 30)
    assert "Minuten" in minutes.text


@pytest.mark.parametrize(
    "text",
    [
        "calm piano without vocals",
        "jazz",
        "bossa nova, samba, fado",
        "thai psychedelic funk 70s",
        "play la bamba",
        "!!! 🙂",
        "something like die antwoord",
        "piano solo",
    ],
)
def test_english_stays_english(text: str) -> None:
    read = in_english(text, NOBODY)
    assert (read.language, read.text, read.original) == ("en", text, text)


def test_names_of_the_catalogue_are_not_translated() -> None:
    known = gazetteer_of(["La Femme", "Sin Bandera"], ["Je veux te voir danser"])
    assert "La Femme" in in_english("des chansons comme La Femme pour danser", known).text
    assert "Sin Bandera" in in_english("canciones de Sin Bandera para bailar", known).text
    assert "je veux te voir danser" in in_english("encore je veux te voir danser s'il te plaît", known).text


def test_elisions_are_words_of_their_own_but_not_in_names() -> None:
    assert in_english("j'aime l'accordéon d'ambiance", NOBODY).words[:2] == ("i", "like")
    assert "D'Angelo" in in_english("quelque chose de calme comme D'Angelo", NOBODY).text


def test_places_lead_back_to_what_was_typed() -> None:
    read = in_english("bitte etwas Trauriges, ohne Schlagzeug", NOBODY)
    at = read.words.index("without")
    assert read.piece(at, at + 1) == "ohne"
    assert read.original[slice(*read.place(at, at + 2))] == "ohne Schlagzeug"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_english_of_a_dictionary_is_in_the_lexicon(language: str) -> None:
    path = resources.files("linernotes").joinpath(f"data/languages/{language}.toml")
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    names = {(term.family, term.name) for term in lexicon().terms}
    unknown = [
        (family, english)
        for family, table in tables.items()
        if family != "request"
        for english in table
        if (family, english) not in names
    ]
    assert not unknown


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phrase_has_one_meaning(language: str) -> None:
    path = resources.files("linernotes").joinpath(f"data/languages/{language}.toml")
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    told = [
        (fold(one), english)
        for table in tables.values()
        for english, text in table.items()
        for one in text.split(",")
    ]
    meanings: dict[str, set[str]] = {}
    for phrase, english in told:
        meanings.setdefault(phrase, set()).add(english)
    assert not {phrase: one for phrase, one in meanings.items() if len(one) > 1 or not phrase}
    assert len(dictionary(language).english_by_phrase) > 900
