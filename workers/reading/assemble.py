"""The text of a page from the model's answers for its tiles, by the output that the prompt asks for."""

from collections.abc import Sequence

from bot.domain import texts
from bot.domain.document import Reading
from bot.domain.prompt import Output
from workers.parsing.answers import parse_translation
from workers.parsing.spotting import parse_spotting
from workers.reading.ask_model import Fault, ModelAnswer
from workers.reading.tiles import Tile, join


def assemble(output: Output, parts: Sequence[Tile], answers: Sequence[ModelAnswer]) -> tuple[str, list[Fault]]:
    """Return a page's text and its faults; there is one answer for each tile, from top to bottom."""
    faults = [answer.fault for answer in answers if answer.fault is not None]
    if output is Output.TRANSLATION:
        pairs = [parse_translation(answer.text) for answer in answers]
        original = _joined(parts, [before for before, _ in pairs])
        translation = _joined(parts, [after for _, after in pairs])
        untranslated = any(before and not after for before, after in pairs)
        return texts.answers.translated(original, translation), [
            *faults,
            *([Fault.UNTRANSLATED] if untranslated else []),
        ]
    if output is Output.BOXES:
        lines = [_text_of_boxes(tile, answer) for tile, answer in zip(parts, answers, strict=True)]
        return _joined(parts, lines), faults
    return _joined(parts, [answer.text for answer in answers]), faults


def _joined(parts: Sequence[Tile], answers: Sequence[str]) -> str:
    return join(parts, [Reading(text=answer) for answer in answers]).text


def _text_of_boxes(tile: Tile, answer: ModelAnswer) -> str:
    width, height = tile.image.size
    return "\n".join(line.text for line in parse_spotting(answer.text, width=width, height=height))
