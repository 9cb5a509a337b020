"""The model's special tokens, as they stand in raw text when the server is asked to keep them."""

import re

# The checkpoints name the tags by placeholders (Tencent-Hunyuan/HunyuanOCR, threads 43 and 46).
_TAGS = {"110": "<quad>", "111": "</quad>", "112": "<ref>", "113": "</ref>", "114": "<pFig>", "115": "</pFig>"}
_SPECIAL = re.compile(r"<｜hy_(?:place[▁_ ]holder[▁_ ]no[▁_ ](\d{1,4})|[^｜<>]{1,64})｜>")
_CUT_SPECIAL = re.compile(r"<｜[^｜<>]{0,64}｜?\Z")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufeff]")


def clean(raw: str) -> str:
    """Return the model's text without special tokens; those that stand for tags become the tags.

    A special token cut off at the end goes, and so does what no text holds: control characters, lone surrogates.
    """
    text = _SPECIAL.sub(lambda token: _TAGS.get(token[1] or "", ""), raw)
    return _UNPRINTABLE.sub("", _CUT_SPECIAL.sub("", text)).strip()
