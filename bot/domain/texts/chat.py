"""Every sentence a person sees in the chat and in files, in sections.

Each says what is wrong and what to do about it. What an admin reads in a terminal is in `console_texts` and
`trial_texts`, but for what `ocrbot read` and the demo say.
"""

# ruff: noqa: D103, D401 - a sentence's function is named for what it says; a docstring tells when it is said

from collections.abc import Sequence

# Help, and messages that bring nothing to read


def help_text(
    kinds: Sequence[str], whole_text_word: str, others: Sequence[str] = (), provider: str = "", *, minutes: int = 0
) -> str:
    """What the bot is for.

    `kinds` are the titles of the documents it knows, `others` what else it can do, `whole_text_word` asks for plain
    text, `provider` says who provides the service, `minutes` how long one may ask again.
    """
    more = f"\n\n还可以：{'、'.join(others)}。" if others else ""
    known = f"- {'、'.join(kinds)}：逐项列出，并核对号码和金额\n" if kinds else ""
    lately = f"{minutes} 分钟内发过的不用重发，直接说；更早的" if minutes else ""
    other = kinds[1] if len(kinds) > 1 else whole_text_word
    return (
        "把图片、PDF、Word（.docx）、电子发票（OFD、XML）或装着这些的 zip 发给我，我读出上面的内容。\n\n"
        "**怎么发**\n\n"
        "- 群里：回复（引用）那张图片并 @我，或在 @我 的同一条消息里附上图片\n"
        "- 单聊：直接发图片或文件\n\n"
        "**读什么**\n\n"
        f"{known}"
        "- 其他图片：按顺序读出全部文字\n\n"
        f"想要哪一种就在消息里写明，如「{'」「'.join([*kinds[:1], whole_text_word])}」；不写我会自己判断。"
        f"{more}\n\n"
        "**接着问**\n\n"
        f"{lately}请引用我的答复再说：「只要金额」「换成{other}」「导出表格」（或 Word、JSON）「继续」\n\n"
        "**命令**：状态、取消、帮助" + (f"\n\n{provider}" if provider else "")
    )


def asking_for(words: str, *, remembered: bool) -> str:
    """How to ask for something else of the same paper; for a while nobody needs to quote it."""
    return f"直接说「{words}」" if remembered else f"请引用原图并说「{words}」"


def nothing_to_refer_to(minutes: int) -> str:
    """Something was asked for, and there is no picture that it could be about."""
    lately = f"最近 {minutes} 分钟里你没有发过图片或文件" if minutes else "这条消息没有图片或文件"
    return (
        f"{lately}，我不知道要读哪一份。请先发来：群里回复（引用）那张图片并 @我，或在 @我 的同一条消息里附上；"
        "单聊直接发。要求写在同一条消息里就行。"
    )


def nothing_further() -> str:
    """The rest was asked for, and all pages have been read."""
    return "上一份已经读到最后一页，没有后面的页了。要重读某几页请说「第 3 到 5 页」。"


def quote_without_code() -> str:
    return "引用的消息里取不到图片或文件。请重新发一次原图：群里在 @我 的同一条消息里附上，或单独发给我。"


def input_missing(title: str) -> str:
    """What to find was not said."""
    return f"{title}：请写明要找哪几项，如「提取 金额、日期、甲方」，并附上或引用图片。"


def unknown_type() -> str:
    return "这类消息我收不到内容，请改发图片或图片文件。"


def audio() -> str:
    return "我听不了语音，请发图片；想要什么可以用文字写明。"


def video() -> str:
    return "我看不了视频，请截图后发图片。"


def over_quota() -> str:
    return "本月机器人能收的消息数已用完，这条消息的内容没有收到。请联系管理员增加额度，或下月再发。"


def too_many_attachments(number: int, most: int) -> str:
    return f"一条消息最多读 {most} 个文件，这条有 {number} 个：只读了前 {most} 个，其余请另发一条。"


# Whom the bot serves, and its configuration


def not_served(conversation_id: str, contact: str) -> str:
    """The organisation lets others use the bot; the id is what an admin needs to change that."""
    whom = contact or "管理员"
    where = f"，并告知会话编号 {conversation_id}" if conversation_id else ""
    return f"这里还没有开通识别服务。需要使用请联系{whom}{where}。"


def person_not_served(contact: str) -> str:
    """The organisation lets other people use the bot."""
    return f"你还没有开通识别服务。需要使用请联系{contact or '管理员'}。"


def admins_only(contact: str) -> str:
    return f"这个命令只有管理员能用。如需使用，请联系{contact or '管理员'}。"


def config_refused(problems: Sequence[str]) -> str:
    """To the admins: a change to the configuration is not used. Each problem is file:line: what, in English."""
    listed = "\n".join(f"- {problem}" for problem in problems)
    return f"配置有误，改动没有生效，仍用上一份。请修正后保存：\n\n{listed}"


def config_refused_more(number: int) -> str:
    return f"另有 {number} 处"


def reloaded(kinds: int, *, changed: bool) -> str:
    """To the admin who asked for it: the configuration is good and in use."""
    return f"已重新读取配置：{'改动已生效' if changed else '没有变化'}，共 {kinds} 种提示词。"


def held_back(command: str) -> str:
    """The configuration is good, but the prompts' examples have not passed."""
    return f"提示词有改动，样例还没有通过，仍用上一份。请在服务器上运行 {command}，通过后自动生效。"


# Commands


def no_open_tasks() -> str:
    return "这里没有你在等的任务，发过的都已答复。"


def open_tasks(number: int, lines: Sequence[str]) -> str:
    """The first lines of what waits."""
    more = f"\n\n另有 {number - len(lines)} 项" if number > len(lines) else ""
    listed = "\n".join(f"{place}. {line}" for place, line in enumerate(lines, 1))
    return f"你有 {number} 项在处理：\n\n{listed}{more}\n\n全部不要了请说「取消」；只取消一项，请引用那条消息再说。"


