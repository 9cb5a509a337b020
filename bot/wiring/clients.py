"""Where the clients of the API are configured."""

from pathlib import Path

from bot.config.settings import Settings


def clients_folder(loaded: Settings) -> Path:
    """Return the folder that holds clients.toml."""
    return Path(loaded.api.clients) if loaded.api.clients else loaded.config_dir
