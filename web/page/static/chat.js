// The plain chat page. Text only ever becomes text nodes; links are tel: and https: alone.
const conversation = document.querySelector("#conversation");
const status = document.querySelector("#status");
const alarm = document.querySelector("#alarm");
const form = document.querySelector("#compose");
const input = document.querySelector("#message");
const TOKEN = "rls-chat-token";

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

async function call(path, options = {}) {
  const token = sessionStorage.getItem(TOKEN);
  const headers = { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  const answer = await fetch(path, { ...options, headers, signal: AbortSignal.timeout(25000) });
  const body = answer.status === 204 ? {} : await answer.json();
  if (!answer.ok) throw Object.assign(new Error(body.error.message), { code: body.error.code });
  return body;
}

async function ensureSession() {
  if (!sessionStorage.getItem(TOKEN)) {
    sessionStorage.setItem(TOKEN, (await call("/chat/session", { method: "POST" })).token);
  }
}

function addVisitor(text) {
  conversation.append(element("li", "visitor", text));
}

function sourcesOf(metadata) {
  const details = element("details");
  details.append(element("summary", "", "Sources and review"));
  const list = element("ul");
  for (const source of metadata.sources ?? []) {
    const item = element("li");
    const label = source.section ? `${source.title}, ${source.section}` : source.title;
    if (source.url?.startsWith("https://")) {
      const link = element("a", "", label);
      link.href = source.url;
      link.rel = "noopener noreferrer";
      link.target = "_blank";
      item.append(link);
    } else item.textContent = label;
    list.append(item);
  }
  const { status: review, on } = metadata.review ?? {};
  details.append(list, element("p", "", review === "approved" ? `Reviewed by a clinician on ${on}.` : "Not yet reviewed by a clinician."));
  return details;
}

function choicesOf(buttons) {
  const group = element("div", "choices");
  for (const { title, payload } of buttons) {
    const choice = element("button", "", title);
    choice.type = "button";
    choice.addEventListener("click", () => {
      group.querySelectorAll("button").forEach((other) => { other.disabled = true; });
      choice.setAttribute("aria-pressed", "true");
      send(payload, title);
    });
    group.append(choice);
  }
  return group;
}

function addReply({ text, buttons = [], metadata = {} }) {
  const item = element("li", `assistant ${metadata.kind ?? ""}`);
  for (const paragraph of text.split(/\n{2,}/)) item.append(element("p", "", paragraph));
  if (buttons.length) item.append(choicesOf(buttons));
  if (metadata.sources?.length) item.append(sourcesOf(metadata));
  conversation.append(item);
  if (metadata.kind === "emergency" || metadata.kind === "urgent") showAlarm(text);
}

function showAlarm(text) {
  alarm.replaceChildren();
  const first = text.split("\n")[0];
  let rest = first;
  for (const match of first.matchAll(/\b(?:1-)?\d{3}(?:-\d{3}-\d{4})?\b/g)) {
    const [before, ...after] = rest.split(match[0]);
    const link = element("a", "", match[0]);
    link.href = `tel:${match[0].replaceAll("-", "")}`;
    alarm.append(before, link);
    rest = after.join(match[0]);
  }
  alarm.append(rest);
  alarm.hidden = false;
}

function addFailure(message, id, text, shown) {
  const item = element("li", "assistant failed");
  item.append(element("p", "", message));
  const again = element("button", "", "Send again");
  again.type = "button";
  again.addEventListener("click", () => { item.remove(); deliver(id, text, shown); });
  item.append(again);
  conversation.append(item);
}

async function deliver(id, text, shown) {
  status.textContent = "The assistant is reading…";
  try {
    await ensureSession();
    const { replies } = await call("/chat/messages", { method: "POST", body: JSON.stringify({ id, text }) });
    replies.forEach(addReply);
  } catch (error) {
    if (error.code === "session_expired") sessionStorage.removeItem(TOKEN);
    addFailure(error.code ? error.message : "No connection. Your message was not sent. In danger, call your emergency number.", id, text, shown);
  } finally {
    status.textContent = "";
    conversation.lastElementChild?.scrollIntoView({ block: "nearest" });
  }
}

function send(text, shown = text) {
  addVisitor(shown);
  return deliver(crypto.randomUUID(), text, shown);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = input.value.trim();
  if (!text) return;
  input.value = "";
  send(text);
  input.focus();
});

input.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    form.requestSubmit();
  }
});

document.querySelector("#erase").addEventListener("click", async () => {
  try {
    if (sessionStorage.getItem(TOKEN)) await call("/chat/session", { method: "DELETE" });
    sessionStorage.removeItem(TOKEN);
    conversation.replaceChildren();
    alarm.hidden = true;
    status.textContent = "This chat is erased.";
  } catch (error) {
    status.textContent = error.message;
  }
});

async function restore() {
  if (!sessionStorage.getItem(TOKEN)) return;
  const { turns } = await call("/chat/messages");
  for (const turn of turns) {
    addVisitor(turn.text);
    turn.replies.forEach(addReply);
  }
}

restore().catch(() => sessionStorage.removeItem(TOKEN));
