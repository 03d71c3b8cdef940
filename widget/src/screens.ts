/** What is shown where there is no conversation: before it, and after it. */

import { html, type TemplateResult } from "lit";
import type { Panel } from "./panel.ts";
import { callLinks } from "./reply.ts";

/** Nothing leaves the browser before this was agreed to. */
export function consent(panel: Panel): TemplateResult {
  const isStarting = panel.conversation.phase === "starting";
  return html`<section class="screen" aria-label=${panel.t("consent")}>
    <h3>${panel.t("consent")}</h3>
    <ul id="consent">${panel.strings!.consent.map((point) => html`<li>${point}</li>`)}</ul>
    ${callLinks(panel, panel.strings!.calls)}
    <p><button part="primary" class="primary" type="button" aria-describedby="consent" aria-disabled=${isStarting ? "true" : "false"} @click=${() => panel.begin()}>${panel.t(isStarting ? "starting" : "agree")}</button></p>
  </section>`;
}

export function starters(panel: Panel): TemplateResult {
  return html`<section class="screen" aria-label=${panel.t("starters")}>
    <h3>${panel.t("starters")}</h3>
    <ul class="choices">${panel.strings!.starters.map((words) => html`<li><button part="choice" type="button" @click=${() => panel.say(words)}>${words}</button></li>`)}</ul>
  </section>`;
}

export function ended(panel: Panel, heading: string, more: string): TemplateResult {
  return html`<section class="screen"><h3>${panel.t(heading)}</h3><p>${panel.t(more)}</p>
    <p><button part="primary" class="primary" type="button" @click=${() => panel.renew()}>${panel.t("renew")}</button></p>
  </section>`;
}
