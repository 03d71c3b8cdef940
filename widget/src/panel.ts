/** `<rls-chat-panel>`: what is seen once the chat is open. Loaded by the launcher. */

import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { Refused, type Call } from "./api.ts";
import { Aloud } from "./aloud.ts";
import { composer } from "./composer.ts";
import { Conversation, type Turn } from "./conversation.ts";
import * as icons from "./icons.ts";
import { callLinks, isDanger, replyTemplate } from "./reply.ts";
import { consent, ended, starters } from "./screens.ts";
import { filled, loadStrings, type Strings } from "./strings.ts";
import { styles } from "./styles.ts";

const ALL_CLEAR = "all_clear";

export class Panel extends LitElement {
  static override styles = styles;
  static override properties = {
    base: { attribute: false }, language: {}, page: { type: Boolean, reflect: true }, strings: { state: true }, trouble: { state: true },
    draft: { state: true }, asksErase: { state: true }, thanked: { state: true }, wordOpen: { state: true }, isBusy: { state: true },
  };

  declare base: URL;
  declare language: string;
  declare page: boolean;
  declare strings: Strings | undefined;
  declare trouble: string;
  declare draft: string;
  declare asksErase: boolean;
  declare thanked: string;
  declare wordOpen: string;
  declare isBusy: boolean;
  conversation!: Conversation;
  showsSources = true;
  private readonly aloud = new Aloud(this);
  private readonly seenAlarms = new Set<string>();
  private isShown = false;
  private followed: string | undefined;

