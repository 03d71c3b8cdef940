/** A visit as a card: what, when, with whom, its reference, and a file for the visitor's own calendar. */

import { html, nothing, type TemplateResult } from "lit";
import type { Appointment } from "./api.ts";
import type { Panel } from "./panel.ts";

export function visitCard(panel: Panel, visit: Appointment): TemplateResult {
  const isBooked = visit.status === "booked";
  return html`<div part="visit" class="visit" role="group" aria-label=${panel.t("visit")}>
    <p class="title">${visit.title}${isBooked ? nothing : html` <strong>${panel.t("visit_cancelled")}</strong>`}</p>
    <dl>
      <div><dt>${panel.t("visit_when")}</dt><dd>${isBooked ? when(panel, visit) : html`<s>${when(panel, visit)}</s>`}</dd></div>
      <div><dt>${panel.t("visit_with")}</dt><dd>${visit.clinician}</dd></div>
      <div><dt>${panel.t("visit_reference")}</dt><dd><code>${visit.reference}</code></dd></div>
    </dl>
    ${isBooked ? html`<button part="choice" type="button" @click=${() => panel.saveCalendar(visit.reference)}>${panel.t("visit_calendar")}</button>` : nothing}
  </div>`;
}

/** In the clinic's zone, which is where the visit is. */
function when(panel: Panel, { start, time_zone }: Appointment): string {
  try {
    return new Intl.DateTimeFormat(panel.locale, {
      weekday: "long", month: "long", day: "numeric", year: "numeric", hour: "numeric", minute: "2-digit",
      timeZone: time_zone, timeZoneName: "short",
    }).format(new Date(start));
  } catch {
    return start; // a zone that this browser does not know
  }
}
