"""The text of a page, from the answers to its pieces, by what the prompt asks for."""

from collections.abc import Sequence

from bot.domain import texts
from bot.domain.document import Reading
from bot.domain.prompt import Output
from workers.parsing.answers import parse_translation
from workers.parsing.spotting import parse_spotting
from workers.reading.ask_model import Fault, ModelAnswer
from workers.reading.tiles import Tile, join


def assemble(output: Output, pieces: Sequence[Tile], answers: Sequence[ModelAnswer]) -> tuple[str, list[Fault]]:
    """Return a page's text and what is wrong with it, from an answer for each of its pieces, top to bottom."""
    faults = [answer.fault for answer in answers if answer.fault is not None]
    if output is Output.TRANSLATION:
        pairs = [parse_translation(answer.text) for answer in answers]
        original = _joined(pieces, [before for before, _ in pairs])
        translation = _joined(pieces, [after for _, after in pairs])
        untranslated = any(before and not after for before, after in pairs)
        return texts.answers.translated(original, translation), [
            *faults,
            *([Fault.UNTRANSLATED] if untranslated else []),
        ]
    if output is Output.BOXES:
        lines = [_text_of_boxes(piece, answer) for piece, answer in zip(pieces, answers, strict=True)]
        return _joined(pieces, lines), faults
    return _joined(pieces, [answer.text for answer in answers]), faults


def _joined(pieces: Sequence[Tile], parts: Sequence[str]) -> str:
    return join(pieces, [Reading(text=part) for part in parts]).text


def _text_of_boxes(piece: Tile, answer: ModelAnswer) -> str:
    width, height = piece.image.size
    return "\n".join(line.text for line in parse_spotting(answer.text, width=width, height=height))
