"""Citations as the assistant makes them, for tests that then break them."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.contract import Citation
from knowledge_base import ClauseRecord, Document


def cite(
    document: Document,
    records: Mapping[str, ClauseRecord],
    key: str,
    as_id: int = 1,
    **planted: object,
) -> Citation:
    """The citation of a clause under id `as_id`; `planted` values replace the true ones."""
    clause = document.clause(key)
    provision = document.provision(clause.provision)
    true: dict[str, object] = {
        "id": as_id,
        "document_id": document.id,
        "document_title": document.metadata.title,
        "document_number": document.metadata.number,
        "provision": provision.label,
        "number": provision.number,
        "heading": provision.heading,
        "part": provision.part,
        "quote": document.quote(clause),
        "start": clause.start,
        "end": clause.quote_end,
        "text_kind": document.text_kind,
        "level": document.level,
        "in_force": True,
        "strength": records[key].strength if key in records else "statement",
    }
    return Citation.model_validate(true | planted)
