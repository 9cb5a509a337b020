"""Values in a text, by the type of the field."""
