"""GLM-OCR's answers, brought into the notation that the rest of `workers.parsing` reads.

They are Markdown with HTML tables and formulas between dollar signs (examples/result in zai-org/GLM-OCR), or a JSON
object of the form that was asked for; some come whole in a fence, as users report for vLLM and Ollama. Special tokens
are those of the GLM-4 family, <|user|> and the like; the SDK ends an answer there.
"""

import re
from typing import Final

from workers.parsing.tokens import printable

_END = re.compile(r"<\|(?:user|assistant|system|observation|endoftext)\|>")
_TURN = re.compile(r"\A(?:\s|\[gMASK\]|<sop>|<\|assistant\|>)+")  # a template may leave it in front of the answer
_SPECIAL = re.compile(r"<\|[a-z_]{1,40}\|>|\[gMASK\]|<sop>|<eop>")
_CUT_SPECIAL = re.compile(r"<\|[a-z_]{0,40}\|?\Z")
_THOUGHT = re.compile(r"\A\s*<think>.*?(?:</think>|\Z)", re.DOTALL)
_FENCE: Final = "```"
_FENCED = re.compile(r"\A```[ \t]*(?:markdown|md|text|plaintext|html)?[ \t]*\n", re.IGNORECASE)


def glm_notation(raw: str) -> str:
    """Return an answer up to its end, without special tokens, thoughts and the fence around the whole of it."""
    text = _THOUGHT.sub("", _TURN.sub("", raw))
    end = _END.search(text)
    text = _SPECIAL.sub("", text[: end.start()] if end else text)
    return _unfenced(printable(_CUT_SPECIAL.sub("", text)).strip())


def _unfenced(text: str) -> str:
    """Return the content of a single fence around all of the text, whether or not it is closed; else the text."""
    opening = _FENCED.match(text)
    if opening is None:
        return text
    body = text[opening.end() :]
    inside = body.rstrip().removesuffix(_FENCE)
    return text if _FENCE in inside else inside.strip()
