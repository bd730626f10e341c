"""Anyone's text, sentence by sentence, put to the same laws: a poster, a promise, another program's answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.grounding import claimed_strength, quotations, tokens
from knowledge_base import Clause, Document, KnowledgeBase, Strength, stronger
from knowledge_base.documents import Metadata
from knowledge_base.normalisation import bigrams, clean, searchable
from knowledge_base.numerals import find_references
from knowledge_base.sentences import split_sentences

Finding = Literal["verbatim", "supported", "weaker", "absent", "misplaced"]
VERIFY_LIMIT = 20_000  # characters of a text to verify
SUPPORT = 0.55  # share of a sentence's bigrams that its clause must have: over half, so that a chance overlap is none
_NUMBERING = re.compile(r"^\s*(?:[-*•]|\d+[.、]|[（(]\d+[)）])\s*")


class VerifiedSentence(BaseModel):
    """What became of one sentence; `strengths` are the claim's and the text's where the text says less."""

    model_config = ConfigDict(frozen=True)
    text: str
    start: int
    end: int
    finding: Finding
    document_id: str | None = None
    number: int | None = None
    provision: str | None = None
    quote: str | None = None
    quote_start: int | None = None
    quote_end: int | None = None
    strengths: tuple[Strength, Strength] | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Candidate:
    document: Document
    clause: Clause
    share: float


def verify(text: str, knowledge_base: KnowledgeBase) -> list[VerifiedSentence]:
    """One finding for each sentence, in order; offsets count code points of the cleaned text."""
    cleaned = clean(text)
    found = []
    for begin, end in _sentences(cleaned):
        sentence = cleaned[begin:end].strip()
        if re.search(r"\w", re.sub(r"\[\d+\]", "", sentence)):
            found.append(_verify_sentence(sentence, begin, end, knowledge_base))
    return found


def _sentences(text: str) -> Iterable[tuple[int, int]]:
    for line in re.finditer(r"[^\n]+", text):
        yield from split_sentences(text, line.start(), line.end())


def _verify_sentence(sentence: str, start: int, end: int, base: KnowledgeBase) -> VerifiedSentence:
    claim = re.sub(r"\[\d+\]", "", _NUMBERING.sub("", sentence)).strip()
    best = _best(claim, base.documents)
    result = VerifiedSentence(
        text=sentence, start=start, end=end, finding="absent", reason="文件里没有这句话的依据"
    )
    if best is None:
        return result
    quote = best.document.quote(best.clause)
    provision = best.document.provision(best.clause.provision)
    placed = result.model_copy(
        update={
            "document_id": best.document.id,
            "number": provision.number,
            "provision": provision.label,
            "quote": quote,
            "quote_start": best.clause.start,
            "quote_end": best.clause.quote_end,
        }
    )
    if fault := _false_quotation(claim, base.documents):
        return placed.model_copy(update={"finding": "absent", "reason": f"引号里的“{fault[:20]}”不是原文"})
    if foreign := _foreign_tokens(claim, quote, best.document):
        return placed.model_copy(update={"finding": "absent", "reason": f"原文没有“{foreign[0]}”"})
    if wrong := _misplaced(claim, provision.number, best.document):
        return placed.model_copy(update={"finding": "misplaced", "reason": wrong})
    if weaker := _weaker(claim, quote, best, base):
        return placed.model_copy(update=weaker)
    if _verbatim(claim, best.document):
        return placed.model_copy(update={"finding": "verbatim", "reason": "与原文一致"})
    if best.share >= SUPPORT:
        return placed.model_copy(update={"finding": "supported", "reason": "原文有此意，措辞不同"})
    return result


def _best(claim: str, documents: Mapping[str, Document]) -> _Candidate | None:
    """The clause that holds the largest share of the claim's bigrams; None where there is no overlap to speak of."""
    grams = set(bigrams(searchable(_without_places(claim))))
    best: _Candidate | None = None
    for document in documents.values():
        for clause in document.clauses:
            own = set(bigrams(searchable(document.quote(clause))))
            share = len(grams & own) / max(len(grams), 1)
            if best is None or share > best.share:
                best = _Candidate(document, clause, share)
    return best if best and best.share >= SUPPORT / 2 else None


def _without_places(claim: str) -> str:
    """Naming a provision or the document says where a thing stands, not what it is."""
    return re.sub(
        r"(?:根据|依据|按照)?(?:第[^，,。]{1,6}条|[（(][一二三四五六七八九十]{1,3}[)）]|《[^》]*》)(?:规定|提出|明确)?[:：,，]?",
        "",
        claim,
    )


def _false_quotation(claim: str, documents: Mapping[str, Document]) -> str:
    texts = [document.text for document in documents.values()]
    for quotation in quotations(claim):
        if len(quotation) > 1 and not any(quotation in text for text in texts):
            return quotation
    return ""


def _foreign_tokens(claim: str, quote: str, document: Document) -> list[str]:
    bare = claim
    for reference in reversed(find_references(claim)):
        bare = bare[: reference.start] + " " + bare[reference.end :]
    allowed = searchable(quote + _names(document.metadata)).replace(" ", "")
    return [token for token in tokens(bare) if searchable(token).replace(" ", "") not in allowed]


def _names(metadata: Metadata) -> str:
    days = [day for day in (metadata.signed, metadata.published) if day]
    return f"《{metadata.title}》{metadata.number}" + "".join(
        f" {d.year}年{d.month}月{d.day}日" for d in days
    )


def _misplaced(claim: str, number: int, document: Document) -> str:
    named = [reference.number for reference in find_references(claim) if reference.kind == "provision"]
    if named and number not in named:
        return f"这句话在第 {number} 条，不在所说的第 {'、'.join(map(str, named))} 条"
    for title in re.findall(r"《([^》]+)》", claim):
        own = f"{document.metadata.title} {document.text}"
        if title not in own:
            return f"原文没有《{title}》"
    return ""


def _weaker(claim: str, quote: str, best: _Candidate, base: KnowledgeBase) -> dict[str, object] | None:
    record = base.record(best.document.id, best.clause.key)
    level, word = claimed_strength(claim, quote)
    if record is None or level is None or not stronger(level, record.strength):
        return None
    return {
        "finding": "weaker",
        "strengths": (level, record.strength),
        "reason": f"“{word}”说得比原文重，原文是：{'、'.join(record.verbs) or '陈述'}",
    }


def _verbatim(claim: str, document: Document) -> bool:
    inner: Sequence[str] = quotations(claim)
    bare = claim.strip("「」“”\"' ")
    return bare in document.text or (bool(inner) and all(part in document.text for part in inner))
