// What JavaScript adds to Windfall's pages. Each works without it; templates/base.html lists the hooks.
(function () {
  "use strict";

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  function isTyping(target) {
    return target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName);
  }

  // Dialogs -----------------------------------------------------------------------------------------------------

  // Asks in a real <dialog>; calls `agreed` when the person says yes.
  function ask(text, options, agreed) {
    const yes = make("button", { class: options.danger ? "btn btn-danger" : "btn btn-primary", value: "yes" }, options.label);
    const no = make("button", { class: "btn", value: "no", autofocus: "" }, "Cancel");
    const heading = make("h2", { id: "ask-title" }, options.title || "Are you sure?");
    const dialog = make(
      "dialog",
      { class: "ask", "aria-labelledby": "ask-title", "aria-describedby": "ask-text" },
      make("form", { method: "dialog" }, heading, make("p", { id: "ask-text" }, text), make("div", { class: "form-actions" }, yes, no))
    );
    document.body.append(dialog);
    dialog.addEventListener("close", function () {
      const said = dialog.returnValue;
      dialog.remove();
      if (said === "yes") agreed();
    });
    dialog.showModal();
  }

  const agreedTo = new WeakSet();

  function askBeforeSubmit(event) {
    const form = event.target;
    const button = event.submitter;
    const source = button && button.dataset.confirm ? button : form;
    if (!source.dataset.confirm || agreedTo.has(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const label = source.dataset.confirmButton || (button && button.textContent.trim()) || "Continue";
    const danger = source.dataset.confirmTone === "danger" || Boolean(button && button.classList.contains("btn-danger"));
    ask(source.dataset.confirm, { label: label, danger: danger, title: source.dataset.confirmTitle }, function () {
      agreedTo.add(form);
      form.requestSubmit(button);
      agreedTo.delete(form);
    });
  }
  document.addEventListener("submit", askBeforeSubmit, true);

  document.addEventListener("htmx:confirm", function (event) {
    const text = event.detail.question;
    if (!text) return;
    event.preventDefault();
    const data = event.target.dataset;
    ask(text, { label: data.confirmButton || "Continue", danger: data.confirmTone === "danger", title: data.confirmTitle }, function () {
      event.detail.issueRequest(true);
    });
  });

  // A form is sent once --------------------------------------------------------------------------------------------

  const sent = new WeakSet();

  function release(form) {
    sent.delete(form);
    for (const button of document.querySelectorAll("button[aria-busy]")) {
      if (button.form === form) button.removeAttribute("aria-busy");
    }
  }

  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (sent.has(form)) {
      event.preventDefault();
      return;
    }
    sent.add(form);
    if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) document.querySelectorAll("form").forEach(release); // back from another page
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    const form = event.target.closest("form");
    if (form) release(form);
  });

  // Drafts save themselves -----------------------------------------------------------------------------------------

  function exchange(html, form) {
    const page = new DOMParser().parseFromString(html, "text/html");
    for (const fresh of page.querySelectorAll("body > [id]")) {
      const old = document.getElementById(fresh.id);
      if (old && !old.contains(document.activeElement)) old.replaceWith(document.importNode(fresh, true));
    }
    if (window.htmx) window.htmx.process(form);
  }

  function keepsDraft(form) {
    const status = form.querySelector("[data-autosave-status]") || document.querySelector("[data-autosave-status]");
    let timer = null;
    let running = false;
    let again = false;
    let unsaved = false;
    let failed = false;
    let waiting = null; // the button of a submit that waits for a running save

    function say(text, wrong) {
      failed = Boolean(wrong);
      if (!status) return;
      status.setAttribute("role", "status");
      status.textContent = text;
      status.classList.toggle("is-failed", failed);
    }

    function fields() {
      const data = new FormData(form);
      for (const [name, value] of Array.from(data.entries())) {
        if (value instanceof File) data.delete(name); // files are sent by their own form
      }
      return data;
    }

    async function save() {
      if (sent.has(form)) return;
      if (running) {
        again = true;
        return;
      }
      running = true;
      say("Saving…");
      let retry = 0;
      try {
        const response = await fetch(form.dataset.autosave, {
          method: "POST",
          body: fields(),
          headers: { "X-Autosave": "1" },
          credentials: "same-origin",
          redirect: "manual",
        });
        const type = response.headers.get("Content-Type") || "";
        if (response.ok) {
          unsaved = again;
          if (response.status !== 204 && type.startsWith("text/html")) exchange(await response.text(), form);
          say((form.dataset.autosaveWord || "Saved") + " " + new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }));
        } else if (response.type === "opaqueredirect") {
          say("Not saved: you are signed out. Sign in in another tab, then change something here.", true);
        } else if (type.startsWith("text/plain")) {
          say((await response.text()).slice(0, 300), true);
        } else if (response.status >= 500) {
          retry = 10000;
          say("Not saved yet. We try again in a moment.", true);
        } else {
          say("Not saved: this page is out of date. Copy what you typed, then reload it.", true);
        }
      } catch (error) {
        retry = 5000;
        say("Not saved: no connection. We try again in a moment.", true);
      }
      running = false;
      if (waiting) {
        const button = waiting;
        waiting = null;
        agreedTo.add(form);
        form.requestSubmit(button === form ? null : button);
        agreedTo.delete(form);
      } else if (again) {
        again = false;
        save();
      } else if (retry) {
        timer = setTimeout(save, retry);
      }
    }

    function changed(event) {
      if (event.target.type === "file") return;
      unsaved = true;
      clearTimeout(timer);
      timer = setTimeout(save, event.type === "change" ? 150 : 800);
    }

    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    form.addEventListener(
      "submit",
      function (event) {
        clearTimeout(timer);
        if (!running) return;
        event.preventDefault(); // the save that runs may change what is sent (its version): first let it end
        event.stopImmediatePropagation();
        waiting = event.submitter || form;
      },
      true
    );
    window.addEventListener("beforeunload", function (event) {
      if (!unsaved || sent.has(form)) return;
      if (failed) event.preventDefault(); // asks; otherwise what was typed last is sent along on the way out
      else if (!running || again) fetch(form.dataset.autosave, { method: "POST", body: fields(), headers: { "X-Autosave": "1" }, keepalive: true });
    });
  }

  function guards(form) {
    let dirty = false;
    form.addEventListener("input", function () {
      dirty = true;
    });
    window.addEventListener("beforeunload", function (event) {
      if (dirty && !sent.has(form)) event.preventDefault();
    });
  }

  // Files can be dropped -----------------------------------------------------------------------------------------

  function size(bytes) {
    return bytes < 1e6 ? Math.max(1, Math.round(bytes / 1e3)) + " KB" : (bytes / 1e6).toFixed(1) + " MB";
  }

  function takesDrops(zone) {
    const input = zone.querySelector('input[type="file"]');
    if (!input) return;
    const list = make("ul", { class: "file-list", "aria-live": "polite" });
    zone.append(list);

    input.addEventListener("change", function () {
      list.replaceChildren(...Array.from(input.files, (file) => make("li", {}, make("span", {}, file.name), make("small", {}, size(file.size)))));
    });
    for (const name of ["dragenter", "dragover"]) {
      zone.addEventListener(name, function (event) {
        event.preventDefault();
        zone.classList.add("is-over");
      });
    }
    for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("is-over"));
    zone.addEventListener("drop", function (event) {
      event.preventDefault();
      const files = new DataTransfer();
      const dropped = Array.from(event.dataTransfer.files);
      for (const file of input.multiple ? dropped : dropped.slice(0, 1)) files.items.add(file);
      input.files = files.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  // Rows of a Django formset: [data-formset="prefix"] holds [data-rows], a <template data-row> with __prefix__ and a
  // button [data-add-row] (hidden without JavaScript: the server then renders spare rows).

  function growsRows(box) {
    const total = box.querySelector('[name="' + box.dataset.formset + '-TOTAL_FORMS"]');
    const template = box.querySelector("template[data-row]");
    const button = box.querySelector("[data-add-row]");
    if (!total || !template || !button) return;
    button.hidden = false;
    button.addEventListener("click", function (event) {
      event.preventDefault(); // without JavaScript it is a submit button: the server adds the row
      const holder = box.querySelector("[data-rows]");
      const scratch = document.createElement("template");
      scratch.innerHTML = template.innerHTML.replaceAll("__prefix__", total.value);
      const row = scratch.content.firstElementChild;
      holder.append(row);
      total.value = Number(total.value) + 1;
      const field = row.querySelector("input:not([type=hidden]), select, textarea");
      if (field) field.focus();
    });
  }

  // [data-money-row]: the amounts of a row are in the currency that its select says ---------------------------------------

  document.addEventListener("change", function (event) {
    const row = event.target.closest("[data-money-row]");
    if (!row || !event.target.name.endsWith("-currency")) return;
    const named = event.target.value || event.target.options[0].text;
    for (const label of row.querySelectorAll(".money-input .input-group-text")) label.textContent = named;
  });

  // Colours ----------------------------------------------------------------------------------------------------------

  function switchesColours(button) {
    function label() {
      button.textContent = document.documentElement.dataset.bsTheme === "dark" ? "Light colours" : "Dark colours";
    }
    button.hidden = false;
    button.addEventListener("click", () => window.windfallTheme.toggle());
    document.addEventListener("windfall:theme", label);
    label();
  }

  // Menus: <details data-menu> close like menus --------------------------------------------------------------------------

  document.addEventListener("click", function (event) {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  function opensMenu(link) {
    const menu = document.getElementById(link.hash.slice(1));
    if (!menu) return;
    link.setAttribute("role", "button");
    function show(open) {
      menu.classList.toggle("is-open", open);
      menu.classList.toggle("is-closed", !open);
      link.setAttribute("aria-expanded", String(open));
    }
    show(false);
    link.addEventListener("click", function (event) {
      event.preventDefault();
      show(!menu.classList.contains("is-open"));
    });
    link.addEventListener("keydown", function (event) {
      if (event.key === " ") {
        event.preventDefault();
        link.click();
      }
    });
    menu.addEventListener("click", function (event) {
      if (!event.target.closest("[data-menu-close]")) return;
      event.preventDefault();
      show(false);
      link.focus();
    });
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && menu.classList.contains("is-open")) {
        show(false);
        link.focus();
      }
    });
  }

  // Keys ---------------------------------------------------------------------------------------------------------------

  // A page of a file, enlarged: its link opens the picture where there is no JavaScript -----------------------------

  document.addEventListener("click", function (event) {
    const link = event.target.closest("a[data-zoom]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    const dialog = make(
      "dialog",
      { class: "zoom", "aria-label": link.querySelector("img").alt },
      make("div", { tabindex: "0" }, make("img", { src: link.href, alt: link.querySelector("img").alt })),
      make("form", { method: "dialog" }, make("button", { class: "btn", autofocus: "" }, "Close"))
    );
    document.body.append(dialog);
    dialog.addEventListener("close", () => dialog.remove());
    dialog.showModal();
  });

  const KEYS = [
    ["/", "Search in this list"],
    ["j", "Next row"],
    ["k", "Row before"],
    ["Enter", "Open the row"],
    ["?", "These shortcuts"],
  ];

  function showKeys() {
    const list = make("dl", {});
    for (const [key, what] of KEYS) list.append(make("dt", {}, make("kbd", {}, key)), make("dd", {}, what));
    const dialog = make(
      "dialog",
      { class: "ask", "aria-labelledby": "keys-title" },
      make("h2", { id: "keys-title" }, "Keyboard shortcuts"),
      list,
      make("form", { method: "dialog", class: "form-actions" }, make("button", { class: "btn", autofocus: "" }, "Close"))
    );
    document.body.append(dialog);
    dialog.addEventListener("close", () => dialog.remove());
    dialog.showModal();
  }

  function moveInQueue(step) {
    const rows = Array.from(document.querySelectorAll("[data-queue] [data-row]"));
    const links = rows.map((row) => row.querySelector("a[data-open]") || row.querySelector("a[href]")).filter(Boolean);
    if (!links.length) return;
    const here = links.findIndex((link) => link.closest("[data-row]").contains(document.activeElement));
    const next = here === -1 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(here + step, 0), links.length - 1);
    links[next].focus();
    links[next].closest("[data-row]").scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "/") {
      const field = document.querySelector("[data-search], main input[type=search], main input[name=q]");
      if (!field) return;
      event.preventDefault();
      field.focus();
      field.select();
    } else if (event.key === "j") moveInQueue(1);
    else if (event.key === "k") moveInQueue(-1);
    else if (event.key === "?") showKeys();
  });

  // The sign-in page's demo people fill the form in, and passkeys say what went wrong --------------------------------

  function fillsIn(button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      const form = document.querySelector("form[data-sign-in]");
      form.elements.login.value = button.dataset.email;
      form.elements.password.value = button.dataset.password;
      form.querySelector("button").focus();
    });
  }

  // What is shown once: a click selects it, a button copies it -------------------------------------------------------

  function copies(button) {
    const field = document.querySelector(button.dataset.copy);
    if (!field || !navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(field.value).then(
        function () { copied("Copied."); },
        function () { field.select(); copied("Press Ctrl+C or ⌘C to copy it."); }
      );
    });
  }

  function copied(words) {
    const place = document.querySelector("[data-copied]");
    if (place) place.textContent = words;
  }

  document.addEventListener("allauth.error", function (event) {
    event.preventDefault();
    const box = document.querySelector("[data-passkey-error]");
    if (!box) return;
    box.textContent = window.PublicKeyCredential
      ? "Your browser got no passkey. Try again, or use another way to sign in."
      : "This browser can't use passkeys here. Use another way to sign in.";
    box.hidden = false;
  });

  // Begin --------------------------------------------------------------------------------------------------------------

  function begin(root) {
    const each = (selector, what) => root.querySelectorAll(selector).forEach(what);
    each("form[data-autosave]", keepsDraft);
    each("form[data-guard]:not([data-autosave])", guards);
    each("[data-dropzone]", takesDrops);
    each("[data-formset]", growsRows);
    each("[data-theme-toggle]", switchesColours);
    each("[data-menu-open]", opensMenu);
    each("[data-fill-in]", fillsIn);
    each("[data-copy]", copies);
    each("[data-select]", function (field) {
      field.addEventListener("focus", function () { field.select(); });
    });
    each("[data-keys-open]", function (button) {
      button.hidden = false;
      button.addEventListener("click", showKeys);
    });
  }
  begin(document);
  const wrong = document.querySelector("main [aria-invalid=true]");
  if (wrong) wrong.focus();
  document.addEventListener("htmx:load", function (event) {
    if (event.target !== document.body) begin(event.target);
  });
})();
