/** The conversation as this browser knows it: every message once, in order, whatever the line does. */

import { ChatApi, PATIENCE, Refused, type Reply, type ServerTurn } from "./api.ts";
import { Keep, type Kept } from "./keep.ts";
import { Later } from "./later.ts";
import { forgetTexts } from "./rich_text.ts";

const START_NEXT = 400; // ms until the next message may follow one that is still under way: danger must not wait
const LATE = 10_000; // ms after which the visitor hears that there is no answer yet
const GIVE_UP = 90_000; // ms of trying while there is a line
const PAUSES = [1_000, 2_000, 4_000, 8_000];
const LONGEST_PAUSE = 60_000;
const TOO_LONG = "too_long";
const CATCH_UP = 4_000; // ms until what was said before is asked for once more

/** queued and sending become done, or unsent when nothing more is tried. */
export type State = "queued" | "sending" | "done" | "unsent";

export interface Turn {
  id: string;
  text: string | null; // what the visitor said; none for what comes later by itself
  button: string | null; // the button that was pressed
  state: State;
  by: ServerTurn["by"];
  replies: Reply[];
  feedback: Record<string, boolean>;
  sends: string; // what goes to the server: words or a button's id
  error?: string; // why it was not sent, in the visitor's words
  tries: number;
  spent: number; // ms of trying; a laptop that sleeps, or has no line, does not try
  notBefore: number; // the server asked for patience until then, ms
  since: number; // when it was first said or said again, ms
  isLate: boolean;
  attempt?: Promise<boolean> | undefined;
}

export type Phase = "consent" | "starting" | "open" | "over" | "erased";

export class Conversation {
  turns: Turn[] = [];
  phase: Phase = "consent";
  isOnline = navigator.onLine;
  readonly keep = new Keep();
  private readonly api: ChatApi;
  private readonly later: Later;
  private isFlushing = false;
  private flushAgain = false;
  private isCaughtUp = false;
  private isCatchingUp = false;
  private timers = new Set<ReturnType<typeof setTimeout>>();

  constructor(
    base: URL,
    private readonly changed: () => void,
    private readonly spoken: (turn: Turn, replies: Reply[]) => void,
    private readonly returned: (words: string, why: string) => void,
  ) {
    this.api = new ChatApi(base);
    const kept = this.keep.read();
    if (!kept.token) this.keep.write({ draft: asDraft(kept), unsent: [], dropped: [] });
    this.later = new Later(this.api, (turn) => this.hear(turn), (isErased) => (isErased ? this.forget("erased") : this.end()));
    for (const name of ["online", "offline"]) addEventListener(name, () => this.lineChanged());
    document.addEventListener("visibilitychange", () => this.attend());
  }

  /** Take up a chat that this browser has kept; what was said before comes from the server. */
  async resume(): Promise<void> {
    const kept = this.keep.read();
    if (!kept.token) return;
    this.api.token = kept.token;
    this.phase = "open";
    for (const { id, text, title, isStopped } of kept.unsent ?? []) {
      this.turns.push({ ...newTurn(id, title, text), button: text === title ? null : text, state: isStopped ? "unsent" : "queued" });
    }
    this.turns.forEach((turn) => this.watch(turn));
    this.changed();
    await this.catchUp();
    void this.flush();
  }

  /** The visitor has agreed: only now is anything sent. Raises what the server or the line says. */
  async begin(): Promise<void> {
    this.phase = "starting";
    this.changed();
    try {
      this.keep.write(await this.api.begin());
    } catch (error) {
      this.phase = "consent";
      throw error;
    } finally {
      this.changed();
    }
    this.turns = [];
    this.phase = "open";
    this.isCaughtUp = true;
    this.later.start(0);
    this.changed();
  }

  /** Say something: words, or a button with its title. */
  say(words: string, button?: string): void {
    const turn = newTurn(newId(), words, button ?? words);
    if (button) turn.button = button;
    this.turns.push(turn);
    this.saveUnsent();
    this.watch(turn);
    this.changed();
    void this.flush();
  }

  /** Try a message once more that was not sent; the id stays, so that it cannot arrive twice. */
  again(turn: Turn): void {
    Object.assign(turn, { state: "queued", tries: 0, spent: 0, notBefore: 0, since: Date.now(), isLate: false, error: undefined });
    this.saveUnsent();
    this.watch(turn);
    this.changed();
    void this.flush();
  }

