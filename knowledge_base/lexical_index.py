"""BM25 over character bigrams (Robertson & Zaragoza 2009, in Lucene's form), through `bm25s`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

from knowledge_base.errors import IndexFault
from knowledge_base.normalisation import bigrams, searchable

K1, B = 0.9, 0.4  # Anserini's defaults; best of those tried on policy texts


@dataclass(frozen=True, slots=True)
class Postings:
    """Where the bigrams of a question stand: `words[i]`, one of `count`, in row `rows[i]`."""

    count: int
    words: NDArray[np.int64]
    rows: NDArray[np.int64]

    def holding(self, kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Of each word whether a posting that is `kept` has it, shape (count,)."""
        return np.bincount(self.words[kept], minlength=self.count) > 0


class LexicalIndex:
    """Scores every row of a fixed list of texts against a question."""

    def __init__(self, model: bm25s.BM25) -> None:
        self._model = model
        self._vocabulary: dict[str, int] = model.vocab_dict

    @classmethod
    def build(cls, texts: Sequence[str]) -> LexicalIndex:
        """Index `texts`, row i for text i; at least one text."""
        model = bm25s.BM25(k1=K1, b=B, method="lucene")
        model.index([bigrams(searchable(text)) or [""] for text in texts], show_progress=False)
        return cls(model)

    @classmethod
    def open(cls, folder: Path) -> LexicalIndex:
        """Read an index that `save` wrote. Raises `IndexFault` where it is missing or damaged."""
        try:
            return cls(bm25s.BM25.load(str(folder), load_corpus=False, show_progress=False))
        except (OSError, ValueError, KeyError, EOFError) as error:
            raise IndexFault(f"词面索引损坏：{folder.name}；请运行 policy-assistant kb rebuild") from error

    def save(self, folder: Path) -> None:
        """Write the index into `folder`, which is made where it is missing."""
        self._model.save(str(folder), show_progress=False)

    @property
    def rows(self) -> int:
        """Number of texts indexed."""
        return int(self._model.scores["num_docs"])

    def scores(self, question: str) -> NDArray[np.float32]:
        """BM25 of every row for a `searchable` question, shape (rows,); zeros where no bigram is known."""
        known = [token for token in dict.fromkeys(bigrams(question)) if token in self._vocabulary]
        if not known:
            return np.zeros(self.rows, dtype=np.float32)
        return np.asarray(self._model.get_scores(known), dtype=np.float32)

    def postings(self, question: str) -> Postings:
        """The rows that hold each bigram of a `searchable` question; an unknown bigram has none."""
        words = list(dict.fromkeys(bigrams(question)))
        starts, rows = self._model.scores["indptr"], self._model.scores["indices"]
        known = {at: self._vocabulary[word] for at, word in enumerate(words) if word in self._vocabulary}
        found = [rows[starts[token] : starts[token + 1]] for token in known.values()]
        return Postings(
            len(words),
            np.repeat(np.array(list(known), dtype=np.int64), [len(part) for part in found]),
            np.concatenate(found).astype(np.int64) if found else np.zeros(0, dtype=np.int64),
        )
