"""How things look in a terminal, and when piped."""

import io
from pathlib import Path

import pytest
from rich.console import Console, RenderableType
from rich.text import Text

from linernotes.ingest import AddReport, Progress
from linernotes.library import CollectionPage, SongPage, StageStatus, Status
from linernotes.serve.layout import columns
from linernotes.serve.printable import printable
from linernotes.serve.screen import (
    answer_view,
    collection_view,
    count,
    progress_on,
    report_lines,
    song_view,
    status_view,
    track_line,
)
from linernotes.types import Answer, Fact, Failure, Pick, Reason, Request, Track

HOSTILE = "a\x1b[31mb\x07\x9b2Jc\u202ed\u2066e\rf\ng\ud800h\x7f"
TRACK = Track(id=12, title="Night Desk", artists=("Otto Vale",), artist_ids=(3,), album="Rooms", year=2011)
LONG = "A long note that goes on and on, " * 6


def answer(*picks: Pick, messages: tuple[str, ...] = ()) -> Answer:
    return Answer(id=3, request=Request(text="calm"), picks=picks, messages=messages, seconds=0.5)


def pick(track: Track = TRACK, *, note: str = "A calm song.", unverified: tuple[str, ...] = ()) -> Pick:
    return Pick(
        rank=1,
        track=track,
        score=1.0,
        reasons=(Reason(text="mood: calm", evidence={}), Reason(text="well known", evidence={})),
        description=note,
        verified=not unverified,
        unverified=unverified,
    )


def terminal(view: RenderableType, width: int = 60) -> list[str]:
    console = Console(file=io.StringIO(), force_terminal=True, no_color=True, width=width, highlight=False)
    return plain_lines(console, view)


def piped(view: RenderableType) -> list[str]:
    return plain_lines(Console(file=io.StringIO(), width=80, soft_wrap=True), view)


def plain_lines(console: Console, view: RenderableType) -> list[str]:
    console.print(view)
    assert isinstance(console.file, io.StringIO)
    return Text.from_ansi(console.file.getvalue()).plain.removesuffix("\n").split("\n")


def test_a_pick_shows_track_note_reasons_and_what_is_not_verified() -> None:
    assert piped(answer_view(answer(pick(unverified=("no drums",))))) == [
        "  1. Otto Vale - Night Desk (Rooms, 2011)  #12",
        "     A calm song.",
        "     Why: mood: calm · well known",
        "     Not verified: no drums",
        "",
        "Answer 3: 1 song in 0.50 s",
    ]


@pytest.mark.parametrize("width", [80, 120])
def test_in_a_terminal_text_wraps_below_itself(width: int) -> None:
    lines = terminal(answer_view(answer(pick(note=LONG))), width)
    note = [line for line in lines if "goes on" in line]
    assert len(note) > 1
    assert all(line.startswith("     ") and len(line) <= width for line in note)


def test_when_piped_nothing_wraps_and_no_line_ends_in_blanks() -> None:
    lines = piped(answer_view(answer(pick(note=LONG.strip()))))
    assert f"     {LONG.strip()}" in lines
    assert all(line == line.rstrip() for line in lines)


def test_in_a_terminal_no_line_ends_in_blanks() -> None:
    lines = terminal(answer_view(answer(pick(note=LONG))))
    assert all(line == line.rstrip() for line in lines)


def test_an_answer_without_picks_says_so() -> None:
    assert piped(answer_view(answer()))[0] == "nothing here fits this request"
    assert piped(answer_view(answer(messages=("the library is empty",))))[0] == "the library is empty"


def test_a_track_without_artist_or_album_is_its_title() -> None:
    assert piped(track_line(Track(id=1, title="Untitled", artists=(), artist_ids=()))) == ["Untitled  #1"]


def test_square_brackets_in_names_are_no_markup() -> None:
    assert piped(track_line(Track(id=1, title="[bold]Loud[/x]", artists=(), artist_ids=()))) == [
        "[bold]Loud[/x]  #1"
    ]


def test_commands_to_the_terminal_and_turned_directions_are_taken_out() -> None:
    assert printable(HOSTILE) == "a[31mb2Jcde f gh"


def test_scripts_and_joined_emoji_stay_as_they_are() -> None:
    text = "夜の駅 Ære עברית العربية 👩‍🎤 Zoë"
    assert printable(text) == text


