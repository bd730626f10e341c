"""Three ways in which Chinese government sites lay out an article, made after real pages of each kind."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

NAVIGATION = "".join(
    f'<li><a href="/{name}/">{name}</a></li>'
    for name in ["首页", "机构概况", "新闻动态", "政务公开", "政务服务", "互动交流", "数据发布", "专题专栏"]
)
RELATED = "".join(
    f'<li><a href="/zwgk/t{number}.html">贵州省知识产权局关于公布第{number}批专利转化名单的通知</a><span>2023-10-{number}</span></li>'
    for number in range(10, 18)
)
FOOTER = (
    "<p>主办单位：贵州省知识产权局　承办：贵州省知识产权信息中心</p>"
    "<p>地址：贵阳市云岩区 电话：0851-00000000 黔ICP备00000000号 网站标识码：5200000000 贵公网安备 52010300000000号</p>"
)


def provincial(lines: Sequence[str], title: str) -> str:
    """A provincial site of today: meta tags, a record table, one paragraph a line, sharing and related links."""
    record = [row for row in lines if "|" in row]
    rows = "".join(f"<tr>{_cells(row)}</tr>" for row in record)
    body = "".join(f"<p>　　{escape(line)}</p>" for line in lines if "|" not in line)
    return f"""<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8">
<title>{title}_贵州省知识产权局</title>
<meta name="SiteName" content="贵州省知识产权局"><meta name="SiteDomain" content="amr.example.gov.cn">
<meta name="ColumnName" content="省局文件"><meta name="ColumnType" content="政策文件">
<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="2023-11-16 09:30:00">
<meta name="ContentSource" content="贵州省知识产权局">
<script>var _hmt = [];</script><style>.nav li {{ float: left }}</style></head><body>
<div class="header"><div class="logo">贵州省知识产权局</div><form><input value="请输入关键字"><button>搜索</button></form>
<ul class="nav">{NAVIGATION}</ul></div>
<div class="position">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; <a>省局文件</a></div>
<div class="main"><table class="xxgk_table">{rows}</table>
<h1 class="title">{title}</h1>
<div class="info">发布时间：2023-11-16　来源：贵州省知识产权局　字体：[大 中 小]　浏览量：1024 次
<a href="javascript:window.print()">打印</a> 分享：<a href="#">微信</a><a href="#">微博</a></div>
<div class="view TRS_UEDITOR trs_paper_default trs_web">{body}</div>
<div class="fujian">扫一扫在手机打开当前页</div>
<div class="xgwj"><h3>相关文件</h3><ul>{RELATED}</ul></div></div>
<div class="footer">{FOOTER}</div></body></html>"""


def ministerial(lines: Sequence[str], title: str) -> str:
    """A ministry's site of ten years ago: tables for layout, the text in spans and nested divs."""
    body = "".join(
        f'<div><p style="text-indent:2em"><span style="font-family:仿宋">{escape(line)}</span></p></div>'
        for line in lines
    )
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb18030">
<title>{title}</title><meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="2023-11-16">
<meta name="ContentSource" content="贵州省知识产权局"></head><body>
<table width="1000"><tr><td><ul>{NAVIGATION}</ul></td></tr></table>
<table width="1000"><tr><td width="220"><h4>政策解读</h4><ul>{RELATED}</ul></td>
<td><table><tr><td class="title">{title}</td></tr>
<tr><td>发布时间：2023年11月16日　　来源：贵州省知识产权局</td></tr>
<tr><td class="b12c" id="UCAP-CONTENT">{body}</td></tr>
<tr><td>【我要纠错】 责任编辑：张三</td></tr></table></td></tr></table>
<table width="1000"><tr><td>{FOOTER}</td></tr></table></body></html>"""


def county(lines: Sequence[str], title: str) -> str:
    """A county's site: no meta tags, one block of text with line breaks, upper-case tags."""
    body = "<BR>\r\n".join(f"&nbsp;&nbsp;&nbsp;&nbsp;{escape(line)}" for line in lines)
    return f"""<HTML><HEAD><META charset="utf-8"><TITLE>{title}-某县人民政府</TITLE></HEAD><BODY>
<DIV id="top"><A href="/">某县人民政府网</A> <A href="/">无障碍浏览</A> <A href="/">长者模式</A></DIV>
<DIV id="menu"><UL>{NAVIGATION}</UL></DIV>
<DIV id="content"><H2>{title}</H2><DIV class="sub">信息来源：某县市场监管局 发布日期：2023-11-16 点击数：88</DIV>
<DIV id="zoom"><FONT size="3">{body}</FONT></DIV>
<DIV class="prev">上一篇：<A href="/1">关于开展知识产权宣传周活动的通知</A></DIV>
<DIV class="next">下一篇：<A href="/2">关于专利资助受理的公告</A></DIV></DIV>
<DIV id="friend">友情链接：{NAVIGATION}</DIV><DIV id="foot">{FOOTER}</DIV></BODY></HTML>"""


def _cells(row: str) -> str:
    return "".join(f"<td>{escape(cell.strip())}</td>" for cell in row.split("|"))