def open_task(*, what: str, seconds: float, ahead: int, read: int, files: int) -> str:
    """Where a task stands: `ahead` came before it and are open too, `read` of its `files` are done."""
    if files and read == files:
        where = "已读完，正在回复"
    elif read:
        where = f"已读 {read}/{files}"
    else:
        where = f"前面还有 {ahead} 项" if ahead else "正在处理"
    return f"{what}，已等 {waited(seconds)}，{where}"


def what_is_read(name: str, files: int, kind: str) -> str:
    """One task as its person knows it: its first file's name, how many there are, what they are read as.

    A question about an earlier one has no files of its own until it is looked up.
    """
    if not files:
        return f"追问（{kind}）" if kind else "追问"
    first = (f"{name} 等 {files} 个文件" if files > 1 else name) if name else f"{files} 个文件"
    return f"{first}（{kind}）" if kind else first


def waited(seconds: float) -> str:
    minute = 60
    return f"{seconds:.0f} 秒" if seconds < minute else f"{seconds / minute:.0f} 分钟"


def cancelled(number: int, sending: int, *, quoted: bool) -> str:
    """So many tasks will not be answered; so many are being sent at this moment."""
    late = f"有 {sending} 项正在发送，来不及取消。" if sending else ""
    if number:
        return f"已取消 {number} 项，不再答复。{late}"
    if late:
        return late
    return "引用的这一项不在等待中：已经答复，或不是你发的。" if quoted else "没有等待中的任务，不用取消。"


def cancel_which() -> str:
    return "看不出要取消哪一项：请引用你发的那条消息说「取消」，或不引用直接说「取消」，把等待中的都取消。"


def statistics(*, today: str, week: str, waiting: int) -> str:
    return f"**今天**\n\n{today}\n\n**最近 7 天**\n\n{week}\n\n现在等待：{waiting} 项"


def statistics_period(  # noqa: PLR0913 - a report has this many numbers
    *,
    messages: int,
    kinds: Sequence[tuple[str, int]],
    failures: Sequence[tuple[str, int]],
    cancelled: int,
    mean: float,
    slowest: float,
) -> str:
    """What was done in some days: documents by kind, failures by reason, seconds from message to answer."""
    read = "、".join(f"{name} {count}" for name, count in kinds)
    failed = "、".join(f"{_reason(name)} {count}" for name, count in failures)
    lines = [
        f"消息 {messages} 条" + (f"，取消 {cancelled} 项" if cancelled else ""),
        f"读出：{read}" if read else "",
        f"未读出：{failed}" if failed else "",
        f"从收到到答复平均 {mean:.1f} 秒，最慢 {slowest:.1f} 秒" if slowest else "",
    ]
    return "\n".join(f"- {line}" for line in lines if line)


def _reason(name: str) -> str:
    return _REASONS.get(name) or ("文件类型不支持" if name.startswith("kind_") else name)


_REASONS = {
    "code_expired": "文件已过期",
    "too_large": "文件太大",
    "file_too_large": "文件太大",
    "file_gone": "等太久已清除",
    "needs_model": "需要 GPU 引擎",
    "no_such_page": "没有那一页",
    "picture_only": "只能读图片",
    "picture_too_small": "图片太小",
    "picture_too_thin": "图片太细长",
    "picture_too_large": "图片太大",
    "picture_broken": "图片损坏",
    "picture_not_taken": "引擎不收这张图片",
    "too_many_pixels": "像素太多",
    "pdf_broken": "PDF 损坏",
    "pdf_locked": "PDF 有密码",
    "pdf_heavy": "PDF 太复杂",
    "pdf_page_heavy": "PDF 太复杂",
    "ofd_broken": "OFD 损坏",
    "ofd_too_large": "OFD 太大",
    "ofd_without_text": "OFD 没有文字",
    "docx_broken": "Word 损坏",
    "docx_too_large": "Word 太大",
    "docx_without_text": "Word 没有文字",
    "xml_broken": "XML 损坏",
    "archive_broken": "压缩包损坏",
    "archive_empty": "压缩包里没有能读的",
    "archive_locked": "压缩包有密码",
    "archive_kind": "不是 zip 压缩包",
    "archive_over": "压缩包里文件太多",
    "archive_member_gone": "压缩包损坏",
    "late": "超时",
    "interrupted": "中断",
    "undeliverable": "发不出去",
    "given_up": "一直发不出去",
    "bug": "程序出错",
}

# While people wait


def receipt_title() -> str:
    return "已收到"


def receipt(*, nick: str, ahead: int, seconds: int | None) -> str:
    """The answer takes longer; `nick` says whose in a group, `seconds` is rounded, None where nothing was measured."""
    whose = f"{nick}：" if nick else ""
    before = f"，前面还有 {ahead} 个" if ahead else "，正在识别"
    if seconds is None:
        return f"{whose}已收到{before}。"
    long = f"{seconds} 秒" if seconds <= 90 else f"{-(-seconds // 60)} 分钟"  # noqa: PLR2004 - as people say it
    return f"{whose}已收到{before}，大约 {long}。"


def receipt_reaction() -> str:
    """Stands as an emoji on the message until it is answered."""
    return "⏳识别中"


def card_progress(*, files: tuple[int, int], pages: tuple[int, int]) -> str:
    """How far a card's task is: so many of so many files, and pages of the one that is read; (0, 0) where unknown."""
    (done, total), (read, every) = files, pages
    parts = [f"已读完 {done}/{total} 个文件"] if total > 1 else []
    parts += [f"已读 {read}/{every} 页"] if every > 1 else []
    return f"正在识别：{'，'.join(parts)}" if parts else "正在识别…"


def card_answer_follows() -> str:
    """The card cannot hold the answer."""
    return "已读完，内容见下面的消息。"


