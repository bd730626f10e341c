"""A language model behind an OpenAI-compatible address: asked within a budget, never waited for once it is dead.

Every reply is bounded in time whatever the other side does: by seconds without a byte, and by the question's whole
budget even where bytes keep dripping. Failures are counted for all threads together; after a few the endpoint is left
alone for a while, then one question tries it for all.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import httpx
from pydantic import SecretStr

from assistant.settings import SettingFault

FAILURES = 3  # in a row, before the endpoint is left alone: one may be chance, three are not
PAUSE = 60.0  # seconds that it is left alone
AT_ONCE = 4  # replies waited for together: half of what the page answers at once, so that the other half stays quick
ATTEMPTS = 2  # of one request where the endpoint says that it is busy or breaks the connection
CHARACTERS_PER_TOKEN = 4  # more than any tokenizer gives for Chinese: beyond it the token budget was not kept
_DEADLINE: ContextVar[float] = ContextVar("deadline")

Message = tuple[str, str]  # role (`system`, `user`, `assistant`) and text


class EndpointFault(Exception):
    """No usable reply; `reason` is one word for the log: `closed`, `busy`, `timeout`, `failed` or `too long`."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason} {detail}".strip())
        self.reason = reason


@dataclass(frozen=True)
class Access:
    """How to reach a model. `timeout`: seconds without a byte; `tokens`: of one reply; `temperature`: 0 but in trials."""

    base_url: str
    model: str
    api_key: SecretStr
    timeout: float
    tokens: int
    temperature: float = 0.0


class Endpoint:
    """One model at one address; safe in threads."""

    def __init__(self, access: Access) -> None:
        """Raises `SettingFault` where the libraries for it are not installed."""
        try:
            from langchain_openai import ChatOpenAI
        except ImportError as error:
            raise SettingFault(
                "未安装 langchain-openai：请运行 pip install 'policy-assistant[endpoint]'"
            ) from error
        self.model = access.model
        self._most = access.tokens * CHARACTERS_PER_TOKEN
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._gate = Gate(FAILURES, PAUSE)
        # The library would take another service's key from the environment where ours is empty.
        key = access.api_key if access.api_key.get_secret_value() else SecretStr("none")
        self._chat = ChatOpenAI(
            model=access.model,
            base_url=access.base_url,
            api_key=key,
            timeout=access.timeout,
            max_retries=0,
            temperature=access.temperature,
            max_completion_tokens=access.tokens,
            http_client=httpx.Client(timeout=access.timeout, event_hooks={"response": [_bound]}),
        )

    @property
    def left_alone(self) -> bool:
        """Whether nothing is sent for now, because it failed too often."""
        return self._gate.closed

    def reply(self, messages: Sequence[Message], seconds: float) -> str:
        """The whole reply, within `seconds`. Raises `EndpointFault`, at once where the endpoint is left alone."""
        if not self._places.acquire(blocking=False):
            raise EndpointFault("busy")
        deadline = _DEADLINE.set(time.monotonic() + seconds)
        try:
            with self._gate.passage():
                return self._read_with_retries(messages, seconds)
        except EndpointFault:
            raise
        except (httpx.TimeoutException, TimeoutError) as error:
            raise EndpointFault("timeout") from error
        except Exception as error:  # a door: whatever the other side does wrong is one thing to us
            slow = "timeout" if "Timeout" in type(error).__name__ else "failed"
            raise EndpointFault(slow, type(error).__name__) from error
        finally:
            _DEADLINE.reset(deadline)
            self._places.release()

    def _read_with_retries(self, messages: Sequence[Message], seconds: float) -> str:
        """A slow endpoint is not asked again: the second time would be as slow."""
        import openai
        from tenacity import Retrying, retry_if_exception, stop_after_attempt, stop_before_delay
        from tenacity.wait import wait_random_exponential

        passing = (openai.RateLimitError, openai.InternalServerError, openai.APIConnectionError)

        def may_pass(error: BaseException) -> bool:
            return isinstance(error, passing) and not isinstance(error, openai.APITimeoutError)

        retrying = Retrying(
            stop=stop_after_attempt(ATTEMPTS) | stop_before_delay(seconds),
            wait=wait_random_exponential(max=1.0),
            retry=retry_if_exception(may_pass),
            reraise=True,
        )
        text: str = retrying(self._read, messages)
        return text

    def _read(self, messages: Sequence[Message]) -> str:
        pieces: list[str] = []
        length = 0
        for chunk in self._chat.stream(list(messages)):
            pieces.append(str(chunk.text))
            length += len(pieces[-1])
            if length > self._most:
                raise EndpointFault("too long")
        return "".join(pieces)


class Gate:
    """A circuit breaker for threads: `failures` in a row close it for `pause` seconds, then one caller tries for all.

    The library's state machine knows no threads, so a lock is held where the state changes, never during a call.
    """

    def __init__(self, failures: int, pause: float) -> None:
        from purgatory import SyncCircuitBreakerFactory

        self._breaker = SyncCircuitBreakerFactory(failures, pause).get_breaker("llm")
        self._lock = threading.Lock()

    @property
    def closed(self) -> bool:
        """Whether callers are turned away."""
        state: str = self._breaker.context.state
        return state == "opened"

    @contextmanager
    def passage(self) -> Iterator[None]:
        """Raises `EndpointFault("closed")` instead of letting the caller in while the gate is closed."""
        from purgatory.domain.model import HALF_OPENED, OpenedState

        with self._lock:
            if self._breaker.context.state == HALF_OPENED:
                raise EndpointFault("closed")  # somebody is trying it now
            try:
                self._breaker.__enter__()
            except OpenedState as opened:
                opened.__traceback__ = (
                    None  # one object is raised again and again: it would keep every caller's frames
                )
                raise EndpointFault("closed") from None
        try:
            yield
        except BaseException as error:
            self._leave(error)
            raise
        self._leave(None)

    def _leave(self, error: BaseException | None) -> None:
        with self._lock:
            self._breaker.__exit__(type(error) if error else None, error, None)


class _Bounded(httpx.SyncByteStream):
    """A body that ends with a timeout at the deadline, even where bytes keep coming."""

    def __init__(self, stream: Any, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            if time.monotonic() > self._deadline:
                raise httpx.ReadTimeout("the question's budget is spent")
            yield piece

    def close(self) -> None:
        """Close what is read from."""
        self._stream.close()


def _bound(response: httpx.Response) -> None:
    response.stream = _Bounded(response.stream, _DEADLINE.get(float("inf")))
