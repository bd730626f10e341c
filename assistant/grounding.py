"""The laws of the contract as functions: a statement that breaks one is never shown.

Each law returns faults, empty where it is kept; every writer's statements pass the same laws.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.contract import Citation, Statement
from knowledge_base import Document, Strength, stronger
from knowledge_base.lexicon import strength_words
from knowledge_base.normalisation import searchable

Law = Literal["quote", "token", "number", "digest", "strength", "quotation", "citation"]

_MARKER = re.compile(r"\[\d+\]")
_QUOTATION = re.compile(
    r"「([^「」]*(?:「[^「」]*」[^「」]*)*)」|“([^“”]*(?:“[^“”]*”[^“”]*)*)”"
    r"|『([^『』]*)』|‘([^‘’]*)’"
)
_COUNT = re.compile(r"(?:下面|以下)列出的共 (\d{1,2}) [条点條點]")  # a count of what is cited proves itself
_TITLE = re.compile(r"《[^《》]+》")
_NUMERAL = "〇零一二三四五六七八九十百千万亿两"
# Whole standards, document numbers and dates first: true digits put together anew are foreign too.
_TOKEN = re.compile(
    r"(?:GB/?T?|ISO(?:/IEC)?|DB\d*/T)\s?\d[\d.]*(?:\s?[-—:：]\s?\d+)?"
    r"|[\u4e00-\u9fff]{1,4}[〔\[（(]\d{4}[〕\]）)]\s?\d+\s?号"
    r"|\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?"
    r"|\d+(?:,\d{3})*(?:\.\d+)*%?"
    rf"|[（(][一二三四五六七八九十]{{1,3}}[)）]|第[{_NUMERAL}]+[条款项章]|百分之[{_NUMERAL}]+"
    rf"|[{_NUMERAL}半几]+(?:余|多)?(?:万元|亿元|元|块钱?|美元|个工作日|天|日内|个月|年内|年|成|倍|折|家|个名额|人次)"
    rf"|[{_NUMERAL}]{{2,}}"
)
_NEGATED = re.compile(
    r"(?:没有|没|未|并未|并非|不是|(?:没有|没|未|不)(?:规定|说明?|写明?|提到|承诺|明确|要求)|不)$"
)
STRENGTH_OF_WORDS: dict[str, Strength] = {
    "duty": "duty",
    "grant": "duty",  # a benefit promised binds as much as a duty does
    "action": "action",
    "support": "support",
    "guidance": "guidance",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A broken law and what broke it, in words for the reader."""

    law: Law
    detail: str


def check_citation(citation: Citation, documents: Mapping[str, Document]) -> list[Fault]:
    """Laws 1, 3 and 4: the quote is the span, the number is the provision's that holds it, a digest says so."""
    document = documents.get(citation.document_id)
    if document is None:
        return [Fault("citation", f"没有文件 {citation.document_id}")]
    faults = []
    if not 0 <= citation.start < citation.end <= len(document.text):
        return [Fault("quote", f"位置 [{citation.start}, {citation.end}) 不在原文内")]
    if document.text[citation.start : citation.end] != citation.quote:
        faults.append(Fault("quote", f"引文与原文 [{citation.start}, {citation.end}) 不一致"))
    try:
        provision = document.provision(citation.number)
        if not (provision.start <= citation.start and citation.end <= provision.end):
            faults.append(Fault("number", f"引文不在第 {citation.number} 条内"))
        if (citation.provision, citation.heading) != (provision.label, provision.heading):
            faults.append(Fault("number", f"条号或标题与第 {citation.number} 条不符"))
    except KeyError:
        faults.append(Fault("number", f"{citation.document_id} 没有第 {citation.number} 条"))
    if citation.text_kind != document.text_kind:
        faults.append(Fault("digest", f"文本性质应为 {document.text_kind}"))
    if (citation.document_title, citation.document_number) != (
        document.metadata.title,
        document.metadata.number,
    ):
        faults.append(Fault("citation", "文件标题或文号不符"))
    return faults


def check_statement(
    statement: Statement, citations: Sequence[Citation], documents: Mapping[str, Document], question: str
) -> list[Fault]:
    """Laws 2, 6 and 7 for one statement against the citations it names; it must name at least one."""
    by_id = {citation.id: citation for citation in citations}
    missing = [number for number in statement.citations if number not in by_id]
    if len(by_id) != len(citations):
        return [Fault("citation", "两条引文用了同一个编号")]
    if missing or not statement.citations:
        return [Fault("citation", f"没有引文 {missing or '任何'}")]
    cited = [by_id[number] for number in statement.citations]
    return [
        *_check_tokens(statement.text, cited, documents, question),
        *_check_quotations(statement.text, cited, documents),
        *_check_strength(statement, cited),
    ]


