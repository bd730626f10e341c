"""Anyone's sentences put to the text: said so, meant so, said less, not said, said elsewhere."""

from __future__ import annotations

import pytest

from assistant.verification import verify
from knowledge_base import KnowledgeBase

CASES = [
    (
        "verbatim",
        12,
        "用好“96567”全省人才服务热线,为知识产权服务业人才提供咨询政策、反映诉求、解决问题的便捷“窗口”。",
    ),
    ("verbatim", 12, "持续承办全国专利代理师资格考试"),
    ("verbatim", 17, "深化“双随机、一公开”监管,提升检查成效,规范经营行为。"),
    ("verbatim", 16, "支持符合条件的知识产权服务机构申报高新技术企业"),
    ("verbatim", 14, "「完善年度报告制度,引导知识产权服务机构合法规范经营。」"),
    ("verbatim", 2, "到2030年,全省知识产权服务业专业化、市场化水平明显提高"),
    ("verbatim", 7, "- 鼓励知识产权服务机构开展诉讼代理、维权援助、调解等法律服务。 [1]"),
    ("supported", 12, "为知识产权服务业高层次人才办理服务绿卡，子女入学等方面提供优惠政策"),
    ("supported", 9, "鼓励服务机构开展公益的知识产权咨询服务"),
    ("supported", 8, "引导知识产权服务机构参与质押融资、保险、证券化等服务"),
    ("supported", 16, "推进知识产权服务试点示范建设，培育品牌机构"),
    ("weaker", 9, "知识产权服务机构必须开展公益知识产权咨询服务"),
    ("weaker", 7, "对开展诉讼代理、维权援助的知识产权服务机构给予奖励"),
    ("weaker", 11, "知识产权服务机构应当在有条件的市州设立分支机构及工作站"),
    ("weaker", 8, "支持知识产权服务机构积极开展知识产权许可、转让等交易经纪服务"),
    ("weaker", 12, "用人单位必须按照《技能人才薪酬分配指引》确定知识产权服务业技能人才的薪酬待遇"),
    ("weaker", 3, "产业知识产权联盟建设可以领补贴"),
    ("absent", 16, "对符合条件的知识产权服务机构申报高新技术企业给予奖励50万元"),
    ("absent", None, "驾驶证每年审验一次"),
    ("absent", None, "在贵阳购房的人才一律送车"),
    ("absent", None, "专利代理师可以免试入学"),
    ("absent", 12, "拨打12345全省人才服务热线咨询政策"),
    ("absent", 2, "到2035年,全省知识产权服务业专业化、市场化水平明显提高"),
    ("absent", 4, "推广实施《企业知识产权管理规范》国家标准"),
    ("absent", 12, "文件说“为知识产权服务业人才提供住房补贴”"),
    ("misplaced", 12, "第十三条规定：持续承办全国专利代理师资格考试,扩大我省专利代理师人才队伍。"),
    ("misplaced", 16, "（五）支持符合条件的知识产权服务机构申报高新技术企业"),
    ("misplaced", 18, "第三条：充分发挥12315投诉举报渠道作用"),
    ("misplaced", 17, "根据第十六条，深化“双随机、一公开”监管,提升检查成效"),
    ("misplaced", 14, "第二十条规定完善年度报告制度,引导知识产权服务机构合法规范经营"),
]


@pytest.mark.parametrize(("finding", "number", "text"), CASES)
def test_a_sentence_is_put_to_the_text(
    knowledge_base: KnowledgeBase, finding: str, number: int | None, text: str
) -> None:
    (verified,) = verify(text, knowledge_base)
    assert (verified.finding, verified.number) == (finding, number)


def test_a_weaker_text_is_told_with_both_strengths(knowledge_base: KnowledgeBase) -> None:
    (verified,) = verify("知识产权服务机构必须开展公益知识产权咨询服务", knowledge_base)
    assert verified.strengths == ("duty", "guidance")
    assert "鼓励" in verified.reason


def test_each_sentence_is_told_with_its_place(knowledge_base: KnowledgeBase) -> None:
    text = "深化“双随机、一公开”监管,提升检查成效,规范经营行为。驾驶证每年审验一次！\n\n---\n持续承办全国专利代理师资格考试"
    found = verify(text, knowledge_base)
    assert [v.finding for v in found] == ["verbatim", "absent", "verbatim"]
    assert all(text[v.start : v.end].strip() == v.text for v in found)


def test_the_quote_shown_is_the_text(knowledge_base: KnowledgeBase) -> None:
    for _, _, text in CASES:
        for verified in verify(text, knowledge_base):
            if verified.document_id is not None:
                canonical = knowledge_base.documents[verified.document_id].text
                assert canonical[verified.quote_start : verified.quote_end] == verified.quote


@pytest.mark.parametrize("text", ["", "\0", "   \n", "——", "！？。", "\ud800"])
def test_what_says_nothing_has_no_finding(knowledge_base: KnowledgeBase, text: str) -> None:
    assert verify(text, knowledge_base) == []
