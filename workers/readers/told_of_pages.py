"""Who is told of the pages of a file while a reader reads it."""

from dataclasses import dataclass

from bot.domain.requests.page_picture import MOST_PICTURE_BYTES, MOST_PICTURES, PagePicture
from workers.readers.base import KeepPicture, ShowPage
from workers.readers.messages import PagePictured


@dataclass(slots=True, kw_only=True)
class ToldOfPages:
    """Who is told of the pages of a file, and how many pictures a reader, which is not trusted, has sent of them."""

    show_page: ShowPage
    keep_picture: KeepPicture
    pictures: int = 0

    def picture(self, pictured: PagePictured, data: bytes) -> None:
        """Pass a picture on, unless it is too large or there are too many."""
        self.pictures += 1
        if self.pictures <= 2 * MOST_PICTURES and len(data) <= MOST_PICTURE_BYTES:  # a file may be read twice
            picture = PagePicture(
                data=data, media_type=pictured.media_type, width=pictured.width, height=pictured.height
            )
            self.keep_picture(pictured.page, picture)
