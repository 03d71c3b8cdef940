/** One reply of the assistant: its text, what belongs to it, and what can be done next. */

import { html, nothing, type TemplateResult } from "lit";
import type { Call, Metadata, Reply, Source } from "./api.ts";
import type { Turn } from "./conversation.ts";
import { tick } from "./icons.ts";
import type { Panel } from "./panel.ts";
import { richText } from "./rich_text.ts";
import { visitCard } from "./visit.ts";
import { feedback } from "./feedback.ts";

const RATED = new Set(["answer", "refusal", "not_covered", "out_of_scope"]);
const CLINICAL = new Set(["answer", "refusal", "emergency", "urgent"]);
const DANGER = new Set(["emergency", "urgent"]);

export function isDanger({ kind = "" }: Metadata): boolean {
  return DANGER.has(kind);
}

export function replyTemplate(panel: Panel, turn: Turn, reply: Reply, at: number): TemplateResult {
  const { kind = "", appointment } = reply.metadata;
  const isAlarm = DANGER.has(kind);
  return html`<div part="message assistant" class="message assistant ${isAlarm ? "danger" : ""}" data-kind=${kind} data-at="${turn.id}/${at}">
    ${turn.by === "person" ? html`<p class="by">${panel.t("person_says")}</p>` : html`<span class="hidden">${panel.t("assistant_says")}</span>`}
    ${richText(reply.text, kind === "booking")}
    ${isAlarm ? callLinks(panel, reply.metadata.call ?? []) : nothing}
    ${appointment ? visitCard(panel, appointment) : nothing}
    ${choices(panel, turn, reply)}
    ${sources(panel, reply)}
    ${RATED.has(kind) && turn.state === "done" && turn.by === "assistant" ? feedback(panel, turn, at) : nothing}
  </div>`;
}

/** Numbers as links that a phone dials. */
export function callLinks(panel: Panel, calls: Call[]): TemplateResult | typeof nothing {
  if (!calls.length) return nothing;
  return html`<p class="calls">${calls.map(({ name, number }) => {
    const label = panel.t(panel.has(`call_${name}`) ? `call_${name}` : "call", { number });
    return html`<a part="call" class="call" href="tel:${number.replace(/[^\d+]/g, "")}">${label}</a>`;
  })}</p>`;
}

/** Buttons stay, and the one that was pressed says so. Times stand in a list. */
function choices(panel: Panel, turn: Turn, reply: Reply): TemplateResult | typeof nothing {
  if (!reply.buttons.length) return nothing;
  const isTimes = reply.metadata.topic === "appointment_time";
  return html`<ul class="choices ${isTimes ? "times" : ""}" aria-label=${panel.t(isTimes ? "times" : "choices")}>
    ${reply.buttons.map(({ title, payload }) => {
      const isChosen = panel.isChosen(turn, payload);
      return html`<li><button part="choice" type="button" class=${isChosen ? "chosen" : ""} @click=${() => panel.choose(title, payload)}>
        ${isChosen ? html`${tick}<span class="hidden">${panel.t("chosen")}</span>` : nothing}${title}</button></li>`;
    })}
  </ul>`;
}

/** Where it comes from and whether a clinician has read it: open below an answer, folded below an alarm. */
function sources(panel: Panel, { metadata }: Reply): TemplateResult | typeof nothing {
  const { kind = "", sources: found = [], review } = metadata;
  if (!CLINICAL.has(kind)) return nothing;
  const reviewed = review?.status === "approved" ? panel.t("reviewed", { date: review.on ?? "" }) : panel.t("unreviewed");
  if (!found.length) return html`<p class="sources">${reviewed}</p>`;
  return html`<details class="sources" ?open=${panel.showsSources && !isDanger(metadata)} @toggle=${(event: Event) => isDanger(metadata) || panel.foldSources(event)}>
    <summary>${panel.t("sources")}</summary>
    <ul>${found.map((source) => html`<li>${sourceTemplate(panel, source)}</li>`)}</ul>
    <p>${reviewed}</p>
  </details>`;
}

function sourceTemplate(panel: Panel, { title, section, url }: Source): TemplateResult {
  const label = section ? `${title}: ${section}` : title;
  if (!url?.startsWith("https://")) return html`${label}`;
  return html`<a href=${url} target="_blank" rel="noopener noreferrer">${label}<span class="hidden"> ${panel.t("new_window")}</span></a>`;
}
