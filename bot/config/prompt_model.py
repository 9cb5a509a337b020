"""The tables and keys of a prompt file, with the descriptions that editors show."""

from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema

from bot.config.file_types import (
    KEY_SCHEMA,
    AnyWords,
    FileTable,
    Flag,
    FormWords,
    Key,
    Keys,
    LongText,
    Number,
    OptionalText,
    Pairs,
    SpokenWords,
    Text,
    list_schema,
    rules,
    whole_number,
)
from bot.config.value_patterns import unusable
from bot.domain.checking.registry import RULES
from bot.domain.problems import suggestion
from bot.domain.prompt import ENOUGH_WORDS, MOST_LINES_RANGE, MOST_TOKENS_RANGE, FieldType, Output, PromptTask, StopOf
from bot.domain.roles import COLUMN_ROLES, Role, role_named


def _unknown_role(word: str) -> Iterator[str]:
    if word.strip() and role_named(word.strip()) is None:
        yield f'names "{word}", which is no role{suggestion(word, [*Role])}'


def _unknown_roles(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        yield from _unknown_role(word)


def _quotes_in_name(name: str) -> Iterator[str]:
    if {"'", "\\"} & {*name}:
        yield "must hold neither ' nor \\, for the model gets it in quotes"


def _unusable_signs(patterns: Iterable[str]) -> Iterator[str]:
    for pattern in patterns:
        yield from unusable(pattern, has_value=False)


def _unusable_patterns(patterns: Iterable[str]) -> Iterator[str]:
    for pattern in patterns:
        yield from unusable(pattern)


def _too_few_words(words: tuple[str, ...]) -> Iterator[str]:
    if 0 < len(words) < ENOUGH_WORDS:
        yield f"needs at least {ENOUGH_WORDS} words, for that many must stand on a page"


def _path_outside_folder(path: str) -> Iterator[str]:
    if path.strip().startswith(("/", "\\")) or ".." in path.strip().split("/"):
        yield "must be a path below the configuration folder, such as samples/contract.png"


def _check_pattern() -> str:
    """Return the regular expression of an entry of `checks`."""
    key = r"[a-z][a-z0-9_]*"
    known = "|".join(
        rf"{name}:\s*{key}(\s*,\s*{key}){{{rule.keys - 1}{',' * rule.more}}}" if rule.keys else name
        for name, rule in sorted(RULES.items())
    )
    return rf"^\s*({known})\s*$"


def _check_description() -> str:
    known = (f"{name}:{','.join(['key'] * rule.keys)}" if rule.keys else name for name, rule in RULES.items())
    return f"要做的核对：{'、'.join(known)}"


_FieldName = Annotated[
    Text, rules(_quotes_in_name), WithJsonSchema({"type": "string", "minLength": 1, "pattern": r"^[^'\\]+$"})
]


_FIELD_ROLES = [role.value for role in Role if role not in COLUMN_ROLES]
_COLUMN_ROLES = [role.value for role in Role if role in COLUMN_ROLES]


class FieldTable(FileTable):
    """A table under [[fields]]."""

    name: _FieldName = Field(description="给人看的名字，也写进提示词")
    key: Key = Field(description="本文件里的名字")
    role: Annotated[Text, rules(_unknown_role), WithJsonSchema({"enum": _FIELD_ROLES})] = Field(
        "", description="程序凭它认出这一项；不写就看 key 是不是角色名"
    )
    type: FieldType = Field(FieldType.TEXT, description="怎样找、怎样写这个值")
    labels: FormWords = Field((), description="纸面上还会怎样写这一项的名字")
    patterns: Annotated[AnyWords, rules(_unusable_patterns)] = Field(
        (), description="纸面上没有名字时，按样子找：正则表达式，第一对括号里是值（只有 CPU 引擎用）"
    )
    lines: Annotated[Number, whole_number(1, 20)] = Field(
        1, description="这一项最多占几行", json_schema_extra={"minimum": 1, "maximum": 20}
    )
    required: Flag = Field(default=False, description="没有它就值得怀疑")
    masked: Flag = Field(default=False, description="群里只显示头尾")
    below: Flag = Field(default=False, description="值在名字下面那一格，不在右边")
    elements: AnyWords = Field((), description="文件自带的 XBRL 数据里这一项的元素名，不带前缀：TrainNumber")


class ColumnTable(FileTable):
    """A table under [[columns]], without the keys that only labelled values need."""

    name: Text = Field(description="列名")
    key: Key = Field(description="本文件里的名字，不能与字段重复")
    role: Annotated[Text, rules(_unknown_role), WithJsonSchema({"enum": _COLUMN_ROLES})] = Field(
        "", description="程序凭它认出这一列；不写就看 key 是不是角色名"
    )
    type: FieldType = Field(FieldType.TEXT, description="怎样找、怎样写这个值")
    labels: FormWords = Field((), description="表头上还会怎样写这一列")
    required: Flag = Field(default=False, description="表头必须有这一列；某一行没有它就值得怀疑")
    patterns: Annotated[AnyWords, rules(_unusable_patterns)] = Field(
        (), description="一格里的内容应有的样子：正则表达式，都不符合就当它不是这张表里的"
    )
    stop: StopOf | None = Field(None, description="行首的地点，表头没有它：this 取本行的，next 取下一行的")
    form: OptionalText = Field("", description="只有这种样式的表才有这一列；同一样式的列写同一个词")
    elements: AnyWords = Field((), description="文件自带的 XBRL 数据里这一列的元素名，不带前缀")


class GroupTable(FileTable):
    """A table under [[reply.groups]]."""

    model_config = ConfigDict(json_schema_extra={"required": ["heading", "fields"]})

    heading: Text = Field(description="这一组的小标题")
    fields: Keys = Field((), description="这一组的字段，写 key")


class ReplyTable(FileTable):
    """The table [reply]."""

    order: Keys = Field((), description="先列哪些字段，写 key")
    fold: Keys = Field((), description="平时不列、只报名字的字段，写 key")
    groups: tuple[GroupTable, ...] = Field((), description="放在一起、带小标题的字段")


class DuplicatesTable(FileTable):
    """The table [duplicates]."""

    number: Annotated[Text, WithJsonSchema(KEY_SCHEMA)] = Field(description="号码字段的 key")
    code: Annotated[OptionalText, WithJsonSchema(KEY_SCHEMA)] = Field(
        "", description="代码字段的 key：号码不足 20 位时与号码一起比"
    )
    otherwise: Keys = Field((), description="没有号码时比哪些字段，写 key")


class ExampleTable(FileTable):
    """A table under [[examples]]."""

    image: Annotated[Text, rules(_path_outside_folder)] = Field(
        description="图片，相对于配置文件夹：samples/contract.png"
    )
    fields: Pairs = Field({}, description='必须读出的值：{ "字段名" = "值" }')
    contains: AnyWords = Field((), description="结果里必须有的话")


class PromptFile(FileTable):
    """The top level of a prompt file."""

    title: Text = Field(description="单据的名字，也是叫它的词")
    commands: SpokenWords = Field((), description="消息里叫它的其他词")
    hints: SpokenWords = Field((), description="消息里提示是它的词；图上认出别的，就按别的读")
    detect: Annotated[FormWords, rules(_too_few_words)] = Field(
        (),
        description="纸面上的词，至少要看到两个才认作它",
        json_schema_extra={"anyOf": [{"maxItems": 0}, {"minItems": ENOUGH_WORDS}]},
    )
    detect_codes: AnyWords = Field((), description="二维码或条码怎样开头就是它")
    titles: FormWords = Field((), description="标题的样子，* 代表任意的字：再有一个 detect 的词就认作它")
    signs: Annotated[AnyWords, rules(_unusable_signs)] = Field(
        (), description="没有固定用词的单据：这些正则在一页短文字上全都找得到，又认不出别的，就认作它"
    )
    most_lines: Annotated[Number | None, whole_number(*MOST_LINES_RANGE)] = Field(
        None,
        description="纸面上至多多少行；更长的不凭 detect、titles 认作它",
        json_schema_extra={"minimum": MOST_LINES_RANGE[0], "maximum": MOST_LINES_RANGE[1]},
    )
    headline: Keys = Field((), description="回复标题旁的字段，写 key")
    text: LongText = Field(description="发给模型的话；{{fields}} 是字段名单，{{input}} 是对方说的内容")
    output: Output = Field(Output.TEXT, description="结果是什么")
    task: PromptTask | None = Field(
        None, description="让只认自己那几句话的模型做什么；不写就与 output 相同，写公式的是 formula"
    )
    needs_model: Flag = Field(default=False, description="CPU 引擎做不了")
    cpu_as_good: Flag = Field(
        default=False, description="量过：CPU 引擎读得一样好（docs/accuracy.md）；GPU 引擎不在时由它代读"
    )
    most_tokens: Annotated[Number | None, whole_number(*MOST_TOKENS_RANGE)] = Field(
        None,
        description="模型的回答最多多少个 token；不写就按字段或图上的墨迹估算",
        json_schema_extra={"minimum": MOST_TOKENS_RANGE[0], "maximum": MOST_TOKENS_RANGE[1]},
    )
    fields: tuple[FieldTable, ...] = Field((), description="字段")
    columns: tuple[ColumnTable, ...] = Field((), description="单据里那张表（如发票明细）的各列")
    table_ends: FormWords = Field((), description="表下面没有合计行时，以这些词开头的行结束这张表；到页尾也算")
    adds_up: Flag = Field(default=True, description="false：不是发票，金额不计入合计")
    checks: Annotated[AnyWords, WithJsonSchema(list_schema(pattern=_check_pattern()))] = Field(
        (), description=_check_description()
    )
    without: Annotated[
        FormWords, rules(_unknown_roles), WithJsonSchema(list_schema(enum=[role.value for role in Role]))
    ] = Field((), description="本来就没有的角色：检查时不再提醒")
    duplicates: Annotated[DuplicatesTable | None, BeforeValidator(lambda table: None if table == {} else table)] = (
        Field(None, description="凭哪些字段查重")
    )
    reply: ReplyTable = Field(ReplyTable(), description="回复的排法")
    examples: tuple[ExampleTable, ...] = Field((), description="例子：一张图和结果里必须有的内容")
