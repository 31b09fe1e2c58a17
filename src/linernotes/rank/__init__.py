"""From candidates to the order of the answer, in steps that each say what they did.

``relevance`` fuses the scores of retrieval; ``left_out``, ``taste``, ``own_words`` and ``rested`` turn it to
a listener, ``interleaved`` serves several tastes, ``explore`` finds out what else may please;
``popularity`` and ``diversity`` adjust the order; ``promises`` and ``limits`` have the last word on what is
in it and how long it is, ``arc`` on its order.
``calibrated`` gives a listener their own mix of the popular and the obscure, ``group_order`` serves several.
"""

from linernotes.rank.adjusted import AdjustedFusion, Adjustment, read_adjustment, write_adjustment
from linernotes.rank.arc import Arc, arc, arc_of
from linernotes.rank.blend import blend, standard
from linernotes.rank.calibrate import calibrate, calibrated, mix_of, popularity_groups
from linernotes.rank.diversity import diversity, one_of_each_song
from linernotes.rank.explore import explore
from linernotes.rank.fuse import FixedFusion, Fusion, named_first, relevance
from linernotes.rank.group import for_company, group_order
from linernotes.rank.learned import LearnedFusion
from linernotes.rank.limits import Cut, Length, length_of, limits
from linernotes.rank.popularity import dialled, places, popularity
from linernotes.rank.promises import Promised, asked_alone, promises
from linernotes.rank.ranking import KnownTrack, KnownTracks, Ranking, top
from linernotes.rank.shares import interleaved
from linernotes.rank.taste import left_out, others, own_words, rested, said, taste

__all__ = [
    "AdjustedFusion",
    "Adjustment",
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
    "asked_alone",
    "blend",
    "calibrate",
    "calibrated",
    "dialled",
    "diversity",
    "explore",
    "for_company",
    "group_order",
    "interleaved",
    "left_out",
    "length_of",
    "limits",
    "mix_of",
    "named_first",
    "one_of_each_song",
    "others",
    "own_words",
    "places",
    "popularity",
    "popularity_groups",
    "promises",
    "read_adjustment",
    "relevance",
    "rested",
    "said",
    "standard",
    "taste",
    "top",
    "write_adjustment",
]
