"""What a hall and its city's approval platform tell each other: words and codes, records, guides, comparison. Pure."""
