"""Learns how much each way of finding a track says, from requests and the tracks that were right."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from linernotes.errors import InputError
from linernotes.rank.features import feature_names, features
from linernotes.rank.learned import NAMES
from linernotes.retrieve.traits import FACT
from linernotes.types import Candidates, Ids, Vector

WRONG_A_REQUEST: Final = 150
"""Wrong candidates that a request is learned with, drawn at random: all of them say hardly more."""
TREES: Final = 160
_SETTINGS: Final[Mapping[str, object]] = {
    "objective": "lambdarank",
    "learning_rate": 0.06,
    "num_leaves": 15,
    "min_data_in_leaf": 80,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambdarank_truncation_level": 30,
    "verbosity": -1,
    "deterministic": True,
    "force_row_wise": True,
}
"""LambdaMART (Burges, 2010) by LightGBM; small trees, since there are hundreds of requests, not millions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A request's candidates as features ``(n, f) float32``, and which of them were right, ``(n,) bool``."""

    features: Vector
    right: Vector


def lesson_of(candidates: Candidates, right: Ids, names: Sequence[str]) -> Lesson:
    """The lesson of a request; ``right`` are the tracks to be found, ``names`` those of the columns."""
    return Lesson(
        features=features(candidates, names),
        right=np.isin(candidates.ids, right).astype(np.float32),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found for a request before it was ranked, and the tracks that were right."""

    candidates: Candidates
    right: Ids


def learn_from(found: Sequence[Found], *, seed: int = 0, threads: int = 0) -> bytes:
    """The ranker that these requests teach, as an ONNX file; see ``learn_ranker``."""
    names = known_features([one.candidates for one in found])
    lessons = [lesson_of(one.candidates, one.right, names) for one in found]
    return learn_ranker(lessons, names, seed=seed, threads=threads)


def without(candidates: Candidates, ids: Ids) -> Candidates:
    """The candidates but for these, which are neither right nor wrong."""
    kept = ~np.isin(candidates.ids, ids)
    return replace(
        candidates,
        ids=candidates.ids[kept],
        scores=candidates.scores[kept],
        ranks=candidates.ranks[kept],
        verified=candidates.verified[kept],
        traits={name: values[kept] for name, values in candidates.traits.items()},
    )


def known_features(candidates: Sequence[Candidates]) -> tuple[str, ...]:
    """The names of all columns that some of the candidates have, sorted, but for numbers of the facts."""
    return feature_names(
        sorted({channel for one in candidates for channel in one.channels}),
        sorted({trait for one in candidates for trait in one.traits if not trait.startswith(FACT)}),
        sorted({name for one in candidates for name in one.asked}),
    )


def learn_ranker(
    lessons: Sequence[Lesson], names: Sequence[str], *, seed: int = 0, threads: int = 0
) -> bytes:
    """The ranker as an ONNX file. Requests of which nothing right was found teach nothing.

    Raises InputError where nothing can be learned, or LightGBM is not there.
    """
    try:
        import lightgbm
    except ModuleNotFoundError as err:
        raise InputError("learning a ranker needs lightgbm: pip install '.[evaluate]' in the clone") from err
    drawn = [_drawn(lesson, np.random.default_rng([seed, at])) for at, lesson in enumerate(lessons)]
    drawn = [lesson for lesson in drawn if lesson.right.any() and not lesson.right.all()]
    if not drawn:
        raise InputError("there is nothing to learn a ranker from: no request found anything right")
    data = lightgbm.Dataset(
        np.concatenate([lesson.features for lesson in drawn]),
        np.concatenate([lesson.right for lesson in drawn]),
        group=[len(lesson.right) for lesson in drawn],
        feature_name=list(names),
    )
    settings = {**_SETTINGS, "seed": seed, "num_threads": threads}
    booster = lightgbm.train(settings, data, TREES)
    return _as_onnx(booster.dump_model()["tree_info"], names)


def _drawn(lesson: Lesson, draw: np.random.Generator) -> Lesson:
    """All that is right, and some of what is wrong."""
    wrong = draw.permutation(np.flatnonzero(lesson.right == 0))[:WRONG_A_REQUEST]
    rows = np.sort(np.concatenate([np.flatnonzero(lesson.right), wrong]))
    return Lesson(features=lesson.features[rows], right=lesson.right[rows])


# --- trees as ONNX ---------------------------------------------------------------------------------


def _as_onnx(trees: Sequence[Mapping[str, Any]], names: Sequence[str]) -> bytes:
    """The sum of the trees as an operator of ONNX's machine learning set, its columns named beside it."""
    from onnx import TensorProto, helper

    nodes = [node for number, tree in enumerate(trees) for node in _nodes(number, tree["tree_structure"])]
    leaves = [node for node in nodes if node.mode == "LEAF"]
    operator = helper.make_node(
        "TreeEnsembleRegressor",
        ["features"],
        ["score"],
        domain="ai.onnx.ml",
        n_targets=1,
        nodes_treeids=[node.tree for node in nodes],
        nodes_nodeids=[node.id for node in nodes],
        nodes_featureids=[node.feature for node in nodes],
        nodes_modes=[node.mode for node in nodes],
        nodes_values=[node.value for node in nodes],
        nodes_truenodeids=[node.yes for node in nodes],
        nodes_falsenodeids=[node.no for node in nodes],
        nodes_missing_value_tracks_true=[node.missing_is_yes for node in nodes],
        target_treeids=[leaf.tree for leaf in leaves],
        target_nodeids=[leaf.id for leaf in leaves],
        target_ids=[0] * len(leaves),
        target_weights=[leaf.weight for leaf in leaves],
    )
    graph = helper.make_graph(
        [operator],
        "ranker",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, len(names)])],
        [helper.make_tensor_value_info("score", TensorProto.FLOAT, [None, 1])],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="linernotes")
    helper.set_model_props(model, {NAMES: json.dumps(list(names))})
    return bytes(model.SerializeToString())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Node:
    """A node of a tree; ``missing_is_yes`` says where a row goes whose value is not known."""

    tree: int
    id: int
    mode: str = "LEAF"
    feature: int = 0
    value: float = 0.0
    yes: int = 0
    no: int = 0
    missing_is_yes: int = 0
    weight: float = 0.0


def _nodes(number: int, root: Mapping[str, Any]) -> Iterator[_Node]:
    """The nodes of one tree, the root first, each with an id of its own."""
    ids = iter(range(2**31 - 1))
    waiting = [(next(ids), root)]
    while waiting:
        id_, node = waiting.pop()
        if "leaf_value" in node:
            yield _Node(tree=number, id=id_, weight=float(node["leaf_value"]))
            continue
        yes, no = next(ids), next(ids)
        threshold = float(node["threshold"])
        knows_missing = node["missing_type"] == "NaN"
        yield _Node(
            tree=number,
            id=id_,
            mode="BRANCH_LEQ",
            feature=int(node["split_feature"]),
            value=threshold,
            yes=yes,
            no=no,
            # without missing values among its lessons LightGBM reads one as 0
            missing_is_yes=int(node["default_left"] if knows_missing else threshold >= 0),
        )
        waiting += [(yes, node["left_child"]), (no, node["right_child"])]
