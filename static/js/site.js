/* Refinements only: every page works without this file. Elements are found by data-… attributes.
   Loaded with defer, so the document is there. */
(function () {
  "use strict";

  // data-scroll-to-current: on a narrow screen the current tab may lie outside the strip.
  document.querySelectorAll("[data-scroll-to-current]").forEach(function (strip) {
    const current = strip.querySelector("[aria-current]");
    if (current) {
      const gap = current.getBoundingClientRect().left - strip.getBoundingClientRect().left;
      strip.scrollLeft += gap - (strip.clientWidth - current.offsetWidth) / 2;
    }
  });

  // data-error-summary: a reader who cannot see the page learns first what to correct.
  const summary = document.querySelector("[data-error-summary]");
  if (summary) {
    summary.focus();
  }

  // data-menu: a <details> that opens over the page closes on Escape and on a click elsewhere.
  document.querySelectorAll("details[data-menu]").forEach(function (menu) {
    document.addEventListener("click", function (event) {
      if (!menu.contains(event.target)) {
        menu.open = false;
      }
    });
    menu.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && menu.open) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    });
  });

  // What is being saved row by row is waited for: sent beside it, the whole form would still carry the
  // revisions of before, and look like a colleague's conflicting save.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    const button = event.submitter;
    if (form.querySelector(".htmx-request")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      document.addEventListener("htmx:afterRequest", function () {
        window.setTimeout(function () { form.requestSubmit(button); }, 0);
      }, { once: true });
    }
  }, true);

  // form[data-once]: a second press of the button must not send the form again.
  document.querySelectorAll("form[data-once]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      if (form.getAttribute("aria-busy") === "true") {
        event.preventDefault();
      } else {
        form.setAttribute("aria-busy", "true");
      }
    });
  });
  // Coming back with the browser's own button restores the page as it was left: busy.
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-once]").forEach(function (form) {
      form.removeAttribute("aria-busy");
    });
  });

  // [data-revision]: an answer that was computed before the one on the page, and comes after it, is old.
  document.addEventListener("htmx:oobBeforeSwap", function (event) {
    const shown = event.detail.target.dataset.revision;
    const coming = event.detail.fragment.firstElementChild.dataset.revision;
    if (shown && Number(coming) < Number(shown)) {
      event.detail.shouldSwap = false;
    }
  });

  // button[data-print]: hidden until now, as it does nothing without a script.
  document.querySelectorAll("button[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      window.print();
    });
  });
})();
