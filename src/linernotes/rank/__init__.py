"""From candidates to the order of the answer, in steps that each say what they did.

``relevance`` fuses the scores of retrieval; ``left_out``, ``taste``, ``own_words`` and ``rested`` turn it to
a listener, ``interleaved`` serves several tastes, ``explore`` finds out what else may please;
``popularity`` and ``diversity`` adjust the order; ``promises`` and ``limits`` have the last word on what is
in it and how long it is, ``arc`` on its order.
"""

from linernotes.rank.arc import Arc, arc, arc_of
from linernotes.rank.diversity import diversity, one_of_each_song
from linernotes.rank.explore import explore
from linernotes.rank.fuse import FixedFusion, Fusion, named_first, relevance
from linernotes.rank.learned import LearnedFusion
from linernotes.rank.limits import Cut, Length, length_of, limits
from linernotes.rank.popularity import popularity
from linernotes.rank.promises import Promised, promises
from linernotes.rank.ranking import KnownTrack, KnownTracks, Ranking, top
from linernotes.rank.shares import interleaved
from linernotes.rank.taste import left_out, own_words, rested, said, taste

__all__ = [
    "Arc",
    "Cut",
    "FixedFusion",
    "Fusion",
    "KnownTrack",
    "KnownTracks",
    "LearnedFusion",
    "Length",
    "Promised",
    "Ranking",
    "arc",
    "arc_of",
    "diversity",
    "explore",
    "interleaved",
    "left_out",
    "length_of",
    "limits",
    "named_first",
    "one_of_each_song",
    "own_words",
    "popularity",
    "promises",
    "relevance",
    "rested",
    "said",
    "taste",
    "top",
]
