"""How much is taken, read and sent: each figure once, for the code, the sentences and the READMEs."""

from typing import Final

MEGABYTE: Final = 2**20  # bytes, in sentences too

# What a message may bring
MOST_ATTACHMENTS: Final = 9  # what a phone's album lets people choose at once
MOST_FILE_BYTES: Final = 20 * MEGABYTE  # of a file that is downloaded, and of one in an archive
MOST_MEMBERS: Final = 20  # of its archives together
MOST_UNPACKED_BYTES: Final = 100 * MEGABYTE  # of its archives together

# What is read of one file
MOST_READ_BYTES: Final = 30 * MEGABYTE  # as it comes: a file in a terminal may be larger than one in the chat
MOST_PAGES: Final = 20  # as pictures
MOST_TEXT_PAGES: Final = 50  # as text that the file carries: that costs next to nothing
MOST_TEXT_LINES: Final = 20_000
MOST_PICTURE_PIXELS: Final = 64_000_000  # as it comes; decoding takes three to four bytes each
MOST_PAGE_PIXELS: Final = 16_000_000  # as engines get it: none sees more
MOST_FRAMES: Final = 2000  # of a TIFF, that are counted
MOST_XML_BYTES: Final = 16 * MEGABYTE  # of one XML
MOST_OFD_BYTES: Final = 64 * MEGABYTE  # of all members of an OFD that are looked at, unpacked
MOST_OFD_MEMBERS: Final = 10_000
