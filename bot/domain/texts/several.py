"""Several files in one answer, and documents that were posted before."""

# ruff: noqa: D103, D401 - each function is named for its sentence; a docstring says when it is used

from collections.abc import Sequence

from bot.domain.texts.answers import nothing_to_read


# Several files in one answer
def several_total(kinds: Sequence[tuple[str, int]], total: str, mark: str, counted: int) -> str:
    """The first line: the number of documents of each kind and their total; `counted` of them count, 0 if all do."""
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
    """The first line if there is no total."""
    named = [f"{title} {count} 个" for title, count in kinds] + ([f"没有读出来 {failed} 个"] if failed else [])
    return f"{number} 个文件：{'、'.join(named)}"


def several_papers(files: int, number: int, kinds: Sequence[tuple[str, int]], failed: int) -> str:
    """The same if a file holds several papers."""
    named = [f"{title} {count} 张" for title, count in kinds] + ([f"没有读出来 {failed} 个"] if failed else [])
    return f"{files} 个文件里有 {number} 张单据：{'、'.join(named)}"


def papers_told_apart(files: int, number: int) -> str:
    """Below a first line with a total, if a file holds several papers."""
    return f"{files} 个文件里认出 {number} 张单据，逐张读取；张数不对请分开拍再发"


def paper_of_file(name: str, number: int, papers: int) -> str:
    """One of several papers in a file."""
    return f"{name}（{number}/{papers}）"


def on_pages(pages: Sequence[int]) -> str:
    """The pages of one of several papers, from 1."""
    if len(pages) > 1 and pages[-1] - pages[0] == len(pages) - 1:
        return f"第 {pages[0]}–{pages[-1]} 页"
    return f"第 {'、'.join(map(str, pages))} 页"


def left_over(text: str) -> str:
    """What stands beside the papers of a file and belongs to none of them."""
    return f"没有归入任何一张的文字：{text}"


def sum_left_out(entries: Sequence[tuple[int, str]]) -> str:
    """Documents that do not count in the total, by number, and why."""
    named = "、".join(f"第 {number} 个（{why}）" for number, why in entries)
    return f"未计入合计：{named}" if entries else ""


def left_same(other: int) -> str:
    return f"与第 {other} 个重复"


def left_no_total() -> str:
    return "没有读到金额"


def left_no_amount() -> str:
    return "这类没有金额项"


def left_foreign() -> str:
    return "不是人民币"


def left_no_invoice() -> str:
    return "不是发票"


def proof_agrees(title: str, number: int, invoice: str) -> str:
    """Under a trip list or a receipt: the invoice of the same message that it belongs to."""
    return f"这张{title}是第 {number} 个{invoice}的，金额相同"


def proof_differs(title: str, number: int, invoice: str, own: str, other: str) -> str:
    """The same if the amounts differ."""
    return f"⚠️ 这张{title}是 {own}，第 {number} 个{invoice}是 {other}，金额不同，请核对"


def left_unread() -> str:
    return "没有读出来"


def sum_doubtful(entries: Sequence[tuple[int, str]]) -> str:
    """Amounts in the total that may be wrong."""
    named = "、".join(f"第 {number} 个 {amount}" for number, amount in entries)
    return f"⚠️ 已计入但存疑，请核对：{named}" if entries else ""


def sum_repeated(numbers: Sequence[int]) -> str:
    """Documents in the total that may be duplicates or were posted before."""
    return f"🔁 已计入但可能重复：{_numbered(numbers)}" if numbers else ""


def sum_unchecked(numbers: Sequence[int], *, everything: bool) -> str:
    """Amounts in the total that could not be checked."""
    if not numbers:
        return ""
    return f"合计里{'的金额都' if everything else f'{_numbered(numbers)}的金额'}未核对，请对照原件"


def sum_negative(entries: Sequence[tuple[int, str]]) -> str:
    """Red-letter invoices, whose amounts are negative."""
    named = "、".join(f"第 {number} 个 {amount}" for number, amount in entries)
    return f"含红字（负数）：{named}" if entries else ""


def of_files(sentence: str, numbers: Sequence[int]) -> str:
    """A sentence about some of several files."""
    return f"{_numbered(numbers)}：{sentence}"


def _numbered(numbers: Sequence[int]) -> str:
    return f"第 {'、'.join(map(str, numbers))} 个"


def line_fields(values: Sequence[str], mark: str, name: str) -> str:
    """The line of one document among several."""
    shown = " ".join(filter(None, [*values, mark]))
    return f"{shown}（{name}）" if name else shown


def line_field(name: str, value: str) -> str:
    return f"{name} {value}"


def line_text(title: str, name: str, *, nothing: bool) -> str:
    """The line of a file without fields among several; its text follows below."""
    where = f"：{nothing_to_read()}" if nothing else "：内容见下"
    return f"{title}{f'（{name}）' if name else ''}{where}"


def line_failed(sentence: str, name: str) -> str:
    return f"❌ {f'{name}：' if name else ''}{sentence}"


def doubt_of(number: int, reason: str) -> str:
    return f"第 {number} 个 {reason}"


# Documents that were posted before
def seen_before(when: str, who: str, match: str) -> str:
    """When the same document was posted before; `who` is empty if by the same person, `match` says what is the same."""
    by = f"由{who}提交过" if who else "由你提交过"
    return f"🔁 {_SEEN[match]}已于 {when} {by}"


def seen_in_this_message(number: int, match: str) -> str:
    """When `number` of the same message is the same document."""
    other = f"与本条消息的第 {number} 个相同"
    if match == "content":
        return f"🔁 可能重复：没有读到完整的号码，但销售方、日期和金额都{other}"
    return f"🔁 重复：这张{other}"


_SEEN = {
    "number": "重复：这张",
    "content": "可能重复：没有读到完整的号码，但销售方、日期和金额都相同的一张",
    "file": "重复：同一个文件",
}


def somebody() -> str:
    """A person whose name is unknown."""
    return "他人"


def day_and_time(year: int, month: int, day: int, clock: str) -> str:
    """A time in China; `year` is 0 for the current year."""
    return f"{f'{year} 年 ' if year else ''}{month} 月 {day} 日 {clock}"
