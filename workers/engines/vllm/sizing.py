"""How a model sees a picture, and what that costs in tokens, as the form in which it wants pictures.

A token covers a square of pixels (patches, merged two by two). The model scales each side to a multiple of the square's
and the whole to between its least and most pixels. HunyuanOCR ends each row of tokens with one more and encloses the
picture in two: `(height / 32) * (width / 32 + 1) + 2`; a chat template may add two marks around it. Measured without
those: 1000x1400 is 1410, 1080x1920 is 2102, 2480x3508 is 4106 on 1.0 and 8692 on 1.5, 4000x3000 is 4072 and 11846.
"""

from bot.domain.engine_profile import Profile, TokenFormula
from workers.engines.base import Encoding, PictureForm

_THINNEST = 200  # long side to short side; the models refuse more
_ANSWER_SHARE = 4  # a picture leaves a quarter of the model's context for the answer
_PROMPT_TOKENS = 256  # and these for the prompt, with
_TEMPLATE_TOKENS = 64  # more than the chat template adds to it


def picture_form(profile: Profile, context: int, *, turns: bool = True) -> PictureForm:
    """Return the form for a model that is served with a `context` of so many tokens.

    `turns` says whether the server turns pictures upright by their EXIF orientation.
    """
    return PictureForm(
        encoding=Encoding.COMPACT,
        media_types=("image/jpeg", "image/png", "image/webp"),
        turns=turns,
        step=profile.side_multiple,
        least_pixels=profile.least_pixels,
        most_pixels=profile.most_pixels,
        thinnest=_THINNEST,
        most_tokens=max(1, context - context // _ANSWER_SHARE - _PROMPT_TOKENS),
        row_tokens=1 if profile.token_formula is TokenFormula.GRID_WITH_ROW_ENDS else 0,
        frame_tokens=profile.extra_tokens,
    )


def most_image_tokens(profile: Profile) -> int:
    """Return how many tokens the largest picture takes, to within its row ends."""
    return profile.most_pixels // profile.side_multiple**2 + profile.extra_tokens


def answer_tokens(profile: Profile, context: int, *, picture: int, prompt: str) -> int:
    """Return the most tokens that the answer to `prompt` about a picture of `picture` tokens may have.

    A token of the prompt has one byte or more, three in Chinese: that a long one leaves no room is for the server to
    say.
    """
    left = context - picture - _TEMPLATE_TOKENS - len(prompt.encode())
    return min(profile.most_tokens, max(left, context // (2 * _ANSWER_SHARE)))
