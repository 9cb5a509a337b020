"""The HTML of the page: the same for everybody but for language and theme; what it shows comes from the API."""

import json
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.api.page.assets import Assets

LANGUAGES: Final = {"zh": "zh-CN", "en": "en"}
THEMES: Final = ("light", "dark")
_STYLES: Final = ("tokens.css", "base.css", "shell.css", "read.css", "chats.css", "prompts.css", "house.css")
_TEMPLATES: Final = Path(__file__).parent / "templates"


class Shell:
    """The page around every view, in each language."""

    def __init__(self, assets: Assets) -> None:
        self._static = f"/static/{assets.digest}"
        self._texts = {language: _texts(assets, language) for language in LANGUAGES}
        environment = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)
        self._template = environment.get_template("shell.html")

    def html(self, *, language: str, theme: str) -> str:
        """Return the page in `language` (zh, en); a theme other than light and dark leaves it to the system."""
        return self._template.render(
            language_tag=LANGUAGES[language],
            theme=theme if theme in THEMES else "",
            texts=self._texts[language],
            static=self._static,
            styles=_STYLES,
        )


def _texts(assets: Assets, language: str) -> dict[str, Any]:
    texts: dict[str, Any] = json.loads(assets.files[f"texts/{language}/shell.json"].data)
    return texts
