"""The conversations as a page as wide as a phone's, with a form to post as a member."""

import secrets
from collections.abc import Mapping, Sequence
from html import escape
from time import localtime, strftime

from bot.lookalike.page.markdown import render
from bot.lookalike.state.instances import Instance
from bot.lookalike.state.people import Conversation, Directory
from bot.lookalike.state.records import Entry, Records

_CARD_STATES = {
    "processing": "处理中",
    "inputting": "输入中",
    "finished": "已完成",
    "executing": "执行中",
    "failed": "失败",
}
_MARKDOWN = frozenset({"markdown", "sampleMarkdown", "actionCard", "sampleActionCard"})
_STYLE = """
body{margin:0 auto;max-width:390px;font:15px/1.5 system-ui,sans-serif;background:#f2f3f5;color:#171a1d}
nav{padding:8px;background:#fff;position:sticky;top:0}nav a{margin-right:12px}nav a.here{font-weight:bold}
#talk{padding:8px 8px 180px}.said{margin:8px 0}.who{font-size:12px;color:#747677}
.bubble{background:#fff;border-radius:8px;padding:8px 12px;overflow-wrap:anywhere}
.bot .bubble{background:#e1efff}.bubble>*:first-child{margin-top:0}.bubble>*:last-child{margin-bottom:0}
.bubble img{max-width:100%;max-height:200px;display:block;margin:2px 0}
.lost{color:#c00;font-size:12px}.mention{color:#0066d6}
h1{font-size:20px}h2{font-size:18px}h3,h4,h5,h6{font-size:16px}ul,ol{padding-left:24px}
blockquote{margin:8px 0;padding-left:8px;border-left:3px solid #c5c8cc;color:#52565a}.words{white-space:pre-wrap}
.card{border-left:3px solid #0066d6;padding-left:8px}.state{font-size:12px;color:#747677}
.borne{display:inline-block;background:#fff;border-radius:8px;padding:0 6px;font-size:12px}
form{position:fixed;bottom:0;width:374px;max-width:calc(100% - 16px);background:#fff;padding:8px}
form input{width:100%;box-sizing:border-box;margin:2px 0}form input[type=checkbox]{width:auto}
form label{font-size:12px;color:#747677}.quote{border:0;background:none;color:#0066d6;font-size:12px;padding:0 6px}
"""
_SCRIPT = """
const talk = document.getElementById("talk"), form = document.forms[0];
async function look() {
  const answer = await fetch(talk.dataset.source);
  const html = await answer.text();
  if (html !== talk.dataset.seen) {
    talk.dataset.seen = html;
    talk.innerHTML = html;
    scrollTo(0, document.body.scrollHeight);
  }
}
form.addEventListener("submit", async event => {
  event.preventDefault();
  await fetch(form.action, {method: "POST", body: new FormData(form)});
  for (const name of ["text", "picture", "file", "quoted"]) form.elements[name].value = "";
  form.elements.text.placeholder = "@机器人 …";
  look();
});
talk.addEventListener("click", event => {
  if (!event.target.dataset.quote) return;
  form.elements.quoted.value = event.target.dataset.quote;
  form.elements.text.placeholder = "引用上面这条，@机器人 …";
  form.elements.text.focus();
});
setInterval(look, 1000);
"""


def page(directory: Directory, here: Conversation, records: Records) -> tuple[str, str]:
    """Return the page and its Content-Security-Policy."""
    nonce = secrets.token_urlsafe(16)
    policy = (
        f"default-src 'none'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        f"frame-ancestors 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'"
    )
    html = (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>DingTalk look-alike</title>'
        f'<style nonce="{nonce}">{_STYLE}</style>{_tabs(directory, here)}'
        f'<main id="talk" data-source="/_lookalike/talk?conversation={escape(here.id)}">'
        f"{talk(directory, here, records)}</main>{_form(here)}"
        f'<script nonce="{nonce}">{_SCRIPT}</script></html>'
    )
    return html, policy


def talk(directory: Directory, here: Conversation, records: Records) -> str:
    """Return the messages of a conversation as HTML, with the present state of cards."""
    nicks = {member.staff_id: member.nick for member in directory.members.values() if member.staff_id}
    transcript = records.transcript(here.id)
    return "".join(_message(entry, nicks, records.reactions_on(entry.message_id)) for entry in transcript)


def _tabs(directory: Directory, here: Conversation) -> str:
    links = [
        f'<a href="/?conversation={escape(known.id)}"{" class=here" if known == here else ""}>{escape(known.title)}</a>'
        for known in directory.conversations.values()
    ]
    own = '<a href="/?single=1">单聊</a>' if not any(known.member for known in directory.conversations.values()) else ""
    return f"<nav>{''.join(links)}{own}</nav>"


def _form(here: Conversation) -> str:
    nick = here.member.nick if here.member is not None else "张三"
    quote = '<label><input type="checkbox" name="quote" value="1">先发图，再引用它来问</label>' if here.group else ""
    return (
        '<form action="/_lookalike/post" method="post" enctype="multipart/form-data">'
        f'<input type="hidden" name="conversation" value="{escape(here.id)}">'
        f'<input name="member" value="{escape(nick)}" aria-label="成员">'
        '<input name="text" placeholder="@机器人 …" aria-label="文字">'
        '<input type="hidden" name="quoted">'
        '<label>图片<input type="file" name="picture" accept="image/*" multiple></label>'
        '<label>文件<input type="file" name="file" multiple></label>'
        f"{quote}<button>发送</button></form>"
    )


def _message(entry: Entry, nicks: Mapping[str, str], reactions: Sequence[str]) -> str:
    mentions = {user: nicks.get(user, user) for user in entry.mentions}
    words = render(entry.text, mentions) if entry.kind in _MARKDOWN else _words(entry.text)
    if entry.card is not None:
        words = _card(entry.card)
    elif entry.file is not None:
        words = f'<a href="/_lookalike/file/{escape(entry.message_id)}" download>{escape(entry.file.name)}</a>'
    pictures = "".join(
        f'<img src="/_lookalike/picture/{escape(entry.message_id)}/{number}" alt="">'
        for number in range(len(entry.pictures))
    )
    lost = f"<p class=lost>@ 未生效：{escape(', '.join(entry.lost_mentions))}</p>" if entry.lost_mentions else ""
    clock = strftime("%H:%M:%S", localtime(entry.when))
    quote = f'<button class=quote data-quote="{escape(entry.message_id)}">引用</button>' if entry.message_id else ""
    return (
        f'<div class="said{" bot" if entry.from_bot else ""}"><div class=who>{escape(entry.who)} {clock}{quote}</div>'
        f"<div class=bubble>{pictures}{words}{lost}</div>"
        + "".join(f"<span class=borne>{escape(name)}</span> " for name in reactions)
        + "</div>"
    )


def _card(card: Instance) -> str:
    state = _CARD_STATES.get(card.state, "") + ("（空白）" if card.blank else "")
    return f"<div class=card>{render(card.text, {})}<p class=state>卡片 · {state}</p></div>"


def _words(text: str) -> str:
    return f"<p class=words>{escape(text)}</p>"
