"""Which of a document's fields a reply shows, in what order and under which headings."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.asking.field_names import keys_of
from bot.domain.document import Field, Status
from bot.domain.prompt import FieldSpec, Layout, Prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Fields that stand together; the first block has no heading."""

    heading: str = ""
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """What is shown, and what is only named."""

    blocks: tuple[Block, ...]
    folded: tuple[Field, ...] = ()
    chosen: bool = False  # by what was asked for

    @property
    def fields(self) -> tuple[Field, ...]:
        """All that is shown."""
        return tuple(field for block in self.blocks for field in block.fields)


def arrange(fields: Sequence[Field], prompt: Prompt | None, only: Sequence[str] = ()) -> Arrangement:
    """Return `fields` as the prompt's layout has them; with `only`, those that it means, as they were said.

    Where `only` means none of them all are shown. A folded field that is doubtful is shown.
    """
    named = {field.key: field for field in fields}
    asked = keys_of(
        only, [FieldSpec(name=field.name, key=field.key, labels=_labels(field, prompt)) for field in fields]
    )
    if asked:
        return Arrangement(blocks=(Block(fields=tuple(named[key] for key in asked)),), chosen=True)
    layout = prompt.layout if prompt else Layout()
    folded = tuple(
        named[key] for key in layout.fold if key in named and named[key].status not in {Status.DOUBTFUL, Status.MISSING}
    )
    apart = {*layout.fold, *(key for group in layout.groups for key in group.keys)}
    doubtful = [key for key in layout.fold if key in named and named[key].status is Status.DOUBTFUL]
    rest = [key for key in named if key not in apart and key not in layout.order]
    first = Block(fields=_of(named, (*layout.order, *rest, *doubtful)))
    groups = (Block(heading=group.heading, fields=_of(named, group.keys)) for group in layout.groups)
    return Arrangement(blocks=tuple(block for block in (first, *groups) if block.fields), folded=folded)


def _labels(field: Field, prompt: Prompt | None) -> tuple[str, ...]:
    specs = prompt.fields if prompt else ()
    return next((spec.labels for spec in specs if spec.key == field.key), ())


def _of(named: dict[str, Field], keys: Sequence[str]) -> tuple[Field, ...]:
    return tuple(named[key] for key in keys if key in named)
