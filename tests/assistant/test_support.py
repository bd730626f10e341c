"""The support check on claims that it was not fitted to, and on each way of being false."""

from __future__ import annotations

import pytest

from assistant.support import read_limits
from eval.planting import Claim, Desk, open_desk, read_claims
from knowledge_base.sources import Sources
from tests.conftest import OPINION

LIMITS = read_limits()


@pytest.fixture(scope="module")
def desk(sources: Sources) -> Desk:
    return open_desk(sources, OPINION)


def _passes(desk: Desk, key: str, text: str) -> bool:
    claim = Claim("", tuple(key.split(",")), "", text, supported=True)
    return not desk.faults(claim) and not desk.unsupported(claim, LIMITS)


def test_few_false_claims_get_through_and_most_true_ones_do(desk: Desk) -> None:
    claims = [claim for claim in read_claims(desk) if claim.half == "report"]
    passed = [claim for claim in claims if not desk.faults(claim) and not desk.unsupported(claim, LIMITS)]
    true = [claim for claim in passed if claim.supported]
    assert len(claims) >= 200
    assert len(true) / len(passed) >= 0.97
    assert len(true) / sum(claim.supported for claim in claims) >= 0.85


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("7.3", "鼓励知识产权服务机构开展诉讼代理、维权援助等法律服务。"),
        ("12.3", "您可以拨打96567全省人才服务热线咨询政策。"),
        ("16.3", "支持符合条件的服务机构申报高新技术企业。"),
        ("12.4", "文件没有写明办理绿卡的材料和期限。"),
        ("7.3,16.3", "鼓励服务机构开展维权援助；支持符合条件的服务机构申报高新技术企业。"),
        ("4.5", "推广实施《专利导航指南》（GB/T 39551-2020）国家标准。"),
    ],
)
def test_what_the_cited_words_say_passes(desk: Desk, key: str, text: str) -> None:
    assert _passes(desk, key, text)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("7.3", "鼓励企业开展诉讼代理、维权援助等法律服务。"),
        ("7.3", "知识产权服务机构开展诉讼代理、维权援助等法律服务。"),
        ("7.3", "不鼓励知识产权服务机构开展诉讼代理。"),
        ("7.3", "支持知识产权服务机构开展诉讼代理。"),
        ("7.3", "鼓励知识产权服务机构开展诉讼代理，由法院出具委托书。"),
        ("7.3,16.3", "支持知识产权服务机构开展诉讼代理、维权援助。"),
        ("16.3", "鼓励知识产权服务机构开展诉讼代理、维权援助等法律服务。"),
        ("12.4", "文件没有写明子女入学。"),
        ("12.3", "文件没有写明联系方式。"),
        ("12.4", "文件没有写明金额，但每年都会发放慰问品。"),
        ("8.4", "探索创建两家区域知识产权运营中心。"),
        ("10.3", "重点培育二十家服务机构。"),
        ("17.2", "对恶意商标申请代理从宽处理。"),
        ("11.2", "引导服务机构在贵阳设立分支机构。"),
        ("12.4", "高层次人才凭绿卡走绿色通道。"),
        ("12.4", "green card for talents 子女入学"),
        ("12.4", "〔姓名〕可以办理绿卡。"),
        ("7.3", "鼓励服务机构开展调解吗？"),
        ("7.3", "鼓励提高知识产权法律服务水平。"),
    ],
)
def test_what_they_do_not_say_is_refused(desk: Desk, key: str, text: str) -> None:
    assert not _passes(desk, key, text)
