"""200 generated requests with planted exclusions or limits: does any answer break one?

    python -m benchmarks.promises [--library DIR] [--count 200] [--json FILE]

The generator plants constraints whose meaning it knows, words them in several ways, and holds each pick
against the facts of the library by rules of its own; our parse of the request is not consulted. Without
``--library`` the demo's is used.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.report import Row, finish
from linernotes.config import load_settings
from linernotes.library import AskOptions, Library
from linernotes.types import Answer, Fact, Pick

OPENINGS = (
    "{wish} songs", "some {wish} music", "something {wish} for tonight", "play me {wish} tracks",
    "i'd like to hear {wish} music", "give me a {wish} playlist",
)  # fmt: skip
WISHES = ("happy", "calm", "energetic", "melancholy", "rock", "pop", "jazz", "electronic", "romantic", "soul")


KIN = {
    "happy": ("joyful",), "calm": ("mellow", "peaceful", "chill"), "melancholy": ("sad",), "soul": ("r&b",),
    "energetic": ("upbeat",), "romantic": ("sensual", "passionate"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A constraint as it is worded, and whether a pick with these facts is known to break it."""

    kind: str
    words: str
    broken_by: Callable[[Pick, Mapping[str, tuple[Fact, ...]]], bool]


def texts(facts: Mapping[str, tuple[Fact, ...]], name: str) -> list[str]:
    return [str(fact.value).casefold() for fact in facts.get(name, ()) if fact.confidence >= 0.5]


def says(values: Sequence[str], word: str) -> bool:
    """Whether one of the values is the word or a kind of it ("death metal" is metal)."""
    return any(value == word or value.endswith(f" {word}") for value in values)


def best_number(facts: Mapping[str, tuple[Fact, ...]], name: str) -> float | None:
    found = max(facts.get(name, ()), key=lambda fact: fact.confidence, default=None)
    return float(found.value) if found is not None and not isinstance(found.value, str) else None


def no_value(rng: random.Random, name: str, values: Sequence[str]) -> Planted:
    value = rng.choice(values)
    words = rng.choice(("no {}", "without {}", "but no {}", "anything but {}", "without any {}")).format(
        value
    )
    return Planted(kind=name, words=words, broken_by=lambda _, facts: says(texts(facts, name), value))


def not_mood(rng: random.Random, values: Sequence[str]) -> Planted:
    value = rng.choice(values)
    words = rng.choice(("nothing {}", "not {}", "not too {}")).format(value)
    return Planted(kind="mood", words=words, broken_by=lambda _, facts: value in texts(facts, "mood"))


def no_artist(rng: random.Random, names: Sequence[str]) -> Planted:
    name = rng.choice(names)
    words = rng.choice(("no {}", "nothing by {}", "but not {}", "except {}")).format(name)
    return Planted(kind="artist", words=words, broken_by=lambda pick, _: name in pick.track.artists)


def no_vocals(rng: random.Random) -> Planted:
    words = rng.choice(("no vocals", "without vocals", "no singing", "instrumental only"))
    return Planted(
        kind="vocals",
        words=words,
        broken_by=lambda _, facts: any(voice != "instrumental" for voice in texts(facts, "vocals")),
    )


def decade(rng: random.Random) -> Planted:
    start = rng.choice((1960, 1970, 1980, 1990, 2000, 2010))
    short = f"{start % 100}s" if start < 2000 else f"{start}s"
    words = rng.choice(("from the {}", "only from the {}", "just {} music")).format(short)

    def broken(_: Pick, facts: Mapping[str, tuple[Fact, ...]]) -> bool:
        year = best_number(facts, "year")
        if year is not None:
            return not start <= year <= start + 9
        decades = [int(fact.value) for fact in facts.get("decade", ())]
        return bool(decades) and start not in decades

    return Planted(kind="decade", words=words, broken_by=broken)


def tempo(rng: random.Random) -> Planted:
    low = rng.choice((60, 80, 100, 120, 140))
    words = rng.choice(("between {} and {} bpm", "from {} to {} bpm")).format(low, low + 30)

    def broken(_: Pick, facts: Mapping[str, tuple[Fact, ...]]) -> bool:
        bpm = best_number(facts, "tempo_bpm")
        return bpm is not None and not low - 0.5 <= bpm <= low + 30.5

    return Planted(kind="tempo", words=words, broken_by=broken)


