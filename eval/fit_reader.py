"""Makes `knowledge_base/data/reader/` from the bank and the reviewed conversations: `python -m eval.fit_reader`.

The bundled encoder (multilingual-e5-small), or where there is one already what an earlier run made of it, is trained on with three heads: which clause answers, whether any does, which
aspects are asked for. Examples are the questions of the bank, the turns of the conversations after what was asked and shown
before, messages that only order the assistant about, and some questions among such orders, or behind a subject that they have nothing to do with; of each a few pieces are left unread. Each run draws others, and reads the questions of batches that no run before has read `NEW` times. The heads
are then trained anew on what the encoder gives as it is kept, in few bits. What it is worth is told by `eval/fit_mixture.py` and `eval/fit_follow_ups.py`, on the fit split, which is in neither. Needs torch,
transformers, onnx and onnxscript (extra `dev`).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import (
    binary_cross_entropy_with_logits,
    cross_entropy,
    dropout,
    log_softmax,
)
from tqdm import tqdm

from eval.encoder import TorchEncoder
from eval.encoder_training import NEW, Part, Rows, optimizer_of, reading, runs_before, train, unread
from eval.fit_orders import around_a_question, without_question
from eval.packed_encoder import ORIGINAL, PackedEncoder
from eval.ranker_lessons import Bank, read_bank, shares_of
from knowledge_base.conversations import Turn
from knowledge_base.encoder import Encoder
from knowledge_base.lexicon import aspects
from knowledge_base.normalisation import searchable
from knowledge_base.question_bank import batches
from knowledge_base.ranking import SILENCE_KINDS
from knowledge_base.reader import HEADS, MIXTURE, SCALE, Mixture, Past, as_read
from knowledge_base.romanisation import PinyinLexicon
from knowledge_base.sources import DATA, Sources, packaged_sources, pinyin_lexicon

FOLDER = DATA / "reader"
SEED = 20231106
EPOCHS, DROPPED = 3, 0.1
FURTHER = 1  # epochs, where an earlier run is taken up
MOVED_ON = 4000  # questions of the bank that also follow on something else
ORDERED = 4000  # questions of the bank that also stand among orders
FORGOTTEN = 0.3  # of the turns, read after the last question alone
NEAREST_SHARE = 0.2  # weight of where the texts come nearest, beside what answers
ASPECTS_SHARE = 0.2  # of the loss


@dataclass(frozen=True)
class Lessons:
    """n examples as they are read, and what is to be read in each: shares of the clauses (n, c), status, aspects (n, a).

    Where no text answers the clauses are those that come nearest, if any does.
    """

    texts: list[str]
    clauses: torch.Tensor
    status: torch.Tensor
    aspects: torch.Tensor


class Heads(torch.nn.Module):
    """What is read from a vector of length `SCALE`: logits of the clauses, of the status, of the aspects."""

    def __init__(self, clause_vectors: torch.Tensor) -> None:
        super().__init__()
        count, width = clause_vectors.shape
        self.clauses = torch.nn.Linear(width, count)
        self.status = torch.nn.Linear(width, len(SILENCE_KINDS))
        self.aspects = torch.nn.Linear(width, len(aspects()))
        with torch.no_grad():  # starts from what the clauses say
            self.clauses.weight.copy_(2 * (clause_vectors - clause_vectors.mean(dim=0)))
            self.clauses.bias.zero_()

    def resume(self, file: Path, clauses: Sequence[str]) -> None:
        """Take up what a file of heads holds; a clause that it does not know stays as it began."""
        with np.load(file) as kept:
            known = {str(name): at for at, name in enumerate(kept["of"])}
            rows = [(at, known[name]) for at, name in enumerate(clauses) if name in known]
            with torch.no_grad():
                for name, value in self.named_parameters():
                    stored = torch.tensor(kept[name].astype(np.float32))
                    if name.startswith("clauses."):
                        ours, theirs = map(list, zip(*rows, strict=True))
                        value[ours] = stored[theirs]
                    elif value.shape == stored.shape:
                        value.copy_(stored)

    def forward(self, vectors: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        return self.clauses(vectors), self.status(vectors), self.aspects(vectors)


def main() -> None:
    """Train and save."""
    runs = runs_before(FOLDER / HEADS)
    torch.manual_seed(SEED + runs)
    sources = packaged_sources()
    bank = read_bank(sources)
    lessons = _lessons(bank, sources, np.random.default_rng(SEED + runs))
    # all orders, drawn or not, so that no run unlearns the pieces of another
    orders = ("".join(around) for around in around_a_question())
    packed = PackedEncoder.read(ORIGINAL).for_chinese([*lessons.texts, *orders])
    encoder, heads = TorchEncoder(packed), Heads(torch.from_numpy(bank.clause_vectors))
    rows, epochs = Rows.of(lessons.texts, packed), EPOCHS
    if runs:
        encoder.resume(FOLDER)
        heads.resume(FOLDER / HEADS, bank.clauses)
        epochs = FURTHER
    optimizer = optimizer_of(heads, encoder)
    _train(reading(encoder, rows), heads, optimizer, lessons, rows.lengths, bank.provision_of, epochs)
    encoder.write(FOLDER)
    heads = Heads(torch.from_numpy(bank.clause_vectors))
    kept = _as_kept(lessons.texts)
    nothing = [0] * len(kept)
    _train(lambda part: kept[part], heads, optimizer_of(heads), lessons, nothing, bank.provision_of, EPOCHS)
    arrays: dict[str, Any] = {
        name: value.detach().numpy().astype(np.float16) for name, value in heads.named_parameters()
    }
    np.savez_compressed(
        FOLDER / HEADS,
        of=np.array(bank.clauses),
        aspects=np.array(list(aspects())),
        runs=runs + 1,
        batches=np.array(list(batches(sources.bank))),
        **arrays,
    )
    if not (FOLDER / MIXTURE).exists():  # believed as much as the rest, until `fit_mixture` has weighed it
        even = asdict(Mixture(0.5, 0.5))
        (FOLDER / MIXTURE).write_text(json.dumps({"mixture": even}), "utf-8")


def _lessons(bank: Bank, sources: Sources, drawn: np.random.Generator) -> Lessons:
    pinyin = pinyin_lexicon(sources)
    column = {name: at for at, name in enumerate(bank.clauses)}
    later = [turn for turn in sources.turns if turn.past]
    turns = [pinyin.read(searchable(turn.question)) for turn in later]
    pasts = pasts_of(later, sources, pinyin, drawn)
    moved = drawn.choice(np.arange(len(bank.questions)), MOVED_ON, replace=False)
    before = drawn.choice(len(later), MOVED_ON)
    ordered = drawn.choice(np.arange(len(bank.questions)), ORDERED, replace=False)
    fresh = np.tile(unread(sources.bank, FOLDER / HEADS), NEW - 1)
    orders = list(around_a_question())
    around = [orders[at] for at in drawn.choice(len(orders), ORDERED)]
    texts = [as_read(question) for question in bank.questions]
    texts += [as_read(turn, past) for turn, past in zip(turns, pasts, strict=True)]
    texts += [as_read(bank.questions[row], pasts[at]) for row, at in zip(moved, before, strict=True)]
    texts += [
        as_read(pinyin.read(searchable(sources.bank[row].question.join(both))))
        for row, both in zip(ordered, around, strict=True)
    ]
    texts += [as_read(bank.questions[row]) for row in fresh]
    idle = [as_read(pinyin.read(searchable(text))) for text in without_question()]
    asked = [question.asks for question in sources.bank] + [turn.asks for turn in later]
    again = np.concatenate([moved, ordered, fresh])
    asked += [sources.bank[row].asks for row in again] + [()] * len(idle)
    near = shares_of([[f"{q.document_id}#{key}" for key in q.nearest] for q in sources.bank], column)
    clauses = bank.targets + near  # no question has both
    of_turns = shares_of([turn.clauses or turn.nearest for turn in later], column)
    silence = np.array([SILENCE_KINDS.index(turn.kind) for turn in later], dtype=np.int64)
    nowhere = np.zeros((len(idle), len(bank.clauses)), dtype=clauses.dtype)
    outside = np.full(len(idle), SILENCE_KINDS.index("out_of_scope"), dtype=np.int64)
    return Lessons(
        [*texts, *idle],
        torch.from_numpy(np.concatenate([clauses, of_turns, clauses[again], nowhere])),
        torch.from_numpy(np.concatenate([bank.status, silence, bank.status[again], outside])),
        torch.tensor([[float(name in names) for name in aspects()] for names in asked]),
    )


def pasts_of(
    later: Sequence[Turn], sources: Sources, pinyin: PinyinLexicon, drawn: np.random.Generator
) -> list[Past]:
    """What turns come after; `FORGOTTEN` of them after the last question alone."""
    forgotten = drawn.random(len(later)) < FORGOTTEN
    asked = [turn.past[-1] if lost else turn.subject for turn, lost in zip(later, forgotten, strict=True)]
    shown = [quote_of(turn.shown, sources) if turn.shown else "" for turn in later]
    return [
        Past(*(pinyin.read(searchable(text)) for text in both)) for both in zip(asked, shown, strict=True)
    ]


def quote_of(name: str, sources: Sources) -> str:
    """The sentence of a clause (`document#3.2`)."""
    document_id, _, key = name.partition("#")
    document = sources.documents[document_id]
    return document.quote(document.clause(key))


def _as_kept(texts: Sequence[str]) -> torch.Tensor:
    """What the encoder gives for each text as it was written, (n, hidden)."""
    encoder = Encoder(FOLDER)
    progress = tqdm(texts, file=sys.stderr, mininterval=20)
    return torch.from_numpy(np.stack([encoder.vector(text) for text in progress]))


def _train(
    read: Callable[[Part], torch.Tensor],
    heads: Heads,
    optimizer: torch.optim.Optimizer,
    lessons: Lessons,
    lengths: Sequence[int],
    owners: NDArray[np.int64],
    epochs: int,
) -> None:
    """Heads, and the encoder behind `read` where the optimizer has it."""
    of = torch.from_numpy(owners)

    def loss_of(part: Part) -> torch.Tensor:
        clauses, status, asked = heads(dropout(SCALE * read(part), DROPPED))
        return _loss(clauses, status, asked, lessons, torch.from_numpy(part), of)

    train(loss_of, optimizer, lengths, epochs)


def _loss(
    clauses: torch.Tensor,
    status: torch.Tensor,
    asked: torch.Tensor,
    lessons: Lessons,
    part: torch.Tensor,
    owners: torch.Tensor,
) -> torch.Tensor:
    """Other clauses of the right provisions are no mistake: they are left out."""
    right = lessons.clauses[part]
    weight = torch.where(lessons.status[part] == 0, 1.0, NEAREST_SHARE)
    of_provision = torch.zeros(len(part), int(owners.max()) + 1).index_add_(1, owners, right)
    spared = (of_provision[:, owners] > 0) & (right == 0)
    surprise = -(right * log_softmax(clauses.masked_fill(spared, -1e4), dim=1)).sum(dim=1)
    found = (surprise * weight).sum() / weight.sum()
    about = binary_cross_entropy_with_logits(asked, lessons.aspects[part], reduction="none").sum(dim=1).mean()
    return found + cross_entropy(status, lessons.status[part]) + ASPECTS_SHARE * about


if __name__ == "__main__":
    main()
