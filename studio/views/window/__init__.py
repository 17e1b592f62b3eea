"""What belongs to the window itself: the guide, and what is known of the program and the system."""
