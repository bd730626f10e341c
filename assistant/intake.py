"""Long work on the knowledge base, one piece at a time, watched and cancelled: adding texts, rebuilding, evaluating."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from knowledge_base.adding import Accept, Impact, Proposal, Refused, add, impact, propose
from knowledge_base.documents import Level
from knowledge_base.embedding import Embedder
from knowledge_base.errors import KnowledgeBaseError
from knowledge_base.indexing import KnowledgeBase, Progress
from knowledge_base.rebuilding import rebuild
from knowledge_base.sources import Sources
from knowledge_base.versions import serving_sources

HELD = 200  # proposals that wait to be confirmed; the oldest give way
Told = Callable[[Impact, KnowledgeBase], str]  # a line for people; the version is the one with the text
Gate = Callable[[KnowledgeBase, Progress], Sequence[str]]
Scores = Callable[[Progress], Sequence[str]]  # of what serves: a line for each evaluation set


class Cancelled(KnowledgeBaseError):
    """The person has stopped the work; what served goes on serving."""


@dataclass(frozen=True, slots=True)
class Work:
    """How far the work is. `said` is its outcome once it no longer runs; `told` what there is to know of it, a line each."""

    stage: str = ""
    done: int = 0
    total: int = 0
    running: bool = False
    failed: bool = False
    said: str = ""
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What work that came to its end has to say, and line by line what came of it."""

    said: str
    told: tuple[str, ...]


class Intake:
    """Proposals that wait to be confirmed, and the work, for one server process. Safe in threads."""

    def __init__(
        self,
        home: Path,
        packaged: Callable[[], Sources],
        embedder: Callable[[], Embedder],
        gate: Gate,
        told: Told,
        scores: Scores,
        key: str,
    ) -> None:
        self.home = home
        self.key = key
        self._packaged = packaged
        self._embedder = embedder
        self._gate = gate
        self._told = told
        self._scores = scores
        self._held: OrderedDict[str, Proposal] = OrderedDict()
        self._work = Work()
        self._cancelled = threading.Event()
        self._lock = threading.Lock()

    def propose_file(self, name: str, content: bytes, level: Level) -> tuple[str, Proposal]:
        """Read a file that was handed in. Raises `KnowledgeBaseError` where it cannot be read."""
        with TemporaryDirectory(prefix="policy-assistant-intake-") as folder:
            path = Path(folder) / (Path(name).name or "文件")
            path.write_bytes(content)
            proposal = propose(str(path), self._sources(), level)
        named = replace(proposal.text, source=Path(name).name)
        return self._hold(replace(proposal, text=named))

    def propose_address(self, address: str, level: Level) -> tuple[str, Proposal]:
        """Read a web address. Raises `KnowledgeBaseError` where it may not or cannot be read."""
        if "://" not in address:
            raise KnowledgeBaseError("请填完整的网址，以 http:// 或 https:// 开头")
        return self._hold(propose(address, self._sources(), level))

    def start(self, tokens: Sequence[str], force: bool = False) -> None:
        """Add the confirmed texts in the background. Raises `KnowledgeBaseError` where that cannot begin."""
        with self._lock:
            chosen = [self._held[token] for token in tokens if token in self._held]
        if not chosen or len(chosen) < len(tokens):
            raise KnowledgeBaseError("有文件已经不在等候：请重新上传")
        self._begin(lambda: self._add(chosen, force))

    def rebuild(self, force: bool = False) -> None:
        """Make the served version again, with what reviewers have tied since. Raises `KnowledgeBaseError` as `start`."""
        self._begin(lambda: self._rebuild(force))

    def evaluate(self) -> None:
        """Run the evaluation sets through the version that serves. Raises `KnowledgeBaseError` as `start`."""
        self._begin(lambda: Outcome("评测完成", tuple(self._scores(self._progress))))

    def cancel(self) -> None:
        """Stop at the next step; nothing of the work serves."""
        self._cancelled.set()

    @property
    def work(self) -> Work:
        """How far it is."""
        with self._lock:
            return self._work

    def _sources(self) -> Sources:
        return serving_sources(self.home, self._packaged())

    def _hold(self, proposal: Proposal) -> tuple[str, Proposal]:
        token = secrets.token_hex(8)
        with self._lock:
            self._held[token] = proposal
            while len(self._held) > HELD:
                self._held.popitem(last=False)
        return token, proposal

    def _begin(self, action: Callable[[], Outcome]) -> None:
        with self._lock:
            if self._work.running:
                raise KnowledgeBaseError("另一项工作还没有结束：请等它结束，或先取消")
            self._cancelled.clear()
            self._work = Work("准备", running=True)
        threading.Thread(target=self._run, args=(action,), daemon=True).start()

    def _run(self, action: Callable[[], Outcome]) -> None:
        try:
            done = action()
            self._end(done.said, told=done.told)
        except Refused as error:
            self._end(f"{error}。确要启用，请勾选“评测低于下限也启用”再做一次", failed=True)
        except KnowledgeBaseError as error:
            self._end(str(error), failed=True)
        except Exception as error:  # noqa: BLE001  the thread's door: whoever waits is told, and the server goes on
            self._end(f"没有完成（{type(error).__name__}）；正在服务的版本没有受影响", failed=True)

    def _add(self, chosen: Sequence[Proposal], force: bool) -> Outcome:
        before = self._sources()
        texts = [proposal.text for proposal in chosen]
        accept = self._accept(force)
        base = add(self.home, self._packaged(), texts, self._embedder(), self._progress, accept)
        impacts = tuple(self._told(impact(before, text), base) for text in texts)
        with self._lock:
            self._held.clear()
        return Outcome(f"已启用版本 {base.version}，加入 {len(texts)} 份", impacts)

    def _rebuild(self, force: bool) -> Outcome:
        done = rebuild(self.home, self._packaged(), self._embedder(), self._progress, self._accept(force))
        learnt = f"，学入审核员定下的问法 {done.learnt} 条" if done.learnt else ""
        return Outcome(f"已启用版本 {done.version}{learnt}", done.left_out)

    def _accept(self, force: bool) -> Accept:
        return lambda built: () if force else self._gate(built, self._progress)

    def _progress(self, stage: str, done: int, total: int) -> None:
        if self._cancelled.is_set():
            raise Cancelled("已取消；正在服务的版本没有受影响")
        with self._lock:
            self._work = replace(self._work, stage=stage, done=done, total=total)

    def _end(self, said: str, failed: bool = False, told: tuple[str, ...] = ()) -> None:
        with self._lock:
            self._work = replace(self._work, running=False, failed=failed, said=said, told=told)
