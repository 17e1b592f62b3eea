"""Estimate the peak memory of a stage from a model's shapes, the lengths of the data and the settings.

Standard library only, so that the wizard can query it before any model is loaded. All sizes are bytes, all lengths
tokens including the image's. Sources: what transformers' decoder layers, peft's LoRA layers and torch's attention save
for the backward pass (``tests/engine/test_memory.py`` counts it with torch's own hooks), and trl's chunked head.

Training, for each token of a layer (w: bytes of a number in the computation, 2 under autocast; h: hidden size; a:
heads x head size; i: inner width; L: sequence length; r: rank):

- attention: query, key, value (repeated for grouped heads) and result: 4wa; log-sum-exp: 4 x heads; mask: wL
- a norm saves its input in float32: 4(h + 1) each; norms of single heads likewise for queries and keys
- the gate's input and the two factors of the gated product: 3wi
- LoRA: each adapted layer saves its input. Under autocast each makes its own copy (w times the sum of the layers' input
  widths), without it layers share theirs and the attention's result (w(2h + i)). And wr for each
- under autocast a copy of the adapter's weights in w bytes

With gradient checkpointing only each layer's input (wh) is saved, for the vision tower's layers too, plus one full
layer. If both answers of a pair follow one prefix, a pass has one row a pair, whose mask belongs to the answers alone.
trl computes the head over the answers' tokens (on a CPU over all) in tiles of 4,096 x 32,768, so that logits of
vocabulary x length never exist. The reference is computed beforehand with the adapter disabled: no second model.
In addition: the weights once, an adapter's weights, gradients and Adam's two moments (4 bytes each), and the working
memory of one layer's backward pass.

Answers: weights, a key-value cache of 2w x key-value heads x head size a layer and token, one layer of prompt and image
(or the vision tower's, which comes before), one position's logits in float32.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

ADAPTER_BYTES = 4
"""An adapter's weights are float32."""
TRAINED_BYTES = 4 * ADAPTER_BYTES
"""Bytes per trained weight: itself, its gradient and Adam's two moments."""
FOUR_BIT_BYTES = 0.5 + 1 / 64 + 4 / (64 * 256)
"""nf4 with a scale of one byte for each block of 64, those with one of float32 for each 256."""
TOKEN_TILE, VOCABULARY_TILE = 4096, 32768
"""trl's tiles of the head."""
CPU_TILES = 5
"""Copies of a tile in float32 if Triton is not available."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """The properties of a model that determine its memory.

    Attributes:
        parameters: number of weights of the whole model.
        linears: (in, out) of every linear layer of the language model.
        layers, hidden, heads, kv_heads, head_size, vocabulary: of the language model.
        norms: norms of the hidden size per layer.
        head_norms: whether queries and keys are normalised per head.
        vision_layers, vision_hidden, vision_inner: of the vision tower.
    """

    parameters: int
    linears: tuple[tuple[int, int], ...]
    layers: int
    hidden: int
    heads: int
    kv_heads: int
    head_size: int
    vocabulary: int
    norms: int = 2
    head_norms: bool = False
    vision_layers: int = 0
    vision_hidden: int = 0
    vision_inner: int = 0

    @property
    def inner(self) -> int:
        """Return the width between a layer's two projections: the widest input."""
        return max((inner for inner, _ in self.linears), default=0)

    def adapter(self, rank: int) -> int:
        """Return the number of weights of a LoRA adapter on every linear layer of the language model."""
        return sum(rank * (inner + outer) for inner, outer in self.linears)


@dataclass(frozen=True, slots=True)
class Numbers:
    """``width``: bytes of a number in the computation; ``four_bit``: whether the language model's linears are 4-bit."""

    width: int
    gpu: bool
    four_bit: bool = False


@dataclass(frozen=True, slots=True)
class Lengths:
    """Maxima over the data: a whole sequence, the answer in it, and patches of the vision tower per image."""

    sequence: int
    answer: int
    patches: int = 0


@dataclass(frozen=True, slots=True)
class MemoryNeed:
    """The peak memory in bytes, by purpose."""

    weights: float
    adapter: float
    kept: float
    passing: float

    @property
    def total(self) -> float:
        """The sum of all parts."""
        return self.weights + self.adapter + self.kept + self.passing


def training(
    shapes: Shapes,
    numbers: Numbers,
    lengths: Lengths,
    rank: int,
    micro: int,
    *,
    checkpointing: bool,
    shared: bool = False,
    answers: int = 2,
) -> MemoryNeed:
    """Return the memory of one pass of ``micro`` images with their answers, including Adam's moments.

    Args:
        checkpointing: whether activations are recomputed in the backward pass.
        shared: whether all answers to an image follow one prefix in the same row.
        answers: to each image: chosen and rejected, or one.
    """
    images = micro if shared else answers * micro
    tokens = images * (lengths.sequence + (answers - 1) * (lengths.answer + 1) * shared)
    layer = _pass_bytes(shapes, numbers, rank, lengths, micro, shared=shared, answers=answers)
    weights = shapes.adapter(rank)
    cast = weights * numbers.width if numbers.width < ADAPTER_BYTES else 0
    if checkpointing:
        vision = images * lengths.patches * shapes.vision_layers * shapes.vision_hidden
        kept = numbers.width * (tokens * shapes.hidden * shapes.layers + vision) + layer + cast / max(shapes.layers, 1)
    else:
        kept = layer * shapes.layers + cast
    backward = tokens * (3 * numbers.width * shapes.inner + 6 * shapes.hidden) + _unpacked(shapes, numbers)
    alone = answers * (lengths.answer if numbers.gpu else lengths.sequence)
    scored = micro * (_sides(lengths, answers) if shared else alone)
    last = ADAPTER_BYTES * tokens * shapes.hidden + tokens * numbers.width * shapes.hidden
    passing = max(backward, _head(shapes, numbers, scored), _vision(shapes, numbers, images * lengths.patches))
    return MemoryNeed(base_bytes(shapes, numbers), float(weights * TRAINED_BYTES), kept + last, passing)


