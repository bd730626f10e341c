"""What the sentences tell of one year, round, plan, article or annex is no answer about another."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.contract import Question, Turn
from assistant.pipeline import Assistant
from assistant.selection import Support
from assistant.series import another_of_series
from assistant.understanding import understand
from knowledge_base import KnowledgeBase
from knowledge_base.sources import packaged_sources

DAY = date(2026, 12, 1)


def told_by(base: KnowledgeBase, name: str, *keys: str) -> list[Support]:
    document = base.documents[name]
    clauses = [document.clause(key) for key in keys]
    return [Support(document, document.provision(c.provision), (c,), ()) for c in clauses]


@pytest.mark.parametrize(
    ("asked", "name", "key", "told"),
    [
        ("22年我省新拿证的专利代理师有几个", "zhuanli-daili-kaoshi-2019", "5.1", ("22年", "2021年")),
        ("21年的我有,22年新增几个", "zhuanli-daili-kaoshi-2019", "5.1", ("22年", "2021年")),
        ("去年新增了几个代理师", "zhuanli-daili-kaoshi-2019", "5.1", ("去年", "2021年")),
        ("2021年新增几个代理师", "zhuanli-daili-kaoshi-2019", "5.1", None),
        ("代理师新增的是几个", "zhuanli-daili-kaoshi-2019", "5.1", None),
        ("2022年末质押贷款余额几多", "zhishi-chanquan-jinrong-huibian", "7.1", ("2022年", "2019年12月")),
        (
            "How many were there at the end of 2022?",
            "zhishi-chanquan-jinrong-huibian",
            "7.1",
            ("2022", "2019年12月"),
        ),
        ("代理师考试今年哪天报名", "zhuanli-daili-kaoshi-2019", "4.1", ("今年", "2025年")),
        ("前年专利考试几号", "zhuanli-daili-kaoshi-2019", "4.1", ("前年", "2025年")),
        ("2025年什么时候考的", "zhuanli-daili-kaoshi-2019", "4.1", None),
        ("新商标法明年哪天起用", "shangbiao-fa-2026", "1.1", None),
        ("第三轮是几月到几月", "shangbiao-daili-xinyong-shidian", "2.1", ("第三轮", "第二轮")),
        ("附录A讲啥", "gbt-29490-2023", "7.1", ("附录A", "附录B")),
        ("附录B讲啥", "gbt-29490-2023", "7.1", None),
        ("十三五那个规划是国发多少号", "shiwuwu-guihua-2026", "1.1", ("十三五", "十五五")),
        ("那里头十三五的还算数吗", "shiwuwu-guihua-2026", "1.1", None),
        ("十四五之后是哪个规划", "shiwuwu-guihua-2026", "1.1", None),
        ("第二批强市示范城市有几个", "guizhou-ip-gonggong-fuwu", "16.1", ("第二批", "首批")),
        (
            "2023年，贵州知识产权质押贷款余额是多少？",
            "zhishi-chanquan-jinrong-huibian",
            "4.1",
            ("2023年", "2021年"),
        ),
        ("2023年贵州知识产权质押贷款余额", "zhishi-chanquan-jinrong-huibian", "4.1", ("2023年", "2021年")),
        ("能不能告诉我2022年新增多少代理师", "zhuanli-daili-kaoshi-2019", "5.1", ("2022年", "2021年")),
        ("2022年版权产业占GDP几个点", "qiangguo-gangyao-2021", "5.1", ("2022年", "2025年")),
        ("2028年小微企业税负几个点", "zhongxiao-shuifei-huibian-2026", "2.1", ("2028年", "2027年12月31日")),
        ("2025年小微企业税负几个点", "zhongxiao-shuifei-huibian-2026", "2.1", None),
        ("遵义高新区手里商标有几件", "guizhou-ip-gonggong-fuwu", "15.1", ("遵义", "贵阳")),
        ("贵阳高新区手里商标有几件", "guizhou-ip-gonggong-fuwu", "15.1", None),
        ("四川2021年拿知产授信的企业几家", "zhishi-chanquan-jinrong-huibian", "4.1", ("四川", "贵州")),
        ("去年六税两费减免到哪年", "zhongxiao-shuifei-huibian-2026", "5.1", None),
        ("今年授权的梨树新品种保护到什么时候", "zhiwu-xinpinzhong-tiaoli-2025", "4.1", None),
        ("做了15年的代理所想晓得全省代理师有几个", "zhuanli-daili-kaoshi-2019", "5.1", None),
        ("2022年国家意见里全国服务机构有多少家", "guojia-17-bumen-yijian-2022", "12.1", None),
        ("29490旧证书今年最迟什么时候换版", "gbt-29490-2023", "8.1", None),
        ("近年来年均质押贷款多少", "zhishi-chanquan-jinrong-huibian", "7.1", None),
        ("违反商标法第四条恶意注册罚多少", "shangbiao-guifan-2019", "2.1", None),
        ("商标代理信用评价2025二轮有几个省", "shangbiao-daili-xinyong-shidian", "2.1", None),
    ],
)
def test_another_one_of_the_series_is_told_by_its_name(
    knowledge_base: KnowledgeBase, asked: str, name: str, key: str, told: tuple[str, str] | None
) -> None:
    assert another_of_series(understand(asked), told_by(knowledge_base, name, key), DAY) == told


def test_a_year_within_those_for_which_a_rule_holds_is_no_other_one(knowledge_base: KnowledgeBase) -> None:
    told = told_by(knowledge_base, "xibu-dakaifa-shuishou-2020", "1.1")
    assert another_of_series(understand("2025年按几个点"), told, DAY) is None
    assert another_of_series(understand("2031年按几个点"), told, DAY) == ("2031年", "2021年")


def test_the_answer_says_what_was_found_and_what_was_not(assistant: Assistant) -> None:
    answer = assistant.answer(Question(question="22年我省新拿证的专利代理师有几个"))
    assert answer.status == "not_specified"
    assert answer.text.startswith("查到的这一点是2021年的，22年的没有查到。")
    assert "2021年" in answer.citations[0].quote


def test_a_follow_up_asks_of_another_year_too(assistant: Assistant) -> None:
    past = (Turn(question="贵州2021年专利代理师新增几个"),)
    assert assistant.answer(Question(question="22年新增几个", history=past)).status == "not_specified"


def test_hardly_a_question_of_the_bank_is_denied_its_sentence() -> None:
    """What is left: 去年 and 今年 in the mouth of who wrote it in another year, and two that name two articles."""
    sources = packaged_sources()
    denied = named = 0
    for asked in sources.bank:
        if not asked.clauses:
            continue
        document = sources.documents[asked.document_id]
        supports = [
            Support(document, document.provision(clause.provision), (clause,), ())
            for clause in map(document.clause, asked.clauses)
        ]
        named += "年" in asked.question
        denied += another_of_series(understand(asked.question), supports, DAY) is not None
    assert named > 1500
    assert denied <= 9
