"""`ocrbot mcp`: the API as tools of an assistant on a person's machine, by the Model Context Protocol."""
