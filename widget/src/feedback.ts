/** "Was this helpful?": two thumbs, and a word for whoever wants to say more. */

import { html, nothing, type TemplateResult } from "lit";
import type { Turn } from "./conversation.ts";
import { thumbDown, thumbUp } from "./icons.ts";
import type { Panel } from "./panel.ts";

export function feedback(panel: Panel, turn: Turn, at: number): TemplateResult {
  const given = turn.feedback[at];
  const place = `${turn.id}/${at}`;
  const thumb = (helpful: boolean, sign: TemplateResult, label: string) => html`
    <button type="button" class="thumb" aria-pressed=${given === helpful ? "true" : "false"} aria-label=${panel.t(label)}
      title=${panel.t(label)} @click=${() => panel.rate(turn, at, helpful)}>${sign}</button>`;
  return html`<div class="feedback" role="group" aria-label=${panel.t("helpful")}>
    ${thumb(true, thumbUp, "thumb_up")}${thumb(false, thumbDown, "thumb_down")}
    ${panel.wordOpen === place ? word(panel, turn, at, given ?? false) : nothing}
    ${panel.thanked === place ? html`<span>${panel.t("feedback_thanks")}</span>` : nothing}
  </div>`;
}

function word(panel: Panel, turn: Turn, at: number, helpful: boolean): TemplateResult {
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    const field = (event.target as HTMLFormElement).elements[0] as HTMLInputElement;
    void panel.rate(turn, at, helpful, field.value.trim());
  };
  return html`<form class="word" @submit=${send}>
    <label>${panel.t("feedback_word")}<input maxlength="500" autocomplete="off"></label>
    <button part="choice">${panel.t("feedback_send")}</button>
  </form>`;
}
