"""Buttons that save an answer, or the whole conversation, as a file; the script beside this file fetches it."""

from __future__ import annotations

import json
from html import escape

from assistant.contract import Answer

LABELS = {"pdf": "PDF", "docx": "Word", "md": "Markdown"}
_UNPRINTED = {"ranking", "ranked_documents", "ranked_provisions", "follow_ups", "confidence"}


def export_links(question: str, answer: Answer) -> str:
    """Buttons for one answer; what they send stands beside them, so that a kept answer can be saved later too."""
    turn = {"question": question, "answer": answer.model_dump(mode="json", exclude=_UNPRINTED)}
    data = escape(json.dumps(turn, ensure_ascii=False), quote=True)
    return f'<div class="pa-export" data-turn="{data}">{_buttons("导出这一条")}</div>'


def conversation_links() -> str:
    """Buttons for all answers that stand on the page."""
    return f"<div class='pa-export' data-conversation>{_buttons('导出整段对话')}</div>"


def _buttons(label: str) -> str:
    buttons = "".join(
        f"<button type='button' data-export='{form}'>{name}</button>" for form, name in LABELS.items()
    )
    return f"<span>{label}</span><span role='group' aria-label='{label}'>{buttons}</span><span role='status'></span>"