  /** Take a message back that was not sent. */
  drop(turn: Turn): void {
    this.turns = this.turns.filter((other) => other !== turn);
    this.keep.write({ dropped: [...(this.keep.read().dropped ?? []), turn.id] });
    this.saveUnsent();
    this.changed();
    void this.flush(); // one under way may have passed over the next
  }

  async rate(turn: Turn, reply: number, helpful: boolean, word?: string): Promise<Reply[]> {
    const alarm = await this.api.feedback(turn.id, reply, helpful, word);
    turn.feedback = { ...turn.feedback, [reply]: helpful };
    if (alarm.length) {
      turn.replies = [...turn.replies, ...alarm];
      this.spoken(turn, alarm);
    }
    this.changed();
    return alarm;
  }

  calendar(reference: string): Promise<Blob> {
    return this.api.calendar(reference);
  }

  /** Erase everything, first where the clinic keeps it. Raises what the server or the line says, and then keeps it. */
  async erase(): Promise<void> {
    this.later.stop();
    try {
      await this.api.erase();
    } catch (error) {
      if (error instanceof Refused && error.isOver) this.end(); // too old: the clinic has not erased it
      else this.later.start();
      throw error;
    }
    this.forget("erased");
  }

  /** Begin anew with the consent after a chat is over or erased; what was not sent comes back as a draft. */
  renew(): void {
    const draft = asDraft(this.keep.read());
    this.forget("consent");
    this.keep.write({ draft });
    this.changed();
  }

  /** Listen for what comes later while the page is looked at, so that a closed chat can say that there is news. */
  attend(): void {
    this.later.stop();
    if (document.hidden || this.phase !== "open") return;
    if (this.isCaughtUp) this.later.start();
    else void this.catchUp();
    void this.flush();
  }

  /** Listen no more. */
  rest(): void {
    this.later.stop();
  }

  private forget(phase: Phase): void {
    this.later.stop();
    this.timers.forEach(clearTimeout);
    this.turns = [];
    forgetTexts();
    this.api.token = undefined;
    this.keep.forget();
    this.phase = phase;
    this.changed();
  }

  private end(): void {
    if (this.phase !== "open") return;
    this.later.stop();
    this.phase = "over";
    this.keep.write({ token: undefined, until: undefined });
    for (const turn of this.turns) if (turn.state !== "done") turn.state = "unsent";
    this.changed();
  }

  private lineChanged(): void {
    this.isOnline = navigator.onLine;
    this.changed();
    if (!this.isOnline) return;
    this.attend();
    void this.flush(); // also where nobody looks: it was promised
  }

  /** All that was said before, in its order; once more a little later where there is no line. */
  private async catchUp(): Promise<void> {
    const { token } = this.api;
    if (this.isCatchingUp || this.isCaughtUp || !token) return;
    this.isCatchingUp = true;
    try {
      const turns = await this.api.turns();
      if (this.api.token !== token) return;
      for (const turn of turns) this.hear(turn, false);
      const place = ({ id }: Turn) => turns.findIndex((turn) => turn.id === id) + 1 || Infinity;
      this.turns = this.turns.map((turn) => [place(turn), turn] as const).sort(([a], [b]) => (a === b ? 0 : a - b)).map(([, turn]) => turn);
      this.isCaughtUp = true;
      this.later.start(Math.max(0, ...turns.map((turn) => turn.event ?? 0)));
      this.changed();
      void this.flush();
    } catch (error) {
      if (this.api.token !== token) return;
      if (error instanceof Refused && error.isOver) return this.end();
      this.after(CATCH_UP, () => void this.catchUp());
    } finally {
      this.isCatchingUp = false;
    }
  }

  /** A turn as the server has it: put in its place, said aloud where it is news. */
  private hear(found: ServerTurn, isNews = true): void {
    if (found.state !== "done" && !this.turns.some(({ id }) => id === found.id)) {
      if (found.text === null || this.keep.read().dropped?.includes(found.id)) return;
      // Said before a reload, and the tab no longer knows of it: what is under way is asked for once more under its own id.
      const state = found.state === "failed" ? "unsent" : "queued";
      this.place({ ...newTurn(found.id, found.text, found.button ?? found.text), button: found.button, state });
      this.saveUnsent();
      return;
    }
    if (found.state !== "done") return;
    let turn = this.turns.find(({ id }) => id === found.id);
    if (!turn) this.place((turn = newTurn(found.id, found.text, "")));
    turn.text = found.text;
    turn.button = found.button ?? turn.button;
    turn.by = found.by;
    turn.feedback = found.feedback ?? turn.feedback;
    this.answered(turn, found.replies, isNews);
  }

