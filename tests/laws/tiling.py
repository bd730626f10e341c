"""The laws of structure, for any parsed text."""

from __future__ import annotations

from itertools import pairwise

from knowledge_base import Document


def assert_tiles(document: Document, text: str) -> None:
    """Nothing of `text` is changed, lost or told twice: provisions tile it, clauses tile provisions, parts lie in it."""
    assert document.text == text
    spans = [(p.start, p.end) for p in document.provisions]
    assert "".join(text[start:end] for start, end in spans) == text
    assert all(one[1] == other[0] for one, other in pairwise(spans))
    numbers = [p.number for p in document.provisions]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else not text
    for provision in document.provisions:
        assert provision.number in (0, *numbers)
        assert document.provision(provision.number) is provision
        begin = provision.start
        for number, clause in enumerate(provision.clauses, 1):
            assert (clause.document_id, clause.provision, clause.number) == (
                document.id,
                provision.number,
                number,
            )
            assert clause.start == begin <= clause.quote_end <= clause.end
            assert document.quote(clause) == text[clause.start : clause.quote_end]
            assert not text[clause.quote_end : clause.end].strip()
            assert document.clause(clause.key) is clause
            begin = clause.end
        assert begin == provision.end
    for part in document.parts:
        assert 0 <= part.start < part.end <= len(text)
        assert text[part.start : part.end].lstrip("#* \t\u3000").startswith(part.label[:1])
    assert all(one.end == other.start for one, other in pairwise(document.parts))
    assert all(0 <= complaint.start <= len(text) for complaint in document.complaints)
