"""Who gets shown: the popular and the obscure in lists.

``lists (n, k) int64`` hold an item's number at each place, and are of one length. Nothing can be said of no
lists: ValueError.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linernotes.types import Ids


def average_popularity(lists: Ids, popularity: NDArray[np.floating]) -> float:
    """ARP: the mean over lists of the mean popularity of what they hold (Yin et al., VLDB 2012)."""
    return float(popularity[_checked(lists)].mean())


def share_of(lists: Ids, wanted: NDArray[np.bool_]) -> float:
    """How much of the lists is ``wanted (items,)``; of the long tail it is APLT (Abdollahpouri, 2019)."""
    return float(wanted[_checked(lists)].mean())


def coverage(lists: Ids, items: int) -> float:
    """The share of all items that some list holds."""
    return len(np.unique(_checked(lists))) / items


def gini(lists: Ids, items: int) -> float:
    """How unequally all items are shown, 0 (all as often) to nearly 1 (always the same)."""
    shown = np.sort(np.bincount(_checked(lists).ravel(), minlength=items))
    places = np.arange(1, items + 1)
    return float(((2 * places - items - 1) * shown).sum() / (items * shown.sum()))


def jensen_shannon(left: NDArray[np.floating], right: NDArray[np.floating]) -> NDArray[np.float64]:
    """How far two mixes are apart, 0 to 1 (base 2), along the last axis, the shares (Lin, 1991).

    Between what a listener plays and what a list holds, by groups of popularity, it is the miscalibration of
    Abdollahpouri et al., UMAP 2021. Raises ValueError for shares that do not sum to 1.
    """
    for shares in (left, right):
        if not np.allclose(shares.sum(axis=-1), 1):
            raise ValueError("shares of a mix should sum to 1")
    middle = (left + right) / 2
    return (_relative(left, middle) + _relative(right, middle)) / 2


def _relative(shares: NDArray[np.floating], middle: NDArray[np.floating]) -> NDArray[np.float64]:
    """Kullback and Leibler's divergence; what has no share adds nothing."""
    ratio = np.where(shares > 0, shares, 1) / np.where(shares > 0, middle, 1)
    return np.asarray((shares * np.log2(ratio)).sum(axis=-1), dtype=np.float64)


def _checked(lists: Ids) -> Ids:
    if lists.ndim != 2 or not lists.size:
        raise ValueError(f"lists of shape {lists.shape}: at least one list with at least one place is needed")
    return lists
