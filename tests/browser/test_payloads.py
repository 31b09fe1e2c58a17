"""Nothing that anybody wrote into a library or says to it runs in a browser, not even without the policy."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Error, Page, Request, Route

from browsing import Visits, address
from linernotes.library import AskOptions, Library
from linernotes.types import Description
from serving import free_folder, served
from test_http import PAYLOADS

WRITTEN: Final = tuple(payload.replace("\x00", "") for payload in PAYLOADS)
"""The payloads as a table can hold them."""
HARMLESS: Final = ("{{ 7 * 7 }}", "&lt;script", "' onmouseover", "\u202e", "<![CDATA[")
"""Payloads that do nothing in HTML: they are meant for attributes, templates, XML and terminals."""
REFUSED: Final = "Failed to load resource: the server responded with a status of 4"
"""What the browser says of a page that tells of a name that is not there."""
LURKING: Final = """() => {
  const all = [...document.querySelectorAll("*")];
  const tags = new Set(["SCRIPT", "STYLE", "BASE", "OBJECT", "EMBED", "IFRAME"]);
  const foreign = url => url && !["", location.host].includes(new URL(url, location.href).host);
  const leads = one => [one.src, one.href, one.action].find(url =>
    typeof url === "string" && (url.startsWith("javascript:") || foreign(url)));
  const asks = one => one.getAttributeNames().some(name => /^(data-)?hx-on/.test(name)
    || /^(data-)?hx-(get|post|put|patch|delete)$/.test(name) && foreign(one.getAttribute(name)));
  const wrong = one =>
    (tags.has(one.nodeName) && !(one.src || "").startsWith(location.origin + "/"))
    || one.getAttributeNames().some(name => name.startsWith("on"))
    || (one.httpEquiv || "").toLowerCase() === "refresh"
    || leads(one) || asks(one);
  return all.filter(wrong).map(one => one.outerHTML.slice(0, 200));
}"""
"""Whatever of a page could run or lead away, though nobody has touched it yet."""


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a library that means harm wherever somebody can write."""
    folder = tmp_path_factory.mktemp("hostile")
    settings = free_folder(folder)
    write_table(folder / "songs.csv")
    with Library(settings) as library:
        library.add(folder / "songs.csv")
        for track_id, payload in enumerate(WRITTEN, start=1):
            harass(library, track_id, payload)
        library.store.notes.save([note_of(payload, n) for n, payload in enumerate(WRITTEN, start=1)])
    reports = settings.library_dir / "reports"
    reports.mkdir(exist_ok=True)
    (reports / "hostile.md").write_text("\n\n".join(WRITTEN), encoding="utf-8")
    with served(settings) as address:
        yield address


def write_table(path: Path) -> None:
    """A song for each payload, which stands in every column."""
    columns = ("title", "artists", "album", "genres", "moods", "instruments", "language")
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, ("id", *columns))
        table.writeheader()
        for number, payload in enumerate(WRITTEN):
            cells = dict.fromkeys(columns, payload)
            table.writerow({"id": number, **cells, "genres": f"polka;{payload}", "moods": f"calm;{payload}"})


def harass(library: Library, track_id: int, payload: str) -> None:
    """Writes the payload wherever a listener of that name can."""
    listener = name_of(payload)
    library.say(listener, f"I like calm polka and {payload}")
    library.correct(listener, track_id, facts=[f"mood={payload}"])
    answer = library.ask(f"calm polka {payload}", AskOptions(listener=listener))
    library.mixes.save(answer.id, AskOptions(listener=listener), name=payload)
    for pick in answer.picks[:3]:
        library.feedback(listener, pick.track.id, "skip", reason=payload, answer_id=answer.id)


def name_of(payload: str) -> str:
    """The payload as the name of a listener, which holds no control characters."""
    return "".join(sign for sign in payload if sign.isprintable())


def note_of(payload: str, track_id: int) -> Description:
    """The payload as what a hostile model says of a song."""
    return Description(
        kind="song",
        subject_id=track_id,
        template=f"{{title}} is {payload}.",
        status="written",
        model=payload,
        adapter=payload,
        prompt_version="1",
        facts_hash="none",
    )


class Alarm:
    """Notes whatever a page does that it should not: dialogues, foreign requests, what could run."""

    def __init__(self, page: Page, site: str) -> None:
        self._page = page
        self._site = site
        self._foreign: list[str] = []
        page.context.route(lambda url: not url.startswith((site, "data:")), self._refuse)

    def _refuse(self, route: Route, request: Request) -> None:
        self._foreign.append(request.url)
        route.abort()

    def of(self, path: str, complaints: list[str]) -> list[str]:
        """What went wrong at this path."""
        del complaints[:], self._foreign[:]
        self._page.goto(path, wait_until="load")
        return [*self._lurking(), *self._foreign, *(one for one in complaints if REFUSED not in one)]

    def _lurking(self) -> list[str]:
        try:
            return list(self._page.evaluate(LURKING))
        except Error as err:
            return [str(err)]  # the page went elsewhere by itself


def paths() -> Iterator[str]:
    """Every page that shows what somebody wrote."""
    yield "/"
    yield address("/", q="50 calm polka songs")
    yield from ("/library", "/map", "/map?by=sound", "/api/v1/map", "/reports", "/reports/hostile.md")
    for number, payload in enumerate(WRITTEN, start=1):
        yield f"/song/{number}"
        yield f"/answers/{number}"
        yield address("/artist", name=payload)
        yield address("/genre", name=payload)
        yield address("/listener", listener=name_of(payload))
        yield address("/listener/history", listener=name_of(payload))
        yield address("/mixes", listener=name_of(payload))
        yield address("/", q=payload, listener=name_of(payload))


@pytest.mark.parametrize("without_policy", [False, True])
def test_no_payload_runs(browser: Browser, hostile_site: str, without_policy: bool) -> None:
    visits = Visits(browser=browser, site=hostile_site)
    with visits.free(bypass_csp=without_policy) as (page, complaints):
        alarm = Alarm(page, hostile_site)
        assert {path: wrong for path in paths() if (wrong := alarm.of(path, complaints))} == {}


@pytest.mark.parametrize("payload", [one for one in WRITTEN if not one.startswith(HARMLESS)])
def test_a_page_that_lets_a_payload_in_is_caught(visits: Visits, payload: str) -> None:
    careless = f'<!doctype html><body><h2>{payload}</h2><input value="{payload}">'
    with visits.free(bypass_csp=True) as (page, complaints):
        alarm = Alarm(page, visits.site)
        page.route("**/careless", lambda route: route.fulfill(body=careless, content_type="text/html"))
        assert alarm.of("/careless", complaints)
