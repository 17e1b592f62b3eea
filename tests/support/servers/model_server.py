"""A small HTTP server with the requests of vLLM 0.33 that the studio uses, around a real model: for tests.

It renders the messages with the model's own chat template and generates with plain ``generate``, independent of the
engine's own chat format, answers and label positions.
"""

from __future__ import annotations

import base64
import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel
from PIL import Image
from transformers import AutoModelForImageTextToText, AutoProcessor


@dataclass(slots=True)
class ModelServer:
    """What the server has and how it misbehaves.

    Attributes:
        base: folder of the base model.
        ignores_adapters: answer with the base whatever model is asked for.
        template: a chat template of its own.
        fails: HTTP status and message for every request to chat.
        requests: bodies of the requests so far, by path; and the keys that came with them.
    """

    base: Path
    ignores_adapters: bool = False
    template: str | None = None
    fails: tuple[int, str] | None = None
    limit: int = 512
    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    adapters: dict[str, str] = field(default_factory=dict)
    address: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)
    _model: Any = None
    _processor: Any = None

    def load(self) -> None:
        """Load the base model."""
        model: Any = AutoModelForImageTextToText
        processor: Any = AutoProcessor
        self._model = model.from_pretrained(self.base, dtype=torch.float32).eval()
        self._processor = processor.from_pretrained(self.base, backend="pil")

    def answer(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        """Return status and body."""
        with self.lock:
            self.requests.append((path, body))
            match method, path:
                case "GET", "/v1/models":
                    return 200, {"object": "list", "data": self._cards()}
                case "POST", "/v1/load_lora_adapter":
                    return self._load_adapter(body)
                case "POST", "/v1/chat/completions":
                    return self._chat(body)
        return 404, {"error": {"message": "there is no such page"}}

    def _cards(self) -> list[dict[str, Any]]:
        card = {"object": "model", "created": 0, "owned_by": "vllm", "max_model_len": self.limit}
        base = {**card, "id": "base-model", "root": str(self.base), "parent": None}
        return [base, *({**card, "id": n, "root": p, "parent": "base-model"} for n, p in self.adapters.items())]

    def _load_adapter(self, body: dict[str, Any]) -> tuple[int, Any]:
        name, folder = body["lora_name"], Path(body["lora_path"])
        if not (folder / "adapter_config.json").is_file():
            return 404, {"error": {"message": f"No adapter found for '{folder}'."}}
        if not isinstance(self._model, PeftModel):
            self._model = PeftModel.from_pretrained(self._model, folder, adapter_name=name).eval()
        else:
            self._model.load_adapter(folder, name)
        self.adapters[name] = str(folder)
        return 200, f"Success: LoRA adapter '{name}' added successfully."

    def _chat(self, body: dict[str, Any]) -> tuple[int, Any]:
        if self.fails is not None:
            return self.fails[0], {"error": {"message": self.fails[1]}}
        if body["model"] not in {card["id"] for card in self._cards()}:
            return 404, {"error": {"message": f"The model `{body['model']}` does not exist."}}
        if body["add_generation_prompt"] and body["continue_final_message"]:
            return 400, {"error": {"message": "Cannot set both."}}
        messages, images = read_messages(body["messages"])
        text = self._processor.apply_chat_template(
            messages,
            chat_template=self.template,
            continue_final_message=body["continue_final_message"],
            add_generation_prompt=body["add_generation_prompt"],
        )
        inputs = self._processor(
            images=images, text=[text], add_special_tokens=body["add_special_tokens"], return_tensors="pt"
        )
        return 200, self._completed(body, inputs)

    @torch.inference_mode()
    def _completed(self, body: dict[str, Any], inputs: Any) -> dict[str, Any]:
        torch.manual_seed(body["seed"])
        sampling = {"do_sample": True, "temperature": body["temperature"]} if body["temperature"] else {}
        with self._using(body["model"]):
            made = self._model.generate(
                **inputs,
                max_new_tokens=body["max_tokens"],
                output_logits=True,
                return_dict_in_generate=True,
                **({"do_sample": False} | sampling),
            )
        prompt = inputs["input_ids"][0].tolist()
        ids = made.sequences[0][len(prompt) :].tolist()
        ended = ids[-1] == self._processor.tokenizer.eos_token_id
        top = torch.log_softmax(made.logits[0][0].float(), dim=-1).topk(body.get("top_logprobs", 1))
        first = [
            {"token": str(token), "logprob": value, "bytes": None}
            for token, value in zip(top.indices.tolist(), top.values.tolist(), strict=True)
        ]
        choice = {
            "index": 0,
            "finish_reason": "stop" if ended else "length",
            "token_ids": ids,
            "message": {"role": "assistant", "content": self._processor.tokenizer.decode(ids)},
            "logprobs": {"content": [{**first[0], "top_logprobs": first}]} if body.get("logprobs") else None,
        }
        usage = {"prompt_tokens": len(prompt), "completion_tokens": len(ids), "total_tokens": len(prompt) + len(ids)}
        head = {"id": "chat", "object": "chat.completion", "created": 0, "model": body["model"]}
        return {**head, "choices": [choice], "usage": usage, "prompt_token_ids": prompt}

    @contextmanager
    def _using(self, name: str) -> Iterator[None]:
        if not isinstance(self._model, PeftModel):
            yield
        elif name == "base-model" or self.ignores_adapters:
            with self._model.disable_adapter():
                yield
        else:
            self._model.set_adapter(name)
            yield


@contextmanager
def running(server: ModelServer) -> Iterator[ModelServer]:
    """Load the model and serve it on a free port of this machine."""
    server.load()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply("GET")

        def do_POST(self) -> None:
            self._reply("POST")

        def _reply(self, method: str) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else {}
            server.keys.add(self.headers.get("Authorization") or "")
            status, found = server.answer(method, self.path, body)
            data = found.encode() if isinstance(found, str) else json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/plain" if isinstance(found, str) else "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            """Write nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.address = f"http://127.0.0.1:{http.server_port}/v1"
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def read_messages(messages: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[Image.Image]]:
    """Return messages in the form of chat templates, and the images of their data addresses."""
    images, found = [], []
    for message in messages:
        content = []
        for part in message["content"]:
            if part["type"] == "image_url":
                data = part["image_url"]["url"].removeprefix("data:image/png;base64,")
                images.append(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB"))
                content.append({"type": "image"})
            else:
                content.append(part)
        found.append({"role": message["role"], "content": content})
    return found, images
