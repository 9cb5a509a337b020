"""A model's answer taken apart: fields, boxes, tables, translations. Pure; no text makes it fail."""