def card_cancelled() -> str:
    return "已取消。"


def card_ended() -> str:
    """The task is over, and nobody said how."""
    return "这次识别没有完成。还需要的话，请再发一次。"


# An answer around what was read


def reply_title(title: str) -> str:
    return f"{title}识别结果"


def several_title(number: int) -> str:
    return f"{number} 个文件的识别结果"


def section(number: int, total: int, name: str) -> str:
    """Stands above one of several files' results; pictures have no name."""
    return f"{number}/{total}　{name}" if name else f"{number}/{total}"


def part_number(number: int, total: int) -> str:
    return f"({number}/{total})"


def legend(*, checked: bool, unchecked: bool) -> str:
    """What the marks behind the values mean, of those that are there."""
    meanings = ("✅ 已核对" if checked else "", "无标记：未核对，请对照原件" if unchecked else "")
    return "；".join(filter(None, meanings))


def taken_for(titles: Sequence[str], whole_text_word: str, *, remembered: bool = False) -> str:
    """Nobody named the kind; it was recognised."""
    return f"按{'、'.join(titles)}识别；要全文{asking_for(whole_text_word, remembered=remembered)}。"


def taken_by_default(title: str, whole_text_word: str, *, remembered: bool = False) -> str:
    """Nobody named the kind; it is the conversation's."""
    return f"本会话默认按{title}识别；要全文{asking_for(whole_text_word, remembered=remembered)}。"


def only_not_found(names: Sequence[str]) -> str:
    """None of what was asked for is on this kind of document; all of it is shown."""
    return f"没有{'、'.join(f'「{name}」' for name in names)}这一项，以下是全部内容。"


def nothing_found(title: str) -> str:
    """A kind was named and none of its fields is on the page."""
    return f"这上面没有找到{title}的内容，下面是读到的文字："


def nothing_to_read() -> str:
    return "没有读到文字。如果图上有字，请发更清晰的原图，拍正、光线均匀。"


def left_off(characters: int) -> str:
    """The reply is longer than the messages that one may send."""
    return f"内容太长，后面约 {characters} 字没有发出。请分页或裁成几张再发。"


def repeat_notice() -> str:
    """Stands before a part that may have been sent already; ends with a blank line."""
    return "（若已收到，请忽略）\n\n"


def footer(titles: Sequence[str], engines: Sequence[str], seconds: float, task_id: str) -> str:
    """The last line; `titles` is empty where nothing was read."""
    if not titles:
        return f"编号 {task_id}"
    return f"{'、'.join(titles)} · {'、'.join(engines)} · {seconds:.1f} 秒 · 编号 {task_id}"


def engine_name(engine: str) -> str:
    """The engine as the last line names it."""
    return {"rapid": "CPU 引擎", "hunyuan": "HunyuanOCR", "embedded": "文件自带数据"}.get(engine, engine)


def translated(original: str, translation: str) -> str:
    """A translation with what it was made from."""
    return f"{translation}\n\n【原文】\n{original}" if translation else original


# The fields of a paper


def field_line(name: str, value: str, mark: str) -> str:
    return f"{name}：{value} {mark}" if mark else f"{name}：{value}"


def not_seen(names: Sequence[str]) -> str:
    return f"未见：{'、'.join(names)}"


def folded(names: Sequence[str], *, remembered: bool = False) -> str:
    """Fields that were read and are not shown."""
    return f"另有：{'、'.join(names)}（想看{asking_for(f'只要{names[0]}', remembered=remembered)}）"


def doubts_heading() -> str:
    return "⚠️ 请核对"


def doubt(name: str, reason: str) -> str:
    return f"{name}：{reason}"


def doubt_without_reason() -> str:
    return "不确定，请对照原件"


# The lines of a table


def lines_line(count: int, shown: Sequence[str], mark: str, *, more: bool, hint: str) -> str:
    """How many lines a table has and the first of them: 明细 3 行：餐饮费 ￥49.72；… ✅."""
    said = f"：{'；'.join(shown)}{'；…' if more else ''}" if shown else ""
    return f"明细 {count} 行{said}{f' {mark}' if mark else ''}{f'（{hint}）' if hint else ''}"


def whole_table(*, remembered: bool) -> str:
    """How to get all lines; for a while nobody needs to quote the picture."""
    return f"{'' if remembered else '引用原图并'}说「导出表格」看全部"


def lines_incomplete(numbers: Sequence[int], columns: Sequence[str]) -> str:
    """Lines, counted from 1, in which a column that each should have was not found."""
    named = "、".join(map(str, numbers[:5])) + (" 等" if len(numbers) > 5 else "")  # noqa: PLR2004 - as above
    return f"明细第 {named} 行没有读到{'、'.join(columns)}，请对照原件"


def doubt_line_sum(column: str, added: str, total: str, printed: str) -> str:
    """The lines of a column do not add up to the total: one may have been lost or misread."""
    return f"明细各行{column}相加是 {added}，{total}是 {printed}，可能漏读或读错，请对照原件"


def doubt_line_product(quantity: str, price: str, amount: str) -> str:
    return f"数量 {quantity} 乘单价 {price} 不等于金额 {amount}，请对照原件"


def doubt_in_lines(numbers: Sequence[int]) -> str:
    """The lines of a table in which values do not fit each other, counted from 1."""
    named = "、".join(map(str, numbers[:5])) + (" 等" if len(numbers) > 5 else "")  # noqa: PLR2004 - enough to find them
    return f"明细第 {named} 行的数量、单价、金额、税率、税额对不上，请对照原件"


# Several files in one answer


def several_total(kinds: Sequence[tuple[str, int]], total: str, mark: str, counted: int) -> str:
    """The first line: how many papers of which kinds, and what they come to; `counted` of them, 0 where all are."""
    papers = (
        f"{kinds[0][1]} 张{kinds[0][0]}"
        if len(kinds) == 1
        else "、".join(f"{one} {number} 张" for one, number in kinds)
    )
    of_them = f"（计入 {counted} 张）" if counted else ""
    return f"{papers}，合计 {total}{of_them}" + (f" {mark}" if mark else "")


