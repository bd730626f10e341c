"""Pinyin in a question → the characters it most likely stands for, by the words of our own texts and questions.

A table of this version's words under their toneless pinyin (`gaoqi` → 高企, and initials: `zscq` → 知识产权)
is made when the version is built; a question only looks words up.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from knowledge_base.errors import IndexFault
from knowledge_base.normalisation import searchable

WORD_LENGTHS = (2, 3, 4)  # characters; longer runs are put together from these
SEEN_AT_LEAST = 2  # times in texts and questions, so that chance neighbours stay out
INITIALS_SEEN = 8  # times for a word to be known by its initials alone
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_LATIN = re.compile(r"[a-z]+(?:'[a-z]+)?")
_SYLLABLE = re.compile(
    r"(?:[bpmf]|[dtnl]|[gkh]|[jqx]|[zcs]h?|[ryw])?"
    r"(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|üan|van|ai|ei|ao|ou|an|en|er|in|un|vn|ia|ie|iu|ua|uo|ui|ue|ve|a|o|e|i|u|v)"
)
PINYIN_SHARE = 0.75  # of a question's Latin words that must read as pinyin for it to count as pinyin


class PinyinLexicon:
    """Pinyin without tones or blanks → the most frequent word written so."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words
        self._longest = max(map(len, words), default=0)

    @classmethod
    def build(cls, texts: Iterable[str]) -> PinyinLexicon:
        """Count the words of the texts and keep the most frequent one under each spelling."""
        from pypinyin import lazy_pinyin

        counts: Counter[str] = Counter()
        for text in texts:
            for run in _CHINESE.findall(searchable(text)):
                for length in WORD_LENGTHS:
                    counts.update(run[i : i + length] for i in range(len(run) - length + 1))
        spelled: dict[str, Counter[str]] = defaultdict(Counter)
        for word, count in counts.items():
            if count >= SEEN_AT_LEAST:
                syllables = lazy_pinyin(word)
                spelled["".join(syllables)][word] += count
                if count >= INITIALS_SEEN and len(word) > 2:
                    spelled["".join(s[0] for s in syllables)][word] += count // 2
        return cls({key: max(found, key=lambda w: (found[w], w)) for key, found in spelled.items()})

    @classmethod
    def open(cls, path: Path) -> PinyinLexicon:
        """Read what `save` wrote. Raises `IndexFault` where it is missing or damaged."""
        try:
            return cls(json.loads(path.read_text("utf-8")))
        except (OSError, ValueError) as error:
            raise IndexFault(f"拼音词表损坏：{path.name}；请运行 policy-assistant kb rebuild") from error

    def save(self, path: Path) -> None:
        """Write the table as JSON."""
        path.write_text(json.dumps(dict(self._words), ensure_ascii=False), "utf-8")

    def read(self, question: str) -> str:
        """A `searchable` question with its pinyin in characters; English and unknown words stay as they are."""
        words = _LATIN.findall(question)
        if not words or not looks_like_pinyin(question):
            return question
        spread = re.sub(r"(?<=[a-z]) (?=[a-z])", "", question)
        converted = re.sub(r"[a-z]{2,}", lambda match: self._word(match.group()), spread)
        if spread == converted or (spread != question and sum(map(len, _LATIN.findall(converted))) > 3):
            converted = re.sub(r"[a-z]{2,}", lambda match: self._word(match.group()), question)
        return converted

    def _word(self, letters: str) -> str:
        """Fewest known words that spell these letters; the letters themselves where none do."""
        best: list[tuple[int, str] | None] = [(0, ""), *([None] * len(letters))]
        for end in range(1, len(letters) + 1):
            for start in range(max(0, end - self._longest), end):
                before, word = best[start], self._words.get(letters[start:end])
                if before is None or word is None:
                    continue
                candidate = (before[0] + 1, before[1] + word)
                now = best[end]
                if now is None or candidate[0] < now[0]:
                    best[end] = candidate
        whole = best[len(letters)]
        return whole[1] if whole else letters


def looks_like_pinyin(question: str) -> bool:
    """Whether most Latin words of a `searchable` question are made of pinyin syllables, or are bare initials."""
    words = [word for word in _LATIN.findall(question) if len(word) > 1]
    if not words:
        return False
    chinese = bool(_CHINESE.search(question))
    readable = sum(
        bool(re.fullmatch(f"(?:{_SYLLABLE.pattern})+", word)) or (chinese and not re.search("[aeiou]", word))
        for word in words
    )
    return readable / len(words) >= PINYIN_SHARE
