"""Which of a document's fields a reply shows, in which order and under which headings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.asking.field_names import keys_of
from bot.domain.document import Status
from bot.domain.prompt import FieldSpec, Layout
from bot.domain.replying.field_view import FieldView


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownGroup:
    """Fields that are shown together; the first group has no heading."""

    heading: str = ""
    fields: tuple[FieldView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """The fields that are shown with their values, in groups, and those that are only named."""

    groups: tuple[ShownGroup, ...]
    folded: tuple[FieldView, ...] = ()
    chosen: bool = False  # the person asked for these fields by name

    @property
    def fields(self) -> tuple[FieldView, ...]:
        """All fields that are shown with their values."""
        return tuple(field for group in self.groups for field in group.fields)


def arrange(
    fields: Sequence[FieldView], layout: Layout, only: Sequence[str] = (), columns: Sequence[FieldSpec] = ()
) -> Arrangement:
    """Return `fields` arranged by `layout` or, with names in `only`, just the fields that these mean, in their order.

    If `only` means none of the fields, all are shown; one that is the name of one of the `columns` means no field of
    which it is a part. Folded fields that are doubtful are shown.
    """
    by_key = {view.key: view for view in fields}
    specs = [FieldSpec(name=view.field.name, key=view.key, labels=view.labels) for view in fields]
    asked = keys_of(only, specs, columns)
    if asked:
        return Arrangement(groups=(ShownGroup(fields=_with_keys(by_key, asked)),), chosen=True)
    in_fold = [by_key[key] for key in layout.fold if key in by_key]
    doubtful = [view.key for view in in_fold if view.status is Status.DOUBTFUL]
    elsewhere = {*layout.fold, *layout.order, *(key for group in layout.groups for key in group.keys)}
    rest = [key for key in by_key if key not in elsewhere]
    first = ShownGroup(fields=_with_keys(by_key, (*layout.order, *rest, *doubtful)))
    others = (ShownGroup(heading=group.heading, fields=_with_keys(by_key, group.keys)) for group in layout.groups)
    return Arrangement(
        groups=tuple(group for group in (first, *others) if group.fields),
        folded=tuple(view for view in in_fold if view.status not in {Status.DOUBTFUL, Status.MISSING}),
    )


def _with_keys(by_key: Mapping[str, FieldView], keys: Iterable[str]) -> tuple[FieldView, ...]:
    return tuple(by_key[key] for key in keys if key in by_key)
