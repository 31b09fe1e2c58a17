# Linernotes in a container; docs/deploying.md says how to use it.
FROM python:3.11-slim AS build
RUN apt-get update && apt-get install --yes --no-install-recommends build-essential
WORKDIR /source
COPY pyproject.toml constraints.txt README.md LICENSE NOTICE ./
COPY src src
RUN python -m venv /opt/linernotes \
    && /opt/linernotes/bin/pip install --no-cache-dir --constraint constraints.txt '.[tables]'

FROM python:3.11-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ffmpeg libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 1000 --create-home --home-dir /data linernotes
COPY --from=build /opt/linernotes /opt/linernotes
ENV PATH=/opt/linernotes/bin:$PATH \
    LINERNOTES_LIBRARY_DIR=/data/library \
    LINERNOTES_MODELS_DIR=/data/models \
    LINERNOTES_CONFIG=/data/config.toml
USER linernotes
VOLUME /data
EXPOSE 8321
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8321/healthz', timeout=4)"]
ENTRYPOINT ["linernotes"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8321"]
