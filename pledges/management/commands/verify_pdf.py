"""`manage.py verify_pdf FILE…`: the public page's answer, for scripts."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from khoithidua.text import moment_exact
from pledges import verification
from pledges.signing.layout import Kind, kind_of
from pledges.verification import Answer

SENTENCES = {
    Answer.COMPLETE: "TOÀN VẸN, đủ {signed}/{parties} đơn vị: {paper}",
    Answer.IN_PROGRESS: "Của hệ thống này, đang trong quá trình ký kết ({signed}/{parties}): {paper}",
    Answer.EARLIER: "Của hệ thống này nhưng là bản trước ({signed}/{parties}): {paper}",
    Answer.SUPERSEDED: "Đã có phiên bản thay thế: {paper}",
    Answer.WITHDRAWN: "Đã được rút trước khi hoàn tất: {paper}",
    Answer.ALTERED: "ĐÃ BỊ THAY ĐỔI so với bản lưu.",
    Answer.NOT_OURS: "Không phải tệp do hệ thống này tạo ra.",
}


class Command(BaseCommand):
    help = "Kiểm tra tệp PDF; mã thoát 1 trừ khi mọi tệp toàn vẹn, là bản lưu và đủ chữ ký."

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE")

    def handle(self, *args, files, **options):
        bad = [name for name in files if not self.check_file(name)]
        if bad:
            raise CommandError(f"{len(bad)}/{len(files)} tệp không đạt.", returncode=1)

    def check_file(self, name):
        try:
            data = Path(name).read_bytes()
        except OSError as error:
            self.stdout.write(f"{name}: không đọc được ({error.strerror})")
            return False
        verdict = verification.of_file(data)
        paper = verdict.paper
        sentence = SENTENCES[verdict.answer].format(
            signed=verdict.signed_in_file,
            parties=paper.party_count if paper else 0,
            paper=f"{paper}, {paper.year.bloc_name}" if paper else "",
        )
        self.stdout.write(f"{name}: {sentence}")
        if verdict.problem:
            self.stdout.write(f"  {verdict.problem}")
        if verdict.inspection is None:
            return False
        for row in verdict.inspection.signatures:
            state = row.problem or "nguyên vẹn"
            when = moment_exact(row.claimed_at) if row.claimed_at else "không rõ giờ"
            self.stdout.write(f"  {row.field_name}: {row.signer_name}, {when}: {state}")
        empty = verdict.inspection.empty_fields
        for field in (field for field in empty if kind_of(field) != Kind.AGENCY):
            self.stdout.write(f"  {field}: chưa ký")
        seals = sum(1 for field in empty if kind_of(field) == Kind.AGENCY)
        if seals:
            self.stdout.write(f"  {seals} ô dành cho chữ ký của cơ quan để trống.")
        return verdict.answer == Answer.COMPLETE
