"""Fits what tells an order to the assistant from a question: `python -m eval.fit_orders`.

Messages whose pieces their writers have marked (`knowledge_base/data/orders/*.jsonl`), and the questions of the bank and of
the fit sets, which hold no orders. Half of the writers, and half of the batches of plain questions, are scored by a model
that never saw them; the limits are those that leave most of the question, and nothing else, of messages with orders, while
hardly any plain question is taken for one. Writes `weights.npz` and `limits.json` beside the messages. Needs scikit-learn
(extra `dev`).
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pypinyin import lazy_pinyin
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from assistant.orders import FOLDER, KINDS, SHARES, Limits, Matrix, buckets, kept, stretches
from eval.datasets import FIT_SETS, read_cases
from knowledge_base.hashing import NGRAM_BUCKETS
from knowledge_base.normalisation import searchable
from knowledge_base.sources import packaged_sources

INVERSE_PENALTY = 30.0
TAKEN_AT_MOST = 0.004  # share of plain questions, by a model that knows half of the messages
AHEAD = 80  # characters before a question, behind which a reader still reads it
ORDERED = ("injection", "instruction")  # kinds of cases, and of questions of the bank, that hold orders
GRID = {
    "alarm": (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97),
    "order": (0.4, 0.5, 0.6, 0.7),
    "asking": (0.6, 0.7, 0.8, 0.9, 0.95),
    "packing": (0.5, 0.7, 0.9),
}


@dataclass(frozen=True)
class Message:
    """A message's stretches, the kind of each (index in `KINDS`), and the letters of its question.

    `written`: for this, with its pieces marked; else a plain question from elsewhere.
    """

    parts: list[str]
    kinds: list[int]
    question: str
    written: bool

    @property
    def ordered(self) -> bool:
        """Whether it holds an order at all."""
        return KINDS.index("order") in self.kinds


def main() -> None:
    """Fit, print the scores, save."""
    writers = [list(_messages(path)) for path in sorted(FOLDER.glob("*.jsonl"))]
    halves = [[_plain(question) for question in questions] for questions in _halves()]
    scored: list[tuple[Message, Matrix]] = []
    for side, (seen, unseen) in enumerate((halves, halves[::-1])):
        rest = [message for writer in writers[side::2] for message in writer]
        held = [message for writer in writers[1 - side :: 2] for message in writer]
        model = _fitted(rest + seen)
        scored += zip(held + unseen, _judged(model, held + unseen), strict=True)
    combinations = [Limits(*values) for values in itertools.product(*GRID.values())]
    spared = [limits for limits in combinations if _taken(scored, limits, written=False) <= TAKEN_AT_MOST]
    best = max(spared, key=lambda limits: sum(_likeness(m, s, limits) for m, s in scored if m.ordered))
    model = _fitted([message for writer in writers for message in writer] + halves[0] + halves[1])
    np.savez_compressed(
        FOLDER / "weights.npz",
        table=model.coef_.T.astype(np.float16),
        bias=model.intercept_.astype(np.float32),
    )
    said = {"limits": asdict(best), "half of writers and questions left out": _scores(scored, best)}
    (FOLDER / "limits.json").write_text(json.dumps(said, indent=1) + "\n", "utf-8")
    print(json.dumps(said, indent=1))


def _halves() -> tuple[list[str], list[str]]:
    """Questions without orders, by whole batches of the bank and whole sets; every fourth spelled in pinyin, too."""
    by_source: dict[str, list[str]] = {}
    for asked in packaged_sources().bank:
        if asked.kind not in ORDERED:
            by_source.setdefault(asked.batch, []).append(asked.question)
    for path in FIT_SETS:
        by_source[path.stem] = [case.question for case in read_cases(path) if case.kind not in ORDERED]
    halves: tuple[list[str], list[str]] = ([], [])
    for number, name in enumerate(sorted(by_source)):
        questions = by_source[name]
        halves[number % 2].extend(questions + [_spelled(text, at) for at, text in enumerate(questions[::4])])
    return halves


def _spelled(question: str, manner: int) -> str:
    """All of a question in pinyin, with blanks or without, or only its first two to four characters."""
    if manner % 3 == 2:
        first = 2 + manner % 4 % 3
        return "".join(lazy_pinyin(question[:first])) + " " + question[first:]
    return ("" if manner % 3 else " ").join(lazy_pinyin(question))


def without_question() -> Iterator[str]:
    """Written messages that order the assistant about and ask nothing."""
    for path in sorted(FOLDER.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            pieces = json.loads(line)["pieces"]
            if {kind for kind, _ in pieces}.isdisjoint({"question"}):
                yield "".join(text for _, text in pieces)


def around_a_question() -> Iterator[tuple[str, str]]:
    """What stands before and after the question of each written message that asks one thing and orders the assistant about."""
    for path in sorted(FOLDER.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            pieces = json.loads(line)["pieces"]
            kinds = [kind for kind, _ in pieces]
            if "order" in kinds and kinds.count("question") == 1:
                at = kinds.index("question")
                before, after = (
                    "".join(text for _, text in part) for part in (pieces[:at], pieces[at + 1 :])
                )
                if len(before) <= AHEAD:
                    yield before, after


def _messages(path: Path) -> Iterator[Message]:
    for line in path.read_text("utf-8").splitlines():
        yield _marked(json.loads(line)["pieces"])


def _marked(pieces: Sequence[tuple[str, str]]) -> Message:
    """Stretches of the whole, each of the kind that most of its letters have in the pieces."""
    parts = stretches(searchable("".join(text for _, text in pieces)))
    marked = [(letter, KINDS.index(kind)) for kind, text in pieces for letter in searchable(text)]
    text = "".join(parts)
    kind_of = np.full(len(text), -1)
    matcher = SequenceMatcher(None, text, "".join(letter for letter, _ in marked), autojunk=False)
    for start, other, length in matcher.get_matching_blocks():
        kind_of[start : start + length] = [kind for _, kind in marked[other : other + length]]
    kinds, at = [], 0
    for part in parts:
        own = [int(kind) for kind in kind_of[at : at + len(part)] if kind >= 0]
        kinds.append(max(set(own), key=own.count) if own else KINDS.index("packing"))
        at += len(part)
    question = "".join(searchable(text) for kind, text in pieces if kind == "question")
    return Message(parts, kinds, _letters(question), written=True)


def _plain(question: str) -> Message:
    parts = stretches(searchable(question))
    return Message(parts, [0] * len(parts), _letters("".join(parts)), written=False)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _inputs(messages: Sequence[Message]) -> csr_matrix:
    rows, columns, values = [], [], []
    stretch = 0
    for message in messages:
        for places in buckets(message.parts):
            for share, found in zip(SHARES, places, strict=True):
                rows += [stretch] * len(found)
                columns += found.tolist()
                values += [share * max(len(found), 1) ** -0.5] * len(found)
            stretch += 1
    return csr_matrix((values, (rows, columns)), shape=(stretch, NGRAM_BUCKETS))


def _fitted(messages: Sequence[Message]) -> LogisticRegression:
    kinds = [kind for message in messages for kind in message.kinds]
    return LogisticRegression(C=INVERSE_PENALTY, max_iter=2000).fit(_inputs(messages), kinds)


def _judged(model: LogisticRegression, messages: Sequence[Message]) -> list[Matrix]:
    shares: NDArray[np.float32] = model.predict_proba(_inputs(messages)).astype(np.float32)
    ends = np.cumsum([len(message.parts) for message in messages])
    return np.split(shares, ends[:-1])


def _likeness(message: Message, shares: Matrix, limits: Limits) -> float:
    """F1 over letters of what is left against the question; 1 where nothing is left of what asks nothing."""
    left = kept(message.parts, shares, limits)
    given = _letters(left[0] if left else "".join(message.parts))
    if not given:
        return float(not message.question)
    same = sum(
        b.size for b in SequenceMatcher(None, given, message.question, autojunk=False).get_matching_blocks()
    )
    return 2 * same / (len(given) + len(message.question))


def _cut(message: Message, shares: Matrix, limits: Limits) -> bool:
    return bool(len(message.parts)) and float(shares[:, 1].max()) >= limits.alarm


def _taken(scored: Sequence[tuple[Message, Matrix]], limits: Limits, written: bool) -> float:
    """Share of the messages without orders that are taken to hold some: those of our writers, or all other questions."""
    cut = [_cut(m, s, limits) for m, s in scored if not m.ordered and m.written == written]
    return sum(cut) / len(cut)


def _scores(scored: Sequence[tuple[Message, Matrix]], limits: Limits) -> dict[str, float]:
    ordered = [(m, s) for m, s in scored if m.ordered]
    found = sum(_cut(m, s, limits) for m, s in ordered)
    likeness = sum(_likeness(m, s, limits) for m, s in ordered)
    untouched = sum(_likeness(m, s, replace(limits, alarm=2.0)) for m, s in ordered)
    return {
        "messages with orders": len(ordered),
        "found": round(found / len(ordered), 4),
        "likeness of what is left to the question": round(likeness / len(ordered), 4),
        "likeness of the whole message to it": round(untouched / len(ordered), 4),
        "plain questions": sum(not m.written for m, _ in scored),
        "of these taken for orders": round(_taken(scored, limits, written=False), 4),
        "of harmless messages that look alike": round(_taken(scored, limits, written=True), 4),
    }


if __name__ == "__main__":
    main()
