# syntax=docker/dockerfile:1
# docker build -t ocrbot .                       the bot, the workers and the CPU engine
# docker build -t ocrbot:gpu --target gpu .      vLLM for a model on a GPU; the weights are not in it
# A mirror of PyPI: --build-arg PIP_INDEX_URL=https://…/simple
# Of another version: deploy/images.env.
ARG PYTHON_IMAGE=python:3.12.12-slim-bookworm@sha256:593bd06efe90efa80dc4eee3948be7c0fde4134606dd40d8dd8dbcade98e669c

FROM ${PYTHON_IMAGE} AS build
ARG PIP_INDEX_URL
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_NO_CACHE=1 UV_PYTHON=/usr/local/bin/python3
RUN pip install --no-cache-dir --disable-pip-version-check 'uv>=0.9,<1'
WORKDIR /app
# The libraries first: they change more seldom than the code.
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --no-editable --group traces --group bucket --no-install-project
COPY README.md LICENSE NOTICE ./
COPY bot bot
COPY workers workers
RUN uv sync --frozen --no-dev --no-editable --group traces --group bucket

FROM build AS build-gpu
COPY vllm_plugin vllm_plugin
RUN uv sync --frozen --no-dev --no-editable --group traces --group bucket --group gpu

FROM ${PYTHON_IMAGE} AS plain
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /tmp --shell /usr/sbin/nologin ocrbot
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 OCRBOT_CONFIG_DIR=/app/config
WORKDIR /app
COPY LICENSE NOTICE ./
COPY config config

FROM plain AS gpu
# Triton compiles the launchers of its kernels when they are first used, so vLLM needs a C compiler at run time.
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
COPY --from=build-gpu /app/.venv .venv
USER 10001:10001
ENTRYPOINT ["ocrbot"]

FROM plain AS runtime
COPY --from=build /app/.venv .venv
USER 10001:10001
ENTRYPOINT ["ocrbot"]
