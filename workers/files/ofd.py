"""OFD (GB/T 33190), a zip of XML; pages whose text is not told are drawn and read as pictures."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from bot.domain import texts
from bot.domain.document import SignatureState
from bot.domain.errors import Refused
from bot.domain.limits import MOST_PAGES, MOST_TEXT_PAGES
from workers.files.file_type import FileKind, IdentifiedFile
from workers.files.format_protocol import NoPages, OpenedFile, OpenRequest, check_window, offer_rest
from workers.files.ofd_drawing.drawn_pages import DrawnPages
from workers.files.ofd_pages.contents import OfdContents
from workers.files.ofd_pages.sources import open_ofd
from workers.files.signatures.ofd_signatures import check_ofd


def recognises(file: IdentifiedFile) -> bool:
    """Return whether the file is an OFD."""
    return file.kind is FileKind.OFD


@contextmanager
def open_file(request: OpenRequest) -> Iterator[OpenedFile]:
    """Yield the text and data of all pages or, if some have no text of their own, the requested pages with images.

    A file whose attached data say what is in it is taken at its word, without images. Raises `Refused` for a file that
    is broken, too large or empty.
    """
    document = open_ofd(request.file.data)
    total, window = len(document.pages), request.window
    asked = range(window.first, min(window.first + window.most, total))
    contents = OfdContents.of(document, asked)
    pictures = asked if request.as_pictures else contents.picture_pages
    if not pictures:  # text costs next to nothing, so that all of it may be read
        contents = OfdContents.of(document, sorted({*range(min(MOST_TEXT_PAGES, total)), *asked}), known=contents)
        pictures = contents.picture_pages
    signatures = check_ofd(request.file.data, request.roots)
    is_intact = signatures.signature is not None and signatures.signature.state is SignatureState.INTACT
    contents = contents if signatures.covers_head or not is_intact else contents.without_properties()
    if pictures and (request.as_pictures or not contents.has_attached_data):
        check_window(window, total)
        opened = _with_pictures(contents, pictures, asked)
    else:
        opened = _in_its_words(contents, [number for number in contents.sources if number < MOST_TEXT_PAGES])
    yield replace(opened, signature=signatures.signature)


def _in_its_words(contents: OfdContents, numbers: Sequence[int]) -> OpenedFile:
    embedded = contents.embedded(numbers)
    if not embedded.text:
        raise Refused("ofd_without_text", texts.unreadable.file_ofd())
    drawn = {number: contents.sources[number] for number in numbers[:MOST_PAGES]}
    code_pages = DrawnPages(document=contents.document, sources=drawn)
    return OpenedFile(embedded=embedded, pages=NoPages(), code_pages=code_pages, count=embedded.pages)


def _with_pictures(contents: OfdContents, pictures: Collection[int], asked: Sequence[int]) -> OpenedFile:
    """Return the requested pages: those among `pictures` as images, the others with their text."""
    drawn = {number: contents.sources[number] for number in asked if number in pictures}
    embedded = contents.embedded([number for number in asked if number not in pictures])
    total, end = len(contents.document.pages), asked[-1] + 1
    lost = [number + 1 for number in asked if contents.sources[number].content is None]
    return OpenedFile(
        embedded=embedded if embedded.lines or not drawn else None,
        pages=DrawnPages(document=contents.document, sources=drawn),
        first=asked[0],
        count=end - asked[0],
        left=total - end,
        doubts=(*((texts.unreadable.pages_unreadable(lost),) if lost else ()), *offer_rest(asked[0], end, total)),
    )
