"""The pages under `/d`: every provision an anchor, exact characters, digests marked, nothing injected."""

from __future__ import annotations

import httpx
import pytest
from bs4 import BeautifulSoup, Tag

from assistant.desk.comparing import POINTS
from knowledge_base import KnowledgeBase
from tests.conftest import OPINION

DAY = "2026-11-23"


def opened(client: httpx.Client, address: str) -> BeautifulSoup:
    reply = client.get(address)
    assert reply.status_code == 200, address
    assert reply.headers["content-type"].startswith("text/html")
    return BeautifulSoup(reply.text, "html.parser")


def one(page: BeautifulSoup | Tag, selector: str) -> Tag:
    found = page.select_one(selector)
    assert found is not None, selector
    return found


def characters(found: Tag) -> str:
    for line in found.select("br"):
        line.replace_with("\n")
    return found.get_text()


def test_every_document_opens_with_all_its_sentences_exact(
    client: httpx.Client, knowledge_base: KnowledgeBase
) -> None:
    for document in knowledge_base.documents.values():
        page = opened(client, f"/d/{document.id}")
        for provision in document.provisions:
            section = one(page, f"section[id='{provision.number}']")
            for clause in provision.clauses:
                assert characters(one(section, f"[id='{clause.key}']")) == document.quote(clause)
        assert document.metadata.title in one(page, "h1").get_text()


def test_the_state_comes_first_and_follows_the_day(client: httpx.Client) -> None:
    page = opened(client, f"/d/shangbiao-fa-2026?on={DAY}")
    first = one(page, "main .pa-standing")
    assert "尚未施行" in first.get_text()
    assert "在此之前适用《商标法（2019年修正）》" in first.get_text()
    assert first.find_next("h1") is not None
    assert "现行" in one(opened(client, "/d/shangbiao-fa-2026?on=2027-01-01"), ".pa-standing").get_text()


def test_a_digest_says_so_and_each_point_names_its_source(
    client: httpx.Client, knowledge_base: KnowledgeBase
) -> None:
    page = opened(client, "/d/gbt-29490-2013")
    assert "摘要，不是原文" in one(page, ".pa-digest-note").get_text()
    for provision in knowledge_base.documents["gbt-29490-2013"].provisions[1:]:
        assert one(page, f"section[id='{provision.number}'] .pa-point-source li").get_text()
    assert "2013版条文内容" in one(page, ".pa-unknown").get_text()
    assert opened(client, f"/d/{OPINION}").select(".pa-digest-note") == []


def test_only_official_sources_are_given_as_addresses(
    client: httpx.Client, knowledge_base: KnowledgeBase
) -> None:
    for name, digest in knowledge_base.digests.items():
        text = client.get(f"/d/{name}").text
        shown = {digest.document.metadata.official_address}
        for source in {source for sources in digest.sources.values() for source in sources}:
            if not source.official and source.address.startswith("http") and source.address not in shown:
                assert f"'{source.address}'" not in text


def test_ties_lead_both_ways(client: httpx.Client, knowledge_base: KnowledgeBase) -> None:
    page = opened(client, f"/d/{OPINION}")
    for link in knowledge_base.links:
        number = link.clause.partition(".")[0]
        beside = one(page, f"section[id='{number}'] .pa-beside")
        assert beside.select(f"a[href='/d/{link.target}']")
    back = opened(client, "/d/gaoqi-rending-banfa-2016")
    item = one(back, ".pa-used-by li")
    assert one(item, "mark").get_text() == "高新技术企业"
    sentence = opened(client, str(one(item, "a")["href"]))
    assert one(sentence, "mark").get_text() == one(item, "q").get_text()


def test_a_cited_sentence_is_highlighted_exactly(client: httpx.Client, knowledge_base: KnowledgeBase) -> None:
    document = knowledge_base.documents[OPINION]
    clause = document.clause("12.3")
    page = opened(client, f"/d/{OPINION}?quote={clause.start}-{clause.quote_end}#12")
    marks = page.select("mark")
    assert "".join(characters(mark) for mark in marks) == document.quote(clause)
    assert one(page, "section[id='12'] mark")


@pytest.mark.parametrize("quote", ["x", ",,", "5-1", "999999-1000000", "-3", "<script>", "1-" + "9" * 40])
def test_a_span_that_is_none_marks_nothing(client: httpx.Client, quote: str) -> None:
    reply = client.get(f"/d/{OPINION}", params={"quote": quote})
    assert reply.status_code == 200
    assert "<mark>" not in reply.text


def test_searched_words_are_marked(client: httpx.Client) -> None:
    page = opened(client, f"/d/{OPINION}?q=绿卡")
    assert {mark.get_text() for mark in page.select("mark")} == {"绿卡"}


@pytest.mark.parametrize("address", ["/d/none", "/d/%3Cscript%3E", f"/d/{OPINION}/against/none"])
def test_an_unknown_document_is_told_in_chinese(client: httpx.Client, address: str) -> None:
    reply = client.get(address)
    assert reply.status_code == 404
    assert "没有这份文件" in reply.text
    assert "<script>" not in reply.text.replace("<script>if(matchMedia", "")


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ("gbt-29490-2023", "gbt-29490-2013"),
        ("shangbiao-fa-2026", "shangbiao-fa-2019"),
        ("12315-chuli-banfa-2026", "12315-zanxing-banfa-2019"),
    ],
)
def test_versions_stand_side_by_side(
    client: httpx.Client, knowledge_base: KnowledgeBase, newer: str, older: str
) -> None:
    page = opened(client, f"/d/{newer}/against/{older}")
    text = one(page, "table").get_text()
    for name in (newer, older):
        for provision in knowledge_base.documents[name].provisions[1:]:
            clause = knowledge_base.documents[name].quote(provision.clauses[0])
            assert clause in text
    assert "不等于那份文件没有规定" in page.get_text()
    told = {told.get_text() for told in page.select(".pa-where span")}
    assert told <= set(POINTS.values())
    assert opened(client, f"/d/{newer}").select(f"a[href='/d/{newer}/against/{older}']")


def test_a_search_is_shown_as_text(client: httpx.Client) -> None:
    evil = "<img src=x onerror=alert(1)>"
    for address in ("/desk/library/list", f"/d/{OPINION}"):
        assert "<img" not in client.get(address, params={"q": evil}).text


def test_several_sentences_are_highlighted_together(
    client: httpx.Client, knowledge_base: KnowledgeBase
) -> None:
    document = knowledge_base.documents[OPINION]
    clauses = [document.clause("3.3"), document.clause("3.6")]
    asked = ",".join(f"{clause.start}-{clause.quote_end}" for clause in clauses)
    marks = opened(client, f"/d/{OPINION}?quote={asked}").select("mark")
    assert [mark.get_text() for mark in marks] == [document.quote(clause) for clause in clauses]


@pytest.mark.parametrize("query", ["知识产权", "高新", "2026年修订", "", "  ", "12315"])
@pytest.mark.parametrize("state", ["", "in_force", "ended", "nonsense"])
def test_the_list_stands_whatever_is_asked_of_it(client: httpx.Client, query: str, state: str) -> None:
    asked = {"q": query, "state": state, "on": DAY}
    reply = client.get("/desk/library/list", params=asked)
    assert reply.status_code == 200
    page = BeautifulSoup(reply.text, "html.parser")
    assert len(page.select("table.pa-documents tbody tr")) == int(
        one(page, ".pa-tally").get_text().split()[0]
    )
    for link in page.select(".pa-pairs a"):
        assert client.get(str(link["href"])).status_code == 200
