"""A model that stays loaded and scores images on request, for the server and for single images in the window."""
