/** What is said aloud, by two live regions: one change for each message, also where the same is said twice. */

import type { Reply } from "./api.ts";
import type { Turn } from "./conversation.ts";
import type { Panel } from "./panel.ts";

export class Aloud {
  private said = new Set<string>();

  constructor(private readonly panel: Panel) {}

  say(words: string, isUrgent = false): void {
    const region = this.panel.find(isUrgent ? "#urgent" : "#polite");
    if (region) region.textContent = region.textContent === words ? `${words}\u00a0` : words;
  }

  /** Nothing of what was said stays. */
  hush(): void {
    for (const region of ["#polite", "#urgent"]) this.panel.find(region)?.replaceChildren();
  }

  replies(turn: Turn, replies: Reply[]): void {
    const { panel } = this;
    const who = panel.t(turn.by === "person" ? "person_says" : "assistant_says");
    const words = replies.map(({ text, buttons }) => (buttons.length ? `${text} ${panel.t("choices_number", { number: buttons.length })}` : text));
    this.say(`${who} ${words.join(" ")}`, replies.some(({ metadata }) => metadata.kind === "emergency"));
    panel.dispatchEvent(new Event("rls-news", { bubbles: true, composed: true }));
  }

  /** What becomes of a message and of the chat, once each. */
  states(): void {
    const { turns, phase, isOnline } = this.panel.conversation;
    for (const turn of turns) {
      if (turn.state === "unsent") this.once(turn, "unsent", turn.error);
      else if (turn.state !== "done" && turn.isLate) this.once(turn, "late", this.whereHelpIs());
      else if (turn.state !== "done" && !isOnline) this.once(turn, "waiting_offline");
    }
    const last = turns.at(-1);
    if (phase === "over" && last) this.once(last, "over", this.panel.t("over_more"));
  }

  private once(turn: Turn, key: string, more = ""): void {
    const said = `${key} ${turn.id} ${turn.since}`;
    if (this.said.has(said)) return;
    this.said.add(said);
    this.say(`${this.panel.t(key)} ${more}`.trim());
  }

  private whereHelpIs(): string {
    const { panel } = this;
    const numbers = panel.strings!.calls.map(({ name, number }) => panel.t(panel.has(`call_${name}`) ? `call_${name}` : "call", { number }));
    return `${panel.t("in_danger")} ${numbers.join(", ")}`;
  }
}
