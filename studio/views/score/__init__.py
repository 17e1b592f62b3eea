"""The Score page: folders of images, scored by a version or an exported model."""
