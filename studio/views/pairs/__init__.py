"""The Pairs page: review by keyboard."""
