"""Convert InternLM2's tokenizer.model (sentencepiece) to the tokenizers library, with the authors' chat template.

The file is only parsed: sentencepiece itself is not needed, and the authors' tokenizer classes are never run.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast
from transformers.convert_slow_tokenizer import generate_merges, import_protobuf

from engine.contract.context import StageError

IMAGE, START_IMAGE, END_IMAGE, END_TURN = "<IMG_CONTEXT>", "<img>", "</img>", "<|im_end|>"
_BPE = 2
_NORMAL, _USER_DEFINED = 1, 4
_SPACE = "▁"
_SYSTEM = "你是由上海人工智能实验室联合商汤科技开发的书生多模态大模型，英文名叫InternVL, 是一个有用无害的人工智能助手。"
"""The system message of every conversation with the published model, from its authors' conversation template."""
CHAT_TEMPLATE = (
    "{{ bos_token }}"
    "{% if messages[0]['role'] != 'system' %}{{ '<|im_start|>system\\n" + _SYSTEM + "<|im_end|>' }}{% endif %}"
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' }}"
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}"
    "{% for block in message['content'] %}"
    "{% if block['type'] == 'image' %}{{ '<IMG_CONTEXT>\\n' }}{% else %}{{ block['text'] }}{% endif %}"
    "{% endfor %}{% endif %}{{ '<|im_end|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
_DEFAULTS = {"unk_token": "<unk>", "bos_token": "<s>", "eos_token": "</s>", "pad_token": "</s>"}
_NAMED = {
    "start_image_token": START_IMAGE,
    "end_image_token": END_IMAGE,
    "context_image_token": IMAGE,
    # transformers' processor requires a token for videos, and the published model has none: this one is in no text.
    "video_token": "<unk>",
}


def convert(source: Path) -> PreTrainedTokenizerFast:
    """Return the tokenizer of ``source``: the same ids for the same text.

    Raises:
        StageError: a missing file or package, not BPE, added tokens with gaps, or no image tokens.
    """
    settings = _json(source / "tokenizer_config.json")
    proto = _parsed(source / "tokenizer.model")
    added = _added(source, settings)
    built = _built(proto, added)
    _check(built, added)
    names = {key: str(_content(settings.get(key, default))) for key, default in _DEFAULTS.items()}
    start, end = (names["bos_token"], names["eos_token"])
    ends = (settings.get("add_bos_token", True), settings.get("add_eos_token", False))
    built.post_processor = processors.TemplateProcessing(
        single=f"{start + ' ' if ends[0] else ''}$A{' ' + end if ends[1] else ''}",
        special_tokens=[(name, built.token_to_id(name)) for name in (start, end)],
    )
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=built,
        padding_side="left",
        clean_up_tokenization_spaces=False,
        model_specific_special_tokens=_NAMED,
        extra_special_tokens=sorted({token.content for token in added.values() if token.special} - set(names.values())),
        model_max_length=int(settings.get("model_max_length", 0)) or None,
        **names,
    )


def _json(file: Path) -> dict[str, Any]:
    try:
        data: dict[str, Any] = json.loads(file.read_text("utf-8"))
        return data
    except (OSError, ValueError) as error:
        raise StageError(
            f"The model's {file.name} cannot be read: {error}.", "Download the model's files again."
        ) from error


def _parsed(file: Path) -> Any:
    try:
        pb2: Any = import_protobuf()  # type: ignore[no-untyped-call]
    except ImportError as error:
        raise StageError(
            "The package protobuf is needed to convert this model's tokenizer.", "Install score-studio[internvl2]."
        ) from error
    from google.protobuf.message import DecodeError

    proto = pb2.ModelProto()
    try:
        proto.ParseFromString(file.read_bytes())
    except (OSError, DecodeError) as error:
        raise StageError(
            f"The model's tokenizer.model cannot be read: {error}.", "Download the model's files again."
        ) from error
    if proto.trainer_spec.model_type != _BPE:
        raise StageError("The model's tokenizer.model is not a BPE model, unlike InternLM2's.", "Choose another model.")
    return proto


