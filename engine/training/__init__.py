"""Preference training: from pair rows to a LoRA adapter, through trl's stock DPOTrainer.

The package accesses the model only through ``engine.families`` and sends events only through the given context.
"""
