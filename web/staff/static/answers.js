// Hands the reply that the checks came with to the preview, so that both are of the same text.
(() => {
  const frame = document.querySelector("iframe.preview");
  const checks = document.getElementById("checks");
  const send = () => {
    const found = checks?.querySelector("[data-reply]");
    if (found && frame) frame.contentWindow.postMessage({ reply: JSON.parse(found.dataset.reply) }, location.origin);
  };
  for (const button of document.querySelectorAll("[data-no-script]")) button.hidden = true;
  document.body.addEventListener("htmx:afterSwap", (event) => event.target === checks && send());
  window.addEventListener("message", (event) => event.origin === location.origin && event.source === frame?.contentWindow && send());
  // Whoever leaves with words that are not saved is asked.
  const form = document.getElementById("draft-form");
  let isSaved = true;
  form?.addEventListener("input", () => { isSaved = false; });
  form?.addEventListener("submit", () => { isSaved = true; });
  window.addEventListener("beforeunload", (event) => isSaved || event.preventDefault());
})();
