"""How the database came to its present form; a change of `assistant.storage` brings a new file under `versions/`."""
