"""Which profile fits the model that `ocrbot engine` is to serve."""

from collections.abc import Mapping, Sequence

from bot.domain.engine_profile import Profile, profile_of_files, profile_of_revision
from workers.engines.vllm.model_files import read_model_files


def profile_of_model(profiles: Sequence[Profile], model: str, revision: str, variables: Mapping[str, str]) -> Profile:
    """Return the profile that fits `model`: that of the commit of a repository, else what the model's own files tell.

    `variables` is the environment, which says where downloaded models lie. Raises `Misconfigured` if the files are not
    there, cannot be read or fit no profile.
    """
    pinned = profile_of_revision(profiles, model, revision)
    if pinned is not None:
        return pinned
    files = read_model_files(model, revision, variables)
    return profile_of_files(profiles, files.config, files.generation)


def revision_of(profiles: Sequence[Profile], model: str, revision: str) -> str:
    """Return the commit of `model` to serve: "", its newest, if `revision` is known to be another repository's.

    The setting's default is a commit of the default model.
    """
    others = {known for one in profiles if one.repository != model for known in one.signs.revisions}
    own = {known for one in profiles if one.repository == model for known in one.signs.revisions}
    return "" if revision in others - own else revision
