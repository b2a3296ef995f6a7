# One image for every process: web, workers, beat and migrations differ only in their command.
FROM python:3.12-slim AS build
COPY requirements.lock /tmp/requirements.lock
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/requirements.lock

FROM python:3.12-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HELPDESK_ENV=production \
    HELPDESK_DATA=/data \
    HELPDESK_STATIC_ROOT=/app/staticfiles
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin helpdesk \
 && install --directory --owner helpdesk --group helpdesk --mode 700 /data
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY . .
# Collecting needs settings, not secrets: these values live in this step only.
RUN HELPDESK_SECRET_KEY=collecting-needs-no-secret-but-settings-ask-for-a-long-one \
    HELPDESK_BASE_URL=https://build.invalid HELPDESK_ALLOWED_HOSTS=build.invalid \
    DATABASE_URL=postgres://build.invalid/build REDIS_URL=redis://build.invalid \
    python manage.py collectstatic --noinput
USER helpdesk
VOLUME /data
EXPOSE 8000
CMD ["python", "manage.py", "runweb", "--host", "0.0.0.0", "--port", "8000"]
