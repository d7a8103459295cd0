"""The report about the answers of a set: as a page, as lines, as JSON, as text for a paper."""
