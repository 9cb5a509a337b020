"""HunyuanOCR's special tokens, which the server leaves in the raw text on request."""

import re

# The checkpoints call the tags by placeholders (discussions 43 and 46 of Tencent-Hunyuan/HunyuanOCR).
_TAGS = {"110": "<quad>", "111": "</quad>", "112": "<ref>", "113": "</ref>", "114": "<pFig>", "115": "</pFig>"}
_SPECIAL = re.compile(r"<｜hy_(?:place[▁_ ]holder[▁_ ]no[▁_ ](\d{1,4})|[^｜<>]{1,64})｜>")
_CUT_SPECIAL = re.compile(r"<｜[^｜<>]{0,64}｜?\Z")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufeff]")


def clean(raw: str) -> str:
    """Return the model's text without special tokens, except that those for tags become the tags.

    Also removes a special token cut off at the end, control characters and lone surrogates.
    """
    text = _SPECIAL.sub(lambda token: _TAGS.get(token[1] or "", ""), raw)
    return printable(_CUT_SPECIAL.sub("", text)).strip()


def printable(text: str) -> str:
    """Return a text without control characters and lone surrogates."""
    return _UNPRINTABLE.sub("", text)
