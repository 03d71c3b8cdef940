// Number keys choose a topic while no field is being typed in; a box turns them off (WCAG 2.1.4). Never needed.
"use strict";
(() => {
  const form = document.querySelector("form[data-keys]");
  const keyed = form ? [...form.querySelectorAll("input[data-key]")] : [];
  if (!keyed.length) return;
  const STORE = "staff-number-keys";
  const kept = () => { try { return localStorage.getItem(STORE); } catch { return null; } };
  const keep = (value) => { try { localStorage.setItem(STORE, value); } catch { /* it holds for this page */ } };

  const box = Object.assign(document.createElement("input"), { type: "checkbox", id: "number-keys" });
  box.checked = kept() !== "off";
  const label = Object.assign(document.createElement("label"), { htmlFor: "number-keys" });
  label.textContent = "Number keys choose a topic";
  const line = Object.assign(document.createElement("p"), { className: "keys" });
  line.append(box, label);
  form.querySelector(".choices").append(line);
  box.addEventListener("change", () => keep(box.checked ? "on" : "off"));

  const isTypedIn = (at) => at.closest("textarea, select, [contenteditable], input:not([type=radio]):not([type=checkbox])");
  document.addEventListener("keydown", (event) => {
    if (!box.checked || event.ctrlKey || event.altKey || event.metaKey || isTypedIn(event.target)) return;
    const chosen = keyed.find((input) => input.dataset.key === event.key);
    if (!chosen) return;
    event.preventDefault();
    chosen.checked = true;
    chosen.focus();
    chosen.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
