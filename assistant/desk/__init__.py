"""The chat page: the same answers, drawn for people."""
