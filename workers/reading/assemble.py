"""What becomes of the answers to one page's pieces, by what the prompt was to give."""

from collections.abc import Sequence

from bot.domain.document import Reading
from bot.domain.prompt import Output
from bot.domain.texts import chat as texts
from workers.parsing.answers import parse_translation
from workers.parsing.spotting import parse_spotting
from workers.reading.ask_model import Fault, ModelAnswer
from workers.reading.tiles import Tile, join


def assemble(output: Output, pieces: Sequence[Tile], answers: Sequence[ModelAnswer]) -> tuple[str, list[Fault]]:
    """Return the page's text and what is wrong with it: an answer for each of its pieces, top to bottom."""
    faults = [answer.fault for answer in answers if answer.fault is not None]
    if output is Output.TRANSLATION:
        pairs = [parse_translation(answer.text) for answer in answers]
        original = _joined(pieces, [before for before, _ in pairs])
        translation = _joined(pieces, [after for _, after in pairs])
        untranslated = any(before and not after for before, after in pairs)
        return texts.translated(original, translation), [*faults, *([Fault.UNTRANSLATED] if untranslated else [])]
    if output is Output.BOXES:
        return _joined(
            pieces, [_without_boxes(piece, answer) for piece, answer in zip(pieces, answers, strict=True)]
        ), faults
    return _joined(pieces, [answer.text for answer in answers]), faults


def _joined(pieces: Sequence[Tile], said: Sequence[str]) -> str:
    return join(pieces, [Reading(text=text) for text in said]).text


def _without_boxes(piece: Tile, answer: ModelAnswer) -> str:
    width, height = piece.image.size
    return "\n".join(line.text for line in parse_spotting(answer.text, width=width, height=height))
