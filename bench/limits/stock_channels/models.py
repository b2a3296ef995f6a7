"""The two tables of ../schema.sql, which makes them: the same for every rival."""

from uuid import uuid4

from django.db import models


class Ticket(models.Model):
    workspace_id = models.BigIntegerField()
    last_seq = models.IntegerField(default=0)
    last_visitor_seq = models.IntegerField(default=0)
    inbound = models.IntegerField(default=0)
    waiting_since = models.DateTimeField(null=True)
    last_by = models.CharField(max_length=8)
    last_kind = models.CharField(max_length=8)
    last_preview = models.CharField(max_length=160)
    last_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=0)
    updated_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "ticket"

    def __str__(self) -> str:
        return f"#{self.pk}"


class Event(models.Model):
    workspace_id = models.BigIntegerField()
    public_id = models.UUIDField(default=uuid4)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE)
    seq = models.IntegerField()
    visitor_seq = models.IntegerField(null=True)
    name = models.CharField(max_length=40)
    by_kind = models.CharField(max_length=8)
    sender = models.CharField(max_length=24)
    client_id = models.UUIDField(null=True)
    request_hash = models.CharField(max_length=64, default="")
    text = models.TextField()
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "event"

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.seq}"
