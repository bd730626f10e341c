"""What a version is built from: the texts with their reading, digests, questions and weights; checked while loading."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge_base.added import AddedText
from knowledge_base.answerability import HEAD
from knowledge_base.conversations import Turn, load_conversations, openings
from knowledge_base.digests import Digest, load_digest
from knowledge_base.documents import Document
from knowledge_base.encoder import ENCODER, TOKENIZER
from knowledge_base.errors import SourceFault
from knowledge_base.passages import Passage, passages
from knowledge_base.question_bank import BankQuestion, load_bank
from knowledge_base.reader import HEADS, MIXTURE
from knowledge_base.records import ClauseRecord, load_records
from knowledge_base.romanisation import PinyinLexicon
from knowledge_base.structure import parse

if TYPE_CHECKING:
    from knowledge_base.candidates import Candidate

DATA = Path(__file__).parent / "data"
LAYOUT = "9"  # raise it when an index on disk changes its form: old versions are then rebuilt


@dataclass(frozen=True)
class Sources:
    """Everything that a version is built from; `fingerprint` changes when any byte of it does."""

    documents: dict[str, Document]
    records: dict[str, dict[str, ClauseRecord]]
    digests: dict[str, Digest]
    bank: tuple[BankQuestion, ...]
    weights: Path | None
    fingerprint: str
    conversations: tuple[Path, ...] = ()
    reader: Path | None = None
    answerability: Path | None = None
    added: tuple[AddedText, ...] = ()
    candidates: tuple[Candidate, ...] = ()

    @cached_property
    def turns(self) -> tuple[Turn, ...]:
        """All turns of the reviewed conversations, read when they are first asked for: what serves needs the openings alone, which are in the bank.

        Raises `SourceFault` as `load_conversations` does.
        """
        return tuple(turn for path in self.conversations for turn in load_conversations(path, self.documents))


def packaged_sources(data: Path = DATA) -> Sources:
    """The texts, records, questions and weights that travel with the project; checked while loading.

    Raises `SourceFault` where one contradicts another.
    """
    digest = hashlib.sha256(LAYOUT.encode())
    documents: dict[str, Document] = {}
    records: dict[str, dict[str, ClauseRecord]] = {}
    for path in sorted((data / "documents").glob("*.txt")):
        raw = path.read_bytes()
        digest.update(raw)
        documents[path.stem] = parse(path.stem, raw.decode("utf-8"))
    for path in sorted((data / "records").glob("*.jsonl")):
        digest.update(path.read_bytes())
        records[path.stem] = load_records(path, documents[path.stem])
    digests: dict[str, Digest] = {}
    for path in sorted((data / "digests").glob("*.toml")):
        digest.update(path.read_bytes())
        (leaning,) = records
        digests[path.stem] = load_digest(path, documents[leaning])
    documents |= {name: found.document for name, found in digests.items()}
    _check_successors(documents)
    bank: list[BankQuestion] = []
    for path in sorted((data / "bank").glob("*.jsonl")):
        digest.update(path.read_bytes())
        bank += load_bank(path, documents)
    conversations = sorted((data / "conversations").glob("*.jsonl"))
    opened: list[Turn] = []
    for path in conversations:
        digest.update(path.read_bytes())
        opened += load_conversations(path, documents, most=1)
    bank += openings(opened)
    weights = data / "ranker" / "weights.npz"
    learnt = [weights, weights.with_name("aspects.npz")]
    reader = [data / "reader" / name for name in (ENCODER, TOKENIZER, HEADS, MIXTURE)]
    answerability = [data / "answerability" / name for name in (ENCODER, TOKENIZER, HEAD)]
    for path in filter(Path.exists, [*learnt, *reader, *answerability]):
        digest.update(path.read_bytes())
    return Sources(
        documents,
        records,
        digests,
        tuple(bank),
        weights if all(path.exists() for path in learnt) else None,
        digest.hexdigest(),
        tuple(conversations),
        data / "reader" if all(path.exists() for path in reader) else None,
        data / "answerability" if all(path.exists() for path in answerability) else None,
    )


def _check_successors(documents: dict[str, Document]) -> None:
    for document in documents.values():
        named = (*filter(None, [document.validity.replaced_by]), *document.validity.replaces)
        for other in named:
            if other not in documents:
                raise SourceFault(f"{document.id} 的前后版本 {other} 不在知识库里")


def with_added(sources: Sources, added: Sequence[AddedText]) -> Sources:
    """The same sources and the texts that people added; an added text takes the place of one with its id."""
    if not added:
        return sources
    own = {text.id: text.document() for text in added}
    whole = json.dumps([asdict(text) for text in added], ensure_ascii=False, default=str)
    mark = hashlib.sha256(f"{sources.fingerprint}{whole}".encode("utf-8", "surrogatepass")).hexdigest()
    return replace(sources, documents=sources.documents | own, fingerprint=mark, added=tuple(added))


def folder_sources(folder: Path) -> Sources:
    """Another corpus: `*.txt` and `*.md`, or one `corpus.jsonl` with `{"id", "text"}` a line; no bank, no ranker."""
    texts: dict[str, str] = {}
    number = 0
    try:
        for path in sorted((*folder.glob("*.txt"), *folder.glob("*.md"))):
            texts[path.stem] = path.read_bytes().decode("utf-8")
        listing = folder / "corpus.jsonl"
        if listing.exists():
            for line in listing.read_text("utf-8").splitlines():
                number += 1
                row = json.loads(line)
                texts[str(row["id"])] = str(row["text"])
    except UnicodeDecodeError as error:
        raise SourceFault(f"{path.name} 不是 UTF-8 编码：请另存为 UTF-8") from error
    except (ValueError, KeyError, TypeError) as error:
        raise SourceFault(f"corpus.jsonl 第 {number} 行不合格式：每行要有 id 和 text") from error
    texts = {name: text for name, text in texts.items() if text.strip()}
    if not texts:
        raise SourceFault(f"{folder} 里没有 .txt、.md 或 corpus.jsonl")
    documents = {name: parse(name, text) for name, text in texts.items()}
    digest = hashlib.sha256(json.dumps(texts, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    return Sources(documents, {}, {}, (), None, digest.hexdigest())


def pinyin_lexicon(sources: Sources) -> PinyinLexicon:
    """The words of the texts that have a bank, and of the bank; empty for a corpus without one."""
    named = {question.document_id for question in sources.bank}
    texts = [sources.documents[document_id].text for document_id in sorted(named)]
    return PinyinLexicon.build([*texts, *(question.question for question in sources.bank)])


def all_passages(sources: Sources) -> list[Passage]:
    """Texts that have been read, digested, or that questions are tied to, are indexed clause by clause."""
    by_clause = {*sources.records, *sources.digests, *(question.document_id for question in sources.bank)}
    return [p for document in sources.documents.values() for p in passages(document, by_clause)]
