"""Hub models: check the local cache, query the hub, download a model.

Only safetensors weights, and settings, tokenizer and processor as data: no executable file is ever downloaded.
``cache`` needs only the standard library, ``client`` and ``fetching`` huggingface_hub; none needs torch. The package is
independent of stages and events.
"""
