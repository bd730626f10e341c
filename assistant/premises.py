"""What a question takes for granted and no text says: texts nobody issued, other places, quantities, offices, prohibitions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from assistant.selection import Support
from assistant.understanding import Inquiry
from knowledge_base import Document, Hit, KnowledgeBase, Strength
from knowledge_base.lexicon import offices, patterns, subjects
from knowledge_base.normalisation import searchable
from knowledge_base.numerals import NUMERAL, parse_numeral, to_numeral

_DOCUMENT_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,6}[〔\[(]\d{4}[〕\])] ?\d+ ?号")
_QUANTITY = re.compile(rf"(?P<n>{NUMERAL}|\d+)个?(?P<of>\D+)")
_FIGURES = r"\d一二三四五六七八九十百千"  # 十天 is no 三十日, and no 4月10日
_COUNTED_ALIKE = (("家", "部门", "单位", "机构"), ("天", "日"))  # counted in whichever of these words
_PERIODS = {  # as a question has it: as a text may
    "每年": "年度|逐年",
    "每月": "月度|逐月",
    "每季度": "季度|逐季",
    "半年": rf"(?<![{_FIGURES}])(?:六|6)(?:—\d+)?个月",
}
AS_CLOSE = 0.5  # of the best share, from which another digest is about the same
STEM = 5  # characters of an office's name that can mean nothing else: 工业和信息化, not 科技
_LATIN = re.compile(r"[a-z]{2,}")
_LONG_NUMBER = re.compile(r"(?<!\d)\d{5,}(?!\d)")


def not_mentioned(inquiry: Inquiry, known: Callable[[str], bool]) -> tuple[str, ...]:
    """What the question asks to be mentioned (有没有提到元宇宙), where no word of it is known.

    `known`: whether texts, or questions that they answer, have a word. One that is known in part may say in other words what is there.
    """
    match = patterns("asking")["mentions"].search(inquiry.own)
    said = next((group for group in match.groups() if group), "").strip() if match else ""
    words = _LATIN.findall(said) or [said[at : at + 2] for at in range(len(said) - 1)]
    return (said,) if words and not any(map(known, words)) else ()


def unknown_texts(inquiry: Inquiry, documents: Mapping[str, Document]) -> tuple[str, ...]:
    """Document numbers in the question that no text at hand bears or names."""
    named = [match.group() for match in _DOCUMENT_NUMBER.finditer(inquiry.own)]
    if not named:
        return ()
    known = [_bare(searchable(document.text + document.metadata.number)) for document in documents.values()]
    return tuple(number for number in named if not any(_bare(number) in text for text in known))


def elsewhere(inquiry: Inquiry, document: Document) -> tuple[str, ...]:
    """A place whose own rules are asked for, where this text does not speak of it."""
    words = patterns("forms")
    found = words["elsewhere"].search(inquiry.own)
    if found is None or words["here"].search(inquiry.own):
        return ()
    places = tuple(match.group() for match in words["place"].finditer(found.group()))
    return places if not any(place in document.text for place in places) else ()


def foreign_claims(inquiry: Inquiry, document: Document) -> tuple[str, ...]:
    """What the question says is laid down and the text does not have: quantities, offices with a task, numbers to call."""
    text = searchable(document.text)
    claims = [claim for claim in inquiry.claimed if not _has(text, claim)]
    said = text
    if patterns("forms")["task"].search(inquiry.own):  # who issued a text has no task by that alone
        said = searchable("".join(document.text[p.start : p.end] for p in document.provisions if p.number))
    claims += [office for office in offices_with_a_task(inquiry) if not _named(office, said)]
    if inquiry.provisions:
        claims += [number for number in _LONG_NUMBER.findall(inquiry.own) if number not in text]
    return tuple(dict.fromkeys(claims))


def taken_for_granted(
    inquiry: Inquiry, support: Support, hits: Sequence[Hit], knowledge_base: KnowledgeBase
) -> tuple[str, ...]:
    """What the question takes for granted and the sentences to answer from do not have, in its own words."""
    return (
        foreign_claims(inquiry, support.document)
        or _misdirected(inquiry, support, hits, knowledge_base)
        or _overstated(inquiry, support, knowledge_base)
    )


def _misdirected(
    inquiry: Inquiry, support: Support, hits: Sequence[Hit], knowledge_base: KnowledgeBase
) -> tuple[str, ...]:
    """Numbers to call that the opinion names for something else than the provision, or the digests, answered from."""
    document, provision = support.document, support.provision
    told = document.text
    if document == knowledge_base.principal:
        told = document.text[provision.start : provision.end]
    else:  # a digest seldom says by which number its subject is known; another as close may
        close = {hit.document_id for hit in hits if hit.probability >= AS_CLOSE * hits[0].probability}
        close = (close | {document.id}) & knowledge_base.digests.keys()
        told += "".join(knowledge_base.documents[name].text for name in close)
        told += "".join(link.phrase for name in close for link in knowledge_base.digests[name].links)
    numbers = knowledge_base.channels.get(knowledge_base.principal.id, ()) if knowledge_base.principal else ()
    return tuple(number for number in numbers if number in inquiry.own and number not in told)


def _overstated(inquiry: Inquiry, support: Support, knowledge_base: KnowledgeBase) -> tuple[str, ...]:
    if inquiry.form == "polar" or patterns("forms")["weighed"].search(inquiry.own):
        return ()  # asked, not taken for granted: the answer's first line says how strong the text is
    quotes = [support.document.quote(clause) for clause in support.clauses]
    for clause in support.clauses:
        record = knowledge_base.record(support.document.id, clause.key)
        if not overstated(inquiry, record.strength if record else "statement", quotes):
            return ()
    return inquiry.demands[:1]


def _has(text: str, claim: str) -> bool:
    """Whether a text has a quantity, in whichever figures and with or without a counting word: 十五个部门, 15部门."""
    if claim in _PERIODS and re.search(_PERIODS[claim], text):
        return True
    quantity = _QUANTITY.fullmatch(claim)
    if claim in text or quantity is None:
        return claim in text
    number = parse_numeral(quantity["n"])
    words = next((words for words in _COUNTED_ALIKE if quantity["of"] in words), (quantity["of"],))
    of = "(?:" + "|".join(map(re.escape, words)) + ")"
    figures = {str(number), to_numeral(number) if number < 100 else quantity["n"]}
    return any(re.search(rf"(?<![{_FIGURES}月]){figure}个?{of}", text) for figure in figures)


def offices_with_a_task(inquiry: Inquiry) -> list[str]:
    """Offices that the question gives something to do."""
    words = patterns("forms")
    if not words["role"].search(inquiry.own) or words["weighed"].search(inquiry.own):
        return []
    return [match.group() for match in words["agency"].finditer(inquiry.own)]


def _named(office: str, text: str) -> bool:
    """Whether a text names an office, with or without its area (省税务局, 税务局), short or in full (科技厅)."""
    core = re.sub(r"^(?:省|市|州|县|国家)", "", office)
    names = [core]
    for short, forms in offices().items():
        names += [core.replace(short, full) for full in forms if short in core]
    stems = [stem for name in names if len(stem := re.sub(r"[局厅委署部]$", "", name)) >= STEM]
    return any(name in text for name in (*names, *stems))


def overstated(inquiry: Inquiry, strength: Strength, quotes: Sequence[str]) -> bool:
    """Whether the question takes for a must, or for forbidden, what the cited sentences do not put as one."""
    if not inquiry.demands or strength == "duty":
        return False
    return not patterns("forms")["demanded"].search(searchable("".join(quotes)))


def foreign_right(inquiry: Inquiry, document: Document, quotes: Sequence[str]) -> bool:
    """Whether sentences tell how long a right is protected, while the question names rights and the document none of them."""
    protected_for = patterns("rights")["protected_for"]
    return any(protected_for.search(quote) for quote in quotes) and names_other_rights(inquiry, document)


def names_other_rights(inquiry: Inquiry, document: Document) -> bool:
    """Whether the question names rights (发明专利, 著作权) and the document none of them."""
    words = patterns("rights")
    named = [words[right] for right in words if right != "protected_for" and words[right].search(inquiry.own)]
    return bool(named) and not any(right.search(document.text) for right in named)


def another_subject(inquiry: Inquiry, support: Support) -> tuple[str, str] | None:
    """What the question is about and what is told instead, where each has rules of its own (商标代理, told of 专利代理)."""
    said = searchable(support.titled)
    for group in subjects():
        asked = [name for name, pattern in group.items() if pattern.search(inquiry.own)]
        of = [name for name, pattern in group.items() if pattern.search(said)]
        if len(asked) == 1 and of and asked[0] not in of:
            return asked[0], of[0]
    return None


def _bare(text: str) -> str:
    return re.sub(r"[\s〔〕\[\]()]", "", text)
