"""From what listeners do and say to what they like: events -> Profile.

``opinions`` makes one opinion of all that was done with a track; ``affinity`` carries opinions over to tracks
that are like them; ``tastes`` finds the groups among what is liked; ``vocabulary`` learns what a word means
to a listener; ``sayings`` keeps what they say of themselves.
"""

from linernotes.listener.affinity import MOST as MOST_OPINIONS
from linernotes.listener.affinity import NOBODY, Affinity, Judgement, affinity
from linernotes.listener.likeness import NUMBERS, Rows
from linernotes.listener.opinions import REASONS, Opinion, Opinions, Word, is_said, reason_of, value_of
from linernotes.listener.priors import NO_PRIORS, Priors, read_priors, write_priors
from linernotes.listener.profile import Profile
from linernotes.listener.sayings import Said, comprised, said_by, sentences
from linernotes.listener.tastes import Taste, alikeness, tastes
from linernotes.listener.vocabulary import OwnMeaning, Reaction, Shift, vocabulary

__all__ = [
    "MOST_OPINIONS",
    "NOBODY",
    "NO_PRIORS",
    "NUMBERS",
    "REASONS",
    "Affinity",
    "Judgement",
    "Opinion",
    "Opinions",
    "OwnMeaning",
    "Priors",
    "Profile",
    "Reaction",
    "Rows",
    "Said",
    "Shift",
    "Taste",
    "Word",
    "affinity",
    "alikeness",
    "comprised",
    "is_said",
    "read_priors",
    "reason_of",
    "said_by",
    "sentences",
    "tastes",
    "value_of",
    "vocabulary",
    "write_priors",
]