def _added(source: Path, settings: dict[str, Any]) -> dict[int, AddedToken]:
    """Return the tokens added to sentencepiece's, by id; one with the id of a piece replaces that piece."""
    found = {
        int(number): AddedToken(
            str(entry["content"]),
            single_word=bool(entry.get("single_word", False)),
            lstrip=bool(entry.get("lstrip", False)),
            rstrip=bool(entry.get("rstrip", False)),
            normalized=False,
            special=bool(entry.get("special", True)),
        )
        for number, entry in settings.get("added_tokens_decoder", {}).items()
    }
    file = source / "added_tokens.json"
    for content, number in (_json(file) if file.is_file() else {}).items():
        found.setdefault(int(number), AddedToken(content, normalized=False, special=True))
    return dict(sorted(found.items()))


def _built(proto: Any, added: dict[int, AddedToken]) -> Tokenizer:
    pieces = [added[i].content if i in added else piece.piece for i, piece in enumerate(proto.pieces)]
    model = _model(proto, pieces, added)
    built = Tokenizer(model)
    built.normalizer = _normalizer(proto.normalizer_spec)
    steps: list[Any] = [decoders.Replace(_SPACE, " "), decoders.ByteFallback(), decoders.Fuse()]
    if proto.normalizer_spec.add_dummy_prefix:
        steps.append(decoders.Strip(content=" ", left=1))
    built.decoder = decoders.Sequence(steps)
    whole = {i: pieces[i] for i, piece in enumerate(proto.pieces) if piece.type == _USER_DEFINED and i not in added}
    if whole:  # sentencepiece matches these first, the longest first, and merges nothing across them
        found = "|".join(re.escape(piece) for piece in sorted(whole.values(), key=len, reverse=True))
        built.pre_tokenizer = pre_tokenizers.Split(Regex(found), behavior="isolated")
    # A piece that no sequence of merges produces has to be looked up whole.
    model.ignore_merges = any([token.id for token in model.tokenize(piece)] != [i] for i, piece in whole.items())
    built.model = model
    built.add_tokens(list(added.values()))
    return built


def _model(proto: Any, pieces: list[str], added: dict[int, AddedToken]) -> models.BPE:
    vocabulary = {piece: i for i, piece in enumerate(pieces)}
    scores = {pieces[i]: piece.score for i, piece in enumerate(proto.pieces)}
    merged = (_NORMAL, _USER_DEFINED)
    unmerged = {pieces[i] for i, piece in enumerate(proto.pieces) if i in added or piece.type not in merged}
    return models.BPE(
        vocab=vocabulary,
        merges=generate_merges(vocabulary, scores, unmerged),
        unk_token=str(proto.trainer_spec.unk_piece),
        fuse_unk=True,
        byte_fallback=bool(proto.trainer_spec.byte_fallback),
    )


def _normalizer(spec: Any) -> normalizers.Normalizer:
    """Return the normalisation that sentencepiece applies before it looks for pieces."""
    steps: list[Any] = []
    if spec.precompiled_charsmap:
        steps.append(normalizers.Precompiled(spec.precompiled_charsmap))
    if spec.remove_extra_whitespaces:
        steps += [normalizers.Strip(), normalizers.Replace(Regex(" {2,}"), " ")]
    if spec.add_dummy_prefix:
        steps.append(normalizers.Prepend(_SPACE))
    return normalizers.Sequence([*steps, normalizers.Replace(" ", _SPACE)])


def _content(token: Any) -> Any:
    return token["content"] if isinstance(token, dict) else token


def _check(built: Tokenizer, added: dict[int, AddedToken]) -> None:
    for number, token in added.items():
        if built.token_to_id(token.content) != number:
            raise StageError(
                f"The model's added token {token.content!r} has the id {number}, which leaves a gap before it.",
                "Download added_tokens.json and tokenizer_config.json again.",
            )
    missing = [token for token in (START_IMAGE, END_IMAGE, IMAGE, END_TURN) if built.token_to_id(token) is None]
    if missing:
        raise StageError(
            f"The model's tokenizer has no token {missing[0]!r}.",
            "Download added_tokens.json and tokenizer_config.json again.",
        )
