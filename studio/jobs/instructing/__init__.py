"""Instruction data made in children: conversations about images from which a model learns to speak about them."""