  constructor() {
    super();
    this.draft = this.trouble = this.thanked = this.wordOpen = "";
    this.asksErase = this.isBusy = this.page = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.conversation) {
      this.conversation = new Conversation(this.base, () => this.requestUpdate(), (turn, replies) => this.aloud.replies(turn, replies), (words, why) => this.takeBack(words, why));
      const kept = this.conversation.keep.read();
      this.draft = kept.draft ?? "";
      this.showsSources = !kept.foldSources;
      void this.start();
    } else this.conversation.attend();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.conversation.rest();
  }

  /** Words from the clinic first: without them nothing true can be said here. */
  private async start(): Promise<void> {
    try {
      this.strings = await loadStrings(this.base, this.language);
      await this.conversation.resume();
      if (this.isShown && !this.page) await this.updateComplete.then(() => this.focusStart());
    } catch {
      this.dispatchEvent(new Event("rls-failed", { bubbles: true, composed: true }));
    }
  }

  /** Called by the launcher when the chat comes into view or leaves it. */
  shown(isShown: boolean): void {
    this.isShown = isShown;
    if (!isShown) return;
    this.conversation?.attend();
    void this.updateComplete.then(() => this.focusStart());
  }

  focusStart(): void {
    const goal = this.find("#message") ?? this.find(".scroll button") ?? this.find("h2");
    goal?.focus({ preventScroll: this.page });
  }

  get locale(): string {
    return this.strings?.lang ?? "en";
  }

  has(key: string): boolean {
    return key in (this.strings?.texts ?? {});
  }

  t(key: string, values: Record<string, string | number> = {}): string {
    return filled(this.strings!, key, values);
  }

  // What the visitor does

  async begin(): Promise<void> {
    if (this.isBusy) return;
    await this.trying("trouble_start", () => this.conversation.begin());
    if (this.conversation.phase === "open") await this.updateComplete.then(() => this.focusStart());
  }

  say(words: string): void {
    this.trouble = "";
    this.conversation.say(words);
  }

  /** What was written is sent; only then is the field empty. */
  send(): void {
    const words = this.draft.trim();
    if (!words) return;
    this.say(words);
    this.write("");
  }

  /** Words that the server could not take are back where they were written, before what was written since. */
  private takeBack(words: string, why: string): void {
    this.write([words, this.draft].filter(Boolean).join("\n"));
    this.trouble = why;
    this.aloud.say(why);
  }

  choose(title: string, button: string): void {
    this.conversation.say(title, button);
  }

  /** Whether this turn's button was pressed; a later one of the same name ("Yes") is another. */
  isChosen(turn: Turn, button: string): boolean {
    const { turns } = this.conversation;
    for (const later of turns.slice(turns.indexOf(turn) + 1)) {
      if (later.button === button) return true;
      if (later.replies.some(({ buttons }) => buttons.some(({ payload }) => payload === button))) return false;
    }
    return false;
  }

  write(draft: string): void {
    this.draft = draft;
    this.conversation.keep.write({ draft });
  }

  async rate(turn: Turn, at: number, helpful: boolean, word?: string): Promise<void> {
    const place = `${turn.id}/${at}`;
    await this.trying("trouble_feedback", async () => {
      const alarm = await this.conversation.rate(turn, at, helpful, word);
      this.wordOpen = word === undefined ? place : "";
      this.thanked = word === undefined || alarm.length ? "" : place;
      if (this.thanked) this.aloud.say(this.t("feedback_thanks"));
    });
  }

  async saveCalendar(reference: string): Promise<void> {
    await this.trying("trouble_calendar", async () => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await this.conversation.calendar(reference));
      link.download = "visit.ics"; // the reference is half of the proof: not in a file's name
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    });
  }

  async erase(): Promise<void> {
    if (this.isBusy) return;
    await this.trying("trouble_erase", async () => {
      await this.conversation.erase();
      this.asksErase = false;
      this.draft = "";
      this.aloud.hush();
      this.aloud.say(this.t("erased"));
    });
    await this.updateComplete.then(() => this.find(".scroll button")?.focus());
  }

  renew(): void {
    this.aloud.hush();
    this.conversation.renew();
    this.draft = this.conversation.keep.read().draft ?? "";
    void this.updateComplete.then(() => this.focusStart());
  }

  remember(wanted: boolean): void {
    this.conversation.keep.remember(wanted);
    this.requestUpdate();
  }

  foldSources(event: Event): void {
    this.showsSources = (event.target as HTMLDetailsElement).open;
    this.conversation.keep.write({ foldSources: !this.showsSources });
    this.requestUpdate();
  }

  /** Do something that needs the server; what goes wrong is said, and nothing is lost. */
  private async trying(words: string, act: () => Promise<unknown>): Promise<void> {
    this.isBusy = true;
    this.trouble = "";
    try {
      await act();
    } catch (error) {
      this.trouble = (error instanceof Refused && error.message) || this.t(words);
      this.aloud.say(this.trouble);
    }
    this.isBusy = false;
  }

  // What is shown

  override render(): TemplateResult {
    if (!this.strings) return html`<div class="panel"><p class="loading">…</p></div>`;
    return html`<div class="panel" lang=${this.strings.lang} dir=${this.strings.dir}>
      ${this.header()}${this.pinned()}
      <div part="messages" class="scroll" role="group" aria-label=${this.t("conversation")} tabindex="0">${this.screen()}</div>
      ${this.trouble ? html`<p class="trouble" part="trouble">${this.trouble}</p>` : nothing}
      ${this.conversation.phase === "open" ? composer(this) : nothing}
      <div id="polite" class="hidden" role="status"></div>
      <div id="urgent" class="hidden" role="alert"></div>
    </div>`;
  }

  private header(): TemplateResult {
    return html`<div part="header" class="head">
      <div><h2 tabindex="-1">${this.t("title")}</h2><p>${this.t("subtitle")}</p></div>
      ${this.page ? nothing : html`<button part="close" class="icon" type="button" aria-label=${this.t("close")} @click=${() => this.dispatchEvent(new Event("rls-close"))}>${icons.close}</button>`}
    </div>`;
  }

  private screen(): TemplateResult {
    const { phase, turns } = this.conversation;
    if (phase === "consent" || phase === "starting") return consent(this);
    if (phase === "erased") return ended(this, "erased", "erased_more");
    return html`
      ${turns.length ? nothing : starters(this)}
      <ol class="log">${turns.map((turn) => html`<li id="turn-${turn.id}">${this.turn(turn)}</li>`)}</ol>
      ${phase === "over" ? ended(this, "over", "over_more") : nothing}`;
  }

  private turn(turn: Turn): TemplateResult {
    return html`
      ${turn.text === null ? nothing : html`<div part="message visitor" class="message visitor"><span class="hidden">${this.t("you_say")}</span><p>${turn.text}</p></div>`}
      ${turn.state === "done" ? nothing : this.underWay(turn)}
      ${turn.replies.map((reply, at) => replyTemplate(this, turn, reply, at))}`;
  }

  /** The truth about a message that has no answer yet. */
  private underWay(turn: Turn): TemplateResult {
    if (turn.state === "unsent") {
      return html`<div class="state unsent"><p><strong>${this.t("unsent")}</strong> ${turn.error || nothing}</p>
        ${turn.error ? nothing : this.emergencyLine()}
        <p><button part="choice" type="button" @click=${() => (this.conversation.phase === "open" ? this.conversation.again(turn) : this.renew())}>${this.t("again")}</button>
        <button part="choice" type="button" @click=${() => this.conversation.drop(turn)}>${this.t("drop")}</button></p></div>`;
    }
    const key = !this.conversation.isOnline ? "waiting_offline" : turn.state === "sending" ? "waiting_answer" : "waiting_line";
    return html`<div class="state ${turn.state === "sending" && this.conversation.isOnline ? "working" : ""}"><p>${this.t(key)}</p>
      ${turn.isLate ? html`<p>${this.t("late")}</p>${this.emergencyLine()}` : nothing}</div>`;
  }

  private emergencyLine(): TemplateResult {
    return html`<p>${this.t("in_danger")}</p>${callLinks(this, this.strings!.calls)}`;
  }

  /** The last emergency stays in view until nobody is in danger any more. */
  private pinned(): TemplateResult | typeof nothing {
    let calls: Call[] | undefined;
    for (const { metadata } of this.conversation.turns.flatMap(({ replies }) => replies)) {
      if (metadata.kind === "emergency" && metadata.call?.length) calls = metadata.call;
      if (metadata.topic === ALL_CLEAR) calls = undefined;
    }
    if (!calls) return nothing;
    return html`<section part="emergency" class="pinned" aria-label=${this.t("emergency")}><strong>${this.t("emergency")}</strong>${callLinks(this, calls)}</section>`;
  }

  private focused: Element | null = null;

  protected override update(changed: PropertyValues): void {
    this.focused = this.shadowRoot!.activeElement;
    super.update(changed);
  }

  /** Where a pressed button is gone with what it stood for, those who use keys go on from there. */
  private keepFocus(changed: PropertyValues): void {
    if (!this.focused || this.focused.isConnected) return;
    const asked = changed.has("asksErase") ? this.find(this.asksErase ? ".always button" : "#erase") : null;
    (asked ?? this.find(".scroll"))?.focus({ preventScroll: true });
  }

  protected override updated(changed: PropertyValues): void {
    this.keepFocus(changed);
    if (this.strings) this.aloud.states();
    this.follow();
  }

  /** The newest turn comes into view from its beginning: what is long is read from the top. A new alarm before it. */
  private follow(): void {
    const { turns } = this.conversation;
    const last = turns.at(-1);
    const state = last && `${last.id}${last.replies.length}${last.state === "unsent"}`;
    const places = turns.flatMap(({ id, replies }) => replies.flatMap(({ metadata }, at) => (isDanger(metadata) ? [`${id}/${at}`] : [])));
    const alarm = places.filter((place) => !this.seenAlarms.has(place)).at(-1);
    places.forEach((place) => this.seenAlarms.add(place));
    if (alarm) this.bringIntoView(`[data-at="${CSS.escape(alarm)}"]`);
    else if (last && state !== this.followed) this.bringIntoView(`#turn-${CSS.escape(last.id)}`);
    this.followed = state;
  }

  /** In a frame the messages alone move: the page around it would jump under the hands of whoever uses it. */
  private bringIntoView(selector: string): void {
    const goal = this.find(selector);
    if (!goal) return;
    if (window.parent === window) return goal.scrollIntoView({ block: "start" });
    const box = this.find(".scroll")!;
    box.scrollTop += goal.getBoundingClientRect().top - box.getBoundingClientRect().top;
  }

  find(selector: string): HTMLElement | null {
    return this.renderRoot.querySelector(selector);
  }
}

customElements.define("rls-chat-panel", Panel);
