// Draws one reply with the widget's own panel. There is no conversation behind it: what is pressed does nothing.
const main = document.getElementById("preview");
const { panel: address, strings, reply: first } = JSON.parse(main.dataset.given);

const nothing = () => undefined;
const conversationWith = (reply) => ({
  phase: "preview", // neither open nor over: nothing to write in, nothing to renew
  turns: [{ id: "preview", text: null, state: "done", by: "assistant", replies: [reply], feedback: {}, button: null }],
  keep: { read: () => ({}), write: nothing, remembers: false },
  isOnline: true,
  attend: nothing, rest: nothing, say: nothing, renew: nothing,
  rate: async () => [],
});

await import(address);
const panel = document.createElement("rls-chat-panel");
panel.conversation = conversationWith(first);
panel.strings = strings;
panel.language = strings.lang;
panel.page = true;
main.replaceChildren(main.querySelector("h1"), panel);

window.addEventListener("message", (event) => {
  if (event.origin !== location.origin || event.source !== parent || !event.data?.reply) return;
  panel.conversation = conversationWith(event.data.reply);
  panel.requestUpdate();
});
if (parent !== window) parent.postMessage("preview is ready", location.origin);
