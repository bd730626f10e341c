"""Who somebody is and what they need → sentences that say so, and conditions that are verified."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.matching import Profile, choices, match, question
from assistant.pipeline import Assistant
from knowledge_base.validity import State

ENTERPRISE = Profile(who="企业", needs=("资金、税费",))
UNIVERSITY = Profile(who="高校、科研院所", needs=("交易、转化",))


def test_nothing_said_matches_nothing(assistant: Assistant) -> None:
    assert match(assistant, Profile()).matches == ()
    assert Profile().empty
    assert Profile(text="  ").empty


@pytest.mark.parametrize(
    "profile", [ENTERPRISE, UNIVERSITY, Profile(who="从业人员、人才"), Profile(right="商标")]
)
def test_every_reason_stands_in_the_sentence_it_is_given_for(assistant: Assistant, profile: Profile) -> None:
    found = match(assistant, profile).matches
    assert found
    for matched in found:
        quote = matched.document.quote(matched.clause)
        assert matched.reasons
        for reason in matched.reasons:
            assert matched.document.text[reason.start : reason.end] == reason.words
            assert reason.words in quote
        assert matched.record.strength != "statement"


def test_what_is_needed_decides_before_who_asks(assistant: Assistant) -> None:
    for matched in match(assistant, ENTERPRISE).matches:
        assert "资金、税费" in {reason.said for reason in matched.reasons}


def test_sentences_that_name_the_asker_come_first(assistant: Assistant) -> None:
    direct = [matched.direct for matched in match(assistant, ENTERPRISE).matches]
    assert direct == sorted(direct, reverse=True)
    assert any(direct)


def test_free_text_is_answered_as_a_question_is(assistant: Assistant) -> None:
    matched = match(assistant, Profile(who="企业", text="我们想拿专利去银行借钱"))
    assert matched.answer is not None
    cited = {(c.document_id, c.start) for c in matched.answer.citations}
    assert {(m.document.id, m.clause.start) for m in matched.matches} <= cited
    assert matched.matches


def test_the_self_check_asks_one_thing_at_a_time_and_never_guesses(assistant: Assistant) -> None:
    profile = ENTERPRISE
    for _ in range(30):
        checks = [c for m in match(assistant, profile).matches for c in m.checks]
        check = next(c for c in checks if c.scheme.phrase == "高新技术企业")
        if check.asks is None:
            break
        assert check.outcome == "unasked"
        profile = replace(profile, answers={**profile.answers, check.asks.key: True})
    assert check.outcome == "unspecified"  # two of its conditions are not decided by what has been verified
    assert {checked.outcome for checked in check.conditions} == {"met", "unspecified"}


def test_one_condition_not_met_ends_the_questions(assistant: Assistant) -> None:
    (check,) = [
        c for m in match(assistant, ENTERPRISE).matches for c in m.checks if c.scheme.phrase == "高新技术企业"
    ]
    assert check.asks is not None
    profile = replace(ENTERPRISE, answers={check.asks.key: False})
    (check,) = [
        c for m in match(assistant, profile).matches for c in m.checks if c.scheme.phrase == "高新技术企业"
    ]
    assert (check.outcome, check.asks) == ("unmet", None)


def test_the_state_is_that_of_the_day(assistant: Assistant) -> None:
    state: State = "in_force"
    assert match(assistant, ENTERPRISE).state == state


def test_a_profile_reads_as_a_question(assistant: Assistant) -> None:
    assert question(ENTERPRISE) == "企业在“资金、税费”方面有什么支持？"
    assert question(Profile(text=" 想借钱 ")) == "想借钱"
    offered = choices(assistant.knowledge_base)
    assert ENTERPRISE.who in offered["who"]
    assert set(ENTERPRISE.needs) <= set(offered["need"])