@pytest.mark.parametrize(
    "view",
    [
        answer_view(
            answer(
                Pick(
                    rank=1,
                    track=Track(id=1, title=HOSTILE, artists=(HOSTILE,), artist_ids=(1,), album=HOSTILE),
                    score=0.0,
                    reasons=(Reason(text=HOSTILE, evidence={}),),
                    description=HOSTILE,
                    verified=False,
                    unverified=(HOSTILE,),
                ),
                messages=(HOSTILE,),
            )
        ),
        song_view(
            SongPage(
                track=Track(id=1, title=HOSTILE, artists=(), artist_ids=()),
                note=HOSTILE,
                origin="written",
                model=HOSTILE,
                facts=(Fact(name="genre", value=HOSTILE, source=HOSTILE, confidence=0.5),),
            )
        ),
        collection_view(
            CollectionPage(kind="artist", name=HOSTILE, note=HOSTILE, track_count=9, tracks=(TRACK,))
        ),
        status_view(
            Status(
                library_dir=Path("/music/\x1b[31m"),
                tracks=1,
                missing=0,
                stages=(),
                notes={},
                failures=(Failure(key=HOSTILE, stage="audio", reason=HOSTILE),),
            )
        ),
    ],
    ids=["answer", "song", "collection", "status"],
)
def test_no_view_passes_on_what_commands_the_terminal(view: RenderableType) -> None:
    console = Console(file=io.StringIO(), width=80, no_color=True)
    console.print(view)
    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    assert not any(sign in shown for sign in "\x1b\x07\x9b\u202e\u2066\r\ud800\x7f")
    assert "31m" in shown


def test_a_song_shows_each_fact_with_unit_words_and_source() -> None:
    page = SongPage(
        track=TRACK,
        note="A calm song.",
        origin="plain",
        model=None,
        facts=(
            Fact(name="tempo_bpm", value=168.0, source="tag", confidence=0.7, unit="bpm"),
            Fact(name="live", value=False, source="title", confidence=0.5),
        ),
    )
    assert piped(song_view(page))[-3:] == [
        "fact       source  confidence  value",
        "tempo_bpm  tag           0.70  168 bpm, very fast",
        "live       title         0.50  no",
    ]


def test_columns_are_aligned_by_what_is_seen_not_by_characters() -> None:
    lines = [piped(line)[0] for line in columns(("name", "n"), [("夜の駅", "1"), ("abc", "20")], right={"n"})]
    assert lines == ["name     n", "夜の駅   1", "abc     20"]


def test_a_table_without_rows_is_its_head() -> None:
    assert [piped(line)[0] for line in columns(("stage", "done"), [])] == ["stage  done"]


def test_status_lists_failures_with_their_reasons() -> None:
    status = Status(
        library_dir=Path("/music"),
        tracks=1200,
        missing=2,
        stages=(StageStatus(stage="audio", done=7, pending=11, failed=1),),
        notes={"written": 3, "fallback": 1},
        failures=(Failure(key="bad.mp3", stage="audio", reason="not a sound file"),),
    )
    assert piped(status_view(status)) == [
        "1,200 tracks in /music, 2 missing",
        "stage      done  to do  failed",
        "Listening     7     11       1",
        "Notes: 1 fallback, 3 written",
        "bad.mp3  [audio]  not a sound file",
    ]


@pytest.mark.parametrize(("number", "words"), [(0, "0 songs"), (1, "1 song"), (5000, "5,000 songs")])
def test_counts_agree_with_their_noun(number: int, words: str) -> None:
    assert count(number, "song") == words


def test_a_report_of_nothing_new_says_so() -> None:
    assert report_lines(AddReport(found=1, seconds=0.04)) == ["1 track found: nothing new", "done in 0.0 s"]


def test_a_report_names_what_failed_and_where_to_look() -> None:
    report = AddReport(found=9, new=8, moved=1, analysed=7, written=5, fallback=2, failed=3, messages=("m",))
    assert report_lines(report) == [
        "9 tracks found: 8 new, 1 moved",
        "7 listened to",
        "5 notes written, 2 left as plain sentences",
        "3 failed: `linernotes status` says why",
        "m",
        "done in 0.0 s",
    ]


def test_bars_are_drawn_in_a_terminal_with_the_failures() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=80)
    with progress_on(console) as show:
        show(Progress(stage="audio", done=1, total=4))
        show(Progress(stage="audio", done=4, total=4, failed=2))
    assert isinstance(console.file, io.StringIO)
    drawn = Text.from_ansi(console.file.getvalue()).plain
    assert "Listening" in drawn
    assert "4/4" in drawn
    assert "2 failed" in drawn


def test_no_bars_are_drawn_where_nobody_watches() -> None:
    console = Console(file=io.StringIO(), force_terminal=False)
    with progress_on(console) as show:
        show(Progress(stage="audio", done=1, total=4))
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue().strip() == ""
