"""Questions in plain words in a hall that runs: the answers, what found none, what staff made of it, calls for help."""
