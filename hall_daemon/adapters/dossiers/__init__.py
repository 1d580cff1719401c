"""What people hand in: answers, texts and pages of pre-reviews, sealed under a key of each case."""