def answering(
    shapes: Shapes, numbers: Numbers, lengths: Lengths, batch: int, *, answers: int, rank: int = 0
) -> MemoryNeed:
    """Return the memory of ``batch`` images with ``answers`` answers each; ``rank`` of the adapter, 0 without one."""
    prompt = batch * (lengths.sequence - lengths.answer)
    token = 2 * shapes.layers * shapes.kv_heads * shapes.head_size * numbers.width
    whole = batch * answers * lengths.sequence
    spare = token / max(shapes.layers, 1) + 2 * shapes.heads * shapes.head_size * numbers.width
    lora = ADAPTER_BYTES * shapes.inner if rank else 0
    layer = numbers.width * (3 * shapes.inner + 4 * shapes.hidden) + 8 * shapes.hidden + lora
    logits = batch * answers * shapes.vocabulary * (numbers.width + 8)
    reading = prompt * (token + layer)
    writing = whole * (token + spare) + logits
    most = max(reading, writing, _vision(shapes, numbers, batch * lengths.patches)) + _unpacked(shapes, numbers)
    kept = float(min(whole * token, most))
    return MemoryNeed(base_bytes(shapes, numbers), float(shapes.adapter(rank) * ADAPTER_BYTES), kept, most - kept)


def base_bytes(shapes: Shapes, numbers: Numbers) -> float:
    """Return the size of the base model's weights."""
    packed = sum(inner * outer for inner, outer in shapes.linears) if numbers.four_bit else 0
    return (shapes.parameters - packed) * numbers.width + packed * FOUR_BIT_BYTES


def layer_bytes(shapes: Shapes, numbers: Numbers, rank: int, length: int) -> float:
    """Return the bytes that one language model layer, with its adapter, saves per token for the backward pass."""
    width, attention = numbers.width, shapes.heads * shapes.head_size
    linears = shapes.linears[: len(shapes.linears) // max(shapes.layers, 1)]
    inputs = sum(inner for inner, _ in linears) if width < ADAPTER_BYTES else 2 * shapes.hidden + shapes.inner
    norms = shapes.norms * (shapes.hidden + 1)
    if shapes.head_norms:
        norms += (shapes.heads + shapes.kv_heads) * (shapes.head_size + 1)
    numbers_kept = 4 * attention + length + 3 * shapes.inner + inputs + rank * len(linears)
    return width * numbers_kept + 4 * (norms + shapes.heads)


def _pass_bytes(
    shapes: Shapes, numbers: Numbers, rank: int, lengths: Lengths, micro: int, *, shared: bool, answers: int = 2
) -> float:
    """Return the bytes that one language model layer saves of a whole pass."""
    if not shared:
        return layer_bytes(shapes, numbers, rank, lengths.sequence) * answers * micro * lengths.sequence
    sides = _sides(lengths, answers)
    row = lengths.sequence - lengths.answer - 1 + sides
    mask = numbers.width * shapes.heads // shapes.kv_heads * sides  # a token, of the answers alone
    return micro * row * (layer_bytes(shapes, numbers, rank, 0) + mask)


def _sides(lengths: Lengths, answers: int) -> int:
    """Return the tokens of all answers behind a shared prefix, each with the prompt's last token."""
    return answers * (lengths.answer + 1)


def _head(shapes: Shapes, numbers: Numbers, tokens: int) -> float:
    """Return the size of trl's chunked head: the scored tokens' states, their float32 gradient, one tile of logits."""
    tile = min(tokens, TOKEN_TILE) * min(shapes.vocabulary, VOCABULARY_TILE)
    return tokens * shapes.hidden * (numbers.width + 4) + tile * (numbers.width if numbers.gpu else 4 * CPU_TILES)


def _vision(shapes: Shapes, numbers: Numbers, patches: int) -> float:
    """Return the size of the frozen vision tower: the hidden states of all layers, which LLaVA needs, and one layer."""
    layer = numbers.width * (3 * shapes.vision_inner + 4 * shapes.vision_hidden)
    return patches * (numbers.width * shapes.vision_layers * shapes.vision_hidden + layer)


def _unpacked(shapes: Shapes, numbers: Numbers) -> float:
    """Return the size of the widest linear layer after dequantisation from 4 bits."""
    widest = max((inner * outer for inner, outer in shapes.linears), default=0)
    return float(widest * numbers.width) if numbers.four_bit else 0.0


def in_gb(size: float) -> str:
    """Format a size: gigabytes (10^9), or megabytes below one."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{math.ceil(size / 1e6)} MB"
