import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.lookalike.page.markdown import render


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("### 发票", "<h3>发票</h3>"),
        ("**金额**：52.70", "<p><b>金额</b>：52.70</p>"),
        ("一  \n二", "<p>一<br>二</p>"),
        ("一\n二", "<p>一 二</p>"),
        ("一\n\n二", "<p>一</p><p>二</p>"),
        ("> 引用\n> 两行", "<blockquote><p>引用 两行</p></blockquote>"),
        ("- 一\n- 二", "<ul><li>一</li><li>二</li></ul>"),
        ("1. 一\n2. 二", '<ol start="1"><li>一</li><li>二</li></ol>'),
        ("---", "<hr>"),
        (r"\*\*字\*\* \# \[x\](y)", "<p>**字** # [x](y)</p>"),
        ("&lt;b&gt; &amp;", "<p>&lt;b&gt; &amp;</p>"),
        ("<b onclick=x>", "<p>&lt;b onclick=x&gt;</p>"),
        ("[x](javascript:alert)", "<p>x</p>"),
        ("![x](http://a/b)", '<p><span class="missing">[图片 x]</span></p>'),
        ("@123 @456", "<p><b class=mention>@张三</b> @456</p>"),
    ],
)
def test_the_subset_renders(text: str, html: str) -> None:
    assert render(text, {"123": "张三"}) == html


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, attrs))


@given(st.text(alphabet="ab <>&\"'*[]()!\\`#>-@\n1.:/h", max_size=200))
def test_no_text_makes_a_tag_of_its_own(text: str) -> None:
    tags = _Tags()
    tags.feed(render(text))
    for tag, attributes in tags.seen:
        assert re.fullmatch(r"h[1-6r]|p|b|i|br|ul|li|blockquote|a|span", tag)
        assert {name for name, _ in attributes} <= {"href", "rel", "target", "class"}
        assert all(value and value.startswith(("http://", "https://")) for name, value in attributes if name == "href")