def several_total_title(papers: int, total: str) -> str:
    return f"{papers} 张 合计 {total}"


def several_files(number: int, kinds: Sequence[tuple[str, int]], failed: int) -> str:
    """The first line where there is no sum."""
    named = [f"{title} {count} 个" for title, count in kinds] + ([f"没有读出来 {failed} 个"] if failed else [])
    return f"{number} 个文件：{'、'.join(named)}"


def sum_left_out(entries: Sequence[tuple[int, str]]) -> str:
    """Papers that are not in the sum, by their numbers, and why."""
    named = "、".join(f"第 {number} 个（{why}）" for number, why in entries)
    return f"未计入合计：{named}" if entries else ""


def left_same(other: int) -> str:
    return f"与第 {other} 个重复"


def left_no_total() -> str:
    return "没有读到金额"


def left_foreign() -> str:
    return "不是人民币"


def left_unread() -> str:
    return "没有读出来"


def sum_doubtful(entries: Sequence[tuple[int, str]]) -> str:
    """Amounts in the sum that may be wrong."""
    named = "、".join(f"第 {number} 个 {amount}" for number, amount in entries)
    return f"⚠️ 已计入但存疑，请核对：{named}" if entries else ""


def sum_repeated(numbers: Sequence[int]) -> str:
    """Papers in the sum that are perhaps the same as another, or were posted before."""
    return f"🔁 已计入但可能重复：{_numbered(numbers)}" if numbers else ""


def sum_unchecked(numbers: Sequence[int], *, everything: bool) -> str:
    """Amounts in the sum that nothing could be held against."""
    if not numbers:
        return ""
    return f"合计里{'的金额都' if everything else f'{_numbered(numbers)}的金额'}未核对，请对照原件"


def sum_negative(entries: Sequence[tuple[int, str]]) -> str:
    """Red-letter papers: their amounts are below zero."""
    named = "、".join(f"第 {number} 个 {amount}" for number, amount in entries)
    return f"含红字（负数）：{named}" if entries else ""


def _numbered(numbers: Sequence[int]) -> str:
    return f"第 {'、'.join(map(str, numbers))} 个"


def line_fields(values: Sequence[str], mark: str, name: str) -> str:
    """One paper among several."""
    shown = " ".join(filter(None, [*values, mark]))
    return f"{shown}（{name}）" if name else shown


def line_field(name: str, value: str) -> str:
    return f"{name} {value}"


def line_text(title: str, name: str, *, nothing: bool) -> str:
    """A file among several that holds no fields; its text stands below."""
    where = f"：{nothing_to_read()}" if nothing else "：内容见下"
    return f"{title}{f'（{name}）' if name else ''}{where}"


def line_failed(sentence: str, name: str) -> str:
    return f"❌ {f'{name}：' if name else ''}{sentence}"


def doubt_of(number: int, reason: str) -> str:
    return f"第 {number} 个 {reason}"


# Papers that came before


def seen_before(when: str, who: str, match: str) -> str:
    """`who` is empty where the person is told of their own posting, `match` says by what it was found."""
    by = f"由{who}提交过" if who else "由你提交过"
    return f"🔁 {_SEEN[match]}已于 {when} {by}"


def seen_in_this_message(number: int, match: str) -> str:
    """The same paper stands among the files of this very message, as this one."""
    other = f"与本条消息的第 {number} 个文件相同"
    if match == "content":
        return f"🔁 可能重复：没有读到完整的号码，但销售方、日期和金额都{other}"
    return f"🔁 重复：这张{other}"


_SEEN = {
    "number": "重复：这张",
    "content": "可能重复：没有读到完整的号码，但销售方、日期和金额都相同的一张",
    "file": "重复：同一个文件",
}


def somebody() -> str:
    """A person whose name is not known."""
    return "他人"


def day_and_time(year: int, month: int, day: int, clock: str) -> str:
    """`year` is 0 where it is this one."""
    return f"{f'{year} 年 ' if year else ''}{month} 月 {day} 日 {clock}"


# Long texts, and files that go with an answer


def whole_in_file(title: str, pages: int, characters: int) -> str:
    """Stands above the beginning of a long document."""
    return f"{title}　共 {pages} 页，约 {characters} 字，全文见附件"


def goes_on(*, named_more: bool) -> str:
    """Stands above the headings of what is not shown."""
    return f"……后面还有{'（只列前几个标题）' if named_more else ''}："


def files_follow(names: Sequence[str]) -> str:
    return f"📎 全部内容见随后的附件：{'、'.join(names)}"


def no_file_outside() -> str:
    """DingTalk sends files only to people of the company, or to groups."""
    return "附件发不到企业外的单聊，内容都在上面。需要文件，请在群里 @我。"


def files_refused_title() -> str:
    return "附件没有发出"


def file_refused(name: str) -> str:
    """DingTalk does not take a file; what it holds follows as messages."""
    return f"附件「{name}」没能发出（钉钉没有接受），内容改为直接发在这里。"


def file_too_large_to_send(name: str, megabytes: int, most: int) -> str:
    why = f"有 {megabytes} MB，超过钉钉的上限 {most} MB"
    return f"附件「{name}」{why}，没有发出，内容改为直接发在这里。要文件请分几次发来。"


def rest_failed(task_id: str) -> str:
    """The answer is there; something went wrong with what was to follow."""
    return f"内容已经读好，但后面的部分（如附件）没能做出来。请再发一次；如仍不行，请把编号 {task_id} 告诉管理员。"


def file_title() -> str:
    """How a file is called that holds several kinds."""
    return "识别结果"


def file_count(number: int) -> str:
    return f"{number}张"


