"""How much is taken and read: the figures that code, sentences and READMEs share. A megabyte has 2**20 bytes."""

from typing import Final

MEGABYTE: Final = 2**20

# What people send
MOST_FILE_BYTES: Final = 20 * MEGABYTE  # of a file that is downloaded, and of one in an archive
MOST_UNPACKED_BYTES: Final = 100 * MEGABYTE  # of all archives in one message
MOST_ATTACHMENTS: Final = 9  # of one message: what a phone's album lets people choose at once
MOST_MEMBERS: Final = 20  # of the archives in one message
MOST_PAGES: Final = 20  # of one file that are read as pictures
