"""The door for programs that speak the Model Context Protocol, over standard input and output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from assistant.contract import Answer, Persona, Question
from assistant.faults import first_fault
from assistant.live import Current
from assistant.verification import VERIFY_LIMIT, VerifiedSentence
from assistant.verification import verify as check

if TYPE_CHECKING:
    from mcp.server import MCPServer

MOST_HITS = 50
_PURPOSE = (
    "回答关于贵州省知识产权服务业政策的问题。每个回答都带出处：citations 里的 quote 是原文的一段，一字不改。"
    "status 为 not_specified 时，文件没有规定所问的内容，请照实转告，不要补充。"
)


def server(assistant: Current) -> MCPServer:
    """The tools ask, search, verify and document over the current assistant."""
    from mcp.server import MCPServer
    from mcp.server.mcpserver.exceptions import ToolError

    door = MCPServer("policy-assistant", title="政策助手", instructions=_PURPOSE, log_level="ERROR")

    @door.tool()
    def ask(question: str, persona: Persona | None = None) -> Answer:
        """问一句，答一句，句句有出处。persona：enterprise 企业、agency 机关、hotline 热线。"""
        try:
            asked = Question.model_validate({"question": question, "persona": persona})
        except ValidationError as error:
            raise ToolError(first_fault(error.errors())) from error
        return assistant().answer(asked)

    @door.tool()
    def search(query: str, k: int = 10) -> dict[str, Any]:
        """按相关程度列出条文，不写回答。"""
        base = assistant().knowledge_base
        hits = base.retriever.retrieve(query, max(1, min(k, MOST_HITS)))
        return {
            "knowledge_base": base.version,
            "hits": [
                {
                    "document_id": hit.document_id,
                    "number": hit.provision.number,
                    "heading": f"{hit.provision.label}{hit.provision.heading}",
                    "probability": hit.probability,
                    "clauses": [
                        base.documents[hit.document_id].quote(spoken.clause) for spoken in hit.clauses
                    ],
                }
                for hit in hits
            ],
        }

    @door.tool()
    def verify(text: str) -> list[VerifiedSentence]:
        """逐句核对一段文字：原文、有依据、说重了、没有、放错了地方。"""
        if not text.strip() or len(text) > VERIFY_LIMIT:
            raise ToolError(f"要核对的文字应为 1–{VERIFY_LIMIT} 字")
        return check(text, assistant().knowledge_base)

    @door.tool()
    def document(document_id: str = "", number: int | None = None) -> dict[str, Any]:
        """一份文件的全文，或其中一条；不给 document_id 则列出全部文件。"""
        documents = assistant().knowledge_base.documents
        if not document_id:
            return {"documents": {name: found.metadata.title for name, found in documents.items()}}
        found = documents.get(document_id)
        if found is None:
            raise ToolError(f"没有文件 {document_id}：不给 document_id 可列出全部")
        if number is None:
            return {"title": found.metadata.title, "number": found.metadata.number, "text": found.text}
        try:
            provision = found.provision(number)
        except KeyError as error:
            raise ToolError(f"这份文件没有第 {number} 条") from error
        return {
            "heading": f"{provision.label}{provision.heading}",
            "text": found.text[provision.start : provision.end],
        }

    return door
