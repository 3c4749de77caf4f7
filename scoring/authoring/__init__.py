"""Writing a criteria table: its words, edits of its tree, its Excel sheet, trying it out.

A table is its document (docs/criteria-format.md) everywhere here; `scoring.tables` keeps it.
"""
