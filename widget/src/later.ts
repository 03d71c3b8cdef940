/** What comes later, without being asked for: by server-sent events, and by asking now and then where they do not get through. */

import { Refused, type ChatApi, type ServerTurn } from "./api.ts";

const SILENCE = 40_000; // ms; the server says something every 15 s
const ASK_AGAIN = 5_000;
const FAILURES_BEFORE_ASKING = 2;

export class Later {
  private last = 0;
  private failures = 0;
  private running: AbortController | undefined;

  constructor(
    private readonly api: ChatApi,
    private readonly heard: (turn: ServerTurn) => void,
    private readonly gone: (isErased: boolean) => void,
  ) {}

  /** Listen from the event `last` on; again where it was stopped. */
  start(last = this.last): void {
    if (this.running || !this.api.token) return;
    this.last = last;
    this.running = new AbortController();
    void this.listen(this.running.signal);
  }

  stop(): void {
    this.running?.abort();
    this.running = undefined;
  }

  private async listen(stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted) {
      try {
        await (this.failures < FAILURES_BEFORE_ASKING ? this.stream(stopped) : this.ask(stopped));
      } catch (error) {
        if (stopped.aborted) return;
        if (error instanceof Refused && error.isOver) return this.gone(false);
        this.failures += 1;
      }
      await new Promise((go) => setTimeout(go, this.failures ? ASK_AGAIN : 1_000));
    }
  }

  private async ask(stopped: AbortSignal): Promise<void> {
    const turns = await this.api.turns(this.last);
    if (stopped.aborted) return;
    turns.forEach((turn) => this.take(turn));
    if (++this.failures > 12) this.failures = 0; // after a minute the stream may get through again
  }

  private async stream(stopped: AbortSignal): Promise<void> {
    const quiet = new AbortController();
    const signal = AbortSignal.any([stopped, quiet.signal]);
    let timer = setTimeout(() => quiet.abort(), SILENCE);
    try {
      const answer = await this.api.call("GET", "events", undefined, {
        signal, headers: { Accept: "text/event-stream", "Last-Event-ID": String(this.last) },
      });
      const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(timer);
        timer = setTimeout(() => quiet.abort(), SILENCE);
        this.failures = 0;
        const events = (rest + value).replaceAll("\r\n", "\n").split("\n\n");
        rest = events.pop()!;
        for (const event of events) this.read(event);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  private read(event: string): void {
    const field = (name: string) =>
      event.split("\n").filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trimStart()).join("\n");
    if (field("event") === "gone") this.gone(JSON.parse(field("data")).reason === "erased");
    if (field("event") === "turn") this.take(JSON.parse(field("data")) as ServerTurn);
  }

  private take(turn: ServerTurn): void {
    this.last = Math.max(this.last, turn.event ?? 0);
    this.heard(turn);
  }
}
