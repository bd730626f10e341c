"""The version that serves, made again from its sources, with what reviewers have tied since."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from knowledge_base.adding import Accept, Refused
from knowledge_base.candidates import learnt, read_candidates
from knowledge_base.embedding import Embedder
from knowledge_base.indexing import Progress
from knowledge_base.sources import Sources
from knowledge_base.versions import build_version, changing, open_version, serving_sources, sweep, switch


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A version that serves: how many reviewed questions it knows and the former did not, and what was left behind."""

    version: str
    learnt: int
    left_out: tuple[str, ...]  # reviewed questions whose sentence has changed, a line each
    broken_off: int  # builds that were killed before, swept away now


def rebuild(home: Path, packaged: Sources, embedder: Embedder, progress: Progress, accept: Accept) -> Rebuilt:
    """Build the served sources again and let the version serve.

    Where reviewed questions join, `accept` may speak against it: `Refused`, and what served goes on serving.
    Raises `KnowledgeBaseError` where another change is under way or the disk is full.
    """
    with changing(home):
        served = serving_sources(home, packaged)
        taught = learnt(served, read_candidates(home))
        sources, broken_off = taught.sources, sweep(home)
        folder = build_version(home, sources, embedder, progress)
        other = sources.candidates != served.candidates
        if other and (faults := accept(open_version(folder, sources, embedder))):
            raise Refused(f"学了新问法后{'；'.join(faults)}：没有启用")
        switch(home, folder.name)
    new = len(set(sources.candidates) - set(served.candidates))
    return Rebuilt(folder.name, new, taught.left_out, broken_off)