def picture_number(number: int) -> str:
    """A picture has no name of its own."""
    return f"图片{number}"


# In the files


def column_number() -> str:
    return "序号"


def column_counts() -> str:
    """Whether a paper is in the sum; a person may change it, and the sum follows."""
    return "计入合计"


def column_paper() -> str:
    return "单据"


def columns_about() -> tuple[str, ...]:
    """What follows a paper's fields."""
    return ("核对", "存疑", "重复", "文件", "编号")


def columns_text() -> tuple[str, ...]:
    return ("文件", "文字")


def columns_failed() -> tuple[str, ...]:
    return ("文件", "原因")


def columns_fields() -> tuple[str, ...]:
    """Above the fields of one paper, a line each."""
    return ("项目", "内容", "核对")


def yes() -> str:
    return "是"


def no() -> str:
    return "否"


def checked() -> str:
    return "已核对"


def doubtful() -> str:
    return "存疑"


def unchecked() -> str:
    return "未核对"


def row_total() -> str:
    return "合计"


def sheet_lines(title: str) -> str:
    return f"{title}明细"


def sheet_table(number: int) -> str:
    return f"表格{number}"


def sheet_text() -> str:
    return "文字"


def sheet_failed() -> str:
    return "没有读出来"


# What went wrong on the way


def bug_title() -> str:
    return "没有读出来"


def bug(task_id: str) -> str:
    """Something went wrong that is nobody's fault but the bot's."""
    return f"处理时出错，没有读出来。请再发一次；如仍不行，请把编号 {task_id} 告诉管理员。"


def too_late(task_id: str) -> str:
    """The time for reading is over."""
    return f"等了太久，仍没有读出来。请稍后再发一次；如仍不行，请把编号 {task_id} 告诉管理员。"


def interrupted(task_id: str) -> str:
    """The work was cut off and cannot be taken up again."""
    return f"处理中断，没有读出来。请再发一次；如仍不行，请把编号 {task_id} 告诉管理员。"


def file_gone() -> str:
    return "这个文件等得太久，已从缓存中清除。请重新发一次。"


def download_code_expired() -> str:
    """DingTalk does not give out the picture or file any more."""
    return "这张图片或文件已经取不到了，请重新发一次。"


def download_too_large(most_megabytes: int) -> str:
    """Nobody knows how large it is: the download was broken off."""
    return f"文件超过 {most_megabytes} MB，请压缩后或只截取需要的部分再发。"


def content_refused_title() -> str:
    return "结果没能发出"


def content_refused(task_id: str) -> str:
    """DingTalk does not pass the answer on; this goes in its place, and holds nothing of it."""
    return f"已经读完，但钉钉没有放行读出的内容（可能有敏感词或链接）。请只截取需要的部分再发；编号 {task_id}。"


def needs_model(title: str) -> str:
    """The CPU engine reads, and no more."""
    return f"「{title}」需要 GPU 引擎，目前的 CPU 引擎只能读文字。要原文请引用原图并说「文字」；要{title}请联系管理员。"


# Files that cannot be read


def file_empty() -> str:
    return "这个文件是空的（0 字节），请重新发送。"


def file_too_large(megabytes: int, most: int) -> str:
    return f"文件有 {megabytes} MB，超过上限 {most} MB。请压缩，或截取需要的部分再发。"


def file_unknown() -> str:
    return (
        "认不出这是什么文件。我读图片（PNG、JPG、WebP、HEIC、GIF、BMP、TIFF）、PDF、Word（.docx）、OFD、"
        "XML 电子发票和 zip 压缩包，其他请截图或导出为图片再发。"
    )


def file_broken() -> str:
    """An OFD, XML, PDF or Word document that cannot be opened."""
    return "文件打不开，可能损坏或没有传完整。请重新发送，或把页面截图再发。"


def file_unpacks_too_large() -> str:
    return "这个文件解开后太大，没有读。请把需要的页面截图或导出为图片再发。"


def file_too_complex() -> str:
    """A PDF that takes more memory or time than any honest one."""
    return "这个文件太复杂，打不开。请把需要的页面截图或导出为图片再发。"


def file_locked() -> str:
    return "这个 PDF 有打开密码，我读不了。请去掉密码，或把页面截图再发。"


def file_pdf() -> str:
    """A PDF where only a picture will do."""
    return "这里只能读图片，打不开 PDF。请把需要的页面截图或导出为图片再发。"


def file_ofd() -> str:
    """An OFD without any text."""
    return "这个 OFD 里没有文字，目前还读不了。请用阅读器打开，把页面截图或导出为图片再发。"


def file_xml() -> str:
    """An XML that is no invoice."""
    return "这个 XML 里没有认出电子发票。请发发票的 OFD、PDF 或截图。"


def file_word() -> str:
    """The older .doc; a .docx is read."""
    return "还不能读旧版的 Word 文档（.doc）。请另存为 .docx 再发；要读其中的图片，请把图片单独发来。"


def file_docx_without_text() -> str:
    return "这个 Word 文档里没有文字，其中的图片还读不了。请把图片单独发来，或导出为 PDF 再发。"


def docx_pictures_unread(number: int) -> str:
    return f"文档里的 {number} 张图片没有读：请把图片单独发来，或导出为 PDF 再发"


def file_locked_office() -> str:
    return "这个文档有打开密码，我读不了。请去掉密码再发。"


def file_excel() -> str:
    return "还不能读 Excel 表格。里面的数据可以直接复制；要读其中的图片，请把图片单独发来。"


def file_slides() -> str:
    return "还不能读 PPT。请把需要的页面截图或导出为图片再发。"


def file_archive() -> str:
    return "这种压缩包我打不开，只能打开 zip。请改用 zip 压缩，或解压后把里面的图片或发票文件发来。"


def file_audio() -> str:
    return "这是音频文件，我听不了。请发图片。"


def file_video() -> str:
    return "这是视频文件，我看不了。请截图后发图片。"


