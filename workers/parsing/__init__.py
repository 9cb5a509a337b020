"""What the model wrote, taken apart: lines with boxes, fields, tables, translations. Pure, and it never raises."""

from workers.engines.hunyuan.loops import LoopGuard, tail_repeats, trim_loop
from workers.parsing.answers import is_no_text, looks_like_summary, parse_subtitles, parse_translation
from workers.parsing.documents import document_text
from workers.parsing.fields import AnswerFields, AnswerValue, parse_fields
from workers.parsing.spotting import parse_spotting
from workers.parsing.tokens import clean

__all__ = [
    "AnswerFields",
    "AnswerValue",
    "LoopGuard",
    "clean",
    "document_text",
    "is_no_text",
    "looks_like_summary",
    "parse_fields",
    "parse_spotting",
    "parse_subtitles",
    "parse_translation",
    "tail_repeats",
    "trim_loop",
]
