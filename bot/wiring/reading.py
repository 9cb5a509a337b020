"""`ocrbot read`."""

import argparse

from bot.config import folder as config_folder
from bot.config.settings import Settings
from bot.wiring.command_engine import command_engine
from bot.wiring.roots import trusted_roots
from workers.commands.read import ReadOptions, read_files


def read(loaded: Settings, options: argparse.Namespace) -> int:
    """Read the files of the options and return 1 if any failed, else 0."""
    config = config_folder.load(loaded.config_dir)
    how = ReadOptions(
        prompts=config.prompts,
        organisation=config.organisation,
        first_page=max(0, options.first_page - 1),
        roots=trusted_roots(loaded.config_dir),
    )
    return read_files(options.files, how, command_engine(loaded), as_json=options.json)
