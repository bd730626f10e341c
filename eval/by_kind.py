"""How the assistant stands by kind of question: `python -m eval.by_kind [SET ...]`, all reported sets where none is named.

Prints a Markdown table, a row a set and one for each of its kinds with `LEAST` questions; of a set of conversations the first turns
and what follows on them. This is where the tables of docs/evaluation.md come from.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from assistant.settings import read_settings
from assistant.wiring import open_assistant
from eval.datasets import FIT_SETS, read_cases
from eval.metrics import Record, summarise
from eval.run import run_cases

SETS = Path(__file__).parent / "sets"
OTHER_FORMS = ("support.jsonl",)  # statements, no questions
LEAST = 6
SHARES = (
    "hit@1",
    "hit@3",
    "citation_precision",
    "citation_recall",
    "status_accuracy",
    "decline_recall",
    "decline_precision",
    "decomposition_recall",
    "aspect_named",
)
WHOLE = ("forbidden_strings", "unverifiable_quotes", "foreign_numbers", "latency_p50_ms")


def main(paths: Sequence[Path]) -> None:
    """Answer the sets one after the other, print a row as soon as it is known."""
    assistant = open_assistant(read_settings(), lambda *_: None)
    documents = assistant.knowledge_base.documents
    print(
        f"| set, kind | questions | {' | '.join(SHARES + WHOLE)} |\n|---|---|{'---|' * len(SHARES + WHOLE)}"
    )
    for path in paths:
        records = run_cases(assistant, read_cases(path))
        for name, group in {path.name: records, **by_kind(records)}.items():
            metrics = summarise(group, documents)
            cells = " | ".join(f"{metrics[m]:.3f}" for m in SHARES) + " | "
            cells += " | ".join(f"{metrics[m]:.0f}" for m in WHOLE)
            print(f"| {name} | {len(group)} | {cells} |", flush=True)


def reported() -> list[Path]:
    """The sets that nothing is fitted to."""
    return [
        path for path in sorted(SETS.glob("*.jsonl")) if path not in FIT_SETS and path.name not in OTHER_FORMS
    ]


def by_kind(records: Sequence[Record]) -> dict[str, list[Record]]:
    """Records of each kind that has `LEAST`; those with a past together, whatever they are called."""
    kinds: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        kinds["follow-up" if record.case.history else record.case.kind or "of no kind"].append(record)
    return {kind: group for kind, group in sorted(kinds.items()) if LEAST <= len(group) < len(records)}


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]] or reported())
