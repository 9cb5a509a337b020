"""How HunyuanOCR sees a picture, and what that costs in tokens, as the form in which it wants pictures.

A token covers 32 by 32 pixels (patches of 16, merged two by two). The model scales each side to a multiple of 32 and
the whole to between its least and most pixels. Each row of tokens ends with one more, and two enclose the picture:
`(height / 32) * (width / 32 + 1) + 2`; a chat template may add two marks around it. Measured without those:
1000x1400 is 1410, 1080x1920 is 2102, 2480x3508 is 4106 on 1.0 and 8692 on 1.5, 4000x3000 is 4072 and 11846.
"""

from workers.engines.base import Encoding, PictureForm
from workers.engines.vllm.profiles import Profile

_TOKEN_PIXELS = 32
_THINNEST = 200  # long side to short side; the model refuses more
_ANSWER_SHARE = 4  # a picture leaves a quarter of the model's context for the answer
_PROMPT_TOKENS = 256  # and these for the prompt, with
_TEMPLATE_TOKENS = 64  # more than the chat template adds to it


def picture_form(profile: Profile, context: int) -> PictureForm:
    """Return the form for a model that is served with a `context` of so many tokens."""
    return PictureForm(
        encoding=Encoding.COMPACT,
        media_types=("image/jpeg", "image/png", "image/webp"),
        step=_TOKEN_PIXELS,
        least_pixels=profile.least_pixels,
        most_pixels=profile.most_pixels,
        thinnest=_THINNEST,
        most_tokens=max(1, context - context // _ANSWER_SHARE - _PROMPT_TOKENS),
        row_tokens=1,
        frame_tokens=2,
    )


def answer_tokens(profile: Profile, context: int, *, picture: int, prompt: str) -> int:
    """Return the most tokens that the answer to `prompt` about a picture of `picture` tokens may have.

    A token of the prompt has one byte or more, three in Chinese: that a long one leaves no room is for the server to
    say.
    """
    left = context - picture - _TEMPLATE_TOKENS - len(prompt.encode())
    return min(profile.most_tokens, max(left, context // (2 * _ANSWER_SHARE)))
