"""What is wrong with a person's input, in one line of Chinese: which field, and the mend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_FIELDS = {
    "question": "问题",
    "history": "历史",
    "persona": "身份",
    "as_of": "日期",
    "text": "文字",
    "trace_id": "回答编号",
    "rating": "评价",
    "comment": "意见",
    "q": "查询词",
    "k": "条数",
}
_FAULTS = {
    "missing": "缺少",
    "string_too_short": "不能为空",
    "string_too_long": "过长：至多 {max_length} 字，请分开",
    "too_short": "不能为空",
    "too_long": "过长：至多 {max_length} 字，请分开",
    "string_type": "应为文字",
    "literal_error": "应为 {expected} 之一",
    "string_pattern_mismatch": "不合格式",
    "tuple_type": "应为列表",
    "model_type": "应为对象",
    "model_attributes_type": "应为对象",
    "date_from_datetime_parsing": "应为 YYYY-MM-DD",
    "date_parsing": "应为 YYYY-MM-DD",
    "greater_than_equal": "太小",
    "less_than_equal": "太大",
    "int_parsing": "应为整数",
}


def first_fault(errors: Sequence[Mapping[str, Any]]) -> str:
    """The first of pydantic's errors as one line."""
    first = errors[0]
    path = [str(part) for part in first["loc"] if part not in ("body", "query", "path")]
    field = path[0] if path else ""
    shown = _FIELDS.get(field, field or "请求")
    where = f"（{'.'.join(path)}）" if len(path) > 1 else ""
    told = _FAULTS.get(first["type"], "不合格式").format(**_named(first.get("ctx", {})))
    return f"{shown}{where}{told}"


def _named(context: Mapping[str, Any]) -> dict[str, Any]:
    """pydantic's `'up' or 'down'` as `up、down`."""
    expected = str(context.get("expected", "")).replace("' or '", "、").replace("', '", "、").strip("'")
    return {**context, "expected": expected}
