"""Notices while a person waits for an answer."""

# ruff: noqa: D103, D401 - each function is named for its sentence; a docstring says when it is used


def receipt_title() -> str:
    return "已收到"


def receipt(*, nick: str, ahead: int, seconds: int | None) -> str:
    """When an answer takes longer; `nick` says whose it is in a group, `seconds` is rounded, None if unknown."""
    whose = f"{nick}：" if nick else ""
    before = f"，前面还有 {ahead} 个" if ahead else "，正在识别"
    if seconds is None:
        return f"{whose}已收到{before}。"
    long = f"{seconds} 秒" if seconds <= 90 else f"{-(-seconds // 60)} 分钟"  # noqa: PLR2004 - as people say it
    return f"{whose}已收到{before}，大约 {long}。"


def receipt_reaction() -> str:
    """The text reaction on a message until it is answered."""
    return "⏳识别中"


def ended_reaction() -> str:
    """The text reaction on a message that is answered, where the one before cannot be removed."""
    return "✅已答复"


def card_progress(*, files: tuple[int, int], pages: tuple[int, int]) -> str:
    """The progress on a card: files done of all, and pages read of the current file's; (0, 0) if unknown."""
    (done, total), (read, every) = files, pages
    parts = [f"已读完 {done}/{total} 个文件"] if total > 1 else []
    parts += [f"已读 {read}/{every} 页"] if every > 1 else []
    return f"正在识别：{'，'.join(parts)}" if parts else "正在识别…"


def card_answer_follows() -> str:
    """When the card cannot hold the answer."""
    return "已读完，内容见下面的消息。"


def card_cancelled() -> str:
    return "已取消。"


def card_answered_with_words() -> str:
    """On the card of files, when the answer to the words that came with them is sent."""
    return "✅ 已和你随后说的一起回答。"


def card_ended() -> str:
    """When the task is over and its outcome is unknown."""
    return "这次识别没有完成。还需要的话，请再发一次。"


def no_room() -> str:
    """When so many files wait that no more can be kept; nothing of the message was taken."""
    return "现在等着处理的文件太多，这一条没有收下。请过几分钟再发一次；之前发的都在，会照常回复。"


def too_many_open(number: int) -> str:
    """When a person has as many open messages with files as one may have; nothing of the new one was taken."""
    return f"你还有 {number} 条消息在处理，这一条没有收下。等回复到了再发；之前发的都在，会照常回复。"
