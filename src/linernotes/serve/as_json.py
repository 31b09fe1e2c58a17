"""Our values as the JSON that ``--json`` prints and the HTTP door sends."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from linernotes.library import CollectionPage, Mix, OpenedMix, ProfilePage, SongPage, plain
from linernotes.serve.printable import escaped
from linernotes.types import Answer, Pick, Request, Track


def to_json(value: object) -> str:
    """One line of JSON: readable in every script, and safe to show in a terminal."""
    return escaped(json.dumps(plain(value), ensure_ascii=False, allow_nan=False))


def answer_json(answer: Answer) -> dict[str, Any]:
    """The object that ``ask --json`` prints."""
    return {
        "answer_id": answer.id,
        "parent_id": answer.parent_id,
        "request": request_json(answer.request),
        "picks": [_pick_json(pick) for pick in answer.picks],
        "messages": list(answer.messages),
        "seconds": round(answer.seconds, 4),
    }


def mix_json(mix: Mix) -> dict[str, Any]:
    """A saved mix: its words and how they are asked."""
    told = plain(mix)
    return {**told, "options": {name: value for name, value in told["options"].items() if value}}


def opened_mix_json(opened: OpenedMix) -> dict[str, Any]:
    """A saved mix with its answer."""
    return {**mix_json(opened.mix), "renewed": opened.renewed, "answer": answer_json(opened.answer)}


def request_json(request: Request) -> dict[str, Any]:
    """A parsed request, with the words each part was read from."""
    names = ("text", "seeds", "wants", "avoids", "context", "limits", "popularity", "rest")
    return {name: plain(getattr(request, name)) for name in names}


def track_json(track: Track) -> dict[str, Any]:
    """A track without the path of its file, which is nobody's business but the machine's."""
    names = ("id", "title", "artists", "album", "year", "duration_s", "popularity")
    return {name: plain(getattr(track, name)) for name in names}


def _pick_json(pick: Pick) -> dict[str, Any]:
    return {
        "rank": pick.rank,
        "track": track_json(pick.track),
        "score": round(pick.score, 6),
        "reasons": [plain(reason) for reason in pick.reasons],
        "description": pick.description,
        "verified": pick.verified,
        "unverified": list(pick.unverified),
    }


def song_json(page: SongPage | CollectionPage) -> dict[str, Any]:
    """A page without the paths of files."""
    told = {
        one.name: plain(getattr(page, one.name))
        for one in fields(page)
        if one.name not in {"track", "tracks"}
    }
    if isinstance(page, SongPage):
        return {"track": track_json(page.track), **told}
    return {**told, "tracks": [track_json(track) for track in page.tracks]}


def profile_json(page: ProfilePage) -> dict[str, Any]:
    """A profile without the paths of files."""
    told = {one.name: plain(getattr(page, one.name)) for one in fields(page) if one.name != "tastes"}
    tastes = [
        {
            "share": round(taste.share, 4),
            "text": taste.text,
            "count": taste.count,
            "tracks": [track_json(track) for track in taste.tracks],
        }
        for taste in page.tastes
    ]
    return {**told, "tastes": tastes}
