"""A question and its history in, a verified answer out."""
