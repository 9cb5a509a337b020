"""PDFs, opened in a separate process, because pdfium reads untrusted bytes without limits."""
