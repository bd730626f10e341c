"""Verdict → statements. The extractive writer needs no model: reviewed plain words around exact quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.contract import Citation, Persona, Question, Statement
from assistant.judgement import Verdict
from assistant.messages import message
from assistant.premises import offices_with_a_task, overstated
from assistant.selection import Support
from assistant.standing import named
from assistant.understanding import Inquiry
from knowledge_base import ClauseRecord, KnowledgeBase, Strength, stronger
from knowledge_base.lexicon import aspects_in_english, patterns

_FIGURE = re.compile(r"(?<!\d)\d{2,}(?!\d|[号条年版份部月日])")  # that a plain yes would confirm
READ_ALOUD_LIMIT = 100  # characters of the line that an operator reads out
OPEN_AT_MOST = 4  # aspects named in the line of what is not specified


@dataclass(frozen=True)
class Brief:
    """All that a writer may use: what was asked, how the texts meet it, and the citations it may name."""

    inquiry: Inquiry
    verdict: Verdict
    asked: Question
    citations: Sequence[Citation]
    knowledge_base: KnowledgeBase

    @property
    def persona(self) -> Persona | None:
        """Who asks."""
        return self.asked.persona

    @property
    def own(self) -> Sequence[Citation]:
        """The citations without the one that stands beside them."""
        return self.citations[:-1] if self.verdict.beside else self.citations

    def record(self, citation: Citation) -> ClauseRecord | None:
        """The reading of the cited clause, where its document has been read."""
        document = self.knowledge_base.documents[citation.document_id]
        for clause in document.provision(citation.number).clauses:
            if (clause.start, clause.quote_end) == (citation.start, citation.end):
                return self.knowledge_base.record(document.id, clause.key)
        return None


class AnswerWriter(Protocol):
    """Writes one sentence or list item at a time; each names the citations it rests on."""

    name: str

    def write(self, brief: Brief) -> Iterator[Statement]:
        """Statements in reading order."""
        ...


class ExtractiveWriter:
    """The default: what the clauses say in the form that fits the asker, then what they leave open."""

    name = "extractive"

    def write(self, brief: Brief) -> Iterator[Statement]:
        """See `AnswerWriter`."""
        if brief.verdict.status == "not_specified":
            yield _missing(brief)
            yield from (quotation(citation) for citation in brief.citations)
            if governing := _governing(brief):
                yield governing
            return
        if brief.inquiry.pointing.manner == "verbatim":
            yield from (quotation(citation) for citation in brief.citations)
            return
        plainer = brief.inquiry.pointing.manner == "plain"
        if brief.persona == "hotline" and brief.inquiry.script != "english" and not plainer:
            yield _read_aloud(brief)
        elif (opening := opening_of(brief)) is not None:
            yield opening
        yield from (_told(brief, citation) for citation in brief.citations)
        yield from _after(brief)


def opening_of(brief: Brief) -> Statement | None:
    """The first line that the form of the question calls for: yes or no by the strength of the words, how many there are."""
    inquiry, first = brief.inquiry, brief.citations[0]
    if inquiry.script == "english":
        return None
    if inquiry.form == "count" and len(brief.own) > 1:
        return _counted(brief)
    if inquiry.form == "polar" and first.text_kind == "original" and first.strength != "statement":
        if patterns("forms")["undone"].search(inquiry.own):
            return None  # the reading tells that something is there, not that it has ended or is forbidden
        quotes = [citation.quote for citation in brief.citations]
        if any(figure not in "".join(quotes) for figure in _FIGURE.findall(inquiry.own)):
            return None  # 12345能投诉吗 is no yes over a sentence that names 12315
        if overstated(inquiry, first.strength, quotes):
            return Statement(text=message("polar_no_duty"), citations=(first.id,), strength=first.strength)
        answers = {
            "duty": message("polar_duty"),
            "action": message("polar_action_open") if _open_to_whom(brief) else message("polar_action"),
            "support": message("polar_support"),
            "guidance": message("polar_guidance"),
        }
        return Statement(text=answers[first.strength], citations=(first.id,), strength=first.strength)
    return None


def _open_to_whom(brief: Brief) -> bool:
    """Whether the first sentence cited leaves open who has a claim to what it arranges: then there is no plain yes."""
    record = brief.record(brief.citations[0])
    return record is not None and "条件" in record.leaves_open


def _counted(brief: Brief) -> Statement:
    """How many provisions are listed, or sentences of the only one; cites each of them once."""
    several = len(brief.verdict.supports) > 1
    by_place = {(c.document_id, c.number): c for c in reversed(brief.own)}
    counted = sorted(by_place.values(), key=lambda c: c.id) if several else brief.own
    weakest = counted[0].strength
    for citation in counted:
        weakest = citation.strength if stronger(weakest, citation.strength) else weakest
    n = str(len(counted))
    text = message("count_provisions", n=n) if several else message("count_points", n=n)
    return Statement(text=text, citations=tuple(c.id for c in counted), strength=weakest)


def _told(brief: Brief, citation: Citation) -> Statement:
    """Plain words first where a reviewed reading exists, then the very sentence."""
    other = brief.verdict.beside
    if other and citation.document_id == other.document.id and brief.inquiry.script != "english":
        text = message("beside", level=other.document.level, quote=citation.quote)
        return Statement(text=text, citations=(citation.id,), strength=citation.strength)
    record = brief.record(citation)
    if record is None or (citation.number == 0 and brief.inquiry.script != "english"):
        return quotation(citation)
    plain = record.english if brief.inquiry.script == "english" else record.gist
    if brief.inquiry.pointing.manner == "plain":
        return Statement(text=plain, citations=(citation.id,), strength=citation.strength)
    if brief.persona in ("agency", "hotline") and brief.inquiry.script != "english":
        return quotation(citation)
    if plain.rstrip("。;；.") == citation.quote.rstrip("。;；."):
        return quotation(citation)
    return Statement(
        text=f"{plain}原文：「{citation.quote}」", citations=(citation.id,), strength=citation.strength
    )


def quotation(citation: Citation) -> Statement:
    """The very sentence under its number, and nothing else."""
    place = full_width(citation.provision) or "文首"
    place = f"摘要{place}" if citation.text_kind == "digest" else place
    return Statement(
        text=f"{place}：「{citation.quote}」", citations=(citation.id,), strength=citation.strength
    )


def full_width(label: str) -> str:
    """`(十二)` → `（十二）`, as Chinese text is set."""
    return label.replace("(", "（").replace(")", "）")


def _read_aloud(brief: Brief) -> Statement:
    """One line of at most `READ_ALOUD_LIMIT` characters that can be read out as it stands."""
    best = brief.citations[0]
    record = brief.record(best)
    line = record.gist if record else best.quote
    if len(line) > READ_ALOUD_LIMIT:
        line = f"「{best.quote[: READ_ALOUD_LIMIT - 2]}」"
    return Statement(text=line, citations=(best.id,), strength=best.strength)


def _missing(brief: Brief) -> Statement:
    verdict = brief.verdict
    citation = brief.citations[0]
    if brief.inquiry.script == "english":
        english = aspects_in_english()
        missing = ", ".join(english.get(name, name) for name in verdict.missing)
        text = message("not_specified_en", missing=missing or "the point you ask about")
    elif verdict.instead:
        asked, told = verdict.instead
        text = message("of_another", asked=asked, told=told)
    elif verdict.denied:
        text = _denial(brief, verdict.missing)
    elif citation.text_kind == "digest":
        return Statement(text=_not_in_digest(brief), citations=(citation.id,), strength="statement")
    elif verdict.absent_provision is not None:
        text = message("no_such_provision", label=verdict.missing[0], last=full_width(citation.provision))
    elif verdict.missing:
        text = message("not_specified", missing="、".join(verdict.missing))
    else:
        text = message("not_specified_general")
    tail = "" if brief.inquiry.script == "english" else message("nearest")
    return Statement(text=text + tail, citations=(citation.id,), strength="statement")


def _denial(brief: Brief, said: Sequence[str]) -> str:
    """What a question takes for granted, put right without repeating it as a claim."""
    inquiry, base = brief.inquiry, brief.knowledge_base
    if set(said) <= {number for numbers in base.channels.values() for number in numbers}:
        return message("not_that_channel", said="、".join(said))
    if set(said) <= set(patterns("forms")["place"].findall(inquiry.own)):
        return message("not_of_that_place", place="、".join(said))
    if set(said) <= set(inquiry.demands):
        return message("no_such_duty")
    if set(said) <= set(offices_with_a_task(inquiry)):
        return message("no_such_task", office="、".join(said))
    return message("no_such_thing", said="、".join(said))


def _not_in_digest(brief: Brief) -> str:
    """A digest's silence is no silence of the text: the reader is sent to the original, unless another has replaced it."""
    missing = "、".join(brief.verdict.missing)
    said = message("not_in_digest", missing=missing) if missing else message("not_in_digest_general")
    document = brief.verdict.supports[0].document
    replaced = document.validity.replaced_by and not brief.citations[0].in_force
    to_see = not replaced and not brief.knowledge_base.digests[document.id].compiled
    original = message("see_original", title=named(document)) if to_see else ""
    return said + original + message("nearest_in_digest")


