"""A fusion that was learned from what was liked: trees in an ONNX file that names their columns."""

from __future__ import annotations

import hashlib
import json

import numpy as np

from linernotes.errors import ModelError
from linernotes.rank.features import features
from linernotes.types import Candidates, Vector

NAMES = "features"
"""The key of the model's metadata that holds the names of its columns, as JSON."""


class LearnedFusion:
    """Scores candidates by a ranker that ``linernotes.learn.ranker`` made."""

    reads_traits = True

    def __init__(self, model: bytes) -> None:
        """``model`` is an ONNX file. Raises ModelError for one that is no such ranker."""
        import onnxruntime
        from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidGraph, InvalidProtobuf

        self.name = f"learned@{hashlib.sha256(model).hexdigest()[:12]}"

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(
                model, sess_options=options, providers=["CPUExecutionProvider"]
            )
            told = self._session.get_modelmeta().custom_metadata_map[NAMES]
            self._names: tuple[str, ...] = tuple(json.loads(told))
        except (Fail, InvalidGraph, InvalidProtobuf, KeyError, ValueError) as err:
            raise ModelError(f"this is no ranker: {err}") from err
        self._input = self._session.get_inputs()[0].name

    def score(self, candidates: Candidates) -> Vector:
        """``(n,) float32`` between 0 and 1, the logistic function of what the trees say."""
        if not len(candidates.ids):
            return np.zeros(0, dtype=np.float32)
        said = self._session.run(None, {self._input: features(candidates, self._names)})[0]
        return np.asarray(1.0 / (1.0 + np.exp(-np.ravel(said))), dtype=np.float32)
