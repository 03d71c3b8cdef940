/** Where the visitor writes, and what is always there: begin anew, erase, keep. */

import { html, nothing, type TemplateResult } from "lit";
import { send } from "./icons.ts";
import type { Panel } from "./panel.ts";

export function composer(panel: Panel): TemplateResult {
  const submit = (event: Event) => {
    event.preventDefault();
    panel.send();
  };
  const key = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
  };
  return html`<form part="composer" class="composer" @submit=${submit}>
    <label for="message" class="hidden">${panel.t("message")}</label>
    <div class="line">
      <textarea id="message" part="input" rows="1" placeholder=${panel.t("message")} autocomplete="off" enterkeyhint="send" .value=${panel.draft}
        @input=${(event: Event) => panel.write((event.target as HTMLTextAreaElement).value)} @keydown=${key}></textarea>
      <button part="send" class="icon primary" aria-label=${panel.t("send")} aria-disabled=${!panel.draft.trim() ? "true" : "false"}>${send}</button>
    </div>
    ${panel.asksErase ? askErase(panel) : always(panel)}
  </form>`;
}

function always(panel: Panel): TemplateResult {
  const { keep } = panel.conversation;
  return html`<div class="always">
    <button part="quiet" type="button" class="quiet" @click=${() => panel.say(panel.t("start_over"))}>${panel.t("start_over")}</button>
    <button part="quiet" type="button" class="quiet" id="erase" @click=${() => (panel.asksErase = true)}>${panel.t("erase")}</button>
    ${keep.canRemember ? html`<label><input type="checkbox" .checked=${keep.isRemembered} @change=${(event: Event) => panel.remember((event.target as HTMLInputElement).checked)}>${panel.t("remember")}</label>` : nothing}
  </div>`;
}

function askErase(panel: Panel): TemplateResult {
  return html`<div class="always" role="group" aria-label=${panel.t("erase")}>
    <p>${panel.t("erase_sure")}</p>
    <button part="choice" type="button" aria-disabled=${panel.isBusy ? "true" : "false"} @click=${() => panel.erase()}>${panel.t("erase_yes")}</button>
    <button part="choice" type="button" @click=${() => (panel.asksErase = false)}>${panel.t("erase_no")}</button>
  </div>`;
}
