"""Models of the hub: what of one lies on this machine, asking for one, fetching one.

Only weights as safetensors, and settings, tokenizer and processor as data: no file that could be run is ever fetched.
``cache`` needs the standard library only, ``client`` and ``fetching`` huggingface_hub; none needs torch. This room
knows no stage and no event.
"""
