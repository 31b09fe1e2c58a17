"""The search page: what is offered, understood, shown and said back, with a script and without one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from linernotes.config import Settings
from linernotes.library import AskOptions, Library, Offer
from linernotes.request import Gazetteer, parse
from linernotes.serve.asked import fields_of
from linernotes.serve.chips import Chip, chips_of
from linernotes.serve.examples import examples_of
from linernotes.serve.excerpt import Excerpt, excerpt_of
from linernotes.serve.http import create_app
from linernotes.serve.pages import pages_of
from linernotes.serve.view import dials_of, found_of
from linernotes.types import Answer, Context, NameEntry, Pick, Request, Track
from table_library import make_library
from test_http import assert_is_ours

HOST = "http://127.0.0.1:8321"
DIALS = dials_of(AskOptions(), ())
IN_PLACE = {"HX-Request": "true"}


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(make_library(tmp_path)) as opened:
        yield opened


@pytest.fixture
def client(library: Library) -> TestClient:
    return TestClient(create_app(library), base_url=HOST, follow_redirects=False)


def hrefs(page: str) -> list[str]:
    return [unescape(found) for found in re.findall(r'href="([^"]*)"', page)]


# --- examples

OFFER = Offer(
    genres=("ambient", "polka", "metal"),
    moods=("calm", "happy"),
    instruments=("piano",),
    decades=(1990, 2010),
    artists=("Otto Vale", "A" * 60),
)


def test_examples_are_made_of_what_the_library_has() -> None:
    days = [examples_of(OFFER, date(2026, 11, day)) for day in range(1, 29)]
    words = " ".join(" ".join(day) for day in days)
    for known in (*OFFER.genres, *OFFER.moods, "piano", "the 90s", "the 2010s", "like Otto Vale"):
        assert known in words
    assert "AAAA" not in words


def test_examples_stay_all_day_and_change_with_it() -> None:
    assert examples_of(OFFER, date(2026, 11, 3)) == examples_of(OFFER, date(2026, 11, 3))
    assert len({examples_of(OFFER, date(2026, 11, day)) for day in range(1, 29)}) > 20


def test_no_two_examples_of_a_day_are_equal() -> None:
    for day in range(1, 29):
        made = examples_of(OFFER, date(2026, 11, day))
        assert len(made) == len(set(made)) == 5


def test_an_empty_library_offers_no_example() -> None:
    assert examples_of(Offer(), date(2026, 11, 3)) == ()


def test_the_offer_is_what_most_songs_share(library: Library) -> None:
    offer = library.offer()
    assert offer.genres[0] == "polka"
    assert offer.moods[0] == "calm"
    assert offer.decades[0] == 2010
    assert "Otto Vale" in offer.artists


def test_every_example_on_the_page_is_answered(client: TestClient) -> None:
    examples = [link for link in hrefs(client.get("/").text) if link.startswith("/?q=")]
    assert len(examples) > 3
    for link in examples:
        assert client.get(link).status_code == 200


# --- chips


def chip(text: str, label: str) -> Chip:
    return next(one for one in chips_of(parse(text, Gazetteer([]))) if one.label == label)


@pytest.mark.parametrize(
    ("text", "label", "more", "less"),
    [
        ("calm piano", "instrument: piano", "calm especially piano", "calm a bit of piano"),
        ("calm piano", "mood: calm", "especially calm piano", "a bit calm piano"),
        ("calm, a bit of piano", "instrument: piano, a bit", "calm, piano", None),
        ("slightly calm piano", "mood: calm, a bit", "calm piano", None),
        ("especially calm piano", "mood: calm, above all", None, "calm piano"),
        ("music for running", "activity: running", None, None),
        ("very fast metal", "tempo: very fast", "especially very fast metal", None),
        ("ruhige Klaviermusik", "mood: calm", None, None),
    ],
)
def test_a_chip_gives_the_request_with_more_and_with_less_of_it(
    text: str, label: str, more: str | None, less: str | None
) -> None:
    found = chip(text, label)
    assert (found.more, found.less) == (more, less)


@pytest.mark.parametrize(
    "text", ["calm ambient, a bit of piano", "happy pop and rock", "fast metal with drums"]
)
def test_what_a_chip_makes_of_a_request_is_read_as_it_says(text: str) -> None:
    def weights(words: str) -> dict[str, float]:
        return {want.name: want.weight for want in parse(words, Gazetteer([])).wants}

    for want, made in zip(
        parse(text, Gazetteer([])).wants, chips_of(parse(text, Gazetteer([]))), strict=True
    ):
        others = {name: weight for name, weight in weights(text).items() if name != want.name}
        for changed, more in ((made.more, True), (made.less, False)):
            if changed is not None:
                heard = weights(changed)
                assert (heard.pop(want.name) > want.weight) is more
                assert heard == others


def test_leaving_a_piece_out_takes_its_degree_along() -> None:
    assert chip("calm, a bit of piano", "instrument: piano, a bit").without == "calm"


def test_a_limit_of_a_dial_is_no_chip(client: TestClient) -> None:
    page = client.get("/", params={"q": "calm songs under 5 minutes", "minutes": "30"}).text
    assert 'aria-label="Leave under 5 minutes out"' in page
    assert "Leave 30 minutes out" not in page


def test_what_a_song_is_to_be_like_can_be_left_out(client: TestClient) -> None:
    page = client.get("/similar", params={"name": "#3"}).text
    assert 'value="like Night Desk"' in page
    assert 'href="/?q=music" title="Leave out" aria-label="Leave like Night Desk out"' in page


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("something like Otto Vale, but calm", "calm"),
        ("calm songs by Otto Vale", "calm"),
        ("Otto Vale and calm", "calm"),
        ("calm, like Otto Vale", "calm"),
    ],
)
def test_leaving_a_name_out_takes_along_what_announced_it(text: str, without: str) -> None:
    name = NameEntry(kind="artist", name="Otto Vale", key="otto vale", ids=(1,), weight=1.0)
    [found] = [one for one in chips_of(parse(text, Gazetteer([name]))) if one.kind == "name"]
    assert found.without == without


def test_a_phrase_within_a_longer_word_stays() -> None:
    assert chip("popular pop", "genre: pop").without == "popular"


def test_chips_keep_the_dials(client: TestClient) -> None:
    page = client.get("/", params={"q": "calm ambient", "n": 3, "with": ["bo", "al"], "minutes": ""}).text
    links = [link for link in hrefs(page) if link.startswith("/?") and "especially" in link]
    assert links
    assert all("n=3" in link and "with=bo&with=al" in link for link in links)


# --- dials


def test_the_form_shows_what_was_asked_with(client: TestClient) -> None:
    params = {
        "q": "pop",
        "n": "4",
        "minutes": "25",
        "popularity": "-0.5",
        "diversity": "0.8",
        "activity": "running",
        "time": "evening",
        "with": "bo",
    }
    page = client.get("/", params=params).text
    assert '<details class="dials" open>' in page
    for told in (
        'name="n" type="number" min="1" max="200" inputmode="numeric" value="4"',
        'placeholder="any" value="25"',
        'step="0.1" value="-0.5"',
        'step="0.1" value="0.8"',
        "<option selected>running</option>",
        "<option selected>evening</option>",
        'name="with" value="bo" checked',
    ):
        assert told in page
    assert_is_ours(page)


def test_fields_that_were_left_empty_say_nothing(client: TestClient) -> None:
    empty = dict.fromkeys(("n", "minutes", "activity", "mood", "company", "time", "with", "after"), "")
    reply = client.get("/", params={"q": "pop", **empty})
    assert reply.status_code == 200
    assert '<details class="dials">' in reply.text


def test_a_dial_in_the_middle_leaves_popularity_to_the_words(client: TestClient) -> None:
    titles = [
        re.findall(r'id="title-(\d+)"', client.get(f"/?q=hits&n=3{dial}").text)
        for dial in ("", "&popularity=0", "&popularity=-1")
    ]
    assert titles[0] == titles[1] != titles[2]


def test_options_and_the_fields_of_an_address_tell_the_same() -> None:
    options = AskOptions(listener="zoe", company=("bo",), context=Context(time="evening"), diversity=0.0)
    assert fields_of(options) == {"listener": "zoe", "with": ("bo",), "time": "evening", "diversity": 0.0}
    assert fields_of(AskOptions()) == {}


def test_known_listeners_can_be_ticked_but_not_who_asks() -> None:
    dials = dials_of(AskOptions(listener="zoe", company=("new",)), ("zoe", "bo"))
    assert dials.others == ("new", "bo")


def test_everybody_who_listens_along_is_heard(client: TestClient) -> None:
    client.get("/", params={"q": "pop", "listener": "zoe"})
    page = client.get("/", params={"q": "pop", "with": ["zoe", "stranger"]}).text
    assert "nothing is known of “stranger” yet" in page
    assert 'value="zoe" checked' in page


# --- picks


def test_a_reason_opens_to_its_evidence(client: TestClient) -> None:
    page = client.get("/", params={"q": "catchy happy pop"}).text
    assert '<details class="why">' in page
    assert "fact <b>mood</b> · value <b>catchy</b> · source <b>table</b> · confidence <b>0.8</b>" in page


def test_a_song_can_be_played_from_its_typical_part(tmp_path: Path) -> None:
    track = Track(id=7, title="Tone", artists=(), artist_ids=(), duration_s=240.0, audio_path="/a.ogg")
    pick = Pick(rank=1, track=track, score=1.0, reasons=(), description="", verified=True)
    answer = Answer(id=1, request=Request(text="x"), picks=(pick,), messages=(), seconds=0.1)
    found = found_of(answer, AskOptions(), {7: "like"}, frozenset({7}), {7: 112.4})
    [shown] = found.picks
    assert (shown.said, shown.excerpt, shown.has_cover) == ("like", Excerpt(start_s=112, heard=True), True)
    with Library(Settings(library_dir=tmp_path / "l", models_dir=tmp_path)) as library:
        pages = pages_of(library)
        reply = pages.show("page.html", query="x", error="", mix=None, start=None, found=found, dials=DIALS)
    page = bytes(reply.body).decode()
    assert 'src="/song/7/audio"' in page
    assert 'value="112" aria-label="Play Tone from the typical part"' in page
    assert '<img src="/song/7/cover" width="96" height="96" loading="lazy" alt="">' in page
    assert_is_ours(page)


@pytest.mark.parametrize(
    ("duration_s", "start_s"), [(None, 0), (0.0, 0), (20.0, 0), (36.0, 6), (45.0, 15), (240.0, 80)]
)
def test_the_typical_part_is_a_third_in_where_nobody_listened_and_fits(
    duration_s: float | None, start_s: int
) -> None:
    assert excerpt_of(duration_s) == Excerpt(start_s=start_s, heard=False)


@pytest.mark.parametrize(("typical_start_s", "start_s"), [(0.0, 0), (61.7, 61), (500.0, 210)])
def test_the_typical_part_that_was_heard_fits(typical_start_s: float, start_s: int) -> None:
    assert excerpt_of(240.0, typical_start_s) == Excerpt(start_s=start_s, heard=True)


def test_a_song_without_a_picture_shows_its_letter(client: TestClient) -> None:
    page = client.get("/", params={"q": "ambient", "n": 1}).text
    assert re.search(r'<div class="cover tone-\d" aria-hidden="true">[NS]</div>', page)
    assert "/cover" not in page


def test_a_follow_up_without_something_is_a_form_of_its_own(client: TestClient) -> None:
    first = client.get("/", params={"q": "calm or happy music"}).text
    after = re.search(r'name="after" value="(\d+)"', first)
    assert after
    page = client.get("/", params={"without": "synthesizer", "after": after[1]}).text
    assert 'value="without synthesizer"' in page
    assert "Sugar Run" not in page
    assert f'href="/answers/{after[1]}"' in page


# --- what is thought of a pick, in place


def said(client: TestClient, kind: str, **fields: object) -> str:
    answer = client.get("/api/v1/ask", params={"q": "calm ambient", "listener": "zoe"}).json()
    track = answer["picks"][0]["track"]["id"]
    form = {"track": track, "kind": kind, "listener": "zoe", "answer": answer["answer_id"], **fields}
    reply = client.post("/feedback", data=form, headers=IN_PLACE)
    assert reply.status_code == 200
    return reply.text


def test_only_the_buttons_of_the_pick_come_back_to_a_script_so_that_music_plays_on(
    client: TestClient,
) -> None:
    part = said(client, "like")
    assert part.count('<form class="verdicts"') == 1
    assert "<li" not in part
    assert part.count('aria-pressed="true"') == 1
    assert '<p id="told" class="told" role="status" aria-live="polite" hx-swap-oob="true">Liked ' in part
    assert "<html" not in part


def test_a_dislike_takes_its_reason_along_and_a_like_has_none(client: TestClient, library: Library) -> None:
    said(client, "dislike", reason="wrong-mood")
    said(client, "like", reason="wrong-mood")
    said(client, "skip", reason="")
    latest = library.store.listeners.events("zoe")
    assert [(event.kind, event.reason) for event in latest] == [
        ("skip", None),
        ("like", None),
        ("dislike", "wrong-mood"),
    ]


def test_a_song_of_another_answer_is_refused(client: TestClient) -> None:
    answer = client.get("/api/v1/ask", params={"q": "calm ambient", "n": 1}).json()["answer_id"]
    form = {"track": 4, "kind": "like", "answer": answer}
    assert client.post("/feedback", data=form, headers=IN_PLACE).status_code == 422


# --- what comes with the page


def test_our_own_files_are_served_and_asked_for_again_only_when_changed(client: TestClient) -> None:
    for name, kind in (
        ("style.css", "text/css"),
        ("page.js", "javascript"),
        ("vendor/htmx.min.js", "javascript"),
        ("vendor/htmx.LICENSE.txt", "text/plain"),
    ):
        reply = client.get(f"/static/{name}")
        assert reply.status_code == 200
        assert kind in reply.headers["content-type"]
        assert reply.headers["cache-control"] == "no-cache"
        again = client.get(f"/static/{name}", headers={"if-none-match": reply.headers["etag"]})
        assert again.status_code == 304


@pytest.mark.parametrize("path", ["../pages.py", "%2e%2e/pages.py", "..%2fpages.py", "vendor/../../pages.py"])
def test_nothing_beside_our_own_files_is_served(client: TestClient, path: str) -> None:
    assert client.get(f"/static/{path}").status_code == 404


def test_a_page_with_all_that_it_needs_is_small(client: TestClient) -> None:
    paths = ("/?q=polka%20or%20ambient", "/static/style.css", "/static/page.js", "/static/vendor/htmx.min.js")
    sizes = []
    for path in paths:
        with client.stream("GET", path, headers={"accept-encoding": "gzip"}) as reply:
            sizes.append(len(b"".join(reply.iter_raw())))
            assert reply.headers["content-encoding"] == "gzip"
    assert sum(sizes) < 100_000


def test_the_page_tells_htmx_to_run_nothing_of_its_own(client: TestClient) -> None:
    page = client.get("/").text
    for setting in ('"includeIndicatorStyles":false', '"allowEval":false', '"selfRequestsOnly":true'):
        assert setting in page


def test_the_stylesheet_asks_nobody_else_for_anything(client: TestClient) -> None:
    style = client.get("/static/style.css").text
    assert "url(" not in style
    assert "@import" not in style
