/* Passkeys: connects our buttons to allauth's mfa/js/webauthn.js without inline scripts.

   A button carries data-passkey="login", "add" or "authenticate" and is written hidden; it appears here. Its form
   holds [data-passkey-credential], the field that takes the answer or what contains it. The options come from the
   element with id "passkey-options" (login fetches its own); a failure is told in [data-passkey-error]. */
(function () {
  "use strict";

  if (!window.PublicKeyCredential) {
    return;
  }
  const forms = window.allauth.webauthn.forms;
  const starters = { login: forms.loginForm, add: forms.addForm, authenticate: forms.authenticateForm };
  const place = document.querySelector("[data-passkey-error]");

  function explain(sentence) {
    place.textContent = sentence;
    place.hidden = !sentence;
  }

  document.querySelectorAll("button[data-passkey]").forEach(function (button, index) {
    const kind = button.dataset.passkey;
    const credential = button.form.querySelector("input[data-passkey-credential], [data-passkey-credential] input");
    const passwordless = button.form.querySelector("input[name=passwordless]");
    const ids = { credential: credential.id, data: "passkey-options" };
    button.id = button.id || "passkey-" + index;
    ids[kind] = button.id;
    if (passwordless) {
      ids.passwordless = passwordless.id;
    }
    starters[kind]({ ids: ids });
    button.addEventListener("click", function () {
      explain("");
    });
    button.hidden = false;
  });

  document.addEventListener("allauth.error", function (event) {
    const name = event.detail.exception.name;
    event.preventDefault();
    if (name === "InvalidStateError") {
      explain("Lỗi: thiết bị này đã có khóa truy cập của tài khoản.");
    } else if (name === "SecurityError") {
      explain("Lỗi: khóa truy cập chỉ dùng được ở địa chỉ chính thức của hệ thống, qua kết nối an toàn.");
    } else {
      explain("Lỗi: chưa dùng được khóa truy cập. Hãy thử lại hoặc chọn cách khác.");
    }
  });
})();
