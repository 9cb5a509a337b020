"""Which profile fits the model that `ocrbot engine` is to serve."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.domain.engine_profile import Profile, profile_of_files, profile_of_revision
from bot.domain.errors import Misconfigured


def profile_of_model(profiles: Sequence[Profile], model: str, revision: str) -> Profile:
    """Return the profile that fits `model`: for a folder by what its files say, for a name on the hub by its commit.

    Raises `Misconfigured` if none does, or if the folder's config.json cannot be read.
    """
    folder = Path(model)
    if not folder.is_dir():
        return profile_of_revision(profiles, model, revision)
    config = _json_in(folder / "config.json")
    if config is None:
        raise Misconfigured(f"OCRBOT_ENGINE__MODEL is {model}, which has no config.json: it is no model's folder")
    return profile_of_files(profiles, config, _json_in(folder / "generation_config.json") or {})


def revision_of(profiles: Sequence[Profile], model: str, revision: str) -> str:
    """Return the commit of `model` to serve: "", its newest, if `revision` is known to be another repository's.

    The setting's default is a commit of the default model.
    """
    others = {known for one in profiles if one.repository != model for known in one.signs.revisions}
    own = {known for one in profiles if one.repository == model for known in one.signs.revisions}
    return "" if revision in others - own else revision


def _json_in(path: Path) -> Mapping[str, object] | None:
    """Return the object in a JSON file, None if there is no file; raises `Misconfigured` if it holds something else."""
    try:
        value = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise Misconfigured(f"{path} cannot be read: {error}") from error
    if not isinstance(value, dict):
        raise Misconfigured(f"{path} holds no JSON object")
    return value
