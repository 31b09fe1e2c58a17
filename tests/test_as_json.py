"""The JSON of ``--json`` and of the HTTP door."""

import json
from datetime import UTC, datetime

import pytest

from linernotes.serve.as_json import answer_json, to_json
from linernotes.types import Answer, Context, Limit, Pick, Reason, Request, Seed, Track, Want

ANSWER = Answer(
    id=7,
    request=Request(
        text="calm like Otto Vale, at most 5",
        seeds=(Seed(kind="artist", relation="like", name="Otto Vale", text="Otto Vale", artist_ids=(3,)),),
        wants=(Want(family="mood", name="calm", text="calm"),),
        limits=(Limit(name="tracks", text="at most 5", high=5.0),),
        context=Context(activity="work"),
    ),
    picks=(
        Pick(
            rank=1,
            track=Track(
                id=5,
                title="Slow Harbour",
                artists=("Otto Vale",),
                artist_ids=(3,),
                audio_path="/home/ann/5.ogg",
            ),
            score=0.123456789,
            reasons=(Reason(text="mood: calm, as you asked", evidence={"fact": "mood", "confidence": 0.8}),),
            description="A calm song.",
            verified=False,
            unverified=("no drums",),
        ),
    ),
    messages=("one fact is missing",),
    seconds=0.25,
)


def test_an_answer_has_the_documented_shape() -> None:
    assert json.loads(to_json(answer_json(ANSWER))) == {
        "answer_id": 7,
        "parent_id": None,
        "request": {
            "text": "calm like Otto Vale, at most 5",
            "seeds": [
                {
                    "kind": "artist",
                    "relation": "like",
                    "welcome": False,
                    "name": "Otto Vale",
                    "text": "Otto Vale",
                    "artist_ids": [3],
                    "track_ids": [],
                    "similarity": 1.0,
                }
            ],
            "wants": [{"family": "mood", "name": "calm", "text": "calm", "weight": 1.0}],
            "avoids": [],
            "context": {"mood": None, "activity": "work", "company": None, "time": None},
            "limits": [{"name": "tracks", "text": "at most 5", "low": None, "high": 5.0, "excluded": False}],
            "popularity": None,
            "rest": "",
        },
        "picks": [
            {
                "rank": 1,
                "track": {
                    "id": 5,
                    "title": "Slow Harbour",
                    "artists": ["Otto Vale"],
                    "album": None,
                    "year": None,
                    "duration_s": None,
                    "popularity": None,
                },
                "score": 0.123457,
                "reasons": [
                    {"text": "mood: calm, as you asked", "evidence": {"fact": "mood", "confidence": 0.8}}
                ],
                "description": "A calm song.",
                "verified": False,
                "unverified": ["no drums"],
            }
        ],
        "messages": ["one fact is missing"],
        "seconds": 0.25,
    }


def test_where_files_lie_is_not_told() -> None:
    assert "/home/ann" not in to_json(answer_json(ANSWER))


def test_scripts_stay_readable_and_commands_are_escaped() -> None:
    text = "夜 é 🎷 \x1b[31m \x9b2J \u202e \ud800 \x7f"
    line = to_json({"title": text})
    assert "夜 é 🎷" in line
    assert not any(sign in line for sign in "\x1b\x9b\u202e\ud800\x7f")
    assert json.loads(line) == {"title": text}


def test_what_json_cannot_hold_is_an_error() -> None:
    with pytest.raises(ValueError, match="JSON"):
        to_json({"score": float("nan")})


def test_times_are_written_as_iso_8601() -> None:
    assert to_json([datetime(2026, 1, 2, tzinfo=UTC)]) == '["2026-01-02T00:00:00+00:00"]'
