"""Commands that make instruction data: conversations about images to train on."""