def file_text() -> str:
    return "这已经是文字，不需要识别。请发图片。"


# Pictures that cannot be read


def picture_only(title: str) -> str:
    """An OFD or XML is not looked at; its text is there already."""
    return f"「{title}」目前只对图片有效，这个文件是直接取出里面的文字和数据的。请把需要的页面截图再发。"


def picture_broken() -> str:
    return "图片打不开，文件可能损坏或没有传完整。请重新发送，或截图后再发。"


def picture_format_unknown() -> str:
    return "这种图片格式我还打不开。请另存为 PNG 或 JPG，或截图后再发。"


def picture_too_small(width: int, height: int, least: int) -> str:
    return f"图片只有 {width}×{height} 像素，小于 {least} 像素，看不清内容。请发原图。"


def picture_too_many_pixels(width: int, height: int, most: int) -> str:
    return f"图片有 {width}×{height} 像素，超过上限 {most // 10_000} 万像素。请缩小，或裁成几张分开发。"


def picture_too_large_for_engine() -> str:
    return "图片太大，识别服务没有接受。请缩小，或裁成几张分开发。"


def picture_too_thin() -> str:
    """One side is more than 200 times the other."""
    return "图片太细长，识别服务看不了。请裁成几段再发。"


def picture_not_taken() -> str:
    """The model's server takes the picture for faulty, for a reason that tells the person nothing."""
    return "识别服务没有接受这张图片。请截图或另存为 PNG、JPG 后再发。"


# Files with pages


def pages_offered(first: int, last: int, total: int) -> str:
    """Of a long file only these pages were read, counted from 1; the words are ones the bot understands."""
    begin, end = last + 1, min(total, 2 * last - first + 1)
    read = f"第 {first}–{last} 页" if first < last else f"第 {first} 页"
    rest = f"第 {begin} 到 {end} 页" if begin < end else f"第 {begin} 页"
    return f"读了{read}，后面还有 {total - last} 页：引用原文件并说「{rest}」，或直接说「继续」"


def no_such_page(number: int, total: int) -> str:
    return f"这个文件只有 {total} 页，没有第 {number} 页。请写明 1 到 {total} 之间的页码。"


def pages_unreadable(numbers: Sequence[int]) -> str:
    """Pages of a PDF or TIFF, counted from 1, that are broken or too much; the others were read."""
    named = "、".join(map(str, numbers[:10])) + (" 等" if len(numbers) > 10 else "")  # noqa: PLR2004 - enough to find them
    return f"第 {named} 页打不开，没有读：请把这几页截图再发"


def pages_left_out(read: int, pages: int) -> str:
    return f"文件有 {pages} 页，只读了前 {read} 页：其余请拆开再发。"


def several_papers(title: str, begins: Sequence[int], taken: Sequence[int], others: Sequence[tuple[int, int]]) -> str:
    """A file seems to hold papers that begin on these pages, counted from 1; only the first one's pages were taken.

    `others` are the first and last pages of the rest; `title` is "" where they are of several kinds.
    """
    what = title or "不同的单据"
    pages = "、".join(map(str, begins[:8])) + (" 等" if len(begins) > 8 else "")  # noqa: PLR2004 - enough to find them
    ways = [f"「第 {first} 页」" if first == last else f"「第 {first} 到 {last} 页」" for first, last in others[:3]]
    ask = "".join(ways) + ("等" if len(others) > 3 else "")  # noqa: PLR2004 - as named
    read = "、".join(map(str, taken[:8])) + (" 等" if len(taken) > 8 else "")  # noqa: PLR2004 - likewise
    return (
        f"这个文件里像是有 {len(begins)} 份{what}（分别从第 {pages} 页开始），这里只取了第 1 份（第 {read} 页）："
        f"其余请引用原文件并说{ask}，或拆开单独发（压缩包也行）"
    )


# Archives


def archive_broken() -> str:
    return "压缩包打不开，可能损坏、没有传完整，或里面的文件太多。请重新压缩成 zip，或解压后把文件发来。"


def archive_all_locked() -> str:
    return "压缩包有密码，我打不开。请去掉密码，或解压后把文件发来。"


def archive_empty() -> str:
    return "压缩包里没有我能读的文件（图片、PDF、Word、OFD、XML 电子发票）。请解压后确认，再把文件发来。"


def archive_note(name: str, sentences: Sequence[str]) -> str:
    """What of an archive was not read."""
    return f"压缩包{f'「{name}」' if name else ''}里有文件没有读：{''.join(sentences)}"


def archive_over(number: int, most: int) -> str:
    return f"一次最多读 {most} 个，其余 {number} 个请另发。"


def archive_locked(names: Sequence[str]) -> str:
    return f"{_files(names)}有密码，请去掉密码再发。"


def archive_nested(names: Sequence[str]) -> str:
    return f"{_files(names)}是压缩包里的压缩包，请解压后再发。"


def archive_large(names: Sequence[str]) -> str:
    return f"{_files(names)}解开后太大，请单独发或截取需要的部分。"


def archive_broken_files(names: Sequence[str]) -> str:
    return f"{_files(names)}解不开，请重新压缩成 zip 再发。"


def archive_unreadable(names: Sequence[str]) -> str:
    return f"{_files(names)}不是我能读的图片或文件，请截图再发。"


def _files(names: Sequence[str]) -> str:
    named = "".join(f"「{name if len(name) <= 30 else f'{name[:29]}…'}」" for name in names[:3])  # noqa: PLR2004 - to be found by
    return f"{named} 等 {len(names)} 个" if len(names) > 3 else named  # noqa: PLR2004 - as named


# Doubts about a reading


def reading_doubtful(fault: str) -> str:
    return f"{_FAULTS[fault]}，重读后仍有疑问：请对照原件。"


