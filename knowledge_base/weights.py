"""The trained ranker's weights: plain arrays in one file that `eval/fit_ranker.py` makes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge_base.bank_space import BankSpace
from knowledge_base.errors import SourceFault

Vector = NDArray[np.float32]


@dataclass(frozen=True)
class Weights:
    """Arrays of the ranker, for vectors of one `space`; `clauses` names their columns (`document#3.2`).

    The linear part tells `unit_of` each clause: the clause itself in a text that is read clause by clause, the whole
    document in a digest, whose points have too few questions each. `group_of`: its provision, or the digest. `kind_of`: the row of `fusion` that weighs it.
    """

    space: str
    clauses: tuple[str, ...]
    unit_of: NDArray[np.int64]
    group_of: NDArray[np.int64]
    kind_of: NDArray[np.int64]
    query_adapter: NDArray[np.float32]
    query_mean: Vector
    bank_embedding: NDArray[np.float32]
    bank_ngrams: NDArray[np.float32]
    bank_bias: Vector
    clause_targets: NDArray[np.float32]
    linear_embedding: NDArray[np.float32]
    linear_ngrams: NDArray[np.float32]
    linear_bias: Vector
    status_embedding: NDArray[np.float32]
    status_ngrams: NDArray[np.float32]
    status_bias: Vector
    fusion: NDArray[np.float32]
    status_fusion: NDArray[np.float32]
    status_fusion_bias: Vector

    @cached_property
    def bank_space(self) -> BankSpace:
        """Where the questions of the bank lie for the ranker."""
        return BankSpace(self.bank_embedding, self.bank_ngrams, self.bank_bias)

    @cached_property
    def group_of_unit(self) -> NDArray[np.int64]:
        """The group that each unit of the linear part belongs to."""
        groups = np.zeros(int(self.unit_of.max()) + 1, dtype=np.int64)
        groups[self.unit_of] = self.group_of
        return groups

    @classmethod
    def read(cls, path: Path) -> Weights:
        """Read an `.npz` file. Raises `SourceFault` where an array is missing."""
        try:
            with np.load(path, allow_pickle=False) as arrays:
                values = {name: arrays[name] for name in cls.__dataclass_fields__}
        except (OSError, KeyError, ValueError) as error:
            raise SourceFault(f"排序权重 {path.name} 读不出（{error}）") from error
        names = tuple(str(name) for name in values.pop("clauses"))
        space = str(values.pop("space"))
        plain = {
            name: array.astype(np.float32) if array.dtype == np.float16 else array
            for name, array in values.items()
        }
        return cls(space=space, clauses=names, **plain)
