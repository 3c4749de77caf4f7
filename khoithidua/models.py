"""What any office application needs: the record, files kept once, outgoing mail."""

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from django.utils import timezone

from khoithidua.audit import GENESIS
from khoithidua.triggers import AppendOnly


class AuditChain(models.Model):
    """Head of one chain of the record; locked by whoever appends to it."""

    key = models.CharField("chuỗi", max_length=120, primary_key=True)
    length = models.PositiveBigIntegerField("số mục", default=0)
    head = models.CharField("mã băm cuối", max_length=64, default=GENESIS)

    class Meta:
        verbose_name = verbose_name_plural = "chuỗi nhật ký"
        ordering = ["key"]

    def __str__(self):
        return self.key


class AuditEntry(models.Model):
    """One act, as plain values: it outlives the objects it speaks of."""

    chain = models.CharField("chuỗi", max_length=120)
    sequence = models.PositiveBigIntegerField("số thứ tự")
    at = models.DateTimeField("lúc")
    actor = models.CharField("tài khoản", max_length=150)
    actor_name = models.CharField("người thực hiện", max_length=200)
    capacity = models.CharField("với tư cách", max_length=300, blank=True)
    origin = models.CharField("từ đâu", max_length=100, blank=True)
    action = models.CharField("hành động", max_length=100)
    target = models.CharField("đối tượng", max_length=300)
    summary = models.TextField("việc đã làm")
    before = models.JSONField("trước", default=dict, blank=True)
    after = models.JSONField("sau", default=dict, blank=True)
    previous = models.CharField("mã băm trước", max_length=64)
    digest = models.CharField("mã băm", max_length=64)

    guards = [AppendOnly("Nhật ký chỉ ghi thêm, không sửa, không xóa.")]

    class Meta:
        verbose_name = "mục nhật ký"
        verbose_name_plural = "nhật ký"
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["chain", "sequence"], name="audit_sequence_once"),
        ]
        indexes = [
            models.Index(fields=["chain", "-at", "-id"], name="audit_chain_at"),
            models.Index(fields=["-at", "-id"], name="audit_at"),
            models.Index(fields=["actor", "-at"], name="audit_actor_at"),
            models.Index(fields=["target", "-at", "-id"], name="audit_target_at"),
        ]

    def __str__(self):
        return f"{self.chain} {self.sequence}: {self.summary}"


class StoredFileManager(models.Manager):
    def keep(self, data, *, content_type, by=None):
        """Keep these bytes once and return their row; the same bytes give the same row.

        The file is on disk, whole, before the row is written: a transaction rolled back leaves at
        most an unreferenced file, never a row without its bytes.
        """
        digest = hashlib.sha256(data).hexdigest()
        name = self.model.path_of(digest)
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(data))
        row, _created = self.get_or_create(
            sha256=digest,
            defaults={
                "size": len(data),
                "content_type": content_type,
                "kept_by": getattr(by, "username", ""),
            },
        )
        return row


class DamagedFile(Exception):
    """The bytes on disk are not the bytes that were kept."""


class StoredFile(models.Model):
    """Bytes kept once under their SHA-256: uploads, scans, photographs, signed files.

    Served only by views of the objects that hold it, after their own permission check.
    """

    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    size = models.PositiveBigIntegerField("số byte")
    content_type = models.CharField("loại tệp", max_length=100)
    kept_at = models.DateTimeField("lưu lúc", default=timezone.now)
    kept_by = models.CharField("tài khoản lưu", max_length=150, blank=True)

    objects = StoredFileManager()
    guards = [AppendOnly("Tệp đã lưu không sửa, không xóa.")]

    class Meta:
        verbose_name = verbose_name_plural = "tệp lưu trữ"
        ordering = ["-kept_at", "-id"]

    def __str__(self):
        return self.sha256

    @staticmethod
    def path_of(sha256):
        return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"

    def read(self):
        """Return the bytes; raise DamagedFile when they no longer have their digest."""
        with default_storage.open(self.path_of(self.sha256)) as stored:
            data = stored.read()
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise DamagedFile(self.sha256)
        return data


class Outbox(models.Model):
    """A mail waiting to be sent by `manage.py tick`; written with the act it tells of."""

    to = models.EmailField("người nhận")
    subject = models.CharField("tiêu đề", max_length=200)
    body = models.TextField("nội dung")
    created_at = models.DateTimeField("tạo lúc", default=timezone.now)
    sent_at = models.DateTimeField("gửi lúc", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("số lần thử", default=0)
    last_error = models.TextField("lỗi gần nhất", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "thư gửi đi"
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(
                fields=["created_at"],
                name="outbox_waiting",
                condition=models.Q(sent_at__isnull=True),
            ),
        ]

    def __str__(self):
        return f"{self.to}: {self.subject}"