def length(rng: random.Random) -> Planted:
    minutes = rng.choice((2, 3, 4, 5))
    words = rng.choice(("each under {} minutes", "songs shorter than {} minutes", "no song over {} minutes"))

    def broken(pick: Pick, _: Mapping[str, tuple[Fact, ...]]) -> bool:
        return pick.track.duration_s is not None and pick.track.duration_s > minutes * 60 + 0.5

    return Planted(kind="duration", words=words.format(minutes), broken_by=broken)


def no_live(rng: random.Random) -> Planted:
    words = rng.choice(("no live versions", "no live recordings", "nothing live"))
    return Planted(kind="live", words=words, broken_by=lambda pick, _: "(live" in pick.track.title.casefold())


def no_christmas(rng: random.Random) -> Planted:
    words = rng.choice(("no christmas songs", "no christmas music"))
    return Planted(
        kind="christmas", words=words, broken_by=lambda pick, _: "christmas" in pick.track.title.casefold()
    )


def plant(rng: random.Random, values: Mapping[str, list[str]]) -> Planted:
    makers: tuple[Callable[[], Planted], ...] = (
        lambda: no_value(rng, "genre", values["genre"]),
        lambda: no_value(rng, "instrument", values["instrument"]),
        lambda: not_mood(rng, values["mood"]),
        lambda: no_artist(rng, values["artist"]),
        lambda: no_vocals(rng),
        lambda: decade(rng),
        lambda: tempo(rng),
        lambda: length(rng),
        lambda: no_live(rng),
        lambda: no_christmas(rng),
    )
    return rng.choice(makers)()


def common_values(library: Library) -> dict[str, list[str]]:
    """The values that the library's facts hold most often, from which constraints are planted."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("genre", "instrument", "mood", "artist")}
    for facts in library.all_facts():
        for fact in facts:
            if fact.name in counts and fact.confidence >= 0.5:
                counts[fact.name][str(fact.value)] += 1
    return {name: [value for value, _ in counted.most_common(40)] for name, counted in counts.items()}


def agrees(wish: str, planted: Planted) -> bool:
    """Whether a wish may stand beside a constraint: who asks for rock without rock asks for nothing."""
    return not any(word in planted.words for word in {wish, *KIN.get(wish, ())})


def request_of(rng: random.Random, planted: Sequence[Planted]) -> str:
    wishes = [wish for wish in WISHES if all(agrees(wish, one) for one in planted)]
    opening = rng.choice(OPENINGS).format(wish=rng.choice(wishes))
    return ", ".join([opening, *(one.words for one in planted)])


def broken_promises(library: Library, answer: Answer, planted: Sequence[Planted]) -> list[str]:
    broken = []
    for pick in answer.picks:
        by_name: dict[str, tuple[Fact, ...]] = {}
        for fact in library.show_song(str(pick.track.id)).facts:
            by_name[fact.name] = (*by_name.get(fact.name, ()), fact)
        broken += [
            f"{answer.request.text!r}: {pick.track.title} by {pick.track.artists} breaks {one.words!r}"
            for one in planted
            if one.broken_by(pick, by_name)
        ]
    return broken


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--library", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    settings = load_settings(library_dir=options.library or load_settings().library_dir.parent / "demo")
    rng = random.Random(options.seed)
    broken: list[str] = []
    picks = unverified = unmarked = disordered = empty = 0
    with Library(settings) as library:
        values = common_values(library)
        for _ in range(options.count):
            several = [plant(rng, values) for _ in range(rng.choice((1, 1, 2)))]
            planted = list({one.kind: one for one in several}.values())  # two decades contradict each other
            answer = library.ask(request_of(rng, planted), AskOptions(n=20))
            broken += broken_promises(library, answer, planted)
            picks += len(answer.picks)
            empty += not answer.picks
            unverified += sum(not pick.verified for pick in answer.picks)
            unmarked += sum(not pick.verified and not pick.unverified for pick in answer.picks)
            order = [pick.verified for pick in answer.picks]
            disordered += order != sorted(order, reverse=True)
    for line in broken[:20]:
        print(line)
    rows = [
        Row(name="known violations", value=len(broken), unit="picks", bar=0, holds=not broken),
        Row(name="unverified picks without a mark", value=unmarked, unit="picks", bar=0, holds=not unmarked),
        Row(
            name="answers with unverified before verified",
            value=disordered,
            unit="answers",
            bar=0,
            holds=not disordered,
        ),
        Row(name="picks", value=picks, unit="picks"),
        Row(name="unverified picks, marked", value=unverified, unit="picks"),
        Row(name="answers without a pick", value=empty, unit="answers"),
    ]
    return finish("promises", rows, options.json)


if __name__ == "__main__":
    raise SystemExit(main())
