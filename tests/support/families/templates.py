"""Chat templates in each family's published form, without its branches for systems, tools and videos.

What each renders is a fact of the published folders (docs/MODELS.md says which); the wording here is our own.
"""

_IMAGES_FIRST = "{% for block in message['content'] if block['type'] == 'image' %}{{ '<image>\\n' }}{% endfor %}"
_TEXTS = "{% for block in message['content'] if block['type'] == 'text' %}"

VICUNA = (
    "{% for message in messages %}{{ message['role'].upper() + ': ' }}"
    + _IMAGES_FIRST
    + _TEXTS
    + "{{ block['text'] + ' ' }}{% endfor %}{% endfor %}{% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}"
)

# Every turn's text is behind a line end of its own, the answer's too: "assistant\n\n", where the generation prompt ends
# with "assistant\n". LLaVA-OneVision's turns begin with "assistant \n".
_QWEN_LLAVA = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + AFTER_ROLE }}"
    "{% for block in message['content'] if block['type'] == 'image' %}{{ '<image>' }}{% endfor %}"
    + _TEXTS
    + "{{ '\\n' + block['text'] }}{% endfor %}{{ '<|im_end|>' + AFTER_TURN }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
INTERLEAVE = "{% set AFTER_ROLE = '\\n' %}{% set AFTER_TURN = '\\n' %}" + _QWEN_LLAVA
ONEVISION = "{% set AFTER_ROLE = ' ' %}{% set AFTER_TURN = '' %}" + _QWEN_LLAVA

_QWEN_TURNS = (
    "<|im_start|>{{ message['role'] }}\n"
    "{% for block in message['content'] %}"
    "{% if block['type'] == 'image' %}<|vision_start|><|image_pad|><|vision_end|>"
    "{% elif 'text' in block %}{{ block['text'] }}{% endif %}"
    "{% endfor %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
QWEN2_VL = (
    "{% for message in messages %}{% if loop.first and message['role'] != 'system' %}"
    "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n{% endif %}" + _QWEN_TURNS
)
QWEN3_VL = "{% for message in messages %}" + _QWEN_TURNS

INTERNVL = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' }}"
    "{% for block in message['content'] %}"
    "{% if block['type'] == 'image' %}{{ '<IMG_CONTEXT>\\n' }}{% else %}{{ block['text'] }}{% endif %}"
    "{% endfor %}{{ '<|im_end|>\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)

SMOLVLM = (
    "<|im_start|>{% for message in messages %}{{ message['role'] | capitalize }}"
    "{% if message['content'][0]['type'] == 'image' %}{{ ':' }}{% else %}{{ ': ' }}{% endif %}"
    "{% for block in message['content'] %}"
    "{% if block['type'] == 'text' %}{{ block['text'] }}{% else %}{{ '<image>' }}{% endif %}"
    "{% endfor %}<end_of_utterance>\n{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}"
)

GEMMA3 = (
    "{{ bos_token }}{% for message in messages %}"
    "{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}"
    "{{ '<start_of_turn>' + ('model' if message['role'] == 'assistant' else message['role']) + '\\n' }}"
    "{% for block in message['content'] %}"
    "{% if block['type'] == 'image' %}{{ '<start_of_image>' }}{% else %}{{ block['text'] | trim }}{% endif %}"
    "{% endfor %}{{ '<end_of_turn>\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<start_of_turn>model\\n' }}{% endif %}"
)

IDEFICS3 = SMOLVLM.replace("<|im_start|>", "<|begin_of_text|>", 1)

LLAMA3 = (
    "{{ bos_token }}{% for message in messages %}"
    "{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' }}"
    "{% for block in message['content'] %}"
    "{% if block['type'] == 'image' %}{{ '<|image|>' }}{% else %}{{ block['text'] | trim }}{% endif %}{% endfor %}"
    "{{ '<|eot_id|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{% endif %}"
)