  /** Before what this browser still has to send, behind what was answered. */
  private place(turn: Turn): void {
    let at = this.turns.length;
    while (at && this.turns[at - 1]!.state !== "done") at--;
    this.turns.splice(at, 0, turn);
  }

  private answered(turn: Turn, replies: Reply[], isNews = true): void {
    const fresh = replies.slice(turn.replies.length);
    turn.state = "done";
    turn.isLate = false;
    delete turn.error;
    if (replies.length >= turn.replies.length) turn.replies = replies;
    this.saveUnsent();
    if (fresh.length && isNews) this.spoken(turn, fresh);
    this.changed();
  }

  /** Send what waits, in order; each message gets a head start before the next. */
  private async flush(): Promise<void> {
    this.flushAgain = this.isFlushing;
    if (this.isFlushing) return;
    this.isFlushing = true;
    for (let at = 0; at < this.turns.length && this.phase === "open" && this.isOnline; at++) {
      const turn = this.turns[at]!;
      if ((turn.state !== "queued" && turn.state !== "sending") || turn.notBefore > Date.now()) continue;
      turn.attempt ??= this.send(turn).finally(() => (turn.attempt = undefined));
      const isLost = await Promise.race([turn.attempt, new Promise<void>((go) => setTimeout(go, START_NEXT))]);
      if (isLost && turn.tries === 1) break; // no line just now: the next one follows this one's second try, in order
    }
    this.isFlushing = false;
    if (this.flushAgain) void this.flush();
  }

  /** Whether it found no line. */
  private async send(turn: Turn): Promise<boolean> {
    turn.state = "sending";
    this.changed();
    const begun = Date.now();
    const isHeld = () => this.phase === "open" && this.turns.includes(turn) && (turn.state as State) !== "done";
    try {
      const replies = await this.api.send(turn.id, turn.sends);
      if (this.turns.includes(turn)) this.answered(turn, replies);
    } catch (error) {
      if (!isHeld()) return false;
      turn.spent += Math.min(Date.now() - begun, PATIENCE);
      if (!(error instanceof Refused)) this.retry(turn, 0, "");
      else if (error.isOver) this.end();
      else if (error.code === TOO_LONG && !turn.button) this.giveBack(turn, error.message);
      else if (!error.isPassing) this.stop(turn, error.message);
      else this.retry(turn, error.retryAfter * 1_000, error.message);
      return !(error instanceof Refused);
    }
    return false;
  }

  /** Try again after a pause; not for ever. */
  private retry(turn: Turn, wait: number, error: string): void {
    if (turn.spent > GIVE_UP) return this.stop(turn, error);
    turn.state = "queued";
    const pause = Math.max(Math.min(wait, LONGEST_PAUSE), PAUSES[Math.min(turn.tries++, PAUSES.length - 1)]!);
    turn.spent += pause;
    turn.notBefore = wait ? Date.now() + pause : 0;
    this.after(pause, () => void this.flush());
    this.changed();
  }

  /** What is too long goes back to where it was written: the server has heard it for danger, and kept nothing. */
  private giveBack(turn: Turn, why: string): void {
    this.turns = this.turns.filter((other) => other !== turn);
    this.saveUnsent();
    this.returned(turn.text ?? "", why);
    this.changed();
  }

  private stop(turn: Turn, error: string): void {
    turn.state = "unsent";
    turn.error = error;
    this.saveUnsent();
    this.changed();
  }

  private watch(turn: Turn): void {
    this.after(LATE, () => {
      if (turn.state !== "queued" && turn.state !== "sending") return;
      turn.isLate = true;
      this.changed();
    });
  }

  private after(pause: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      act();
    }, pause);
    this.timers.add(timer);
  }

  private saveUnsent(): void {
    const unsent = this.turns.filter((turn) => turn.state !== "done");
    this.keep.write({ unsent: unsent.map(({ id, sends, text, state }) => ({ id, text: sends, title: text ?? "", isStopped: state === "unsent" })) });
  }
}

/** 128 random bits; `randomUUID` is missing on pages without TLS. */
function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function newTurn(id: string, text: string | null, sends: string): Turn {
  const since = Date.now();
  return { id, text, button: null, state: "queued", by: "assistant", replies: [], feedback: {}, sends, tries: 0, spent: 0, notBefore: 0, since, isLate: false };
}

/** What was typed and not sent, with the draft: to be written on. */
function asDraft({ unsent = [], draft }: Kept): string {
  return [...unsent.filter(({ text, title }) => text === title).map(({ title }) => title), draft].filter(Boolean).join("\n");
}
