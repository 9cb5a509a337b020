"""What people hear while they wait."""

# ruff: noqa: D103, D401 - a sentence's function is named for what it says; a docstring tells when it is said


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
