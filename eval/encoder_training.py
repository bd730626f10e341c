"""How an encoder and what is read from it are trained together: rows of pieces, batches of like length, one cycle of the rates."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import normalize
from tqdm import tqdm

from eval.encoder import TorchEncoder
from eval.packed_encoder import PackedEncoder
from knowledge_base.question_bank import BankQuestion

BATCH = 64
RATE, HEAD_RATE, DECAY = 2e-4, 2e-3, 0.01
UNREAD = 0.05  # of the pieces of an example
WARM = 0.1  # of the steps, in which the rates rise
NEW = 3  # times that a run reads a question of a batch that no run before it has read
Part = NDArray[np.int64]
# bfloat16 where the processor has it: 2.4 s a step to 5.8 with AVX-512 alone; emulated, a step takes minutes
HALVED = any(torch.cpu.get_capabilities().get(name) for name in ("amx_bf16", "avx512_bf16"))


def runs_before(file: Path) -> int:
    """How many runs are behind the heads that a file holds; 0 where there is none. Each run draws other examples."""
    if not file.exists():
        return 0
    with np.load(file) as kept:
        return int(kept["runs"])


def unread(questions: Sequence[BankQuestion], file: Path) -> Part:
    """Rows of the questions of batches that no run behind the heads in a file has read; none where no run is behind them."""
    if not file.exists():
        return np.array([], dtype=np.int64)
    with np.load(file) as kept:
        read = {str(name) for name in kept["batches"]}
    return np.array(
        [row for row, question in enumerate(questions) if question.batch not in read], dtype=np.int64
    )


@dataclass(frozen=True)
class Rows:
    """The pieces of each example, and the one that stands for a piece that is not read."""

    pieces: list[list[int]]
    unknown: int

    @classmethod
    def of(cls, texts: Sequence[str], packed: PackedEncoder) -> Rows:
        """Texts as the encoder's own tokenizer cuts them."""
        encodings = packed.tokenizer().encode_batch(list(texts))
        return cls([encoding.ids for encoding in encodings], packed.special[3])

    @property
    def lengths(self) -> list[int]:
        return list(map(len, self.pieces))

    def read(self, part: Part) -> list[torch.Tensor]:
        """These examples, each with other pieces unread every time; begin and end are kept."""
        rows = [torch.tensor(self.pieces[at]) for at in part]
        for row in rows:
            row[1:-1][torch.rand(len(row) - 2) < UNREAD] = self.unknown
        return rows


def reading(encoder: TorchEncoder, rows: Rows) -> Callable[[Part], torch.Tensor]:
    """Numbers of examples → their vectors of length 1, (n, hidden), to be trained through."""
    encoder.train()

    def read(part: Part) -> torch.Tensor:
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=HALVED):
            vectors: torch.Tensor = encoder(rows.read(part))
        return normalize(vectors.float(), dim=1)

    return read


def optimizer_of(heads: torch.nn.Module, encoder: TorchEncoder | None = None) -> torch.optim.Optimizer:
    """AdamW (Loshchilov and Hutter 2019): heads learn ten times as fast as the encoder they read."""
    groups = [{"params": list(heads.parameters()), "lr": HEAD_RATE, "weight_decay": DECAY}]
    if encoder is not None:
        learnt = [parameter for parameter in encoder.parameters() if parameter.requires_grad]
        groups.insert(0, {"params": learnt, "lr": RATE, "weight_decay": DECAY})
    return torch.optim.AdamW(groups)


def train(
    loss_of: Callable[[Part], torch.Tensor],
    optimizer: torch.optim.Optimizer,
    lengths: Sequence[int],
    epochs: int,
) -> None:
    """Go through all examples `epochs` times; `lengths` of them, in pieces."""
    learnt = [value for group in optimizer.param_groups for value in group["params"]]
    parts = [part for _ in range(epochs) for part in _parts(lengths)]
    rates = [group["lr"] for group in optimizer.param_groups]
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, total_steps=len(parts), pct_start=WARM)
    progress = tqdm(parts, file=sys.stderr, mininterval=20)
    for part in progress:
        loss = loss_of(part)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch
        torch.nn.utils.clip_grad_norm_(learnt, 1.0)
        optimizer.step()
        schedule.step()
        progress.set_postfix(loss=f"{loss.item():.3f}", refresh=False)


def _parts(lengths: Sequence[int]) -> Iterator[Part]:
    """All examples once, those of about the same length together."""
    drawn = torch.randperm(len(lengths)).numpy()
    for pool in np.array_split(drawn, len(drawn) // (BATCH * 20) + 1):
        by_length = pool[np.argsort(np.asarray(lengths)[pool], kind="stable")]
        pieces = np.array_split(by_length, len(by_length) // BATCH + 1)
        yield from (pieces[at] for at in torch.randperm(len(pieces)).tolist())