def _check_tokens(
    text: str, cited: Iterable[Citation], documents: Mapping[str, Document], question: str
) -> list[Fault]:
    """Law 2: every number, date and 《title》 is in a cited quote, in the metadata, the person's own, or counts the citations."""
    cited = tuple(cited)
    allowed = searchable(" | ".join([question, *_sources(cited, documents)]))
    bare = _COUNT.sub(
        lambda match: "" if int(match[1]) == len(cited) else match.group(), _MARKER.sub(" ", text)
    )
    faults = []
    for token in tokens(bare):
        if not _occurs(searchable(token), allowed):
            faults.append(Fault("token", f"“{token}”不在所引原文里"))
    return faults


def tokens(text: str) -> list[str]:
    """Numbers with their units and 《titles》 of a text, in order."""
    return [match.group() for pattern in (_TOKEN, _TITLE) for match in pattern.finditer(text)]


def _occurs(token: str, allowed: str) -> bool:
    bare, source = token.replace(" ", ""), allowed.replace(" ", "")
    if bare.isdigit() or bare[0].isdigit():
        return re.search(rf"(?<![\d.]){re.escape(bare)}(?![\d%]|\.\d)", source) is not None
    return bare in source


def _sources(cited: Iterable[Citation], documents: Mapping[str, Document]) -> list[str]:
    found = []
    for citation in cited:
        metadata = documents[citation.document_id].metadata
        days = [day for day in (metadata.signed, metadata.published) if day]
        found += [
            citation.quote,
            citation.provision,
            citation.heading,
            metadata.title,
            f"《{metadata.title}》",
            metadata.number,
            *(f"{day.isoformat()} {day.year}年{day.month}月{day.day}日" for day in days),
            *metadata.fields.values(),
        ]
    return found


def _check_quotations(text: str, cited: Iterable[Citation], documents: Mapping[str, Document]) -> list[Fault]:
    """Law 7: what stands between 「」, 『』, “” or ‘’ is an exact span of a cited document."""
    canonical = [documents[citation.document_id].text for citation in cited]
    faults = []
    for quotation in quotations(text):
        if not quotation.strip() or not any(quotation in whole for whole in canonical):
            faults.append(Fault("quotation", f"引号里的“{quotation[:20]}”不是原文"))
    return faults


def quotations(text: str) -> list[str]:
    """Outermost quotations of a text, without their marks."""
    return [next(filter(None, match.groups()), "") for match in _QUOTATION.finditer(text)]


def _check_strength(statement: Statement, cited: Sequence[Citation]) -> list[Fault]:
    """Law 6: neither the label nor the words outside quotations are stronger than the clauses cited."""
    strongest = min((citation.strength for citation in cited), key=_order)
    faults = []
    if stronger(statement.strength, strongest):
        faults.append(Fault("strength", f"标注力度 {statement.strength} 高于原文的 {strongest}"))
    claimed, word = claimed_strength(statement.text, " ".join(c.quote for c in cited))
    if claimed and stronger(claimed, strongest):
        faults.append(Fault("strength", f"“{word}”的力度高于原文"))
    return faults


def _order(strength: Strength) -> int:
    return ("duty", "action", "support", "guidance", "statement").index(strength)


def claimed_strength(text: str, source: str) -> tuple[Strength | None, str]:
    """The strongest claim of a text's words outside quotations, with the word; negated words claim nothing.

    A word that the source has itself, or an English one that renders such a word, claims nothing more.
    """
    bare = _TITLE.sub(" ", _QUOTATION.sub(" ", text))
    for level, words in strength_words().items():
        rendered = any(word in source for word in words if not word.isascii())
        for word in words:
            if word in source or (rendered and word.isascii()):
                continue
            for match in re.finditer(re.escape(word), bare, re.IGNORECASE):
                if not _NEGATED.search(_without_claims(bare[: match.start()])):
                    return STRENGTH_OF_WORDS[level], word
    return None, ""


def _without_claims(before: str) -> str:
    """`没有规定给予` → `没有规定`: a negation reaches over the claims that follow it directly."""
    words = [word for level in ("duty", "grant") for word in strength_words()[level]]
    return re.sub(f"(?:{'|'.join(map(re.escape, words))})+$", "", before)
