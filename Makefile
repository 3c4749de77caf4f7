# What is done most: `make help`. Needs make, and Python 3.11 or later; apt brings the rest.

PORT ?= 8000
# How far the demonstration's year has come: ky-ket or tu-cham. Only for an empty var/.
STAGE ?= ky-ket
ADDRESS = http://localhost:$(PORT)
PY = .venv/bin/python
# A developer's set-up: demonstration data allowed, no secrets asked for. See docs/operations.md.
DEV = DEBUG=1 SITE_URL=$(ADDRESS)
SOURCES = khoithidua units pledges scoring tests benchmarks manage.py

# Vietnamese on every terminal, whatever its language.
export PYTHONUTF8 = 1

.DEFAULT_GOAL := help
.PHONY: help demo test setup run lint fmt check bench soak lock shots clean

help: ## Liệt kê các lệnh này
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | \
	while IFS="$$(printf '\t')" read -r name words; do printf '  make %-7s %s\n' "$$name" "$$words"; done

demo: ## Chạy thử với dữ liệu trình diễn tại http://localhost:8000 (cổng khác: PORT=8001; lúc tự chấm: STAGE=tu-cham)
	@[ ! -f .env ] || grep -q '^DEBUG=1' .env || \
	{ echo 'Thư mục này có tệp .env của một máy chủ; hãy chạy thử ở một bản sao khác.' >&2; exit 1; }
	@.ci/need python venv pango
	@.ci/port $(PORT)
	@.ci/venv requirements.txt
	@$(DEV) $(PY) manage.py migrate --verbosity 0
	@$(DEV) $(PY) manage.py load_demo --stage $(STAGE)
	@echo
	@echo "Mở $(ADDRESS) và đăng nhập, ví dụ ld-stc (lãnh đạo Sở Tài chính), mật khẩu thidua-demo-2026."
	@echo "Dừng: Ctrl+C. Chạy lại: make demo (dữ liệu được giữ trong thư mục var)."
	@exec env $(DEV) $(PY) -m gunicorn khoithidua.wsgi --bind 127.0.0.1:$(PORT) \
		--workers 2 --threads 4 --log-level warning --no-control-socket

test: setup ## Kiểm thử toàn bộ, trên SQLite và (khi có) PostgreSQL
	@.ci/test

setup: ## Cài môi trường phát triển vào .venv
	@.ci/need python venv pango
	@.ci/venv requirements-dev.txt

run: setup ## Máy chủ của người phát triển: tự nạp lại khi sửa mã
	@$(DEV) $(PY) manage.py migrate --verbosity 0
	@$(DEV) $(PY) manage.py runserver 127.0.0.1:$(PORT)

lint: setup ## Soát mã nguồn
	@$(PY) -m ruff check
	@$(PY) -m ruff format --check

fmt: setup ## Định dạng lại mã nguồn
	@$(PY) -m ruff check --fix
	@$(PY) -m ruff format

check: setup ## Kiểm tra cấu hình, migration, cấu hình máy chủ thật
	@.ci/check

bench: setup ## Đo tốc độ so với mức sàn (BIG=1: cả khi có 700 khối)
	@$(PY) -m benchmarks $(if $(BIG),--big) $(BENCH)

soak: setup ## Các phép thử dài: hàng nghìn lần sửa byte, cắt ngang, dồn dập
	@SOAK=1 .ci/test soak

lock: setup ## Giải lại các phiên bản thư viện vào requirements*.txt (UPGRADE=1: lấy bản mới nhất)
	@.ci/lock

shots: setup ## Chụp các trang chính của make demo đang chạy (1280 và 390 điểm) vào var/shots
	@$(DEV) $(PY) -m tests.browser.shots

clean: ## Xóa .venv và các tệp tạm; dữ liệu trong var được giữ
	@rm -rf .venv .pytest_cache .ruff_cache .hypothesis .coverage
	@find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +
