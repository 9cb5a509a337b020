"""Drawing pages of an OFD: each becomes a PDF of one page, which is drawn as PDFs are, in a process of its own."""
