"""Collections: folders of images outside the project, scored by its versions or by exported models."""
