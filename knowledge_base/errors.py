"""What can go wrong with a knowledge base, one class per reaction; messages are for the reader, in Chinese."""


class KnowledgeBaseError(Exception):
    """Root of all errors of this package; its message can be shown to the person as it is."""


class SourceFault(KnowledgeBaseError):
    """A data file contradicts the text that it describes, or cannot be read."""


class SpaceMismatch(KnowledgeBaseError):
    """The index was built in another vector space than the one questions are embedded in."""


class IndexFault(KnowledgeBaseError):
    """An index on disk is missing or damaged."""
