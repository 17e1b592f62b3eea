"""What versions suggest for improving images, and how useful a judge finds it."""
