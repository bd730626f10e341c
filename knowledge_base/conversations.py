"""Reviewed conversations: what people type next, each turn tied to the sentences that answer it where it was typed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge_base.documents import Document
from knowledge_base.errors import SourceFault
from knowledge_base.lexicon import aspects_read
from knowledge_base.question_bank import BankQuestion


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn after the turns `past`, oldest first; `shown` is the clause that the last of them that was tied to one was tied to.

    `clauses` (`document#3.2`) answer it, best first; empty where the texts are silent, `nearest` then says where they are
    nearest, and is empty where they have nothing to do with it. `asks`: the aspects that it asks for, as it is meant there.
    """

    question: str
    past: tuple[str, ...]
    clauses: tuple[str, ...]
    nearest: tuple[str, ...]
    persona: str
    batch: str
    asks: tuple[str, ...]
    shown: str = ""

    @property
    def subject(self) -> str:
        """What was spoken of before, as one text; empty for the first turn."""
        return " ".join(self.past)

    @property
    def kind(self) -> str:
        """One of `ranking.SILENCE_KINDS`."""
        if self.clauses:
            return "answered"
        return "not_specified" if self.nearest else "out_of_scope"


def load_conversations(
    path: Path, documents: Mapping[str, Document], most: int | None = None
) -> tuple[Turn, ...]:
    """All turns of one JSON-lines file, a conversation a line; of each the first `most`, where that is given.

    Raises `SourceFault` where a tie leads nowhere or an aspect is unknown.
    """
    turns: list[Turn] = []
    batch = path.stem.upper()
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            past: tuple[str, ...] = ()
            shown = ""
            for turn in row["turns"][:most]:
                clauses, nearest = tuple(turn["clauses"]), tuple(turn["nearest"])
                for name in (*clauses, *nearest):
                    document, _, key = name.partition("#")
                    documents[document].clause(key)
                if not turn["question"].strip():
                    raise ValueError("没有问题")
                asks = aspects_read(turn["asks"])
                ties = (clauses, nearest, row["persona"], batch, asks, shown)
                turns.append(Turn(turn["question"], past, *ties))
                past = (*past, turn["question"])
                shown = next(iter((*clauses, *nearest)), shown)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SourceFault(
                f"{path.name} 第 {number} 行：对话没有连到条文，或者所问方面不对（{error}）"
            ) from error
    return tuple(turns)


def openings(turns: Iterable[Turn]) -> tuple[BankQuestion, ...]:
    """The first turns, which stand for themselves, as questions of the bank, each once; those that no text treats have no place there."""
    found: dict[str, BankQuestion] = {}
    for turn in turns:
        ties = turn.clauses or turn.nearest
        if turn.past or not ties:
            continue
        document = ties[0].partition("#")[0]
        of_one = tuple(key for name, _, key in (tie.partition("#") for tie in ties) if name == document)
        answer, near = (of_one, ()) if turn.clauses else ((), of_one)
        kind = "opening" if turn.clauses else "not_in_policy"
        of = (turn.persona, kind, turn.batch, turn.asks)
        question = BankQuestion(turn.question, document, answer, near, *of)
        found.setdefault(turn.question, question)
    return tuple(found.values())
