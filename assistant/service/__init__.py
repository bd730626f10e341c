"""The HTTP door: parse, call the assistant, render."""
