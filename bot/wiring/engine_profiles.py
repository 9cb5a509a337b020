"""Which models there are, and how `ocrbot engine` starts the one of the settings."""

import os

from bot.config import engine_files
from bot.config.settings import Settings
from bot.cores import available_cores
from bot.domain.engine_profile import ProfileChoice, profile_named
from workers.engines.vllm import launch, model_profile
from workers.engines.vllm.launch import Launch


def profile_choice(loaded: Settings) -> ProfileChoice:
    """Return the models' profiles, the one that the settings name, and the territory; raises `Misconfigured`."""
    profiles = engine_files.load(loaded.config_dir)
    named = profile_named(loaded.engine.profile, profiles) if loaded.engine.profile else None
    return ProfileChoice(profiles=profiles, named=named, territory=loaded.territory)


def launch_of(loaded: Settings) -> Launch:
    """Return what `ocrbot engine` starts with these settings; raises `Misconfigured`."""
    choice, engine = profile_choice(loaded), loaded.engine
    host, port = engine.listen.rsplit(":", 1)
    revision = model_profile.revision_of(choice.profiles, engine.model, engine.revision)
    return Launch(
        host=host,
        port=int(port),
        profile=choice.named or model_profile.profile_of_model(choice.profiles, engine.model, revision, os.environ),
        model=engine.model,
        revision=revision,
        token=engine.token.get_secret_value(),
        api_servers=launch.api_server_count(available_cores()),
    )
