"""`ocrbot mcp`: the API as tools of an assistant, over standard input and output."""

from bot.config.settings import Settings
from bot.domain.errors import Misconfigured
from bot.mcp_server.api_calls import ApiCalls
from bot.mcp_server.folders import AllowedFolders


def run(loaded: Settings) -> int:
    """Serve until standard input ends; raises `Misconfigured`."""
    try:
        from bot.mcp_server.server import build_server  # noqa: PLC0415 - its package is installed only for this
    except ImportError as error:
        raise Misconfigured("ocrbot mcp needs the package mcp, which is not installed: uv sync --group mcp") from error
    settings = loaded.mcp
    for folder in settings.folders:
        if not folder.is_dir():
            raise Misconfigured(f"OCRBOT_MCP__FOLDERS names {folder}, which is no folder")
    calls = ApiCalls(settings.api, settings.token.get_secret_value())
    build_server(calls, AllowedFolders(folders=settings.folders)).run("stdio")
    return 0
