"""Several papers in one file: which pages and which parts of a page belong to each."""
