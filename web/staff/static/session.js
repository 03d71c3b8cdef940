// Warns before the session ends, and asks the server to go on. Without it, the session just ends.
(() => {
  const told = document.querySelector('meta[name="staff-idle-seconds"]');
  const box = document.getElementById("session-ends");
  if (!told || !box) return;
  const warnBefore = 120;
  const idle = Number(told.content);
  let until = Date.now() + idle * 1000;
  let before = null;

  const inWords = (seconds) => (seconds > 90 ? `${Math.round(seconds / 60)} minutes` : `${Math.max(0, Math.round(seconds))} seconds`);
  const hide = () => {
    if (box.hidden) return;
    box.hidden = true;
    if (before && before.isConnected) before.focus();
  };
  const extend = () => {
    until = Date.now() + idle * 1000;
    hide();
  };
  const check = () => {
    const left = (until - Date.now()) / 1000;
    if (left > Math.min(warnBefore, idle / 2)) return;
    box.querySelector("[data-minutes]").textContent = inWords(left);
    if (!box.hidden) return;
    before = document.activeElement;
    box.querySelector("[data-failed]").hidden = true;
    box.hidden = false;
    box.querySelector("[data-stay]").focus();
  };

  box.querySelector("[data-stay]").addEventListener("click", async () => {
    const answer = await fetch("/staff/session", { headers: { Accept: "application/json" }, redirect: "manual" }).catch(() => null);
    if (answer?.ok) extend();
    else if (answer?.type === "opaqueredirect") window.location.reload(); // signed out already
    else box.querySelector("[data-failed]").hidden = false;
  });
  // What htmx sends because somebody did something counts; what a page asks by itself does not.
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const sent = (event.detail.requestConfig || {}).headers || {};
    if (event.detail.successful && !("X-Poll" in sent)) extend();
  });
  setInterval(check, 5000);
})();
