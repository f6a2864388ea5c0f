"""One filter a file, found by its file; how to add one: docs/filters.md."""
