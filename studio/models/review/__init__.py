"""Tables of the review: reasons of vetoes, reviewers, similar pairs."""
