"""The guide: chapters in Markdown, as pages to show and to search. No Qt, no torch."""
