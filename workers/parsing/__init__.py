"""Parsing a model's answers: fields, boxes, tables, translations. Pure functions that accept any text."""
