"""Which way up a page is, and where values stand on it once it is turned and levelled."""
