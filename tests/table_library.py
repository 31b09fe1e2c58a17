"""A small library made from a table, without any model; some of its names mean harm."""

from __future__ import annotations

from pathlib import Path

from linernotes.config import Settings
from linernotes.library import Library

ROWS = """id,title,artists,album,genres,moods,instruments,vocals,tempo,year,duration_s,popularity
1,Glass Rain,Mara Lind,North,dream pop;pop,dreamy;calm,synthesizer,female vocals,84,1994,230,0.2
2,Iron Parade,The Anvils,Forge,heavy metal;metal,aggressive,electric guitar;drums,male vocals,168,1984,245,0.6
3,Night Desk,Otto Vale,Rooms,ambient,calm,piano,instrumental,62,2011,410,0.1
4,Sugar Run,Tilly Ray,Candy,dance-pop;pop,happy;catchy,synthesizer;drum machine,female vocals,126,2015,190,0.9
5,Slow Harbour,Otto Vale,Rooms,ambient,calm,strings,instrumental,58,2011,380,0.1
6,<script>alert(1)</script>,"<b onclick=""x()"">Mallory</b>",</title><img src=x onerror=alert(1)>,polka,,,,,,,
7,Red\x1b[31mAlert\x1b]0;owned\x07,Eve\u202enu,Bell\x9b2J,polka,,,,,,,
8,夜の駅 (Night Station),佐藤さくら,,polka,,,,,,,
"""


def make_library(folder: Path) -> Settings:
    """The settings of a library in this folder that holds the rows; it has no model weights."""
    table = folder / "songs.csv"
    table.write_text(ROWS, encoding="utf-8")
    settings = Settings(library_dir=folder / "library", models_dir=folder / "no models")
    with Library(settings) as library:
        library.add(table)
    return settings
