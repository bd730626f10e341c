"""Makes `knowledge_base/data/ranker/precedents.npz` from the reviewed conversations and the bank: `python -m eval.fit_precedents`.

The space of turns (`knowledge_base/precedents.py`) is learnt from every turn after the questions before it, joined, and from
every question of the bank by itself, some of them also behind subjects of conversations that they have nothing to do with: who
asks something new is answered that. Scored on the turns of the fit split, which are in neither: the right point first, and
how well what answered the like turns tells whether this one is answered. Needs torch (extra `dev`).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from eval.bank_space import Examples, learn_from
from eval.datasets import read_cases
from eval.ranker_lessons import Bank, read_bank
from knowledge_base.conversations import Turn, fingerprint
from knowledge_base.embedding import BundledEmbedder, Matrix
from knowledge_base.hashing import NGRAM_BUCKETS
from knowledge_base.indexing import ranked_precedents
from knowledge_base.normalisation import searchable
from knowledge_base.precedents import Precedents, PrecedentWeights, Utterance
from knowledge_base.ranking import SILENCE_KINDS
from knowledge_base.retrieval import EMBEDDED_LENGTH
from knowledge_base.romanisation import PinyinLexicon
from knowledge_base.sources import DATA, packaged_sources, pinyin_lexicon

OUT = DATA / "ranker" / "precedents.npz"
SET = Path(__file__).parent / "sets" / "dialogue-fit.jsonl"
SEED = 20231106
FIRST_TIE, OTHER_TIE = 1.0, 0.6
BATCH = 64
MOVED_ON = 4000  # questions of the bank that also follow on something else


@dataclass(frozen=True)
class Lessons:
    """What the space is learnt from, and the utterances of the turns in it, which follow the bank's questions."""

    examples: Examples
    turns: tuple[Utterance, ...]


def main() -> None:
    """Learn, print the scores on the fit split, save."""
    torch.manual_seed(SEED)
    sources = packaged_sources()
    bank, pinyin = read_bank(sources), pinyin_lexicon(sources)
    later = [turn for turn in sources.turns if turn.past]
    lessons = _lessons(bank, later, pinyin)
    space = learn_from(lessons.examples)
    weights = PrecedentWeights(
        BundledEmbedder.space, space, np.zeros((0, 0), dtype=np.float32), fingerprint(sources.turns)
    )
    places = np.stack([weights.place(turn) for turn in lessons.turns])
    np.savez_compressed(
        OUT,
        space=np.array(weights.space),
        embedding=space.embedding.astype(np.float16),
        ngrams=space.ngrams.astype(np.float16),
        bias=space.bias,
        places=places.astype(np.float16),
        turns=np.array(weights.turns),
    )
    alone = [
        _alone(question, vector) for question, vector in zip(bank.questions, bank.embeddings, strict=True)
    ]
    known = np.stack([weights.place(utterance) for utterance in alone])
    precedents = ranked_precedents(PrecedentWeights.read(OUT), known, sources, bank.clauses)
    print(json.dumps(_scores(precedents, bank, pinyin), indent=1))


def _lessons(bank: Bank, turns: Sequence[Turn], pinyin: PinyinLexicon) -> Lessons:
    column = {name: at for at, name in enumerate(bank.clauses)}
    targets = np.zeros((len(turns), len(bank.clauses)), dtype=np.float32)
    for row, turn in enumerate(turns):
        for rank, name in enumerate(turn.clauses):
            targets[row, column[name]] = OTHER_TIE if rank else FIRST_TIE
    targets /= np.maximum(targets.sum(axis=1, keepdims=True), 1e-9)
    uttered = utterances([(turn.question, turn.subject) for turn in turns], pinyin)
    alone = [
        _alone(question, vector) for question, vector in zip(bank.questions, bank.embeddings, strict=True)
    ]
    rows, moved = _moved_on(bank, alone, uttered)
    everything = [*alone, *uttered, *moved]
    status = np.array([SILENCE_KINDS.index(turn.kind) for turn in turns], dtype=np.int64)
    examples = Examples(
        np.stack([utterance.vector for utterance in everything]).astype(np.float32),
        [utterance.buckets for utterance in everything],
        2 * NGRAM_BUCKETS,
        np.concatenate([bank.targets, targets, bank.targets[rows]]),
        np.concatenate([bank.status, status, bank.status[rows]]),
    )
    return Lessons(examples, tuple(uttered))


def _moved_on(
    bank: Bank, alone: Sequence[Utterance], uttered: Sequence[Utterance]
) -> tuple[NDArray[np.int64], list[Utterance]]:
    """Questions of the bank, by row, behind subjects of conversations: drawn the same each time."""
    drawn = np.random.default_rng(SEED)
    rows = drawn.choice(len(alone), MOVED_ON, replace=False)
    before = drawn.choice(len(uttered), MOVED_ON)
    pairs = zip((alone[row] for row in rows), (uttered[row] for row in before), strict=True)
    moved = [Utterance(q.turn, q.embedding, turn.subject, turn.subject_embedding) for q, turn in pairs]
    return rows, moved


def utterances(spoken: Sequence[tuple[str, str]], pinyin: PinyinLexicon) -> list[Utterance]:
    """Turns and the subjects before them, as the retriever reads them."""
    texts = [pinyin.read(searchable(text)) for pair in spoken for text in pair]
    heard = list(dict.fromkeys(text[:EMBEDDED_LENGTH] for text in texts))
    embedder = BundledEmbedder()
    vectors: list[Matrix] = []
    for start in tqdm(range(0, len(heard), BATCH), file=sys.stderr):
        vectors.append(embedder.embed_queries(heard[start : start + BATCH]))
    known = dict(zip(heard, np.vstack(vectors), strict=True))
    return [
        Utterance(turn, known[turn[:EMBEDDED_LENGTH]], subject, known[subject[:EMBEDDED_LENGTH]])
        for turn, subject in zip(texts[::2], texts[1::2], strict=True)
    ]


def _alone(question: str, vector: NDArray[np.float32]) -> Utterance:
    return Utterance(question, vector)


def _scores(precedents: Precedents, bank: Bank, pinyin: PinyinLexicon) -> dict[str, float]:
    """On turns of the fit split, after the questions before them joined."""
    cases = [case for case in read_cases(SET) if case.history and case.expect in ("answer", "decline")]
    spoken = [(case.question, " ".join(turn.question for turn in case.history)) for case in cases]
    places = [name.partition(".")[0] for name in bank.clauses]
    firsts: list[bool] = []
    believed: list[float] = []
    for case, utterance in zip(cases, utterances(spoken, pinyin), strict=True):
        clauses, status = precedents.answers(utterance)
        believed.append(float(status[0]))
        if case.expect == "answer":
            shares: dict[str, float] = {}
            for place, share in zip(places, clauses.tolist(), strict=True):
                shares[place] = shares.get(place, 0.0) + share
            firsts.append(max(shares, key=shares.__getitem__) in case.relevant)
    answered = [case.expect == "answer" for case in cases]
    return {
        "turns": len(cases),
        "hit@1": round(float(np.mean(firsts)), 3),
        "auc": round(float(roc_auc_score(answered, believed)), 3),
    }


if __name__ == "__main__":
    main()
