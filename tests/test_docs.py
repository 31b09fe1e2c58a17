"""The documentation: what it tells people to type does what it says."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from command_lines import unknown_in
from conftest import REPOSITORY

PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]
TUTORIAL = REPOSITORY / "docs" / "tutorial.md"
FENCE = re.compile(r"^```(\w+)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block: its language, the file that it is to be saved as, its text."""

    language: str
    title: str
    text: str


def blocks_of(page: Path) -> list[Block]:
    found = FENCE.findall(page.read_text("utf-8"))
    return [Block(language=language, title=title, text=text) for language, title, text in found]


def command_lines(page: Path) -> list[str]:
    """What the page says to type after ``linernotes``; what two blanks and a comment follow is cut off."""
    fenced = re.findall(r"^```.*?^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    typed = re.compile(
        r"^(?:\$ |sudo |.*run --rm |[\d* ]*  )?(?:linernotes|ln-server) +(.+?)(?:(?:  | \| ).*)?$"
    )
    lines = (typed.match(line) for block in fenced for line in block.splitlines())
    return [line[1] for line in lines if line and not line[1].startswith("[")]


def script_of(blocks: list[Block]) -> Iterator[str]:
    """One shell script of what a reader types and saves; what they see stands between marks."""
    yield "set -eu"
    for number, block in enumerate(blocks):
        if block.language == "sh":
            yield f"echo '=== {number}'\n{block.text}"
        elif block.language == "python":
            yield f"cat > {block.title} <<'END OF FILE'\n{block.text}END OF FILE"


def shown_by_block(output: str) -> dict[int, str]:
    parts = re.split(r"^=== (\d+)\n", output, flags=re.MULTILINE)
    return {int(number): text for number, text in zip(parts[1::2], parts[2::2], strict=True)}


def is_shown(line: str, output: str) -> bool:
    """Whether the output has this line; "…" stands for anything, and blanks for any blanks."""
    pieces = (r"\s+".join(map(re.escape, piece.split())) for piece in line.split("…"))
    return (
        re.search(r"^\s*" + r".*".join(rf"\s*{piece}\s*" for piece in pieces) + "$", output, re.M) is not None
    )


def commands_in(folder: Path) -> Path:
    """A folder with the commands ``linernotes`` and ``python``, those of these tests."""
    folder.mkdir()
    for name, run in (("linernotes", f"{sys.executable} -m linernotes"), ("python", sys.executable)):
        (folder / name).write_text(f'#!/bin/sh\nexec {run} "$@"\n')
        (folder / name).chmod(0o755)
    return folder


def test_a_line_that_is_not_printed_is_found_out() -> None:
    assert is_shown("4 tracks …: 4 new", "  4 tracks found: 4 new\n")
    assert not is_shown("4 tracks found: 5 new", "4 tracks found: 4 new\n")
    assert not is_shown("4 tracks", "4 tracks found: 4 new\n")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_on_a_page_can_be_typed(page: Path) -> None:
    unknown = {line: unknown_in(shlex.split(line, comments=True)) for line in command_lines(page)}
    assert {line: words for line, words in unknown.items() if words} == {}


def test_commands_are_found_on_the_pages() -> None:
    assert "add ~/Music" in command_lines(REPOSITORY / "docs" / "collecting.md")
    assert sum(len(command_lines(page)) for page in PAGES) > 100


@pytest.mark.models
@pytest.mark.slow
def test_the_tutorial_does_what_it_says(models_dir: Path, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PATH": f"{commands_in(tmp_path / 'bin')}:{os.environ['PATH']}",
        "LINERNOTES_MODELS_DIR": str(models_dir),
        "LINERNOTES_CONFIG": str(tmp_path / "no config"),
    }
    blocks = blocks_of(TUTORIAL)
    run = subprocess.run(
        ["bash", "-c", "\n".join(script_of(blocks))],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert run.returncode == 0, run.stdout
    shown = shown_by_block(run.stdout)
    wanted = [
        (line, shown[number - 1])
        for number, block in enumerate(blocks)
        if block.language == "text"
        for line in block.text.splitlines()
    ]
    missing = [(line, output) for line, output in wanted if not is_shown(line, output)]
    assert len(wanted) > 10
    assert not missing
