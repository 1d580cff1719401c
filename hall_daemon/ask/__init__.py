"""What a question in plain words is about: a matter, a paragraph of its guide, or a person who helps. Pure but for the
libraries of the extra `ask`, each of which may be absent."""