def _governing(brief: Brief) -> Statement | None:
    """Which text lays down what is missing, where its digest lacks just that."""
    if len(brief.verdict.supports) < 2 or brief.inquiry.script == "english":
        return None
    title = named(brief.verdict.supports[1].document)
    text = message("governed", title=title, missing="、".join(brief.verdict.missing))
    return Statement(text=text, citations=(brief.citations[-1].id,), strength="statement")


def _after(brief: Brief) -> Iterator[Statement]:
    """What a careful adviser adds: how binding the wording is, and what it leaves open."""
    if brief.inquiry.script == "english" or not brief.citations:
        return
    first = brief.citations[0]
    open_points = brief.verdict.missing[:OPEN_AT_MOST]
    promising = brief.persona in (None, "enterprise")
    if promising and first.strength == "guidance" and brief.inquiry.form != "polar":
        yield Statement(text=message("guidance"), citations=(first.id,), strength="guidance")
    if open_points and (promising or any(a in brief.inquiry.aspects for a in open_points)):
        text = message("open", missing="、".join(open_points))
        yield Statement(text=text, citations=(first.id,), strength="statement")


def heading_of(support: Support, principal: bool) -> str:
    """`（十二）加强知识产权服务业人才队伍建设`; for the front matter the title, for other texts that too."""
    provision = support.provision
    if support.document.text_kind == "digest":
        return named(support.document)
    if not principal:
        return f"{named(support.document)}{provision.label}{provision.heading}"
    return f"{full_width(provision.label)}{provision.heading}" or support.document.metadata.title


def strength_of(record: ClauseRecord | None) -> Strength:
    """The reviewed strength; texts without a reading promise nothing."""
    return record.strength if record else "statement"
