"""Preference training: from pair rows to a LoRA adapter, through trl's stock DPOTrainer.

This room knows the model only through ``engine.families`` and sends events only through the context that it is given.
"""
