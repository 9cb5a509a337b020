"""Which generation of HunyuanOCR a model is: told by its own files, or by the name under which it is served."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.domain.errors import Misconfigured
from workers.engines.vllm.profiles import V1_0, V1_5, Profile

SERVED: Final = "tencent/HunyuanOCR"  # and the generation: tencent/HunyuanOCR-1.0
_GENERATIONS: Final = (V1_0, V1_5)
# Neither file states a version. In config.json 1.0 has all keys at the top, 1.5 those of the text in text_config and
# some of them at the top besides; a 1.0 that transformers has saved again has them in text_config too.
_MODEL_TYPE: Final = "hunyuan_vl"
_LENGTHS: Final[Mapping[int, Profile]] = {32768: V1_0, 131072: V1_5}
# What 1.0's generation_config.json says; 1.5's says nothing. Another value may be the user's own.
_PENALTIES: Final[Mapping[float, Profile]] = {1.03: V1_0}


def generation_of(config: Mapping[str, Any], generation: Mapping[str, Any]) -> Profile:
    """Return the generation by a model's config.json and generation_config.json.

    Raises `Misconfigured` if they fit neither, or each another one.
    """
    kind = config.get("model_type")
    if kind != _MODEL_TYPE:
        raise Misconfigured(f"OCRBOT_ENGINE__MODEL is no HunyuanOCR: its config.json says model_type {kind!r}")
    text = config.get("text_config")
    length = (text if isinstance(text, dict) else config).get("max_position_embeddings")
    found = _LENGTHS.get(length) if isinstance(length, int) else None
    penalty = generation.get("repetition_penalty")
    said = _PENALTIES.get(penalty) if isinstance(penalty, float) else None
    if found is None or said not in (None, found):
        raise Misconfigured(
            "OCRBOT_ENGINE__MODEL is neither HunyuanOCR 1.0 nor 1.5: its config.json says max_position_embeddings "
            f"{length}, its generation_config.json repetition_penalty {penalty} (1.0: 32768 and 1.03; 1.5: 131072 and "
            "none)"
        )
    return found


def served_name(profile: Profile) -> str:
    """Return the name under which a generation is served."""
    return f"{SERVED}-{profile.name}"


def served_generation(url: str, names: Sequence[str]) -> Profile:
    """Return the generation that the vLLM at `url` serves, by the names that it lists.

    Raises `Misconfigured` if none of them says it: where its files lie, only the server can read them.
    """
    found = next((profile for profile in _GENERATIONS if served_name(profile) in names), None)
    if found is None:
        choice = " or ".join(served_name(profile) for profile in _GENERATIONS)
        raise Misconfigured(
            f"{url} serves {', '.join(names)} and does not say which generation of HunyuanOCR that is: start it with "
            f"--served-model-name {choice}, whichever it is, or with `ocrbot engine`, which reads it from the model"
        )
    return found
