"""PDFs, opened in a process apart: pdfium reads what strangers wrote, and knows no limits of its own."""
