"""What admins are told over the API, in Chinese and in English."""

# ruff: noqa: D103 - each function is named for what it tells; a docstring says when it is used

from bot.domain.texts.api import ProblemText


def unknown_prompt() -> ProblemText:
    return ProblemText(
        zh=("没有这个种类", "没有这个名字的提示词文件。名字由小写字母、数字和 _ 组成，以字母开头。"),
        en=("No such kind", "There is no prompt file of this name: lower-case letters, digits and _, a letter first."),
    )


def read_only() -> ProblemText:
    return ProblemText(
        zh=(
            "配置只读",
            "这里的配置文件夹是只读的，页面不能改它。请在它的来源处（如 Git 仓库）修改，或以可写方式挂载 config。",
        ),
        en=(
            "The configuration is read-only",
            (
                "The configuration folder is read-only here, so the page cannot change it. Change it where it comes "
                "from, such as its Git repository, or mount config so that it can be written."
            ),
        ),
    )


def changed_meanwhile() -> ProblemText:
    return ProblemText(
        zh=("文件已被别人改过", "打开之后有人改了这个文件，没有保存。请重新载入，再合并你的修改。"),
        en=(
            "Somebody changed the file",
            "The file was changed after it was opened, so nothing was saved. Load it again and merge your changes.",
        ),
    )


def faulty_draft() -> ProblemText:
    return ProblemText(
        zh=("有错误，没有保存", "请先改正 errors 里列出的问题。"),
        en=("Not saved: there are mistakes", "Mend what errors lists, and save again."),
    )


def kind_needed() -> ProblemText:
    return ProblemText(
        zh=("这个种类还要用", "没有停用：别的文件还要用到它，见 errors。请先改那些文件，或让别的种类作默认。"),
        en=(
            "The kind is needed",
            "It was not retired: other files need it, see errors. Change those, or make another kind the default.",
        ),
    )


def not_conditional() -> ProblemText:
    return ProblemText(
        zh=("缺少 If-Match", "保存时请带上读取时得到的 ETag：If-Match；新建则用 If-None-Match: *。"),
        en=(
            "If-Match is missing",
            "Send the ETag that you read in If-Match, or If-None-Match: * for a new file.",
        ),
    )


def set_refused(why: str) -> ProblemText:
    """Say why the configuration on disk, or an accepted set, cannot be used."""
    return ProblemText(zh=("不能这样做", why), en=("This cannot be done", why))


def examples_first() -> ProblemText:
    return ProblemText(
        zh=("先试例子", "接受之前要用现在的文件把所有例子读一遍。请运行例子，读完后再接受。"),
        en=("Run the examples first", "A set is accepted with the results of its examples: run them all, then accept."),
    )


def unknown_run() -> ProblemText:
    return ProblemText(
        zh=("没有这次运行", "没有这次例子的运行，或已过期。请再运行一次。"),
        en=("No such run", "There is no such run of the examples, or it is no longer kept. Run them again."),
    )


def unknown_trial() -> ProblemText:
    return ProblemText(
        zh=("没有这次试读", "没有这次试读，或已过期。请再试一次。"),
        en=("No such trial", "There is no such trial, or it is no longer kept. Try the prompt again."),
    )


def input_needed() -> ProblemText:
    return ProblemText(
        zh=("要说明找什么", "这个提示词要知道找什么：请在“找什么”里写上，例如“金额、日期”。"),
        en=("Say what to find", "This prompt has to be told what to find, such as 金额、日期: give it as input."),
    )


def empty_file() -> ProblemText:
    return ProblemText(
        zh=("没有文件", "请选一个不超过 20 MB 的文件来试。"),
        en=("No file", "Choose a file of at most 20 MB to try the prompt on."),
    )


def draft_too_long() -> ProblemText:
    return ProblemText(
        zh=("文件太长", "提示词文件最多 256 KB。请删去不用的内容。"),
        en=("The file is too long", "A prompt file has at most 256 KB. Remove what is not needed."),
    )