_FAULTS = {
    "empty": "没有读到内容",
    "loop": "内容有大段重复",
    "cut": "内容太长，没有读完",
    "summary": "像是对图片的描述，不一定是原文",
    "unparsable": "结果的格式不完整",
    "untranslated": "没有得到译文，只有原文",
}


def reading_cut_short() -> str:
    return "内容太多，没有读完：后面的部分缺失，请裁小或分几张再发。"


def required_missing(names: Sequence[str]) -> str:
    """Fields that such a document always has."""
    return f"没有读到{'、'.join(names)}，请在原件上查看"


def doubt_cut() -> str:
    return "可能没有读完整，请对照原件"


def doubt_form(value: str) -> str:
    return f"“{value}”不像这一项的内容，请对照原件"


def doubt_read_differently(others: Sequence[str]) -> str:
    return f"另一次读作{'、'.join(f'“{other}”' for other in others)}，请对照原件"


def doubt_answer() -> str:
    return "这次识别不完整，请对照原件"


def doubt_unclear() -> str:
    return "字迹不清，可能读错，请对照原件"


def doubt_no_cents(printed: str) -> str:
    return f"只读到“{printed}”，没有小数，可能漏读，请对照原件"


def doubt_faint_point() -> str:
    return "小数点没有读清，请对照原件"


def doubt_date_may_be_cut() -> str:
    return "日期末尾没有读到“日”，可能漏读，请对照原件"


def doubt_several(values: Sequence[str]) -> str:
    return f"原件上读到几个不同的值（{'、'.join(values)}），请核对是哪一个"


def doubt_may_continue() -> str:
    return "下一行可能还有内容没有读进来，请对照原件"


def doubt_per_mille() -> str:
    """The CPU engine takes ‰ for %, ten times as much."""
    return "“%”也可能是“‰”（CPU 引擎分不清），请对照原件"


def doubt_read_again(value: str) -> str:
    """A second look at the same place; the value that is shown is still the first one."""
    return f"放大重读为“{value}”，可通过核对；没有改动，请对照原件"


def doubt_confusion(value: str) -> str:
    """One character may have been taken for one that looks like it."""
    return f"若有一个字符认错，可能是“{value}”，可通过校验；没有改动，请对照原件"


def in_file(doubt: str) -> str:
    """The same doubt about a value that the file itself carries: nothing was read, so nothing was misread."""
    ending = next((ending for ending in _MISREAD if doubt.endswith(f"，{ending}")), "")
    return f"{doubt.removesuffix(f'，{ending}')}；文件里就是这样写的，请向开具方核实" if ending else doubt


_MISREAD = ("可能读错或读反，请对照原件", "可能漏读或读错，请对照原件", "可能读错，请对照原件", "请对照原件")

# Doubts where sources of a value differ


def doubt_sources_differ(said: Sequence[tuple[str, str]]) -> str:
    """The sources of one value, the most trusted first, and what each says."""
    return f"{'，'.join(f'{_SOURCES[source]} {value}' for source, value in said)}，请对照原件"


_SOURCES = {"embedded": "文件数据为", "qr": "二维码为", "model": "图上读作", "cpu": "图上读作"}


def doubt_qr_unconfirmed() -> str:
    return "只在二维码里有，而二维码的校验码对不上，未能确认，请对照原件"


def several_invoice_codes(number: int) -> str:
    return f"图上有 {number} 个不同的发票二维码，分不清哪个是这一张的，没有用来核对。请一张发票拍一张图"


def doubt_bar_code(codes: Sequence[str], value: str) -> str:
    """The bar codes on the page that look like the number, and the number as it was read."""
    return f"条形码为 {'、'.join(codes)}，图上读作 {value}，请对照原件"


def bar_code_unread(name: str) -> str:
    """The bar code that repeats the field `name` is damaged, or there is none."""
    return f"条形码没有读到，{name}只按印刷的数字，请核对"


PLACE_ATTACHED = "附带的数据"  # the invoice's XML inside an OFD, or the file itself
PLACE_PROPERTIES = "文件属性"
PLACE_PRINTED = "版面"


def doubt_places_differ(said: Sequence[tuple[str, str]]) -> str:
    """The places in one file that give a value, the most trusted first, and what each says."""
    return f"文件里前后不一：{'，'.join(f'{place}为 {value}' for place, value in said)}，请核对"


# Doubts about amounts


def doubt_words_differ(words: str, total: str) -> str:
    return f"大写“{words}”与小写 {total} 不一致，请对照原件"


def doubt_words_unreadable(words: str) -> str:
    return f"大写“{words}”不成金额，可能读错，请对照原件"


def doubt_sum(amount: str, tax: str, total: str) -> str:
    return f"金额 {amount} 加税额 {tax} 不等于价税合计 {total}，请对照原件"


def gap_total_unconfirmed() -> str:
    return "价税合计没有可以核对的大写、金额和税额，请对照原件"


def doubt_parts(printed: Sequence[str]) -> str:
    """The last amount should be the sum of the others."""
    return f"{' 加 '.join(printed[:-1])} 不等于 {printed[-1]}，请对照原件"


def doubt_tax(amount: str, rate: str, tax: str) -> str:
    return f"金额 {amount} 按税率 {rate} 算，税额不是 {tax}，请对照原件"


def doubt_tax_rate(rate: str) -> str:
    return f"当时没有 {rate} 这一档税率，可能读错，请对照原件"


def doubt_tax_above_rates(amount: str, tax: str) -> str:
    return f"税额 {tax} 与金额 {amount} 的比例超出任何税率，可能读错或读反，请对照原件"


# Doubts about numbers and dates


def doubt_check_digit(value: str) -> str:
    return f"“{value}”的校验位不对，可能读错，请对照原件"


def doubt_length(value: str, lengths: Sequence[int]) -> str:
    return f"“{value}”有 {len(value)} 位，应为 {' 或 '.join(map(str, lengths))} 位，请对照原件"


