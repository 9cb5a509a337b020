"""The JSON schema of a prompt file, for editors that complete and check TOML (Even Better TOML, taplo).

It says what `read_prompt` takes; what only the whole set can tell (clashes, keys that are no field's) it leaves to the
check.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.config.prompt_toml import (
    COLUMN_KEYS,
    DUPLICATE_KEYS,
    EXAMPLE_KEYS,
    FIELD_KEYS,
    GROUP_KEYS,
    PROMPT_KEYS,
    REPLY_KEYS,
)
from bot.domain.checking.registry import RULES
from bot.domain.prompt import FieldType, Output
from bot.domain.roles import COLUMN_ROLES, Role

FILE = "prompt.schema.json"
_KEY = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}


def prompt_schema() -> dict[str, Any]:
    """Return the schema, draft 7, which the editors know."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "ocrbot: a kind of document",
        **_table(PROMPT_KEYS, _PROMPT, required=("title", "text")),
    }


def schema_text() -> str:
    """Return the schema as its file holds it."""
    return json.dumps(prompt_schema(), ensure_ascii=False, indent=2) + "\n"


def _table(keys: Sequence[str], known: Mapping[str, Any], required: Sequence[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {key: known[key] for key in keys},
        "required": [*required],
        "additionalProperties": False,
    }


def _text(meaning: str) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "description": meaning}


def _flag(meaning: str) -> dict[str, Any]:
    return {"type": "boolean", "default": False, "description": meaning}


def _words(meaning: str, **more: Any) -> dict[str, Any]:
    items = {"type": "string", "minLength": 1}
    return {"type": "array", "items": items, "uniqueItems": True, "description": meaning, **more}


def _keys(meaning: str) -> dict[str, Any]:
    return {"type": "array", "items": _KEY, "uniqueItems": True, "description": meaning}


def _checks() -> dict[str, Any]:
    known = "|".join(
        name if not rule.keys else rf"{name}:\s*[a-z][a-z0-9_]*(\s*,\s*[a-z][a-z0-9_]*){{{rule.keys - 1}}}"
        for name, rule in sorted(RULES.items())
    )
    listed = "、".join(f"{name}:{','.join(['key'] * rule.keys)}" if rule.keys else name for name, rule in RULES.items())
    items = {"type": "string", "pattern": rf"^\s*({known})\s*$"}
    return {"type": "array", "items": items, "uniqueItems": True, "description": f"要做的核对：{listed}"}


_FIELD = {
    "name": {**_text("给人看的名字，也写进提示词"), "pattern": r"^[^'\\]+$"},
    "key": {**_KEY, "description": "本文件里的名字"},
    "role": {
        "enum": [role.value for role in Role if role not in COLUMN_ROLES],
        "description": "程序凭它认出这一项；不写就看 key 是不是角色名",
    },
    "type": {"enum": [kind.value for kind in FieldType], "default": "text", "description": "怎样找、怎样写这个值"},
    "labels": _words("纸面上还会怎样写这一项的名字"),
    "patterns": _words("纸面上没有名字时，按样子找：正则表达式，第一对括号里是值（只有 CPU 引擎用）"),
    "lines": {"type": "integer", "minimum": 1, "maximum": 20, "default": 1, "description": "这一项最多占几行"},
    "required": _flag("没有它就值得怀疑"),
    "masked": _flag("群里只显示头尾"),
}
_COLUMN = {
    "name": _text("列名"),
    "key": {**_KEY, "description": "本文件里的名字，不能与字段重复"},
    "role": {
        "enum": [role.value for role in Role if role in COLUMN_ROLES],
        "description": "程序凭它认出这一列；不写就看 key 是不是角色名",
    },
    "type": _FIELD["type"],
    "labels": _words("表头上还会怎样写这一列"),
    "required": _flag("表头必须有这一列；某一行没有它就值得怀疑"),
}
_GROUP = {"heading": _text("这一组的小标题"), "fields": _keys("这一组的字段，写 key")}
_REPLY = {
    "order": _keys("先列哪些字段，写 key"),
    "fold": _keys("平时不列、只报名字的字段，写 key"),
    "groups": {
        "type": "array",
        "items": _table(GROUP_KEYS, _GROUP, required=GROUP_KEYS),
        "description": "放在一起、带小标题的字段",
    },
}
_DUPLICATES = {
    "number": {**_KEY, "description": "号码字段的 key"},
    "code": {**_KEY, "description": "代码字段的 key：号码不足 20 位时与号码一起比"},
    "otherwise": _keys("没有号码时比哪些字段，写 key"),
}
_EXAMPLE = {
    "image": _text("图片，相对于配置文件夹：samples/contract.png"),
    "fields": {
        "type": "object",
        "additionalProperties": {"type": "string"},
        "description": '必须读出的值：{ "字段名" = "值" }',
    },
    "contains": _words("结果里必须有的话"),
}
_PROMPT: Mapping[str, Any] = {
    "title": _text("单据的名字，也是叫它的词"),
    "commands": _words("消息里叫它的其他词"),
    "hints": _words("消息里提示是它的词；图上认出别的，就按别的读"),
    "detect": _words("纸面上的词，至少要看到两个才认作它", anyOf=[{"maxItems": 0}, {"minItems": 2}]),
    "detect_codes": _words("二维码或条码怎样开头就是它"),
    "headline": _keys("回复标题旁的字段，写 key"),
    "text": _text("发给模型的话；{{fields}} 是字段名单，{{input}} 是对方说的内容"),
    "output": {"enum": [kind.value for kind in Output], "default": "text", "description": "结果是什么"},
    "needs_model": _flag("CPU 引擎做不了"),
    "fields": {"type": "array", "items": _table(FIELD_KEYS, _FIELD, required=("name", "key")), "description": "字段"},
    "columns": {
        "type": "array",
        "items": _table(COLUMN_KEYS, _COLUMN, required=("name", "key")),
        "description": "单据里那张表（如发票明细）的各列",
    },
    "checks": _checks(),
    "without": {
        "type": "array",
        "items": {"enum": [role.value for role in Role]},
        "uniqueItems": True,
        "description": "本来就没有的角色：检查时不再提醒",
    },
    "duplicates": {**_table(DUPLICATE_KEYS, _DUPLICATES, required=("number",)), "description": "凭哪些字段查重"},
    "reply": {**_table(REPLY_KEYS, _REPLY, required=()), "description": "回复的排法"},
    "examples": {
        "type": "array",
        "items": _table(EXAMPLE_KEYS, _EXAMPLE, required=("image",)),
        "description": "例子：一张图和结果里必须有的内容",
    },
}
