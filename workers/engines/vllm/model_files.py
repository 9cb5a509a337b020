"""What a model says of itself: the JSON files beside its weights, in a folder or in Hugging Face's cache."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.errors import Misconfigured


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFiles:
    """The contents of config.json and of generation_config.json; the latter is {} where there is none."""

    config: Mapping[str, Any]
    generation: Mapping[str, Any]


def read_model_files(model: str, revision: str, variables: Mapping[str, str]) -> ModelFiles:
    """Return the files of `model`, a folder or a name on the hub whose `revision` was downloaded.

    `variables` is the environment, which says where the hub's cache is (https://huggingface.co/docs/huggingface_hub,
    HF_HUB_CACHE and HF_HOME). Raises `Misconfigured` if they are not there or no JSON.
    """
    folder = Path(model).expanduser()
    if not folder.is_dir():
        folder = _snapshot(model, revision, variables)
    if not (folder / "config.json").is_file():
        raise Misconfigured(
            f"OCRBOT_ENGINE__MODEL is {model}, but {folder} has no config.json: name the folder of a model, or "
            f"download it before (huggingface-cli download {model} --revision {revision or 'main'})"
        )
    generation = folder / "generation_config.json"
    return ModelFiles(
        config=_read_json(folder / "config.json"), generation=_read_json(generation) if generation.is_file() else {}
    )


def _snapshot(model: str, revision: str, variables: Mapping[str, str]) -> Path:
    home = variables.get("HF_HOME") or f"{variables.get('XDG_CACHE_HOME') or '~/.cache'}/huggingface"
    cache = Path(variables.get("HF_HUB_CACHE") or f"{home}/hub").expanduser()
    repository = cache / f"models--{model.replace('/', '--')}"
    commit = revision or "main"
    named = repository / "refs" / commit
    if not re.fullmatch(r"[0-9a-f]{40}", commit) and named.is_file():
        commit = named.read_text(encoding="utf-8").strip()
    return repository / "snapshots" / commit


def _read_json(path: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Misconfigured(f"OCRBOT_ENGINE__MODEL: {path} cannot be read: {error}") from error
    if not isinstance(found, dict):
        raise Misconfigured(f"OCRBOT_ENGINE__MODEL: {path} is no JSON object")
    return found
