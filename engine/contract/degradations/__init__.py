"""What both sides of the wall know about degraded images: their names, and the words that name them."""