def doubt_number_length(number: str) -> str:
    return f"“{number}”有 {len(number)} 位，数电票号码应为 20 位，其他发票 8 位，请对照原件"


def doubt_code_beside_number(code: str, number: str) -> str:
    return f"20 位号码 {number} 的发票没有发票代码，却读到代码 {code}，请对照原件"


def gap_no_code() -> str:
    return "没有读到发票代码，8 位号码的发票应有代码，请在原件上查看"


def doubt_tax_id_length(value: str) -> str:
    return f"“{value}”有 {len(value)} 位，纳税人识别号应为 18 位（旧号 15 或 20 位），请对照原件"


def doubt_credit_code(value: str) -> str:
    return f"“{value}”不是有效的统一社会信用代码（18 位，校验位不对），可能读错，请对照原件"


def doubt_identity_number() -> str:
    """Without the number, for groups may read it."""
    return "位数、出生日期或校验位不对，可能读错，请对照原件"


def doubt_birth_differs(birth: str, inside: str) -> str:
    return f"出生日期读作 {birth}，身份证号码里是 {inside}，请对照原件"


def doubt_sex_differs(sex: str) -> str:
    return f"性别读作“{sex}”，与身份证号码不符，请对照原件"


def doubt_bank_card() -> str:
    """Without the number, for groups may read it."""
    return "卡号的位数或校验位不对，可能读错，请对照原件"


def doubt_no_date(value: str) -> str:
    return f"“{value}”不是日期，请对照原件"


def doubt_date_too_early(value: str) -> str:
    return f"开票日期 {value} 早于 2000 年，可能读错，请对照原件"


def doubt_date_in_future(value: str, today: str) -> str:
    return f"开票日期 {value} 晚于今天（{today}），可能读错，请对照原件"


def doubt_day_in_future(value: str, today: str) -> str:
    return f"{value} 晚于今天（{today}），可能读错，请对照原件"


def doubt_order(earlier: str, later: str) -> str:
    return f"{earlier} 应早于 {later}，可能读错，请对照原件"


# Doubts about the buyer


def doubt_buyer_is_a_person(companies: Sequence[str]) -> str:
    return f"抬头是个人，不是{_either(companies)}，报销前请确认"


def doubt_buyer_name(expected: str) -> str:
    return f"抬头应为“{expected}”，报销前请确认"


def doubt_buyer_tax_number(expected: str) -> str:
    return f"购买方税号应为 {expected}，报销前请确认"


def doubt_buyer_unknown(companies: Sequence[tuple[str, str]]) -> str:
    """Neither the name nor the tax number is one of the companies'."""
    return f"抬头不是本单位，应为{_either([f'{name}（{number}）' for name, number in companies])}，报销前请确认"


def gap_no_buyer(companies: Sequence[str]) -> str:
    return f"没有读到购买方，抬头应为{_either(companies)}，请在原件上查看"


def gap_no_buyer_name(expected: str) -> str:
    return f"没有读到购买方名称，应为“{expected}”，请在原件上查看"


def gap_no_buyer_tax_number(expected: str) -> str:
    return f"没有读到购买方税号，应为 {expected}，请在原件上查看"


def _either(names: Sequence[str]) -> str:
    more = f" 等 {len(names)} 家" if len(names) > 3 else ""  # noqa: PLR2004 - as many as one reads at a glance
    return f"{'或'.join(f'“{name}”' for name in names[:3])}{more}"


# On the command line


def engine_unavailable(reason: str) -> str:
    return f"识别引擎连不上（{reason}）。请确认 ocrbot engine 已启动，再试一次。"


def file_unreadable(reason: str) -> str:
    return f"打不开这个文件（{reason}）。请检查路径和权限。"


def read_head(file: str, title: str, engine: str, seconds: float) -> str:
    return f"{file}（{title}，{engine}，{seconds:.1f} 秒）"


def read_field(name: str, value: str, mark: str, doubts: Sequence[str]) -> str:
    why = f"（{'；'.join(doubts)}）" if doubts else ""
    return f"  {name}：{value or '—'}{mark}{why}"


def read_line(number: int, cells: Sequence[tuple[str, str, str]], doubts: Sequence[str]) -> str:
    """Return line `number`, from 1, of a table: for each cell its name, value and mark."""
    why = f"（{'；'.join(doubts)}）" if doubts else ""
    return f"  第 {number} 行：{'，'.join(f'{name} {value}{mark}' for name, value, mark in cells)}{why}"


def read_doubt(doubt: str) -> str:
    return f"  ⚠️ {doubt}"


def read_failed(file: str, reason: str) -> str:
    return f"{file}：{reason}"


def read_nothing() -> str:
    return "  （没有读到文字）"


# In the demo


DEMO_GROUP = "报销群"
DEMO_MEMBER = "小王"


def demo_starting(redis: str, folder: str) -> str:
    return f"正在启动：Redis（{redis}）、识别引擎、工作进程、机器人，以及本机的钉钉替身……\n日志在 {folder}\n"


def demo_question(group: str, member: str, picture: str, *, quoted: bool) -> str:
    how = f"引用 {picture} 并 @机器人" if quoted else f"@机器人 {picture}"
    return f"【{group}】{member}：{how}"


def demo_reply(picture: str, seconds: float, text: str) -> str:
    head = f"【{DEMO_GROUP}】机器人回复 {picture}（{seconds:.1f} 秒）：" if picture else f"【{DEMO_GROUP}】机器人："
    body = "\n".join(f"    {line.rstrip()}" for line in text.splitlines())
    return f"\n{head}\n{body}\n"


def demo_unanswered(pictures: Sequence[str]) -> str:
    return f"这些图片没有等到回复：{'、'.join(pictures)}"


def demo_waiting(url: str) -> str:
    return f"演示还开着：在浏览器打开 {url} 可以继续发图；按 Ctrl-C 结束。"
