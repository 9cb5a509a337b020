"""How much is accepted and read. Code, texts and READMEs take each figure from here."""

from typing import Final

MEGABYTE: Final = 2**20  # bytes, also where a text speaks of MB

# What a message may hold
MOST_WORDS: Final = 1000  # characters of what a person writes that are understood
MOST_ATTACHMENTS: Final = 9  # as many as a phone's album lets people choose at once
MOST_FILE_BYTES: Final = 20 * MEGABYTE  # of a downloaded file, and of a file in an archive
MOST_MEMBERS: Final = 20  # of all archives together
MOST_UNPACKED_BYTES: Final = 100 * MEGABYTE  # of all archives together

# What is read of one file
MOST_READ_BYTES: Final = 30 * MEGABYTE  # of the file itself: in a terminal it may be larger than in the chat
MOST_PAGES: Final = 20  # read as pictures
MOST_TEXT_PAGES: Final = 50  # whose text the file carries, which costs next to nothing to read
MOST_TEXT_LINES: Final = 20_000
MOST_PICTURE_PIXELS: Final = 64_000_000  # of the file itself; decoding takes three to four bytes each
MOST_PAGE_PIXELS: Final = 16_000_000  # as sent to an engine; none makes use of more
MOST_FRAMES: Final = 2000  # of a TIFF, after which counting stops
MOST_XML_BYTES: Final = 16 * MEGABYTE  # of one XML file
MOST_OFD_BYTES: Final = 64 * MEGABYTE  # of all members read from an OFD together, unpacked
MOST_OFD_MEMBERS: Final = 10_000
